"""Answers from the store where it can, and keeps what comes from the sources.

.info, .mod and .zip of canonical versions never change: once here, no source is asked. Lists, @latest and questions
for a branch are fresh for a minute; within ten they are answered at once and refreshed behind; later they are asked
first, and an old answer is given only where no source can be reached. "Not found" is remembered for ten seconds.
"""

import asyncio
import os
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from gomend.errors import GomendError
from gomend.gomod.path import escape_path
from gomend.gomod.protocol import Asked, Kind, NotProtocolError, parse_path, path_of
from gomend.gomod.version import canonical
from gomend.sources.base import Answer, Request, Source
from gomend.sources.coalesced import Coalesced
from gomend.sources.purges import Purges, leave_mark
from gomend.sources.verified import Spooled
from gomend.sources.whole import TEXT, Whole
from gomend.storage.base import OWN, Blob, KeyRefusedError, Stat, Store, StoreError

_MOST_NEGATIVE = 10_000
_QUERIES = f"{OWN}queries/"
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


@dataclass(slots=True)
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


@dataclass(slots=True)
class _Negative:
    until: float
    answer: Whole


@dataclass(slots=True)
class Counts:
    """What has happened so far, by result; and faults of the store."""

    results: dict[Result, int] = field(default_factory=lambda: dict.fromkeys(Result, 0))
    store_faults: int = 0
    last_store_fault: str = ""


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
        self._refreshing: set[asyncio.Task[None]] = set()
        self._landed = 0  # files that have come
        self.counts = Counts()

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
        landed = self._landed
        stored = await self._stored(asked, key)
        if stored is None and self._landed != landed:  # it may have come while a bucket was asked
            stored = await self._stored(asked, key)
        if stored is not None and (stored.is_immutable or only_stored or self._is_fresh(stored)):
            self.counts.results[Result.HIT] += 1
            yield stored
            return
        if only_stored:
            yield Whole(
                404, b"not found: not in this server's store, and no source was asked\n", {"Content-Type": TEXT}
            )
            return
        negative = self._negative.get(key)
        if negative is not None and negative.until > self._clock():
            self.counts.results[Result.NEGATIVE] += 1
            yield negative.answer
            return
        if stored is not None and self._age(stored) <= self._freshness.stale:
            self.counts.results[Result.STALE] += 1
            self._refresh(request)
            stored.result, stored.warning = Result.STALE, STALE_WARNING
            yield stored
            return
        self.counts.results[Result.MISS] += 1
        if stored is None:
            async with self._fetches.get(request) as answer:
                yield answer
        else:
            async with self._asked(request, stored) as answer:
                yield answer

    @asynccontextmanager
    async def _asked(self, request: Request, stored: Stored) -> AsyncIterator[Answer]:
        async with AsyncExitStack() as stack:
            answer: Answer
            try:
                answer = await stack.enter_async_context(self._fetches.get(request))
            except (GomendError, OSError):
                stored.result, stored.warning = Result.STALE, DOWN_WARNING
                answer = stored
            yield answer

    async def forget(self, path: str) -> bool:
        """Drop an answer that may change, and "not found": the next request asks the sources. Immutable files stay."""
        asked = parse_path(path)
        key = key_of(asked)
        known = self._negative.pop(key, None) is not None
        try:
            if not is_immutable(asked):
                await _mark_purged(self._store, asked.module)
                known = await self._store.delete(key) or known
            await leave_mark(self._store)
        finally:
            self._purges.add()
        return known

    async def forget_module(self, module: str) -> bool:
        """Drop all that may change about a module, as `forget` does."""
        front = f"{escape_path(module)}/@"
        known = any(key.removeprefix(_QUERIES).startswith(front) for key in self._negative)
        try:
            return await forget_stored(self._store, module) or known
        finally:
            self._purges.add()

    async def close(self, seconds: float) -> None:
        """Wait so long for what is under way; then end it."""
        await self._fetches.close(seconds)
        for task in self._refreshing:
            task.cancel()
        await asyncio.gather(*self._refreshing, return_exceptions=True)

    def _catch_up(self) -> None:
        """Where something was purged, "not found" is forgotten, and nobody joins a fetch that began before, unless a
        file that never changes is coming already.
        """
        if self._purges.last == self._purged:
            return
        self._purged = self._purges.last
        self._negative.clear()
        self._fetches.part(lambda path, status: status != 200 or not is_immutable(parse_path(path)))

    async def _stored(self, asked: Asked, key: str) -> Stored | None:
        try:
            blob = await self._store.open(key)
        except KeyRefusedError:
            return None
        except StoreError as error:
            self._fault(error)
            return None
        if blob is None:
            return None
        headers = {"Content-Type": _TYPES.get(asked.kind, TEXT)}
        return Stored(blob, headers, is_immutable=is_immutable(asked))

    def _age(self, stored: Stored) -> float:
        """A time that lies ahead (a clock was set back) counts as old."""
        age = self._now() - stored.stat.modified
        return age if age > -1 else self._freshness.stale + 1

    def _is_fresh(self, stored: Stored) -> bool:
        return self._age(stored) <= self._freshness.fresh

    def _refresh(self, request: Request) -> None:
        async def refresh() -> None:
            try:
                async with self._fetches.get(request) as answer:
                    async for _ in answer.chunks():
                        pass
            except (GomendError, OSError):
                return  # the next request that finds it too old asks itself, and is told

        task = asyncio.ensure_future(refresh())
        self._refreshing.add(task)
        task.add_done_callback(self._refreshing.discard)

    async def _begin(self, request: Request) -> "_Generation":
        """What of a module was forgotten so far: an answer that was asked for before a purge is not kept after it."""
        asked = parse_path(request.path)
        purges = self._purges.last
        try:
            mark = None if is_immutable(asked) else await self._purge_mark(asked)
        except StoreError as error:
            self._fault(error)
            mark = None
        return _Generation(purges, mark)

    async def _purge_mark(self, asked: Asked) -> str:
        stat = await self._store.stat(_mark_of(asked.module))
        return stat.tag if stat is not None else ""

    async def _land(self, request: Request, answer: Answer, begun: "_Generation") -> None:
        asked = parse_path(request.path)
        key = key_of(asked)
        if answer.status == 404 and isinstance(answer, Whole) and begun.purges == self._purges.last:
            self._negative[key] = _Negative(self._clock() + self._freshness.negative, answer)
            self._negative.move_to_end(key)
            while len(self._negative) > _MOST_NEGATIVE:
                self._negative.popitem(last=False)
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
                elif begun.purges == self._purges.last or await self._purge_mark(asked) == begun.mark:
                    await self._store.replace(key, answer.body)
                    # Looked at after it was stored: a purge, here or elsewhere, leaves its mark before it deletes.
                    if begun.mark is not None and await self._purge_mark(asked) != begun.mark:
                        await self._store.delete(key)
        except StoreError as error:
            self._fault(error)
        self._landed += 1

    def _fault(self, error: StoreError) -> None:
        self.counts.store_faults += 1
        self.counts.last_store_fault = error.words


