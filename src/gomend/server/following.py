"""The zip of a version comes in together with its .info, for a client that takes one after the other.

`go mod download` asks for both in turn, `go list -m` for .info alone. Which of them asks shows by what came over the
same connection before: go keeps its connections as long as it runs.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress

from gomend.errors import GomendError
from gomend.gomod.protocol import Asked, Kind, path_of
from gomend.server.visit import Visit
from gomend.sources.base import Request
from gomend.sources.cached import Cached, is_immutable

_CONNECTIONS = 4096  # that are remembered
_INFOS = 32  # without a zip among them: over HTTP/2 go asks for as many at a time as it has processors
_AT_ONCE = 32


class Following:
    """Fetches zips ahead into what `files` keeps."""

    def __init__(self, files: Cached) -> None:
        self._files = files
        self._infos: OrderedDict[tuple[str, int], int] = OrderedDict()  # since the last zip, by connection
        self._tasks: set[asyncio.Task[None]] = set()

    def asked(self, visit: Visit, asked: Asked) -> None:
        """A client asks for a file that it may have fetched, and is about to be answered."""
        if asked.kind is Kind.ZIP:
            self._infos[visit.connection] = 0
            self._infos.move_to_end(visit.connection)
            if len(self._infos) > _CONNECTIONS:
                self._infos.popitem(last=False)
        elif asked.kind is Kind.INFO and is_immutable(asked):
            infos = self._infos.pop(visit.connection, _INFOS)
            if infos < _INFOS:
                self._infos[visit.connection] = infos + 1
                self._follow(Request(path_of(Asked(asked.module, Kind.ZIP, asked.version)), "zip", visit.trace))

    def _follow(self, request: Request) -> None:
        if len(self._tasks) < _AT_ONCE:
            task = asyncio.ensure_future(self._fetch(request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _fetch(self, request: Request) -> None:
        """The fetch goes on without its reader, and is told about to who asks for it."""
        with suppress(GomendError, OSError):
            async with self._files.get(request):
                pass
