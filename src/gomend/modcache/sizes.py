"""What the entries of a module cache take up on the disk, and when they were last used."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gomend.modcache.mounts import keeps_access_times
from gomend.modcache.scan import OWN, Contents, Entry, scan

_BLOCK = 512  # bytes: the unit of st_blocks, whatever the file system's own (stat(2))
# go looks at these whenever a build needs the version; the sources themselves it may know from its build cache.
_MARKS = ("ziphash", "zip", "mod", "info")


@dataclass(frozen=True, slots=True)
class Kept:
    """One version: bytes on disk, and when it was last used or, where that is not known, downloaded (since 1970)."""

    module: str
    version: str
    bytes: int
    last: float
    has_sources: bool  # a zip or a folder, and not a go.mod alone


@dataclass(slots=True)
class Sizes:
    """What a module cache takes up. `by_access`: `last` is the time of last access, else that of the download."""

    by_access: bool
    versions: list[Kept] = field(default_factory=list)
    clones: int = 0  # bytes, as all that follow
    databases: int = 0
    own: int = 0  # gomend's quarantines
    other: int = 0  # what was left over, and what is not go's


def measure(cache: Path) -> Sizes:
    """Look at every entry; nothing is read. Folders that cannot be read count as empty."""
    return sizes_of(cache, scan(cache), by_access=keeps_access_times(cache))


def sizes_of(cache: Path, contents: Contents, *, by_access: bool) -> Sizes:
    """The sizes of what a scan found."""
    found = Sizes(by_access)
    found.versions = [_kept(entry, by_access=by_access) for entry in contents.entries.values()]
    found.clones = sum(map(bytes_of, contents.clones))
    found.databases = sum(map(bytes_of, contents.databases))
    found.own = bytes_of(cache / OWN)
    found.other = sum(map(bytes_of, [*contents.unfinished, *contents.foreign]))
    return found


def _kept(entry: Entry, *, by_access: bool) -> Kept:
    paths = [*entry.files.values(), *([entry.folder] if entry.folder else [])]
    times = list(_times((entry.files[kind] for kind in _MARKS if kind in entry.files), by_access=by_access))
    if not times and entry.folder:
        times = list(_times([entry.folder], by_access=False))
    sources = "zip" in entry.files or entry.folder is not None
    return Kept(entry.module, entry.version, sum(map(bytes_of, paths)), max(times, default=0.0), sources)


def _times(paths: Iterable[Path], *, by_access: bool) -> Iterable[float]:
    for path in paths:
        try:
            there = path.lstat()
        except OSError:
            continue
        yield max(there.st_atime, there.st_mtime) if by_access else there.st_mtime


def bytes_of(path: Path) -> int:
    """What a file, or a folder with all in it, takes up on the disk; 0 where it is not there."""
    try:
        there = path.lstat()
    except OSError:
        return 0
    size = _on_disk(there)
    return size + _below(str(path)) if path.is_dir() and not path.is_symlink() else size


def _below(folder: str) -> int:
    size = 0
    try:
        with os.scandir(folder) as entries:
            for one in entries:
                size += _on_disk(one.stat(follow_symlinks=False))
                if one.is_dir(follow_symlinks=False):
                    size += _below(one.path)
    except OSError:
        return size
    return size


def _on_disk(there: os.stat_result) -> int:
    blocks: int | None = getattr(there, "st_blocks", None)  # not on Windows
    return there.st_size if blocks is None else blocks * _BLOCK
