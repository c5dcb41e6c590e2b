"""The page of an import path, fetched as go fetches it."""

from dataclasses import dataclass
from typing import Protocol

from gomend.causes import Code
from gomend.net.client import Answer, Ask, Client, Limits
from gomend.net.faults import WireError
from gomend.sources.credentials.access import Credentials
from gomend.sources.credentials.byhost import ByHost, HostCredentialError
from gomend.sources.direct.repository import DirectError

_MOST = 1 << 20  # bytes of a page that are read
_SAID_TO_ANYONE = frozenset({404, 410, 429})


@dataclass(frozen=True, slots=True)
class Page:
    """A page, whatever its status."""

    status: int
    reason: str
    text: str


class Asker(Protocol):
    """Asks the web on behalf of direct fetches. Both raise DirectError."""

    async def page(self, url: str) -> Page:
        """The page at a URL."""

    async def status(self, url: str) -> int | None:
        """The status that a URL is answered with; None where no answer came."""


class Pages:
    """Asks with a client and the credentials that go would use; those of `by_host`, where it has any, come first."""

    def __init__(self, client: Client, credentials: Credentials, limits: Limits, by_host: ByHost | None = None) -> None:
        self._client = client
        self._by_host = by_host
        self._credentials = credentials
        self._limits = limits

    async def page(self, url: str) -> Page:
        """As Asker.page. A 4xx is asked once more with fresh credentials, as go since 1.24 does."""
        try:
            if not url.startswith("https:"):
                return await self._once(url, ())
            own = await self._by_host.headers(url) if self._by_host is not None else ()
            if own:
                return await self._once(url, own)
            sent = await self._credentials.known(url)
            async with self._client.get(Ask(url, secrets=sent), self._limits) as refused:
                if not 400 <= refused.status < 500 or refused.status in _SAID_TO_ANYONE:
                    return await _read(refused)
            fresh = await self._credentials.again(url, sent, refused)
            return await self._once(url, fresh)
        except WireError as error:
            raise DirectError(f'Get "{url}": {error.words}', code=error.code) from error
        except HostCredentialError as error:
            raise DirectError(f'Get "{url}": {error.words}', code=Code.AUTH_CREDENTIALS) from error

    async def status(self, url: str) -> int | None:
        """As Asker.status."""
        try:
            return (await self.page(url)).status
        except DirectError:
            return None

    async def _once(self, url: str, secrets: tuple[tuple[str, str], ...]) -> Page:
        async with self._client.get(Ask(url, secrets=secrets), self._limits) as answer:
            return await _read(answer)


async def _read(answer: Answer) -> Page:
    body = bytearray()
    async for chunk in answer.chunks():
        body += chunk
        if len(body) >= _MOST:
            break
    return Page(answer.status, answer.reason, body.decode("utf-8", "replace"))
