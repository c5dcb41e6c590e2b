"""What is no longer needed goes from the module cache: a version at a time, under go's own lock, by a rename first."""

import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gomend.gocmd.locking import LockedError
from gomend.mend.journal import remove_trees
from gomend.modcache.locks import version_lock
from gomend.modcache.scan import OWN, entry_of
from gomend.modcache.sizes import Kept
from gomend.modcache.toolchains import MODULE

_ORDER = ("folder", "zip", "ziphash", "partial", "info", "mod")
_TRASH = "trash-"

Version = tuple[str, str]


@dataclass(slots=True)
class Cleaned:
    """What a cleaning came to. `failed` has the system's words."""

    removed: list[Kept] = field(default_factory=list)
    in_use: list[Kept] = field(default_factory=list)
    failed: dict[Version, str] = field(default_factory=dict)


def chosen(
    versions: Iterable[Kept],
    *,
    before: float | None,
    kept: Collection[Version] | None,
    toolchains_in_use: Collection[str],
) -> list[Kept]:
    """The versions to remove: last used before `before`, and not among `kept`; None: that decides nothing.

    No go.sum names toolchains: by `kept` alone none of them goes, and one in use never does.
    """
    found = []
    for one in versions:
        if before is not None and one.last >= before:
            continue
        if kept is not None and (one.module, one.version) in kept:
            continue
        if one.module == MODULE and (before is None or one.version in toolchains_in_use):
            continue
        found.append(one)
    return sorted(found, key=lambda one: (-one.bytes, one.module, one.version))


def clean(cache: Path, versions: Iterable[Kept], progress: Callable[[int, int], None] | None = None) -> Cleaned:
    """Removes these versions but for their lock files; one that a go command holds stays. Raises OSError where no
    folder can be made below the cache.
    """
    trash = cache / OWN / f"{_TRASH}{os.urandom(4).hex()}"
    trash.mkdir(parents=True)
    done = Cleaned()
    every = list(versions)
    try:
        for number, one in enumerate(every, 1):
            _remove(cache, one, trash / str(number), done)
            if progress is not None:
                progress(number, len(every))
    finally:
        remove_trees([str(trash)])
    return done


def _remove(cache: Path, one: Kept, trash: Path, done: Cleaned) -> None:
    try:
        with version_lock(cache, one.module, one.version):
            entry = entry_of(cache, one.module, one.version)
            trash.mkdir()
            for kind in _ORDER:
                path = entry.folder if kind == "folder" else entry.files.get(kind)
                if path is None:
                    continue
                if kind == "folder":
                    # Its parent changes, for which a folder must be writable; go's are not.
                    path.chmod(path.stat().st_mode | 0o200)
                path.rename(trash / kind)
        done.removed.append(one)
    except LockedError:
        done.in_use.append(one)
    except OSError as error:
        done.failed[one.module, one.version] = error.strerror or str(error)
    remove_trees([str(trash)])


def leftovers(cache: Path, before: float | None) -> list[Path]:
    """What gomend itself put aside below the cache: unfinished cleanings, and quarantines older than `before`."""
    own = cache / OWN
    return [
        path
        for path in (sorted(own.iterdir()) if own.is_dir() else [])
        if path.name.startswith(_TRASH) or (before is not None and path.stat().st_mtime < before)
    ]
