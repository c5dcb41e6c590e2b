"""Purges, as all who hold answers hear of them: the workers of one server by memory that they share, other servers and
commands at the same store by a mark in it.

The memory holds a number that a purge replaces by a new one. No count: of two purges at a time one would be lost.
"""

import asyncio
import os
from array import array
from contextlib import suppress

from gomend.gomod.path import escape_path
from gomend.sources.keys import QUERIES
from gomend.storage.base import OWN, Store, StoreError, named

MARK = f"{OWN}purged/@last"  # no module's: its path would begin with @
LOOK = 0.2  # seconds between looks for the mark in a folder
LOOK_IN_BUCKET = 2.0  # the same in a bucket, where each costs money


class Purges:
    """`word` is the memory: one unsigned number of 64 bits, by default of this process alone."""

    def __init__(self, word: memoryview | None = None) -> None:
        self.word = memoryview(array("Q", [0])) if word is None else word

    @property
    def last(self) -> int:
        """Another number after each purge. (Who is asked for every request reads `word[0]`.)"""
        return int(self.word[0])

    def add(self) -> None:
        """Something was purged: what is held of answers that may change is held no longer."""
        self.word[0] = int.from_bytes(os.urandom(8), "little")

    async def watch(self, store: Store, every: float, *, begins: bool) -> None:
        """Take over what others purge in the store; looks every so many seconds, until cancelled. Where nobody has
        watched before (`begins`), nothing is held that was purged by now; else what happened is not known, and counts
        as a purge.
        """
        seen: bytes | None = None
        while True:
            with suppress(StoreError):
                mark = await _content(store, MARK)
                if mark != seen:
                    if seen is not None or not begins:
                        self.add()
                    seen = mark
            await asyncio.sleep(every)


async def forget_stored(store: Store, module: str) -> bool:
    """Remove what may change about a module from a store: its list, @latest, what branches led to; whether there was
    anything. Raises StoreError.
    """
    front = escape_path(module)
    await mark_purged(store, module)
    keys = [f"{front}/@v/list", f"{front}/@latest"]
    keys += [entry.key async for entry in store.list(f"{QUERIES}{front}/@v/")]
    known = any([await store.delete(key) for key in keys])
    await leave_mark(store)
    return known


async def mark_purged(store: Store, module: str) -> None:
    """Tell every fetch of the module, of any process at this store, that what it brings is not to be kept. Raises
    StoreError.
    """
    await store.replace(_mark_of(module), _something_new())


async def purge_mark(store: Store, module: str) -> bytes:
    """What the last purge of a module has left; empty where there was none. Raises StoreError."""
    return await _content(store, _mark_of(module))


async def leave_mark(store: Store) -> None:
    """Tell all who watch the store. Raises StoreError."""
    await store.replace(MARK, _something_new())


def _mark_of(module: str) -> str:
    return f"{OWN}purged/{escape_path(module)}/@purged"  # a module may lie below another


async def _content(store: Store, key: str) -> bytes:
    """The bytes themselves: two marks that follow each other within a tick of the clock have one tag."""
    blob = await store.open(key)
    if blob is None:
        return b""
    if blob.path is None:
        return b"".join([piece async for piece in blob.chunks()])
    try:
        return blob.path.read_bytes()  # takes less than changing threads
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise named(error) from error


def _something_new() -> bytes:
    return os.urandom(8).hex().encode()
