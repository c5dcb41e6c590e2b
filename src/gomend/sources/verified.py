"""Lets a public module pass only if the checksum database says that these are its bytes.

A go.mod is compared before anything of it is passed on. A zip streams: its last piece is held back until the whole was
hashed and compared, so that a download which does not pass the check fails and never ends.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gomend.causes import Code
from gomend.gomod.modzip import MAX_GOMOD, ModuleZipError, check_zip, hash_gomod, hash_zip, open_zip
from gomend.gomod.path import InvalidPathError, InvalidVersionError
from gomend.gomod.protocol import Asked, Kind, NotProtocolError, parse_path
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.sumdb import Sums
from gomend.sources.base import Answer, Request, Source
from gomend.sources.directorylimit import limited
from gomend.sources.refused import BadAnswerError, CheckError
from gomend.sources.whole import Whole, read_whole
from gomend.storage.scratch import new_file, write_all

_SMALL, _SMALL_UNPACKED, _FEW = 1 << 18, 1 << 20, 50  # bytes of a zip, bytes of its files, files
Lookup = Callable[[str, str], Awaitable[Sums]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that did not pass."""

    module: str
    version: str
    kind: Kind
    code: Code
    words: str


class Verified:
    """Wraps a source. `lookup` asks the checksum database and raises CheckError (None: there is none), `is_exempt` says
    about which modules it is not asked; zips are held in `scratch` meanwhile; `told` hears of what did not pass.
    """

    def __init__(
        self,
        inner: Source,
        lookup: Lookup | None,
        is_exempt: Callable[[str], bool],
        scratch: Path,
        told: Callable[[Failure], None],
    ) -> None:
        self._inner = inner
        self._lookup = lookup
        self._is_exempt = is_exempt
        self._scratch = scratch
        self._told = told

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`. Raises CheckError, BadAnswerError, StoreError where the scratch folder is full."""
        try:
            asked = parse_path(request.path)
        except NotProtocolError:
            asked = Asked(Kind.LIST)
        if asked.kind not in (Kind.MOD, Kind.ZIP):
            async with self._inner.get(request) as answer:
                yield answer
            return
        looking = asyncio.ensure_future(self._recorded(asked))
        try:
            async with self._inner.get(request) as answer:
                if answer.status != 200:
                    yield answer
                elif asked.kind is Kind.MOD:
                    body = await read_whole(answer, MAX_GOMOD)
                    self._compare(asked, hash_gomod(body), await self._told_sums(asked, looking))
                    yield Whole(200, body, answer.headers)
                else:
                    async with self._spooled(asked, answer, looking) as zipped:
                        yield zipped
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _recorded(self, asked: Asked) -> Sums | None:
        """None for a module that is exempt."""
        if self._is_exempt(asked.module):
            return None
        if self._lookup is None:
            if asked.module == "golang.org/toolchain":
                raise CheckError(Code.CHECKSUM_SUMDB_UNREACHABLE, "checksum database disabled by GOSUMDB=off")
            return None
        return await self._lookup(asked.module, asked.version)

    async def _told_sums(self, asked: Asked, looking: "asyncio.Future[Sums | None]") -> Sums | None:
        try:
            return await looking
        except CheckError as error:
            self._fail(asked, error.code, error.words)
            raise

    def _fail(self, asked: Asked, code: Code, words: str) -> None:
        self._told(Failure(asked.module, asked.version, asked.kind, code, words))

    def _compare(self, asked: Asked, digest: str, sums: Sums | None) -> None:
        if sums is None:
            return
        recorded = sums.zips if asked.kind is Kind.ZIP else sums.gomods
        if digest in recorded:
            return
        if not recorded:
            code, words = Code.CHECKSUM_SUMDB_NOT_FOUND, "the checksum database has no hash of this file"
        else:
            code, words = Code.CHECKSUM_SUMDB_MISMATCH, f"downloaded: {digest}, checksum database: {recorded[0]}"
        self._fail(asked, code, words)
        raise CheckError(code, words)

    @asynccontextmanager
    async def _spooled(
        self, asked: Asked, answer: Answer, looking: "asyncio.Future[Sums | None]"
    ) -> AsyncIterator["Spooled"]:
        length = answer.headers.get("Content-Length", "")
        handle, path = new_file(self._scratch, int(length) if length.isdigit() else 0)
        try:
            judge = partial(self.judge, asked, path, looking)
            yield Spooled(answer, judge, path, handle)
        finally:
            os.close(handle)
            path.unlink(missing_ok=True)

    async def judge(self, asked: Asked, path: Path, looking: "asyncio.Future[Sums | None]") -> bool:
        """Whether a whole zip may be kept as well as passed on. Raises CheckError, BadAnswerError."""
        try:
            if _is_small(path):
                digest, is_clean = _hashed(path, asked.module, asked.version)
            else:
                digest, is_clean = await asyncio.to_thread(_hashed, path, asked.module, asked.version)
        except GoRefusalError as error:
            words = str(error).partition("\n")[0]
            self._fail(asked, Code.PROXY_BAD_RESPONSE, words)
            raise BadAnswerError(words) from error
        self._compare(asked, digest, await self._told_sums(asked, looking))
        return is_clean


def _is_small(path: Path) -> bool:
    """Whether hashing takes less than changing threads, where it would hold the interpreter as well."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) > _SMALL:
            return False
        entries = open_zip(file).entries
        return len(entries) <= _FEW and sum(entry.size for entry in entries) <= _SMALL_UNPACKED


def _hashed(path: Path, module: str, version: str) -> tuple[str, bool]:
    """The zip's hash, and whether go would unpack it. Raises GoRefusalError where it is no module's zip at all."""
    with path.open("rb") as whole:
        file = limited(whole)
        digest = hash_zip(file)
        file.seek(0)
        try:
            check_zip(file, module, version)
        except (ModuleZipError, InvalidPathError, InvalidVersionError):
            return digest, False
    return digest, True


class Spooled:
    """A zip on its way through. `file` grows as pieces come; it is gone when the answer's block ends."""

    def __init__(
        self,
        answer: Answer,
        judge: Callable[[], Awaitable[bool]],
        file: Path,
        handle: int,
    ) -> None:
        self.status = answer.status
        self.reason = answer.reason
        self.headers: Mapping[str, str] = answer.headers
        self.file = file
        self.handle = handle
        self.may_be_kept = False  # known when the body has ended
        self._answer = answer
        self._judge = judge

    async def chunks(self) -> AsyncIterator[bytes]:
        """As of Answer: every piece is in the file before it comes. Raises CheckError, BadAnswerError, StoreError."""
        held = b""
        size = 0
        async for piece in self._answer.chunks():
            write_all(self.handle, piece, size)
            size += len(piece)
            if held:
                yield held
            held = piece
        length = self.headers.get("Content-Length", "")
        if length.isdigit() and int(length) != size:
            raise BadAnswerError(f"{size} bytes instead of {length}")
        self.may_be_kept = await self._judge()
        if held:
            yield held
