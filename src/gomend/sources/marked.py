"""Puts headers of the asker's own on every request of a source, `Via` among them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from gomend.sources.base import Answer, Request, Source

TRACE = "traceparent"  # W3C Trace Context


class Marked:
    """Wraps one source. Of the headers of whoever asked only the trace that the request belongs to is passed on."""

    def __init__(self, inner: Source, headers: Mapping[str, str]) -> None:
        self._inner = inner
        self._headers = headers

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`."""
        trace = {name: value for name, value in request.headers.items() if name == TRACE}
        async with self._inner.get(replace(request, headers={**trace, **self._headers})) as answer:
            yield answer
