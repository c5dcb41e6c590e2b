"""Fetches what go is about to ask, in go's order and from where go would ask it, so that a slow line hurts less."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from gomend.net.faults import WireError
from gomend.sources.base import Answer, Request, Source, Wanted
from gomend.sources.kept import Kept, Shelf
from gomend.sources.policy import is_passing_status
from gomend.sources.retrying import GaveUpError

_NO_SUCH_FILE = (404, 410)
_NEAR = 0.003  # seconds to a file's first byte, below which go's own processor time is what a run waits for
_FOR_GO = 16  # streams that are left for what go asks itself


class Step(Protocol):
    """Which entry of the list go asks after entry `number` answered so; None: it asks none."""

    def __call__(self, number: int, /, *, not_found: bool) -> int | None: ...


class Follow(Protocol):
    """Which files go will ask for once it has this answer to the request for `path`."""

    def __call__(self, path: str, headers: Mapping[str, str], body: bytes, /) -> Sequence[Wanted]: ...


class Heard:
    """An answer whose whole body is told to `tell` when it has passed."""

    def __init__(self, answer: Answer, tell: Callable[[bytes], None]) -> None:
        self.status = answer.status
        self.reason = answer.reason
        self.headers = answer.headers
        self._answer = answer
        self._tell = tell

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body."""
        whole = b""
        async for chunk in self._answer.chunks():
            whole += chunk
            yield chunk
        self._tell(whole)


@dataclass(slots=True)
class Tally:
    """What reading ahead came to; bytes of bodies."""

    fetched: int = 0
    used: int = 0
    bytes_fetched: int = 0
    bytes_used: int = 0


class Width:
    """How many requests run at once: from `start`, up to what the line's latency calls for.

    A file's wait is mostly the round trip. To hide it behind the other files, about 4 files for every 10 ms of it must
    be under way; more would only compete with go for the cores. A 429 sets the width to 1.
    """

    def __init__(self, start: int = 8, most: int = 64) -> None:
        self._start = start
        self._most = most
        self._now = start
        self._quickest: float | None = None
        self._slowed = False

    @property
    def is_slowed(self) -> bool:
        """Whether the source asked for less."""
        return self._slowed

    @property
    def is_near(self) -> bool:
        """Whether there is hardly a wait to hide."""
        return self._quickest is not None and self._quickest < _NEAR

    @property
    def now(self) -> int:
        """Requests that may run at once."""
        return self._now

    def answered(self, wait: float) -> None:
        """A file's first byte came after `wait` seconds."""
        self._quickest = wait if self._quickest is None else min(self._quickest * 1.05, wait)
        if not self._slowed:
            self._now = min(self._most, max(self._start, round(self._quickest * 400)), self._now + 2)

    def refused(self) -> None:
        """The source asked for less."""
        self._slowed = True
        self._now = 1


