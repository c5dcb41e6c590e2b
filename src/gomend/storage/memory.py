"""A store in memory: for tests, and for a server that is to keep nothing."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from gomend.storage.base import PIECE, TENANTS, Entry, Stat, check_key


@dataclass(frozen=True, slots=True)
class _Held:
    stat: Stat
    content: bytes
    path: None = None

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """As of Blob."""
        stop = len(self.content) if stop is None else stop
        for at in range(start, stop, PIECE):
            yield self.content[at : min(at + PIECE, stop)]


class MemoryStore:
    """As of Store. `clock` gives the seconds since 1970."""

    def __init__(self, scratch: Path, clock: Callable[[], float] = time.time) -> None:
        self.scratch = scratch
        self._clock = clock
        self._files: dict[str, _Held] = {}

    async def open(self, key: str) -> _Held | None:
        """As of Store."""
        check_key(key)
        return self._files.get(key)

    async def stat(self, key: str) -> Stat | None:
        """As of Store."""
        held = await self.open(key)
        return held.stat if held else None

    async def add(self, key: str, content: bytes | Path) -> bool:
        """As of Store."""
        check_key(key)
        if isinstance(content, Path):
            path = content
            content = await asyncio.to_thread(path.read_bytes)
            path.unlink(missing_ok=True)
        if key in self._files:
            return False
        self._put(key, content)
        return True

    async def replace(self, key: str, content: bytes) -> None:
        """As of Store."""
        check_key(key)
        self._put(key, content)

    async def delete(self, key: str) -> bool:
        """As of Store."""
        check_key(key)
        return self._files.pop(key, None) is not None

    async def list(self, prefix: str = "") -> AsyncIterator[Entry]:
        """As of Store."""
        for key, held in list(self._files.items()):
            if key.startswith(prefix) and not key.startswith(TENANTS):
                yield Entry(key, held.stat.size, held.stat.modified, held.stat.modified)

    async def close(self) -> None:
        """As of Store."""
        self._files.clear()

    def _put(self, key: str, content: bytes) -> None:
        tag = hashlib.sha256(content).hexdigest()[:32]
        self._files[key] = _Held(Stat(len(content), self._clock(), tag), content)
