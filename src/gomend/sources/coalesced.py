"""Any number of clients that ask for one file at a time cause one request, and read along as it comes.

The fetch belongs to none of them: who leaves does not end it, and what it brings is kept even if all have left.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Generic, TypeVar

from gomend.errors import GomendError
from gomend.sources.base import Answer, Request, Source
from gomend.sources.verified import Spooled
from gomend.storage.base import PIECE

_State = TypeVar("_State")
Landing = Callable[[Request, Answer, _State], Awaitable[None]]


class Coalesced(Generic[_State]):
    """Wraps a source.

    `begin` is called before a source is asked; what it gives comes back to `land`, which is given every answer whose
    body has come whole, before its fetch is over; not that of a fetch that a later one of the same path stands for.
    """

    def __init__(self, inner: Source, begin: Callable[[Request], Awaitable[_State]], land: "Landing[_State]") -> None:
        self._inner = inner
        self._begin = begin
        self._land = land
        self._flights: dict[str, _Flight] = {}
        self._parted: set[_Flight] = set()  # that nobody may join any more
        self.joined = 0  # requests that found a fetch under way

    @property
    def under_way(self) -> int:
        """How many fetches are under way."""
        return len(self._flights) + len(self._parted)

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator["Shared"]:
        """As `Source.get`. Raises what the source raises, each time it is asked."""
        flight = self._flights.get(request.path)
        if flight is None:
            for parted in self._parted:
                parted.is_superseded |= parted.path == request.path
            flight = self._flights[request.path] = _Flight(request.path)
            flight.task = asyncio.ensure_future(self._fetch(request, flight))
        else:
            self.joined += 1
        flight.readers += 1
        try:
            await asyncio.shield(flight.head)
            yield Shared(flight)
        finally:
            flight.left()

    def part(self, is_meant: Callable[[str, int], bool]) -> None:
        """Let nobody join these fetches any more: what they bring is older than what is wanted now. `is_meant` is given
        the path of each, and its status, 0 before the answer has begun.
        """
        for path in [path for path, flight in self._flights.items() if is_meant(path, flight.status)]:
            self._parted.add(self._flights.pop(path))

    async def close(self, seconds: float) -> None:
        """Wait for what is under way, so long at most; then end it."""
        flights = [*self._flights.values(), *self._parted]
        tasks = [flight.task for flight in flights if flight.task is not None]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch(self, request: Request, flight: "_Flight") -> None:
        try:
            state = await self._begin(request)
            async with self._inner.get(request) as answer:
                flight.begin(answer)
                async for piece in answer.chunks():
                    flight.add(piece)
                flight.finish(None)
                if not flight.is_superseded:
                    await self._land(request, answer, state)
        except (GomendError, OSError) as error:
            flight.finish(error)
        except BaseException as error:
            flight.finish(error if isinstance(error, Exception) else ConnectionAbortedError("the server stops"))
            raise
        finally:
            if self._flights.get(request.path) is flight:
                del self._flights[request.path]
            self._parted.discard(flight)
            flight.landed()


class _Flight:
    """One fetch. A zip is read from the file that it is written to; everything else is held in memory."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.task: asyncio.Task[None] | None = None
        self.head: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.head.add_done_callback(lambda head: head.cancelled() or head.exception())
        self.readers = 0
        self.status = 0
        self.reason = ""
        self.headers: Mapping[str, str] = {}
        self.size = 0  # bytes that may be read
        self.done = False
        self.is_superseded = False  # a later one of the same path has begun
        self.fault: Exception | None = None
        self.handle: int | None = None
        self.pieces: list[bytes] = []
        self._moved = asyncio.Event()
        self._is_open = True

    def begin(self, answer: Answer) -> None:
        """The headers are in. Who waits is told with the first piece: until then a fault can still be told as such."""
        self.status, self.reason, self.headers = answer.status, answer.reason, answer.headers
        if isinstance(answer, Spooled):
            self.handle = os.dup(answer.handle)

    def add(self, piece: bytes) -> None:
        """More may be read."""
        if self.handle is None:
            self.pieces.append(piece)
        self.size += len(piece)
        self._move()

    def finish(self, fault: Exception | None) -> None:
        """All has come, or no more will."""
        if self.done:
            return
        self.done = True
        self.fault = fault
        self._move()

    def landed(self) -> None:
        """Nobody can join any more."""
        self._is_open = False
        if not self.readers:
            self._close()

    def left(self) -> None:
        """A reader has gone."""
        self.readers -= 1
        if not self._is_open and not self.readers:
            self._close()

    async def moved(self) -> None:
        """Wait until there is more to read, or nothing more to come."""
        await self._moved.wait()

    def _move(self) -> None:
        if not self.head.done():
            if self.fault is not None:
                self.head.set_exception(self.fault)
            else:
                self.head.set_result(None)
        self._moved.set()
        self._moved = asyncio.Event()

    def _close(self) -> None:
        if self.handle is not None:
            with suppress(OSError):
                os.close(self.handle)
            self.handle = None


class Shared:
    """One client's view of a fetch."""

    def __init__(self, flight: _Flight) -> None:
        self._flight = flight
        self.status = flight.status
        self.reason = flight.reason
        self.headers = flight.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """As of Answer, at the client's own pace. Raises what ended the fetch early."""
        flight = self._flight
        at = number = 0
        while True:
            while at < flight.size:
                if flight.handle is not None:
                    # Written a moment ago, so it is in memory: to copy it takes less than to change threads.
                    piece = os.pread(flight.handle, min(PIECE, flight.size - at), at)
                else:
                    piece = flight.pieces[number]
                    number += 1
                at += len(piece)
                yield piece
            if flight.done:
                if flight.fault is not None:
                    raise flight.fault
                return
            await flight.moved()
