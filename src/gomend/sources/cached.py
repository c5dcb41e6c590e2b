"""Answers from the store where it can, and keeps what comes from the sources.

.info, .mod and .zip of canonical versions never change: once here, no source is asked. Lists, @latest and questions
for a branch are fresh for a minute; within ten they are answered at once and refreshed behind; later they are asked
first, and an old answer is given only where no source can be reached. "Not found" is remembered for ten seconds, and
takes the place of an old answer.

An answer is given before it is stored: who asks another process in that moment causes another fetch.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from gomend.errors import GomendError
from gomend.gomod.path import escape_path
from gomend.gomod.protocol import Asked, Kind, parse_path
from gomend.sources.base import Answer, Request, Source
from gomend.sources.coalesced import Coalesced
from gomend.sources.keys import QUERIES, is_immutable, key_of
from gomend.sources.purges import Purges, forget_stored, leave_mark, mark_purged, purge_mark
from gomend.sources.verified import Spooled
from gomend.sources.whole import TEXT, Whole
from gomend.storage.base import Blob, KeyRefusedError, Stat, Store, StoreError

_MOST_REMEMBERED = 10_000  # paths
_SKEW = 60.0  # seconds that the clock of a bucket may be ahead of this machine's
_Value = TypeVar("_Value")
STALE_WARNING = '110 gomend "Response is Stale"'
DOWN_WARNING = '111 gomend "Revalidation Failed"'
_TYPES = {
    Kind.INFO: "application/json",
    Kind.LATEST: "application/json",
    Kind.ZIP: "application/zip",
    Kind.LIST: TEXT,
    Kind.MOD: TEXT,
}


class Result(StrEnum):
    """How a request was answered."""

    HIT = "hit"
    MISS = "miss"
    STALE = "stale"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Freshness:
    """For how many seconds answers that may change are good."""

    fresh: float = 60
    stale: float = 600  # given at once and refreshed behind
    negative: float = 10


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer from the store. `blob` is read as often as asked."""

    blob: Blob
    headers: Mapping[str, str]
    result: Result = Result.HIT
    is_immutable: bool = False
    status: int = 200
    reason: str = "OK"
    warning: str = ""

    @property
    def stat(self) -> Stat:
        """The stored file's."""
        return self.blob.stat

    def chunks(self) -> AsyncIterator[bytes]:
        """As of Answer."""
        return self.blob.chunks()

    def aged(self, warning: str) -> "Stored":
        """The same, known to be old."""
        return replace(self, result=Result.STALE, warning=warning)


@dataclass(frozen=True, slots=True)
class _Negative:
    until: float
    answer: Whole


