"""A file of a bucket on its way to this disk, for any number of readers, each at its own pace."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from gomend.storage.base import PIECE, Blob, StoreError
from gomend.storage.scratch import write_all


class Copy:
    """Filled once, by one task; read meanwhile. What has come is read from the file that it was written to."""

    def __init__(self) -> None:
        self._handle: int | None = None
        self._size = 0  # bytes that may be read
        self._is_over = False
        self._fault: StoreError | None = None
        self._moved = asyncio.Event()
        self._readers = 0

    async def fill(self, path: Path, blob: Blob) -> bool:
        """Write what `blob` has into the file at `path`; whether all of it came.

        Raises StoreError where this disk fails. A fault of the bucket is for those who read.
        """
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise StoreError(error.strerror or str(error)) from error
        pieces = blob.chunks()
        while True:
            try:
                piece = await anext(pieces, b"")
            except StoreError as error:
                self._fault = error
                return False
            if not piece:
                return self._size == blob.stat.size
            write_all(self._handle, piece, self._size)
            self._size += len(piece)
            self._move()

    def end(self) -> None:
        """No more will come."""
        self._is_over = True
        self._move()
        self._close()

    async def pieces(self) -> AsyncIterator[bytes]:
        """What comes, from the first byte on; fewer bytes where this disk fails. Raises StoreError, as the bucket."""
        at = 0
        self._readers += 1
        try:
            while True:
                while self._handle is not None and at < self._size:
                    # Written a moment ago, so it is in memory: to copy it takes less than to change threads.
                    piece = os.pread(self._handle, min(PIECE, self._size - at), at)
                    at += len(piece)
                    yield piece
                if self._is_over:
                    if self._fault is not None:
                        raise self._fault
                    return
                await self._moved.wait()
        finally:
            self._readers -= 1
            self._close()

    def _move(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    def _close(self) -> None:
        if self._handle is not None and self._is_over and not self._readers:
            os.close(self._handle)
            self._handle = None
