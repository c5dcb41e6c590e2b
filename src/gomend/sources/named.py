"""Asks a source about those modules alone that a pattern list names.

A module's path says which host is asked for its repository, so whoever may ask for any path may send the server to any
address of its network, a metadata service among them. Patterns are written by who runs the server.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gomend.gomod.private import matches
from gomend.gomod.protocol import parse_path
from gomend.sources.base import Answer, Request, Source
from gomend.sources.whole import TEXT, Whole


class Named:
    """Wraps one source. `patterns` are of GOPRIVATE's kind."""

    def __init__(self, inner: Source, patterns: str) -> None:
        self._inner = inner
        self._patterns = patterns

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`; 404 for every other module."""
        module = parse_path(request.path).module
        if matches(self._patterns, module):
            async with self._inner.get(request) as answer:
                yield answer
            return
        words = f"not found: {module}: of repositories this server asks those alone that GOPRIVATE names\n"
        yield Whole(404, words.encode(), {"Content-Type": TEXT}, "Not Found")
