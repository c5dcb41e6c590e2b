"""Puts headers of the asker's own on every request of a source, `Via` among them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from gomend.sources.base import Answer, Request, Source


class Marked:
    """Wraps one source. The headers of whoever asked are not passed on."""

    def __init__(self, inner: Source, headers: Mapping[str, str]) -> None:
        self._inner = inner
        self._headers = headers

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`."""
        async with self._inner.get(replace(request, headers=self._headers)) as answer:
            yield answer