class ReadAhead:
    """Over the entries of one run. `step` says where go goes on, `clock` gives seconds, `shelf` holds what came.

    `follow` tells what follows from a .mod that arrived; it is asked from entry `first` on. `streams` says how many
    small files an entry takes at once beside what the width allows (over HTTP/2, where the server names that number).
    With `after_go` nothing is fetched before go itself has asked for one of the wanted files.
    """

    def __init__(
        self,
        entries: dict[int, Source],
        step: Step,
        shelf: Shelf,
        clock: Callable[[], float],
        *,
        follow: Follow | None = None,
        first: int = 0,
        streams: Callable[[int], int] = lambda _: 0,
        after_go: bool = False,
    ) -> None:
        self._streams = streams
        self._waits_for_go = after_go
        self._follow = follow
        self._first = first
        self._entries = entries
        self._step = step
        self._shelf = shelf
        self._clock = clock
        self._queue: deque[tuple[int, Wanted]] = deque()
        self._known: dict[tuple[int, str], asyncio.Future[Kept | None] | None] = {}
        self._small: deque[tuple[int, Wanted]] = deque()  # those of the queue that may go beside the others
        self._running: set[asyncio.Task[None]] = set()
        self._beside: set[asyncio.Task[None]] = set()
        self._small_ones: set[str] = set()  # paths of the small files that go has not asked for yet
        self._zips_asked = False  # by go
        self._overtaken = False  # go asked for a file that stood in line for room
        self._down: set[int] = set()  # entries that could not be reached, until go itself reaches one
        self.width = Width()
        self.tally = Tally()

    def want(self, files: Sequence[Wanted], first: int) -> None:
        """Fetch these ahead, in this order, beginning at entry `first`. Files known already are passed over."""
        for file in files:
            if (first, file.path) not in self._known:
                self._known[first, file.path] = None
                self._queue.append((first, file))
                if file.purpose != "zip":
                    self._small.append((first, file))
                    self._small_ones.add(file.path)
        self._start_more()

    async def close(self) -> None:
        """Stop fetching and give back the room."""
        self._queue.clear()
        self._small.clear()
        under_way = self._running | self._beside
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        for future in self._known.values():
            if (
                future is not None
                and future.done()
                and not future.cancelled()
                and (kept := future.result()) is not None
            ):
                kept.drop()

    def at(self, index: int) -> "AheadOf":
        """The source at entry `index`, with what came early in front of it."""
        return AheadOf(self, index)

    @asynccontextmanager
    async def get(self, index: int, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get` of entry `index`, from what was fetched ahead where it was."""
        key = (index, request.path)
        self._asked(request)
        future = self._known.get(key)
        if future is None and key in self._known and not self._shelf.has_memory():
            self._overtaken = True
        begins = self._waits_for_go and key in self._known
        # From now on it is go's own request: the queue passes it over, and a second one goes to the source.
        self._known[key] = _nothing()
        if begins:
            self._waits_for_go = False
            self._start_more()
        kept = await asyncio.shield(future) if future is not None else None
        if kept is None:
            async with self._entries[index].get(request) as answer:
                self._reached(index)
                yield self._heard(request.path, answer)
            return
        self.tally.used += 1
        self.tally.bytes_used += kept.size
        try:
            yield kept
        finally:
            kept.drop()
            self._start_more()

    def _asked(self, request: Request) -> None:
        held = self._holds_zips
        self._zips_asked = self._zips_asked or request.purpose == "zip"
        self._small_ones.discard(request.path)
        if held and not self._holds_zips:
            self._start_more()

    @property
    def _holds_zips(self) -> bool:
        """Whether go waits for small files yet, from near: to unpack TLS for zips would only make it wait longer."""
        return self.width.is_near and not self._zips_asked and bool(self._small_ones)

    def _heard(self, path: str, answer: Answer) -> Answer:
        """The answer to go's own request; what follows from a .mod is wanted when it has passed."""
        follow = self._follow
        if follow is None or answer.status != 200 or not path.endswith(".mod"):
            return answer
        return Heard(answer, lambda body: self.want(follow(path, answer.headers, body), self._first))

    def _reached(self, index: int) -> None:
        if index in self._down:
            self._down.discard(index)
            self._start_more()

    def _start_more(self) -> None:
        if self._waits_for_go:
            return
        while self._queue and len(self._running) < self.width.now and self._has_room():
            index, file = self._queue[0]
            if file.purpose == "zip" and self._holds_zips:
                break
            if index in self._down and self._step(index, not_found=False) is None:
                break  # go cannot move on either: it decides whether the line is back
            self._queue.popleft()
            if self._known.get((index, file.path)) is not None:
                continue
            if index in self._down:
                self._move_on(index, file, not_found=False)
            else:
                self._start(index, file, self._running)
        while self._small and self._has_room() and not self.width.is_slowed:
            index, file = self._small[0]
            is_known = self._known.get((index, file.path)) is not None
            if not is_known and len(self._beside) >= self._streams(index) - _FOR_GO:
                break
            self._small.popleft()
            if not is_known:
                self._start(index, file, self._beside)

    def _start(self, index: int, file: Wanted, among: set[asyncio.Task[None]]) -> None:
        future: asyncio.Future[Kept | None] = asyncio.get_running_loop().create_future()
        self._known[index, file.path] = future
        task = asyncio.create_task(self._fetch(index, file, future))
        among.add(task)
        task.add_done_callback(partial(self._ended, future))

    def _has_room(self) -> bool:
        """While go takes what is kept, memory is all that is needed; files, once its order is another than ours."""
        return self._shelf.has_memory() or (self._overtaken and self._shelf.has_disk())

    def _ended(self, future: "asyncio.Future[Kept | None]", task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._beside.discard(task)
        if not future.done():  # it broke before it came to its end: go does not wait for it
            future.set_result(None)
        if not task.cancelled():
            self._start_more()
            task.result()  # a fault of gomend's own is told to the loop

    async def _fetch(self, index: int, file: Wanted, future: asyncio.Future[Kept | None]) -> None:
        kept: Kept | None = None
        refused = False
        started = self._clock()
        try:
            # go asks gzip of every source (net/http) and passes over what the header names.
            asked = Request(file.path, file.purpose, headers={"Accept-Encoding": "gzip"}, ahead=True)
            async with self._entries[index].get(asked) as answer:
                self.width.answered(self._clock() - started)
                if answer.status == 429:
                    self.width.refused()
                refused = not is_passing_status(answer.status, file.purpose)
                if refused:  # the source's word, whatever it is: what says "later" is for go's own attempts
                    kept = await self._shelf.keep(answer)
                    self.tally.fetched += 1
                    self.tally.bytes_fetched += kept.size
                    if self._follow is not None and answer.status == 200 and file.path.endswith(".mod"):
                        body = b"".join([chunk async for chunk in kept.chunks()])
                        self.want(self._follow(file.path, kept.headers, body), self._first)
        except GaveUpError as gave_up:  # go will ask itself, and be told
            refused = gave_up.last.connecting or gave_up.last.is_silence
            if gave_up.last.connecting:
                self._down.add(index)
        except (WireError, OSError):
            kept, refused = None, False
        finally:
            if not future.done():
                future.set_result(kept)
        if refused and (kept is None or kept.status != 200):  # what may pass is for go's own attempts
            self._move_on(index, file, not_found=kept is not None and kept.status in _NO_SUCH_FILE)

    def _move_on(self, index: int, file: Wanted, *, not_found: bool) -> None:
        following = self._step(index, not_found=not_found)
        if following is not None and following in self._entries and (following, file.path) not in self._known:
            self._known[following, file.path] = None
            self._queue.appendleft((following, file))
            if file.purpose != "zip":
                self._small.appendleft((following, file))


def _nothing() -> "asyncio.Future[Kept | None]":
    done: asyncio.Future[Kept | None] = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done


@dataclass(frozen=True, slots=True)
class AheadOf:
    """One entry behind a ReadAhead, as a Source."""

    _ahead: ReadAhead
    _index: int

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`."""
        async with self._ahead.get(self._index, request) as answer:
            yield answer
