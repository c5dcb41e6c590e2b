"""One entry of a GOPROXY list, asked over HTTP."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from gomend.net.client import Answer, Ask, Client, Limits
from gomend.sources.base import Request


class Upstream:
    """Entry number `index` of its list; `url` gives the address of a path there, without credentials."""

    def __init__(self, client: Client, url: Callable[[str], str], index: int) -> None:
        self._client = client
        self._url = url
        self._index = index

    @asynccontextmanager
    async def get(self, request: Request, limits: Limits) -> AsyncIterator[Answer]:
        """As `Source.get`, each wait limited by `limits`."""
        ask = Ask(
            self._url(request.path),
            purpose=request.purpose,
            source=self._index,
            attempt=request.attempt,
            ahead=request.ahead,
            headers=request.headers,
        )
        async with self._client.get(ask, limits) as answer:
            yield answer
