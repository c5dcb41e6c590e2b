"""Memory and a folder that the workers of one server share, and who of them does what is to be done once."""

import asyncio
import fcntl
import mmap
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

_UNTIL_NEXT_TRY = 1.0  # seconds
PURGES, _FIRST = 0, 1
"""Which of the words are for what: the number of the last purge, the process that was first of all."""


class SharedState:
    """Made before the workers are, which are forked. `words` are unsigned numbers of 64 bits, all 0 at first; `folder`
    is where several of them have sockets, None for a single one.
    """

    def __init__(self, workers: int) -> None:
        self.words = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("Q")
        self.folder = Path(tempfile.mkdtemp(prefix="gomend-")) if workers > 1 else None
        self._lock = _nameless()

    def close(self) -> None:
        """Remove the folder; for the process that made it, when all workers have ended."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    async def first(self) -> bool:
        """Wait until this worker is the first one: the others wait until it has ended, however it does. True where
        none was it before.
        """
        while True:
            try:
                # Of POSIX, so of the process and not of the open file, which all workers have in common.
                fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                await asyncio.sleep(_UNTIL_NEXT_TRY)
            else:
                self.words[_FIRST] = self.words[_FIRST] or os.getpid()
                return self.words[_FIRST] == os.getpid()


def _nameless() -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("gomend"), "r+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)
