"""Locks between processes, on files that are never removed. They end with the process that holds them."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from gomend.errors import GomendError

_PAUSE = 0.05  # seconds between two tries


class LockedError(GomendError):
    """Another process held the lock `path` for longer than this one would wait."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is locked by another process")
        self.path = path


@contextmanager
def locked(paths: Sequence[str], seconds: float) -> Iterator[None]:
    """Holds the locks of all `paths`, as cmd/go holds its own (lockedfile: flock); a missing file is made.

    Waits for at most `seconds`. Raises LockedError, OSError.
    """
    until = time.monotonic() + seconds
    with ExitStack() as stack:
        for path in sorted(set(paths)):  # one order for all, so that two never wait for each other
            fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
            stack.callback(os.close, fd)
            while not _try(fd):
                if time.monotonic() >= until:
                    raise LockedError(path)
                time.sleep(_PAUSE)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try(fd: int) -> bool:
        with suppress(OSError):
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
            return True
        return False
else:
    import fcntl

    def _try(fd: int) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False


def lock_of(place: Path) -> str:
    """The lock of a journal in the folder `place`."""
    return str(place / "lock")