@dataclass(frozen=True, slots=True)
class _Generation:
    """What had been purged last when a fetch began: anywhere, and of its module by the store (None: not looked at)."""

    purges: int
    mark: str | None


def _mark_of(module: str) -> str:
    return f"{OWN}purged/{escape_path(module)}/@purged"  # a module may lie below another


async def _mark_purged(store: Store, module: str) -> None:
    """Tell every fetch of the module, of any process at this store, that what it brings is not to be kept."""
    await store.replace(_mark_of(module), os.urandom(8).hex().encode())


async def forget_stored(store: Store, module: str) -> bool:
    """Remove what may change about a module from a store: its list, @latest, what branches led to; whether there was
    anything. Raises StoreError.
    """
    front = escape_path(module)
    await _mark_purged(store, module)
    keys = [f"{front}/@v/list", f"{front}/@latest"]
    keys += [entry.key async for entry in store.list(f"{_QUERIES}{front}/@v/")]
    known = any([await store.delete(key) for key in keys])
    await leave_mark(store)
    return known


def is_immutable(asked: Asked) -> bool:
    """Whether a file can never change: .info, .mod and .zip of a canonical version."""
    return asked.kind in (Kind.INFO, Kind.MOD, Kind.ZIP) and asked.version == canonical(asked.version)


def never_changes(key: str) -> bool:
    """Whether what is stored by this key can never change."""
    try:
        return is_immutable(parse_path(key, percent_encoded=False))
    except NotProtocolError:
        return False


def key_of(asked: Asked) -> str:
    """Where an answer is stored: where a `file://` GOPROXY has it, questions for a branch or commit beside that."""
    path = path_of(asked)
    return path if is_immutable(asked) or asked.kind is not Kind.INFO else f"{_QUERIES}{path}"
