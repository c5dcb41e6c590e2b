"""The check of a whole module cache, or of some versions in it, on all cores."""

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from gomend.gomod.note import Verifier
from gomend.modcache.clones import clone_fault
from gomend.modcache.databases import look_at
from gomend.modcache.faults import Fault, Kind, Notices
from gomend.modcache.locks import wait_for_go
from gomend.modcache.recorded import Recorded
from gomend.modcache.scan import Contents, Entry, entry_of, scan
from gomend.modcache.versions import VersionCheck
from gomend.modcache.workers import on_all_cores

Progress = Callable[[int, int], None]
"""Told how many of how many versions are done."""


@dataclass(slots=True)
class Checked:
    """What a check came to. Faults stand in the order of module and version, those of no version last."""

    faults: list[Fault] = field(default_factory=list)
    versions: int = 0  # looked at
    by_record: int = 0  # of these, with a zip, against a go.sum or a checksum database
    by_hash: int = 0  # of these, with a zip, against the hash stored beside it alone
    mods: int = 0  # go.mod files alone: versions that the graph names and no build needs
    bytes: int = 0  # unpacked and hashed
    missing: list[tuple[str, str]] = field(default_factory=list)  # asked for, and not in the cache


def check(
    cache: Path,
    recorded: Recorded,
    only: Collection[tuple[str, str]] = (),
    *,
    verifiers: Mapping[str, Verifier] | None = None,
    progress: Progress | None = None,
    workers: int = 0,
) -> Checked:
    """Check the cache, or only these (module, version) pairs; what cannot be read is a fault of its own.

    `verifiers` are the keys of checksum databases by name: what was kept of one and proves itself goes to `recorded`.
    `workers` 0: one a core.
    """
    contents = scan(cache)
    databases = [look_at(cache, folder, verifiers or {}) for folder in contents.databases]
    for database in databases:
        for sums in database.sums:
            recorded.add(sums, database.name)
    checked = Checked()
    entries = list(contents.entries.values())
    if only:
        entries = [contents.entries[key] for key in only if key in contents.entries]
        checked.missing = [key for key in only if key not in contents.entries]
    checked.versions = len(entries)
    for entry in entries:
        _count(checked, entry, recorded)
    weighed = [(_size(entry), entry) for entry in entries]
    found = on_all_cores(lambda entry: _check_one(cache, entry, recorded), weighed, workers=workers)
    for done, (faults, size) in enumerate(found, 1):
        checked.faults += faults
        checked.bytes += size
        if progress is not None:
            progress(done, len(entries))
    checked.faults.sort(key=lambda one: (one.module, one.version, one.path))
    if not only:
        checked.faults += _of_no_version(cache, contents)
        checked.faults += (
            Fault(Kind.SUMDB_DAMAGED, Notices.BUILD, path.relative_to(cache).as_posix(), detail=words)
            for database in databases
            for path, words in database.faults
        )
    return checked


def _count(checked: Checked, entry: Entry, recorded: Recorded) -> None:
    if "zip" not in entry.files and entry.folder is None:
        checked.mods += 1
    elif recorded.knows("zip", (entry.module, entry.version)):
        checked.by_record += 1
    else:
        checked.by_hash += 1


def _size(entry: Entry) -> int:
    path = entry.files.get("zip")
    try:
        return path.stat().st_size if path else 0
    except OSError:
        return 0


def _check_one(cache: Path, entry: Entry, recorded: Recorded) -> tuple[list[Fault], int]:
    looked = VersionCheck(cache, entry, recorded)
    faults = looked.run()
    if faults:
        # A go command may have been at work on it: what counts is what it leaves.
        wait_for_go(entry)
        looked = VersionCheck(cache, entry_of(cache, entry.module, entry.version), recorded)
        faults = looked.run()
    return faults, looked.bytes


def _of_no_version(cache: Path, contents: Contents) -> Iterable[Fault]:
    def fault(kind: Kind, path: Path, notices: Notices = Notices.NEVER, detail: str = "") -> Fault:
        return Fault(kind, notices, path.relative_to(cache).as_posix(), detail=detail)

    yield from (fault(Kind.UNREADABLE, path, Notices.BUILD, words) for path, words in contents.unreadable)
    yield from (fault(Kind.UNFINISHED, path, Notices.HEALS) for path in contents.unfinished)
    yield from (fault(Kind.CASE_COLLISION, path) for path in contents.collisions)
    yield from (fault(Kind.FOREIGN, path) for path in contents.foreign)
    git = shutil.which("git") or ""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        said = list(pool.map(lambda folder: clone_fault(folder, git), contents.clones))
    for folder, words in zip(contents.clones, said, strict=True):
        if words:
            yield fault(Kind.CLONE_DAMAGED, folder, Notices.BUILD, words)
