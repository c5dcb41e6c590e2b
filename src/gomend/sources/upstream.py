"""One entry of a GOPROXY list, asked over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gomend.net.client import Answer, Ask, Client, Limits
from gomend.sources.base import Request


class Upstream:
    """The source at `base` (no trailing slash, no credentials), the entry number `index` of its list."""

    def __init__(self, client: Client, base: str, index: int) -> None:
        self.base = base
        self.index = index
        self._client = client

    @asynccontextmanager
    async def get(self, request: Request, limits: Limits) -> AsyncIterator[Answer]:
        """As `Source.get`, each wait limited by `limits`."""
        ask = Ask(
            f"{self.base}/{request.path}",
            purpose=request.purpose,
            source=self.index,
            attempt=request.attempt,
            ahead=request.ahead,
            headers=request.headers,
        )
        async with self._client.get(ask, limits) as answer:
            yield answer
