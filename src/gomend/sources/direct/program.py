"""A program of version control: how it is called, and what bounds a call."""

import asyncio
import os
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

from gomend.causes import Code
from gomend.sources.credentials.byhost import ByHost, HostCredentialError, Login
from gomend.sources.direct.clones import Clone
from gomend.sources.direct.repository import DirectError
from gomend.sources.direct.turns import Turns
from gomend.sources.direct.watch import Nobody, Watch
from gomend.sources.direct.way import Way

_MOST_PRINTED = 64 << 20  # bytes: the names and the files of any repository that somebody keeps by hand
_MOST_SAID = 1 << 16  # bytes of what a call says of itself
# No file that a fetching program or its children write gets larger, also when nobody is left to look at it.
_BOUNDED = ("sh", "-c", 'ulimit -f "$0" && exec "$@"')
_BLOCK = 512  # bytes, the unit of `ulimit -f` (POSIX)


@dataclass(frozen=True, slots=True)
class Program(ABC):
    """One of them. `seconds` is the longest that a call may take. Of calls that talk to remotes `turns` tells how many
    there may be at a time, `way` what stands between, `by_host` who asks. `watch` is told of calls that take long.
    `settings` are configuration values for each call.
    """

    tool: ClassVar[str]

    program: str
    environment: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 900
    turns: Turns | None = None
    way: Way | None = None
    by_host: ByHost | None = None
    watch: Watch = field(default_factory=Nobody)

    @abstractmethod
    def variables(self, clone: Clone | None, login: Login | None, *, fetches: bool) -> dict[str, str]:
        """The environment of a call: it asks nobody, and speaks English."""

    async def run(self, clone: Clone | None, *words: str, most: int = _MOST_PRINTED) -> bytes:
        """What a call prints, `most` bytes. Raises DirectError with what it says of itself where it fails."""
        return await self._run(clone, words, None, most, fetches=False)

    async def ask(self, url: str, clone: Clone | None, *words: str) -> bytes:
        """As `run`, for a call that talks to the remote at `url`: it waits for its turn."""
        refused = self.way.refused(url) if self.way is not None else None
        if refused is not None:
            raise DirectError(f"{url}: {refused.words}", code=refused.code)
        async with self.turns.of(urlsplit(url).netloc) if self.turns is not None else nullcontext():
            with self.watch.call(self.tool, verb(words), url, is_remote=True):
                return await self._ask(url, clone, words)

    async def _ask(self, url: str, clone: Clone | None, words: Sequence[str]) -> bytes:
        began = self.way.begun() if self.way is not None else 0.0
        try:
            login = await self.by_host.login(url) if self.by_host is not None else None
            return await self._run(clone, words, login, _MOST_PRINTED, fetches=True)
        except HostCredentialError as error:
            raise DirectError(f"{url}: {error.words}", code=Code.AUTH_CREDENTIALS) from error
        except DirectError as error:
            fault = self.way.fault(url, began) if self.way is not None else None
            if fault is None:
                raise
            raise DirectError(f"{url}: {fault.words}", code=fault.code, output=error.output) from error

    async def _run(
        self, clone: Clone | None, words: Sequence[str], login: Login | None, most: int, *, fetches: bool
    ) -> bytes:
        async with self.started(clone, words, asyncio.subprocess.PIPE, login=login, fetches=fetches) as child:
            assert child.stdout is not None  # noqa: S101 - for mypy
            printed = bytearray()
            while piece := await child.stdout.read(1 << 16):
                printed += piece
                if len(printed) > most:
                    raise DirectError(f"{self.tool} {verb(words)}: more than {most} bytes", code=Code.UNKNOWN)
        return bytes(printed)

    @asynccontextmanager
    async def started(
        self,
        clone: Clone | None,
        words: Sequence[str],
        to: int,
        *,
        login: Login | None = None,
        fetches: bool = False,
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """A call that prints `to` a file or a pipe. When the block ends its end is awaited; it is ended where the block
        fails or its time is over. Raises DirectError with what it says of itself where it fails.
        """
        most = clone.most if clone is not None and fetches else None
        kept = (clone.descriptor,) if clone is not None and clone.descriptor is not None else ()
        try:
            child = await asyncio.create_subprocess_exec(
                *((*_BOUNDED, str(most // _BLOCK)) if most is not None else ()),
                self.program,
                *words,
                env=self.variables(clone, login, fetches=fetches),
                cwd=clone.folder if clone is not None else "/",  # not where somebody else's configuration may lie
                stdin=asyncio.subprocess.DEVNULL,
                stdout=to,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=kept,  # the clone is in use as long as a program works on it, whoever started it
                start_new_session=True,
            )
        except OSError as error:
            raise _not_run(self.program, error) from error
        assert child.stderr is not None  # noqa: S101 - for mypy
        said = asyncio.ensure_future(_said(child.stderr))
        limit = asyncio.timeout(self.seconds)
        try:
            async with limit:
                yield child
                output = await said
                await child.wait()
        except TimeoutError as error:
            if not limit.expired():
                raise
            words_of_it = f"{self.tool} {verb(words)}: no end after {self.seconds:.0f} s"
            raise DirectError(words_of_it, code=Code.NET_RESPONSE_TIMEOUT) from error
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, 9)
                await child.wait()
            said.cancel()
        if child.returncode:
            raise self._failed(words, child.returncode, output)

    def _failed(self, words: Sequence[str], status: int, said: bytes) -> DirectError:
        output = said.decode("utf-8", "replace").strip()
        return DirectError(f"{self.tool} {verb(words)}: exit status {status}: {output}", code=None, output=output)


def verb(words: Sequence[str]) -> str:
    """The command that a call is: what stands behind the general options."""
    return next(word for at, word in enumerate(words) if not word.startswith("-") and (not at or words[at - 1] != "-c"))


async def _said(stream: asyncio.StreamReader) -> bytes:
    kept = bytearray()
    while piece := await stream.read(1 << 14):
        kept += piece[: _MOST_SAID - len(kept)]
    return bytes(kept)


def _not_run(program: str, error: OSError) -> DirectError:
    words = f'exec: "{program}": {error.strerror}'
    return DirectError(words, code=Code.VCS_TOOL_MISSING if isinstance(error, FileNotFoundError) else None)
