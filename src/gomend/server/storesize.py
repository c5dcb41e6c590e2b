"""How much a server's store holds, counted now and then: a bucket's listing costs a request a thousand files."""

import asyncio
from dataclasses import dataclass

from gomend.storage.base import Store, StoreError

_EVERY = 3600.0  # seconds


@dataclass(slots=True)
class StoreSize:
    """As of the last count; -1 before the first one."""

    files: int = -1
    bytes: int = -1

    async def keep_counting(self, store: Store) -> None:
        """Count, and again every hour, until cancelled."""
        while True:
            try:
                files = size = 0
                async for entry in store.list():
                    files += 1
                    size += entry.size
            except StoreError:
                pass  # counted and told where it keeps somebody from something
            else:
                self.files, self.bytes = files, size
            await asyncio.sleep(_EVERY)
