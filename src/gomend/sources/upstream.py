"""One entry of a GOPROXY list, asked over HTTP."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from gomend.net.client import Answer, Ask, Client, Limits
from gomend.sources.base import Request

# "No such file" and "later" are no question of who asks.
_SAID_TO_ANYONE = frozenset({404, 410, 429})


class Access(Protocol):
    """The credentials that an https entry is asked with."""

    @property
    def user(self) -> str | None:
        """The user in the entry's URL."""

    @property
    def password(self) -> str | None:
        """The password in the entry's URL."""

    async def known(self, url: str) -> tuple[tuple[str, str], ...]:
        """The headers for a first request. Raises BadAnswerError where there are some and they cannot be used."""

    async def again(self, url: str, sent: tuple[tuple[str, str], ...], refused: Answer) -> tuple[tuple[str, str], ...]:
        """The headers for a second request, after the first, sent with `sent`, got a 4xx."""


class Upstream:
    """Entry number `index` of its list; `url` gives the address of a path there, without credentials.

    `access` is given for an https entry: its 4xx is then asked once more with fresh credentials, as go since 1.24 does
    (cmd/go/internal/web: get), unless the status says "no such file" or "later".
    """

    def __init__(self, client: Client, url: Callable[[str], str], index: int, access: Access | None = None) -> None:
        self._client = client
        self._url = url
        self._index = index
        self._access = access

    @asynccontextmanager
    async def get(self, request: Request, limits: Limits) -> AsyncIterator[Answer]:
        """As `Source.get`, each wait limited by `limits`."""
        url = self._url(request.path)
        if self._access is None:
            async with self._client.get(self._ask(request, url, ()), limits) as answer:
                yield answer
            return
        sent = await self._access.known(url)
        async with self._client.get(self._ask(request, url, sent), limits) as answer:
            if not 400 <= answer.status < 500 or answer.status in _SAID_TO_ANYONE:
                yield answer
                return
        fresh = await self._access.again(url, sent, answer)
        async with self._client.get(self._ask(request, url, fresh), limits) as answer:
            yield answer

    def _ask(self, request: Request, url: str, secrets: Sequence[tuple[str, str]]) -> Ask:
        return Ask(
            url,
            purpose=request.purpose,
            source=self._index,
            attempt=request.attempt,
            ahead=request.ahead,
            headers=request.headers,
            secrets=secrets,
            user=self._access.user if self._access else None,
            password=self._access.password if self._access else None,
        )


@dataclass(frozen=True, slots=True)
class Once:
    """An upstream as a Source that is asked once, each wait limited by `limits`."""

    upstream: Upstream
    limits: Limits

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`."""
        async with self.upstream.get(request, self.limits) as answer:
            yield answer
