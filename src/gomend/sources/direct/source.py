"""The entry `direct` of GOPROXY as a source: it answers the protocol's requests from the modules' own repositories."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from gomend.causes import Code
from gomend.gomod.codeplace import CodePlaceError, code_place
from gomend.gomod.protocol import Asked, Kind, NotProtocolError, parse_path
from gomend.gomod.refusal import GoRefusalError
from gomend.sources.base import Answer, Request, Source
from gomend.sources.direct.discovery import Discovery, Root
from gomend.sources.direct.module import ModuleInRepository, Version
from gomend.sources.direct.repository import DirectError, Repository
from gomend.sources.direct.watch import Nobody, Watch

_PIECE = 1 << 18
_TEXT = "text/plain; charset=utf-8"


@dataclass(slots=True)
class Made:
    """An answer made here, not by an HTTP server. The body is `text`, or the rest of `file`."""

    status: int
    reason: str
    headers: Mapping[str, str]
    text: bytes = b""
    file: IO[bytes] | None = field(default=None, repr=False)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, read once."""
        if self.text:
            yield self.text
        while self.file is not None and (piece := await asyncio.to_thread(self.file.read, _PIECE)):
            yield piece


class Direct:
    """Answers as a module proxy would, from repositories.

    `repository` gives the one at a root, `proxy` the source at a base URL for a root whose code is at a module proxy;
    `cause_of` names the cause of what a tool printed; `scratch` holds zips while they are passed on; `watch` is told of
    each request's work.
    """

    def __init__(
        self,
        discovery: Discovery,
        repository: Callable[[Root], Repository],
        proxy: Callable[[str], Source],
        cause_of: Callable[[str], Code],
        *,
        scratch: Path,
        watch: Watch | None = None,
    ) -> None:
        self._discovery = discovery
        self._repository = repository
        self._proxy = proxy
        self._cause_of = cause_of
        self._scratch = scratch
        self._watch = watch or Nobody()

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`. A module or a version that is not there is a 404 with go's words.

        Raises DirectError, with a code, where its repository did not answer; WireError as a proxy's source does.
        """
        try:
            asked = parse_path(request.path)
        except NotProtocolError as error:
            yield _missing(str(error))
            return
        if asked.kind.is_sumdb or asked.module == "golang.org/toolchain":
            yield _missing("no repository has this")
            return
        with tempfile.TemporaryFile(dir=self._scratch) as file:
            made = await self._answer(asked, file)
            if isinstance(made, Made):
                yield made
                return
        async with self._proxy(made.url).get(request) as answer:
            yield answer

    async def _answer(self, asked: Asked, file: IO[bytes]) -> Made | Root:
        """The answer; the root of one that a module proxy has."""
        try:
            with self._watch.module(asked.module):
                root = await self._discovery.root(asked.module)
                return root if root.vcs == "mod" else await self._made(asked, root, file)
        except DirectError as error:
            return self._failed(asked, error)
        except GoRefusalError as error:  # files that no module may hold
            return _missing(f"{asked.module}@{asked.version}: {error}")

    async def _made(self, asked: Asked, root: Root, file: IO[bytes]) -> Made:
        try:
            place = code_place(asked.module, root.path, root.subfolder)
        except CodePlaceError as error:
            raise DirectError(str(error), code=Code.VCS_NOT_FOUND, is_missing=True) from error
        repository = self._repository(root)
        async with repository.in_use():
            return await self._of(ModuleInRepository(place, repository), asked, file)

    async def _of(self, module: ModuleInRepository, asked: Asked, file: IO[bytes]) -> Made:
        match asked.kind:
            case Kind.LIST:
                return _text("".join(f"{version}\n" for version in await module.versions()))
            case Kind.LATEST:
                return _info(await module.latest(), module)
            case Kind.INFO:
                return _info(await module.version(asked.version), module)
            case Kind.MOD:
                return Made(200, "OK", {"Content-Type": _TEXT}, await module.gomod(asked.version))
            case _:
                await module.pack(asked.version, file)
                size = file.tell()
                file.seek(0)
                return Made(200, "OK", {"Content-Type": "application/zip", "Content-Length": str(size)}, file=file)

    def _failed(self, asked: Asked, error: DirectError) -> Made:
        subject = f"{asked.module}@{asked.version}" if asked.version else f"module {asked.module}"
        if error.is_missing:
            return _missing(f"{subject}: {error.words}")
        code = error.code or self._cause_of(error.output)
        raise DirectError(f"{subject}: {error.words}", code=code, output=error.output) from error


def _text(words: str) -> Made:
    return Made(200, "OK", {"Content-Type": _TEXT}, words.encode())


def _missing(words: str) -> Made:
    return Made(404, "Not Found", {"Content-Type": _TEXT}, f"not found: {words}\n".encode("utf-8", "backslashreplace"))


def _info(found: Version, module: ModuleInRepository) -> Made:
    repository, folder = module.repository, module.place.folder
    origin = {"VCS": repository.vcs, "URL": repository.url, "Hash": found.commit.hash}
    origin |= {"Subdir": folder} if folder else {}
    origin |= {"Ref": found.commit.ref} if found.commit.ref else {}
    said = {"Version": found.version, "Time": f"{found.time:%Y-%m-%dT%H:%M:%SZ}", "Origin": origin}
    return Made(200, "OK", {"Content-Type": "application/json"}, json.dumps(said).encode())
