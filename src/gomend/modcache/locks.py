"""go's own locks on module versions.

A lock is an flock on `cache/download/MODULE/@v/VERSION.lock`, which is made where it is missing and never removed.
Source: cmd/go/internal/modfetch (cache.go: lockVersion), cmd/go/internal/lockedfile/internal/filelock
(filelock_unix.go: flock on Linux, macOS and the BSDs).
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gomend.gomod.path import escape_path, escape_version
from gomend.modcache.scan import Entry


class LockedError(Exception):
    """A go command holds the lock of a version."""


def lock_path(cache: Path, module: str, version: str) -> Path:
    """The file that go locks for a version. Raises what `escape_path` and `escape_version` raise."""
    return cache / "cache" / "download" / escape_path(module) / "@v" / f"{escape_version(version)}.lock"


@contextmanager
def version_lock(cache: Path, module: str, version: str, *, wait: bool = True) -> Iterator[None]:
    """Holds go's lock of a version. Raises LockedError if another has it and `wait` is off, OSError."""
    path = lock_path(cache, module, version)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError from error
        yield
    finally:
        os.close(file)


def waited_for(entry: Entry) -> bool:
    """Waits until no go command is at work on a version. Returns whether one was."""
    path = entry.files.get("lock")
    if path is None:
        return False
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(file, fcntl.LOCK_SH)
        return True
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(file)
    return False
