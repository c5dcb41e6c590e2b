"""A bucket with a bounded folder of this machine's disk before it, for files that never change.

The bucket is what counts: a file is in the store when it is in the bucket, and only then copied to the disk. What is
there is handed out without asking the bucket, also while that is out of reach. What the disk refuses costs no more than
a copy. A file that is read from the bucket is copied meanwhile, once for all who ask: who reads waits for nothing that
has come, and the copy is made whole even if all have left.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gomend.storage.base import Blob, Entry, Stat, Store, StoreError
from gomend.storage.bounded import Bounded
from gomend.storage.copying import Copy
from gomend.storage.disk import tag_of

_T = TypeVar("_T")


@dataclass(slots=True)
class Counts:
    """What has happened so far."""

    hits: int = 0  # files found on the disk
    misses: int = 0  # files found in the bucket alone
    faults: int = 0  # of the disk


@dataclass(frozen=True, slots=True)
class _Remote:
    """A file that was in the bucket alone when it was opened."""

    stat: Stat
    inner: Blob
    copied: Callable[[], AsyncIterator[bytes]]
    path: None = None

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """As of Blob. Only who reads the whole causes a copy."""
        at, stop = start, self.stat.size if stop is None else stop
        if (start, stop) == (0, self.stat.size):
            async for piece in self.copied():
                at += len(piece)
                yield piece
        if at < stop:  # the disk has no room, or failed
            async for piece in self.inner.chunks(at, stop):
                yield piece


class Tiered:
    """Puts `local` before `bucket`, for keys of which `is_final` says that what is stored there never changes."""

    def __init__(self, bucket: Store, local: Bounded, is_final: Callable[[str], bool]) -> None:
        self._bucket = bucket
        self._local = local
        self._is_final = is_final
        self._copies: dict[str, Copy] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.scratch = bucket.scratch  # where the local disk is full, files come from the sources all the same
        self.counts = Counts()

    async def open(self, key: str) -> Blob | None:
        """As of Store."""
        if not self._is_final(key):
            return await self._bucket.open(key)
        copy = await self._tolerated(self._local.open(key))
        if copy is not None:
            self.counts.hits += 1
            return copy
        blob = await self._bucket.open(key)
        if blob is None:
            return None
        self.counts.misses += 1
        return _Remote(_as_copied(blob.stat), blob, lambda: self._copied(key, blob))

    async def stat(self, key: str) -> Stat | None:
        """As of Store."""
        if not self._is_final(key):
            return await self._bucket.stat(key)
        copy = await self._tolerated(self._local.open(key))
        if copy is not None:
            return copy.stat
        stat = await self._bucket.stat(key)
        return _as_copied(stat) if stat is not None else None

    async def add(self, key: str, content: bytes | Path) -> bool:
        """As of Store. Only what the bucket has taken from here is copied: another server's bytes may be others."""
        draft = await self._tolerated(self._local.draft(content)) if self._is_final(key) else None
        try:
            is_new = await self._bucket.add(key, content)
            if is_new and draft is not None:
                with suppress(StoreError):  # it is stored; whoever reads it first copies it
                    stat = await self._bucket.stat(key)
                    if stat is not None and stat.size == draft.size:
                        await self._tolerated(self._local.keep(draft, key, round(stat.modified)))
            return is_new
        finally:
            if draft is not None:
                await self._tolerated(self._local.discard(draft))

    async def replace(self, key: str, content: bytes) -> None:
        """As of Store."""
        await self._bucket.replace(key, content)
        await self._drop(key)

    async def delete(self, key: str) -> bool:
        """As of Store. Copies on other machines stay."""
        was_there = await self._bucket.delete(key)
        await self._drop(key)
        return was_there

    def list(self, prefix: str = "") -> AsyncIterator[Entry]:
        """As of Store."""
        return self._bucket.list(prefix)

    async def settle(self) -> None:
        """Bring the disk within its bound, which may be another than before."""
        await self._tolerated(self._local.settle())

    async def close(self) -> None:
        """As of Store. Copies that are not whole yet are given up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bucket.close()

    def _copied(self, key: str, blob: Blob) -> AsyncIterator[bytes]:
        copy = self._copies.get(key)
        if copy is None:
            copy = self._copies[key] = Copy()
            task = asyncio.ensure_future(self._make(copy, key, blob))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return copy.pieces()

    async def _make(self, copy: Copy, key: str, blob: Blob) -> None:
        draft = None
        try:
            draft = await self._tolerated(self._local.draft(blob.stat.size))
            is_whole = draft is not None and await self._tolerated(copy.fill(draft.path, blob))
            copy.end()
            if draft is not None and is_whole and self._copies.get(key) is copy:
                await self._tolerated(self._local.keep(draft, key, round(blob.stat.modified)))
        finally:
            copy.end()
            if self._copies.get(key) is copy:
                del self._copies[key]
            if draft is not None:
                await self._tolerated(self._local.discard(draft))

    async def _drop(self, key: str) -> None:
        if self._is_final(key):
            self._copies.pop(key, None)
            await self._tolerated(self._local.drop(key))

    async def _tolerated(self, work: Awaitable[_T]) -> _T | None:
        """What the disk gives; None where it fails."""
        try:
            return await work
        except StoreError:
            self.counts.faults += 1
            return None


def _as_copied(stat: Stat) -> Stat:
    """As a copy on disk has it: so that clients see the same file, whichever of the two it comes from."""
    seconds = round(stat.modified)
    return Stat(stat.size, float(seconds), tag_of(seconds * 1_000_000_000, stat.size))
