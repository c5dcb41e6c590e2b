"""The git program: how it is called, and what bounds a call."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gomend.causes import Code
from gomend.sources.credentials.byhost import ByHost, HostCredentialError, Login
from gomend.sources.direct.clones import Clone
from gomend.sources.direct.repository import DirectError
from gomend.sources.direct.turns import Turns
from gomend.sources.direct.watch import Nobody, Watch
from gomend.sources.direct.way import Way

_USER, _TOKEN = "_GOMEND_GIT_USER", "_GOMEND_GIT_TOKEN"
_HELPER = f"""!f() {{ test "$1" = get && printf 'username=%s\\npassword=%s\\n' "${_USER}" "${_TOKEN}"; }}; f"""
_MOST_PRINTED = 64 << 20  # bytes: the names and the files of any repository that somebody keeps by hand
_MOST_SAID = 1 << 16  # bytes of what a call says of itself
_FIXED = {
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "60",
    "gc.auto": "0",
    # What git holds in memory. Its own measures are for a machine that does nothing else.
    "core.packedGitLimit": "256m",
    "core.packedGitWindowSize": "32m",
    "core.deltaBaseCacheLimit": "32m",
    "pack.threads": "2",
}
# A large file is written as it comes. Only for fetching: what `git archive` streams it no longer converts.
_FETCHING = {"core.bigFileThreshold": "16m"}
# No file that git or its children write gets larger, also when nobody is left to look at it.
_BOUNDED = ("sh", "-c", 'ulimit -f "$0" && exec "$@"')
_BLOCK = 512  # bytes, the unit of `ulimit -f` (POSIX)


@dataclass(frozen=True, slots=True)
class Git:
    """The git program. `settings` are configuration values for each call, such as a host's credentials; they are
    passed in the environment, where no other user sees them. `seconds` is the longest that a call may take. Of calls
    that talk to remotes `turns` tells how many there may be at a time, `way` what stands between, `by_host` who asks.
    `watch` is told of calls that take long.
    """

    program: str
    environment: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 900
    turns: Turns | None = None
    way: Way | None = None
    by_host: ByHost | None = None
    watch: Watch = field(default_factory=Nobody)

    def variables(self, clone: Clone | None, own: Mapping[str, str], login: Login | None = None) -> dict[str, str]:
        """The environment of a call, `own` its own settings. git asks nobody, speaks English, and ends a transfer in
        which nothing moves.
        """
        settings = list({**_FIXED, **own, **self.settings}.items())
        if login is not None:
            # By a helper, since a header (http.extraHeader) goes along where the host redirects to another.
            ours = f"credential.{login.base}.helper"
            settings += [(ours, ""), (ours, _HELPER)]
        pairs = {f"GIT_CONFIG_KEY_{at}": name for at, (name, _) in enumerate(settings)}
        pairs |= {f"GIT_CONFIG_VALUE_{at}": value for at, (_, value) in enumerate(settings)}
        pairs |= {_USER: login.user, _TOKEN: login.token} if login is not None else {}
        asks_nobody = {
            "GIT_TERMINAL_PROMPT": "0",
            "GCM_INTERACTIVE": "never",
            "LC_ALL": "C",
            "GIT_DEFAULT_HASH": "sha1",
        }
        if not self.environment.get("GIT_SSH") and not self.environment.get("GIT_SSH_COMMAND"):
            asks_nobody["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=10"
        made = {**self.environment, **asks_nobody, **pairs, "GIT_CONFIG_COUNT": str(len(settings))}
        if clone is not None:
            return {**made, "GIT_DIR": str(clone.folder)}
        made.pop("GIT_DIR", None)
        return made

    async def run(self, clone: Clone | None, *words: str, most: int = _MOST_PRINTED) -> bytes:
        """What a call prints, `most` bytes. Raises DirectError with what it says of itself where it fails."""
        return await self._run(clone, words, {}, None, most)

    async def ask(self, url: str, clone: Clone | None, *words: str) -> bytes:
        """As `run`, for a call that talks to the remote at `url`: it waits for its turn."""
        refused = self.way.refused(url) if self.way is not None else None
        if refused is not None:
            raise DirectError(f"{url}: {refused.words}", code=refused.code)
        async with self.turns.of(urlsplit(url).netloc) if self.turns is not None else nullcontext():
            with self.watch.git(verb(words), url, is_remote=True):
                return await self._ask(url, clone, words)

    async def _ask(self, url: str, clone: Clone | None, words: Sequence[str]) -> bytes:
        began = self.way.begun() if self.way is not None else 0.0
        try:
            login = await self.by_host.login(url) if self.by_host is not None else None
            return await self._run(clone, words, _FETCHING, login, _MOST_PRINTED)
        except HostCredentialError as error:
            raise DirectError(f"{url}: {error.words}", code=Code.AUTH_CREDENTIALS) from error
        except DirectError as error:
            fault = self.way.fault(url, began) if self.way is not None else None
            if fault is None:
                raise
            raise DirectError(f"{url}: {fault.words}", code=fault.code, output=error.output) from error

    async def _run(
        self, clone: Clone | None, words: Sequence[str], own: Mapping[str, str], login: Login | None, most: int
    ) -> bytes:
        async with self.started(clone, words, asyncio.subprocess.PIPE, own=own, login=login) as child:
            assert child.stdout is not None  # noqa: S101 - for mypy
            printed = bytearray()
            while piece := await child.stdout.read(1 << 16):
                printed += piece
                if len(printed) > most:
                    raise DirectError(f"git {verb(words)}: more than {most} bytes", code=Code.UNKNOWN)
        return bytes(printed)

    @asynccontextmanager
    async def started(
        self,
        clone: Clone | None,
        words: Sequence[str],
        to: int,
        *,
        own: Mapping[str, str] | None = None,
        login: Login | None = None,
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """A call that prints `to` a file or a pipe. When the block ends its end is awaited; it is ended where the block
        fails or its time is over. Raises DirectError with what it says of itself where it fails.
        """
        most = clone.most if clone is not None and own is _FETCHING else None
        kept = (clone.descriptor,) if clone is not None and clone.descriptor is not None else ()
        try:
            child = await asyncio.create_subprocess_exec(
                *((*_BOUNDED, str(most // _BLOCK)) if most is not None else ()),
                self.program,
                *words,
                env=self.variables(clone, own or {}, login),
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
            words_of_it = f"git {verb(words)}: no end after {self.seconds:.0f} s"
            raise DirectError(words_of_it, code=Code.NET_RESPONSE_TIMEOUT) from error
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, 9)
                await child.wait()
            said.cancel()
        if child.returncode:
            raise failed(words, child.returncode, output)


def verb(words: Sequence[str]) -> str:
    """The command of git that a call is: what stands behind its general options."""
    return next(word for at, word in enumerate(words) if not word.startswith("-") and (not at or words[at - 1] != "-c"))


async def _said(stream: asyncio.StreamReader) -> bytes:
    kept = bytearray()
    while piece := await stream.read(1 << 14):
        kept += piece[: _MOST_SAID - len(kept)]
    return bytes(kept)


def _not_run(program: str, error: OSError) -> DirectError:
    words = f'exec: "{program}": {error.strerror}'
    return DirectError(words, code=Code.VCS_TOOL_MISSING if isinstance(error, FileNotFoundError) else None)


def failed(words: Sequence[str], status: int, said: bytes) -> DirectError:
    """A call that ended with a status that is not 0."""
    output = said.decode("utf-8", "replace").strip()
    return DirectError(f"git {verb(words)}: exit status {status}: {output}", code=None, output=output)
