"""go's own locks on module versions.

A lock is an flock on `cache/download/MODULE/@v/VERSION.lock`, which is made where it is missing and never removed.
Source: cmd/go/internal/modfetch (cache.go: lockVersion), cmd/go/internal/lockedfile/internal/filelock
(filelock_unix.go: flock on Linux, macOS and the BSDs).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gomend.gocmd.locking import LockedError, locked
from gomend.gomod.path import escape_path, escape_version
from gomend.modcache.scan import Entry

_PATIENCE = 60.0  # seconds for a go command to be done with a version


def lock_path(cache: Path, module: str, version: str) -> Path:
    """The file that go locks for a version. Raises what `escape_path` and `escape_version` raise."""
    return cache / "cache" / "download" / escape_path(module) / "@v" / f"{escape_version(version)}.lock"


@contextmanager
def version_lock(cache: Path, module: str, version: str) -> Iterator[None]:
    """Holds go's lock of a version. Raises LockedError at once if another has it, OSError."""
    path = lock_path(cache, module, version)
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked([str(path)], 0):
        yield


def wait_for_go(entry: Entry) -> None:
    """Waits until no go command is at work on a version, for a minute at most.

    Not at all where the lock cannot be had: in a cache that is only to be read.
    """
    path = entry.files.get("lock")
    if path is not None:
        with suppress(LockedError, OSError), locked([str(path)], _PATIENCE):
            pass
