"""How many may do a thing at a time, of one host and in all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Line:
    turns: asyncio.Semaphore
    users: int = 0


class Turns:
    """Lets at most `of_host` in for one host, and `in_all` together; the others wait in the order they came."""

    def __init__(self, of_host: int, in_all: int) -> None:
        self._of_host = of_host
        self._all = asyncio.Semaphore(in_all)
        self._hosts: dict[str, _Line] = {}
        self.waiting = 0  # for a turn

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        """Waits for a turn, which lasts until the block ends."""
        line = self._hosts.setdefault(host, _Line(asyncio.Semaphore(self._of_host)))
        line.users += 1
        self.waiting += 1
        is_waiting = True
        try:
            async with line.turns, self._all:  # in this order: who waits for one host holds no turn of all
                self.waiting -= 1
                is_waiting = False
                yield
        finally:
            self.waiting -= is_waiting
            line.users -= 1
            if not line.users:
                del self._hosts[host]
