"""A scratch folder of one process alone, in the system's temporary folder, for a store that has no disk of its own."""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX, _LOCK = "gomend-scratch-", "lock"


class OwnScratch:
    """Makes `folder`, locked while the process lives, and removes those whose process was killed."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._held = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._held, fcntl.LOCK_EX)
        for other in self.folder.parent.glob(f"{_PREFIX}*"):
            if other != self.folder:
                _sweep(other)

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._held >= 0:
            os.close(self._held)
        self._held = -1


def _sweep(folder: Path) -> None:
    """Remove a folder that nobody holds. One without a lock is just being made."""
    with suppress(OSError):
        if folder.lstat().st_uid != os.geteuid():  # names there are anybody's
            return
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