class Cached:
    """Puts `store` before `inner`. `clock` gives seconds that never go back, `now` those since 1970; `purges` tell of
    what was purged elsewhere.
    """

    def __init__(
        self,
        inner: Source,
        store: Store,
        freshness: Freshness,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        *,
        purges: Purges | None = None,
    ) -> None:
        self._store = store
        self._freshness = freshness
        self._clock = clock
        self._now = now
        self._fetches = Coalesced(inner, self._begin, self._land)
        self._purges = purges or Purges()
        self._purged = self._purges.last  # what is held here is younger
        self._negative: OrderedDict[str, _Negative] = OrderedDict()
        self._refreshing: dict[str, asyncio.Task[None]] = {}
        self._in_vain: OrderedDict[str, float] = OrderedDict()  # until when what could not be refreshed is let alone
        self._landings = 0
        self._landed: OrderedDict[str, int] = OrderedDict()  # the last landing of each key, by its number
        self.store_faults = 0

    @property
    def joined(self) -> int:
        """How many requests found a fetch of the same file under way."""
        return self._fetches.joined

    @property
    def under_way(self) -> int:
        """How many fetches are under way."""
        return self._fetches.under_way

    @asynccontextmanager
    async def get(self, request: Request, *, only_stored: bool = False) -> AsyncIterator[Answer]:
        """As `Source.get`; with `only_stored` no source is asked. Raises what the sources raise."""
        self._catch_up()
        asked = parse_path(request.path)
        key = key_of(asked)
        landings = self._landings
        stored = await self._stored(asked, key)
        if stored is None and self._landed.get(key, 0) > landings:  # it has come while a bucket was asked
            stored = await self._stored(asked, key)
        if stored is not None and (stored.is_immutable or self._age(stored) <= self._freshness.fresh):
            yield stored
            return
        if only_stored:
            nothing = b"not found: not in this server's store, and no source was asked\n"
            yield stored.aged(STALE_WARNING) if stored is not None else Whole(404, nothing, {"Content-Type": TEXT})
            return
        negative = self._negative.get(key)
        if negative is not None and negative.until > self._clock():
            yield negative.answer
        elif stored is None:
            async with self._fetches.get(request) as answer:
                yield answer
        elif self._age(stored) <= self._freshness.stale:
            self._refresh(request, key)
            yield stored.aged(STALE_WARNING)
        else:
            async with self._asked(request, key, stored) as answer:
                yield answer

    @asynccontextmanager
    async def _asked(self, request: Request, key: str, stored: Stored) -> AsyncIterator[Answer]:
        async with AsyncExitStack() as stack:
            answer: Answer
            try:
                answer = await stack.enter_async_context(self._fetches.get(request))
            except (GomendError, OSError):
                answer = stored.aged(DOWN_WARNING)
            else:
                await self._drop_if_gone(key, answer)
            yield answer

    async def _drop_if_gone(self, key: str, answer: Answer) -> None:
        """What its sources do not have any more is not given again when they cannot be reached."""
        if answer.status == 404:
            try:
                await self._store.delete(key)
            except StoreError:
                self.store_faults += 1

    async def forget(self, path: str) -> bool:
        """Drop an answer that may change, and "not found": the next request asks the sources. Immutable files stay."""
        asked = parse_path(path)
        key = key_of(asked)
        known = self._negative.pop(key, None) is not None
        try:
            if not is_immutable(asked):
                await mark_purged(self._store, asked.module)
                known = await self._store.delete(key) or known
            await leave_mark(self._store)
        finally:
            self._purges.add()
        return known

    async def forget_module(self, module: str) -> bool:
        """Drop all that may change about a module, as `forget` does."""
        front = f"{escape_path(module)}/@"
        known = any(key.removeprefix(QUERIES).startswith(front) for key in self._negative)
        try:
            return await forget_stored(self._store, module) or known
        finally:
            self._purges.add()

    async def close(self, seconds: float) -> None:
        """Wait so long for what is under way; then end it."""
        await self._fetches.close(seconds)
        tasks = list(self._refreshing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _catch_up(self) -> None:
        """Where something was purged, "not found" is forgotten, and nobody joins a fetch that began before, unless a
        file that never changes is coming already.
        """
        if self._purges.last == self._purged:
            return
        self._purged = self._purges.last
        self._negative.clear()
        self._in_vain.clear()
        self._fetches.part(lambda path, status: status != 200 or not is_immutable(parse_path(path)))

    async def _stored(self, asked: Asked, key: str) -> Stored | None:
        try:
            blob = await self._store.open(key)
        except KeyRefusedError:
            return None
        except StoreError:
            self.store_faults += 1
            return None
        if blob is None:
            return None
        headers = {"Content-Type": _TYPES.get(asked.kind, TEXT)}
        return Stored(blob, headers, is_immutable=is_immutable(asked))

    def _age(self, stored: Stored) -> float:
        """A time that lies far ahead (a clock was set back) counts as old."""
        age = self._now() - stored.stat.modified
        return age if age > -_SKEW else self._freshness.stale + 1

    def _refresh(self, request: Request, key: str) -> None:
        path = request.path
        if path in self._refreshing or self._in_vain.get(path, -math.inf) > self._clock():
            return

        async def refresh() -> None:
            try:
                async with self._fetches.get(request) as answer:
                    async for _ in answer.chunks():
                        pass
                    await self._drop_if_gone(key, answer)
            except (GomendError, OSError):  # the next request that finds it too old asks itself, and is told
                _remember(self._in_vain, path, self._clock() + self._freshness.negative)

        task = self._refreshing[path] = asyncio.ensure_future(refresh())
        task.add_done_callback(lambda _: self._refreshing.pop(path, None))

    async def _begin(self, request: Request) -> "_Generation":
        """What of a module was forgotten so far: an answer that was asked for before a purge is not kept after it."""
        asked = parse_path(request.path)
        purges = self._purges.last
        try:
            mark = None if is_immutable(asked) else await purge_mark(self._store, asked.module)
        except StoreError:
            self.store_faults += 1
            mark = None
        return _Generation(purges, mark)

    async def _land(self, request: Request, answer: Answer, begun: "_Generation") -> None:
        asked = parse_path(request.path)
        key = key_of(asked)
        if answer.status == 404 and isinstance(answer, Whole) and begun.purges == self._purges.last:
            _remember(self._negative, key, _Negative(self._clock() + self._freshness.negative, answer))
        if answer.status != 200:
            return
        self._negative.pop(key, None)
        try:
            if isinstance(answer, Spooled):
                if answer.may_be_kept:
                    await self._store.add(key, answer.file)
            elif isinstance(answer, Whole):
                if is_immutable(asked):
                    await self._store.add(key, answer.body)
                elif begun.purges == self._purges.last or await purge_mark(self._store, asked.module) == begun.mark:
                    await self._store.replace(key, answer.body)
                    # Looked at after it was stored: a purge, here or elsewhere, leaves its mark before it deletes.
                    if begun.mark is not None and await purge_mark(self._store, asked.module) != begun.mark:
                        await self._store.delete(key)
        except StoreError:
            self.store_faults += 1
        self._landings += 1
        _remember(self._landed, key, self._landings)


@dataclass(frozen=True, slots=True)
class _Generation:
    """What had been purged last when a fetch began: anywhere, and of its module by the store (None: not looked at)."""

    purges: int
    mark: bytes | None


def _remember(table: OrderedDict[str, _Value], name: str, value: _Value) -> None:
    table[name] = value
    table.move_to_end(name)
    while len(table) > _MOST_REMEMBERED:
        table.popitem(last=False)
