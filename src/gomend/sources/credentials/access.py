"""Credentials in use: asks netrc, git and GOAUTH's commands when go would, and never shows what they say."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gomend.errors import GomendError
from gomend.gomod.weburl import WebURL
from gomend.net.forward import basic_authorization
from gomend.sources.credentials.goauth import (
    FormatError,
    Kind,
    Method,
    parse_git_credential,
    parse_output,
    refusal_in_words,
    split_command,
)
from gomend.sources.credentials.keyring import Headers, Keyring
from gomend.sources.credentials.netrc import netrc_file, parse_netrc
from gomend.sources.entry import HttpEntry

_GIT_TRIES = 3  # as go: gitauth.go (maxTries)
_OK, _UNAUTHORIZED = 200, 401


class Refused(Protocol):
    """A 4xx answer."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def reason(self) -> str:
        """The words after it."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""


class HelperError(GomendError):
    """A command could not be run, took too long or failed."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where helpers run: go's environment and folder; `seconds` that each may take; `head` makes a HEAD request."""

    environment: Mapping[str, str]
    folder: str
    head: Callable[[str, Headers], Awaitable[int | None]]
    seconds: float = 300  # go waits for ever, and a person may be asked


class Credentials:
    """The credentials of one run, shared by all its sources. `methods` are GOAUTH's, the first the strongest."""

    def __init__(self, methods: Sequence[Method], surroundings: Surroundings) -> None:
        self._methods = methods
        self._around = surroundings
        # As go has it where the user has set neither: a helper does not wait at a prompt that nobody sees.
        self._environment = {"GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never"} | {
            name: value for name, value in surroundings.environment.items() if value
        }
        self._keyring = Keyring()
        self._begun = False
        self._first = asyncio.Lock()
        self._again = asyncio.Lock()
        self._checks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End what still runs."""
        for check in self._checks:
            check.cancel()
        await asyncio.gather(*self._checks, return_exceptions=True)

    async def known(self, url: str) -> Headers:
        """What goes with a first request to `url`, which is https. Each method is asked once in a run."""
        if self._is_off:
            return ()
        async with self._first:
            if not self._begun:
                await self._ask_all("", None)
                self._begun = True
        return self._keyring.headers_for(url)

    async def again(self, url: str, sent: Headers, refused: Refused) -> Headers:
        """What goes with the second request after `sent` was refused with a 4xx: the methods are asked with the URL.

        One at a time: what another refused request has brought meanwhile is used as it is.
        """
        if self._is_off:
            return ()
        async with self._again:
            if self._keyring.headers_for(url) == sent:
                await self._ask_all(url, refused)
        return self._keyring.headers_for(url)

    @property
    def _is_off(self) -> bool:
        return any(method.kind is Kind.OFF for method in self._methods)

    async def _ask_all(self, url: str, refused: Refused | None) -> None:
        for method in reversed(self._methods):
            try:
                await self._ask(method, url, refused)
            except (HelperError, FormatError):  # go is silent, too: another method may do
                continue

    async def _ask(self, method: Method, url: str, refused: Refused | None) -> None:
        if method.kind is Kind.NETRC:
            await self._read_netrc()
        elif method.kind is Kind.GIT:
            if url:
                await self._ask_git(method.text, url)
        else:
            words = split_command(method.text) + ([url] if url else [])
            told = None
            if refused is not None:
                told = refusal_in_words(refused.status, refused.reason, refused.headers.items())
            output = await self._run(words, told, folder=self._around.folder)
            for prefix, headers in parse_output(output).items():
                self._keyring.store(prefix, headers)

    async def _read_netrc(self) -> None:
        file = netrc_file(self._around.environment, sys.platform)
        try:
            text = file.read_text("utf-8", "surrogateescape") if file else ""
        except OSError:
            return
        for entry in reversed(parse_netrc(text)):
            self._keyring.store(entry.machine, _basic(entry.login, entry.password))

    async def _ask_git(self, folder: str, url: str) -> None:
        git = ["git", "credential"]
        output = await self._run([*git, "fill"], f"url={url}\n", folder=folder, merged=True)
        found = parse_git_credential(output)
        if not found.prefix or not url.startswith(found.prefix):
            raise FormatError("git gave a credential for another place")
        headers = _basic(found.user, found.password)
        self._keyring.store(found.prefix, headers)
        check = asyncio.create_task(self._tell_git(git, folder, output, found.prefix, headers))
        self._checks.add(check)
        check.add_done_callback(self._checks.discard)

    async def _tell_git(self, git: list[str], folder: str, output: str, prefix: str, headers: Headers) -> None:
        """Let git's helper keep or forget a credential, as go does: beside the request, and without a word."""
        for _ in range(_GIT_TRIES):
            status = await self._around.head(prefix, headers)
            if status in (_OK, _UNAUTHORIZED):
                verb = "approve" if status == _OK else "reject"
                try:
                    await self._run([*git, verb], output, folder=folder)
                except HelperError:
                    return
                return

    async def _run(self, words: list[str], told: str | None, *, folder: str, merged: bool = False) -> str:
        """What a command prints. Its standard error is read with the rest (`merged`), or dropped."""
        try:
            process = await asyncio.create_subprocess_exec(
                *words,
                cwd=folder,
                env=self._environment,
                stdin=DEVNULL if told is None else PIPE,
                stdout=PIPE,
                stderr=STDOUT if merged else DEVNULL,
            )
        except (OSError, ValueError) as error:
            raise HelperError("could not be run") from error
        try:
            async with asyncio.timeout(self._around.seconds):
                output, _ = await process.communicate(None if told is None else told.encode("utf-8", "surrogateescape"))
        except TimeoutError as error:
            raise HelperError("took too long") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise HelperError("failed")
        return output.decode("utf-8", "surrogateescape")


def _basic(user: str, password: str) -> Headers:
    return (("Authorization", basic_authorization(user, password)),)


@dataclass(frozen=True, slots=True)
class Access:
    """What one https entry of GOPROXY sends: its own user, else what the run's credentials have for its address."""

    user: str | None
    password: str | None
    userinfo: str  # as it stands in the URL, with the @; part of the address that credentials are kept for
    credentials: Credentials

    async def known(self, url: str) -> Headers:
        """As of Credentials, for a URL without its user."""
        return await self.credentials.known(self._with_user(url))

    async def again(self, url: str, sent: Headers, refused: Refused) -> Headers:
        """As of Credentials, for a URL without its user."""
        return await self.credentials.again(self._with_user(url), sent, refused)

    def _with_user(self, url: str) -> str:
        return f"https://{self.userinfo}{url.removeprefix('https://')}"


def access_of(entry: HttpEntry, credentials: Credentials) -> Access | None:
    """How an entry is asked; None over plain http, which gets no credentials at all."""
    if not entry.base.startswith("https:"):
        return None
    # "//user:password@", escaped as net/url writes it
    userinfo = str(WebURL(user=entry.user, password=entry.password)).removeprefix("//")
    return Access(entry.user, entry.password, userinfo, credentials)
