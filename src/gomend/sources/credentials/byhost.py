"""Credentials that who runs a server wrote down for a host: for its sources, go-import pages and git over https.

They are sent over https alone, by go's rule about redirects: to their host and below it. What has expired is not sent.
"""

import os
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from gomend.causes import Code
from gomend.errors import GomendError
from gomend.net.client import Answer
from gomend.net.forward import basic_authorization
from gomend.sources.credentials.keyring import Headers
from gomend.sources.refused import BadAnswerError
from gomend.sources.upstream import Access


class HostCredentialError(GomendError):
    """There are credentials for a host, and they cannot be used; `words` say why, without them."""

    def __init__(self, host: str, words: str) -> None:
        super().__init__(f"the credentials for {host} {words}")
        self.words = str(self)


class CredentialsFileError(GomendError):
    """A file of credentials that cannot be read; `words` say why, without what it holds."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class App(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A GitHub App, as it is installed somewhere."""

    id: str
    installation: int
    key_file: str  # its private key, PEM
    api: str = "https://api.github.com"


class HostEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[host]]` of the file. Exactly one of the four places says where the token is."""

    name: str  # host, host:port, or either with a path: what the longest such beginning of an address says counts
    user: str = "x-access-token"  # what forges take with a token
    token: str = ""
    token_file: str = ""  # read anew each time: tokens are rotated
    token_env: str = ""
    app: App | None = None
    expires: datetime | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: tuple[HostEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Secret:
    """A token, and when it stops being good."""

    token: str
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """Who is told to all addresses that begin as `base`."""

    base: str
    user: str
    token: str


class TokenSource(Protocol):
    """Gives the token of one entry."""

    def __call__(self) -> Awaitable[Secret]:
        """The token as it is now. Raises HostCredentialError."""


def read_credentials(path: str) -> tuple[HostEntry, ...]:
    """The entries of a file. Raises CredentialsFileError."""
    try:
        table = tomllib.loads(Path(path).read_text("utf-8"))
        entries = msgspec.convert(table, _File).host
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialsFileError(getattr(error, "strerror", None) or "not UTF-8") from error
    except tomllib.TOMLDecodeError as error:  # its words tell a place, not what stands there
        raise CredentialsFileError(str(error)) from error
    except msgspec.ValidationError as error:
        raise CredentialsFileError(str(error)) from error
    for number, entry in enumerate(entries, 1):
        places = [place for place in (entry.token, entry.token_file, entry.token_env, entry.app) if place]
        if not entry.name or "://" in entry.name or len(places) != 1:
            raise CredentialsFileError(
                f"[[host]] number {number} needs a name and one of token, token_file, token_env, app"
            )
        if entry.app is not None and not entry.app.api.startswith("https://"):
            raise CredentialsFileError(f"[[host]] number {number}: an app's api begins with https://")
        if entry.expires is not None and entry.expires.tzinfo is None:
            raise CredentialsFileError(f"[[host]] number {number}: expires needs an offset from UTC, such as Z")
    return entries


class ByHost:
    """The credentials of all hosts.

    `now` gives the date, `environment` has what `token_env` names, `of_app` asks for the token of an app; it is given
    the host's name, too.
    """

    def __init__(
        self,
        entries: tuple[HostEntry, ...],
        environment: Mapping[str, str],
        now: Callable[[], datetime],
        of_app: Callable[[str, App], Awaitable[Secret]],
    ) -> None:
        self._now = now
        self._entries = {_address(entry.name): (entry, _source_of(entry, environment, of_app)) for entry in entries}

    async def login(self, url: str) -> Login | None:
        """What `url` is asked with; None where nothing was written down for it. Raises HostCredentialError."""
        place = self._place(url)
        if not place:
            return None
        entry, source = self._entries[place]
        secret = await source()
        for expires in (entry.expires, secret.expires):
            if expires is not None and expires <= self._now():
                raise HostCredentialError(entry.name, f"expired at {expires.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        return Login(f"https://{place}", entry.user, secret.token)

    async def headers(self, url: str) -> Headers:
        """The same as headers. Raises HostCredentialError."""
        login = await self.login(url)
        return () if login is None else (("Authorization", basic_authorization(login.user, login.token)),)

    def _place(self, url: str) -> str:
        """The longest name that the address begins with, by whole path elements; empty where none does."""
        scheme, _, rest = url.partition("://")
        place = _address(rest.partition("?")[0])
        while scheme == "https" and place:
            if place in self._entries:
                return place
            place = place.rpartition("/")[0]
        return ""


@dataclass(frozen=True, slots=True)
class HostAccess:
    """How an https source is asked (`sources.upstream.Access`): with what was written down for its address, else as
    `inner` has it.
    """

    by_host: ByHost
    inner: Access

    @property
    def user(self) -> str | None:
        """As of Access."""
        return self.inner.user

    @property
    def password(self) -> str | None:
        """As of Access."""
        return self.inner.password

    async def known(self, url: str) -> Headers:
        """As of Access."""
        return await self._own(url) or await self.inner.known(url)

    async def again(self, url: str, sent: Headers, refused: Answer) -> Headers:
        """As of Access."""
        return await self._own(url) or await self.inner.again(url, sent, refused)

    async def _own(self, url: str) -> Headers:
        try:
            return await self.by_host.headers(url)
        except HostCredentialError as error:
            raise BadAnswerError(error.words, Code.AUTH_CREDENTIALS) from error


def _address(place: str) -> str:
    """Host, port unless it is https's own, and path, without a user."""
    host, slash, path = place.partition("/")
    return f"{host.rpartition('@')[2].lower().removesuffix(':443')}{slash}{path}".rstrip("/")


def _source_of(
    entry: HostEntry, environment: Mapping[str, str], of_app: Callable[[str, App], Awaitable[Secret]]
) -> TokenSource:
    async def token() -> Secret:
        if entry.app is not None:
            return await of_app(entry.name, entry.app)
        if entry.token_file:
            try:
                found = Path(entry.token_file).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                words = f"cannot be read: {os.strerror(getattr(error, 'errno', 0) or 22)}"
                raise HostCredentialError(entry.name, words) from error
        else:
            found = entry.token or environment.get(entry.token_env, "")
        if not found:
            raise HostCredentialError(entry.name, "are empty")
        return Secret(found)

    return token
