"""A bucket that keeps silent is not waited for again and again: a server has sources to ask instead."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from gomend.storage.base import Blob, Entry, Stat, Store, StoreError

_T = TypeVar("_T")
SILENCE = 5.0  # seconds for which a small thing is waited for
REST = 10.0  # seconds after such a wait in vain, for which nothing is asked


class Patient:
    """Wraps a store. Raises StoreError for what took too long, and at once for a while afterwards; `clock` gives
    seconds. Files are sent for as long as that takes.
    """

    def __init__(
        self, inner: Store, clock: Callable[[], float], *, silence: float = SILENCE, rest: float = REST
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._silence = silence
        self._rest = rest
        self._rests_until = 0.0
        self.scratch = inner.scratch

    async def open(self, key: str) -> Blob | None:
        """As of Store."""
        return await self._soon(lambda: self._inner.open(key))

    async def stat(self, key: str) -> Stat | None:
        """As of Store."""
        return await self._soon(lambda: self._inner.stat(key))

    async def add(self, key: str, content: bytes | Path) -> bool:
        """As of Store."""
        if isinstance(content, bytes):
            return await self._soon(lambda: self._inner.add(key, content))
        self._look()
        return await self._inner.add(key, content)

    async def replace(self, key: str, content: bytes) -> None:
        """As of Store."""
        await self._soon(lambda: self._inner.replace(key, content))

    async def delete(self, key: str) -> bool:
        """As of Store."""
        return await self._soon(lambda: self._inner.delete(key))

    async def list(self, prefix: str = "") -> AsyncIterator[Entry]:
        """As of Store."""
        found = aiter(self._inner.list(prefix))

        async def following() -> Entry | None:
            return await anext(found, None)

        while (entry := await self._soon(following)) is not None:
            yield entry

    async def close(self) -> None:
        """As of Store."""
        await self._inner.close()

    def _look(self) -> None:
        if self._clock() < self._rests_until:
            raise StoreError(f"no answer within {self._silence:g} s a moment ago")

    async def _soon(self, act: Callable[[], Awaitable[_T]]) -> _T:
        self._look()
        try:
            async with asyncio.timeout(self._silence):
                return await act()
        except TimeoutError as error:
            self._rests_until = self._clock() + self._rest
            raise StoreError(f"no answer within {self._silence:g} s") from error
