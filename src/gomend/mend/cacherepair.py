"""Damaged versions of the module cache are put aside and whole ones into their place.

The whole ones are fetched and checked first, in a folder of their own beside; where that fails nothing is touched. Then
each version's files change places by renames, under go's own locks, in an order in which go finds at any moment either
what was there, what is new, or less than it needs, which it then downloads. The journal holds the moves.
"""

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gomend.errors import GomendError
from gomend.mend.journal import Entry, Journal, remove_trees
from gomend.mend.steps import Move
from gomend.modcache.check import check
from gomend.modcache.faults import Fault, Kind
from gomend.modcache.locks import lock_path
from gomend.modcache.recorded import Recorded
from gomend.modcache.scan import OWN, entry_of
from gomend.modcache.toolchains import MODULE

Version = tuple[str, str]
Fetch = Callable[[Path, Sequence[Version]], Mapping[Version, str]]
"""Downloads these versions into an empty module cache, verified as go does it; gives for each that failed the reason.
"""

_ASIDE = {Kind.CLONE_DAMAGED, Kind.SUMDB_DAMAGED}  # go fetches these again by itself
_OLD, _NEW = ("zip", "ziphash", "folder", "mod", "info"), ("mod", "info", "zip", "ziphash", "folder")
_MOST_AT_ONCE = 100  # versions under lock at a time: each lock is an open file


@dataclass(slots=True)
class Repaired:
    """What a repair came to. `failed` has a reason for each; `left` is what stays as it was."""

    mended: list[Version] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)  # paths below the cache that go fetches again
    failed: dict[Version, str] = field(default_factory=dict)
    left: list[Fault] = field(default_factory=list)
    mends: list[str] = field(default_factory=list)  # ids of the journal's entries
    quarantine: list[str] = field(default_factory=list)  # folders that hold what was put aside


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be fetched and replaced, what only put aside, and what is left alone."""

    versions: tuple[Version, ...]
    aside: tuple[str, ...]
    left: tuple[Fault, ...]


def plan(faults: Iterable[Fault], toolchains_in_use: Collection[str]) -> Plan:
    """The plan for these faults. Warnings, what cannot be read, and the toolchains in use are left alone."""
    versions: dict[Version, None] = {}
    aside: dict[str, None] = {}
    left = []
    for one in faults:
        if one.severity != "fatal" or one.kind is Kind.UNREADABLE:
            left.append(one)
        elif one.kind in _ASIDE:
            aside[one.path] = None
        elif one.module == MODULE and one.version in toolchains_in_use:
            left.append(one)
        else:
            versions[one.module, one.version] = None
    return Plan(tuple(versions), tuple(aside), tuple(left))


def repair(
    cache: Path, planned: Plan, recorded: Recorded, fetch: Fetch, journal: Journal, *, command: Sequence[str]
) -> Repaired:
    """Does what was planned. Raises OSError where nothing can be made below the cache, and what `Journal.apply` raises
    for a journal that cannot be written.
    """
    work = _Repair(cache, recorded, fetch, journal, command)
    work.done.left = list(planned.left)
    for at in range(0, max(len(planned.versions), 1), _MOST_AT_ONCE):
        work.batch(planned.versions[at : at + _MOST_AT_ONCE], planned.aside if at == 0 else ())
    return work.done


class _Repair:
    def __init__(self, cache: Path, recorded: Recorded, fetch: Fetch, journal: Journal, command: Sequence[str]) -> None:
        self.done = Repaired()
        self._cache = cache
        self._recorded = recorded
        self._fetch = fetch
        self._journal = journal
        self._command = command

    def batch(self, versions: Sequence[Version], aside: Sequence[str]) -> None:
        place = self._cache / OWN / f"repair-{os.urandom(4).hex()}"
        fresh, old = place / "new", place / "old"
        fresh.mkdir(parents=True)
        old.mkdir()
        whole: list[Version] = []
        try:
            whole = self._fetched(fresh, versions)
            if whole or aside:
                entry = self._exchanged(place, whole, aside)
                _strip(fresh)
                self.done.mends.append(entry.id)
                self.done.quarantine.append(str(place))
                self.done.aside += aside
                self._look_again(whole)
        except GomendError as error:  # somebody else was faster, or holds a lock: what was done is taken back
            self.done.failed |= dict.fromkeys(whole, str(error))
        finally:
            if not any(str(place) in entry.quarantine for entry in self._journal.entries()):
                remove_trees([str(place)])

    def _fetched(self, fresh: Path, versions: Sequence[Version]) -> list[Version]:
        """The versions that came whole, and as they are recorded."""
        if not versions:
            return []
        failed = dict(self._fetch(fresh, versions))
        came = [one for one in versions if one not in failed]
        for fault in check(fresh, self._recorded, came).faults:
            if fault.severity == "fatal":
                failed.setdefault((fault.module, fault.version), fault.kind.value)
        for one in came:
            if one not in failed and "zip" not in entry_of(fresh, *one).files:
                failed[one] = Kind.ZIP_DAMAGED.value
        self.done.failed |= failed
        return [one for one in came if one not in failed]

    def _exchanged(self, place: Path, whole: Sequence[Version], aside: Sequence[str]) -> Entry:
        moves = [move for one in whole for move in _exchange(self._cache, place, *one)]
        for path in aside:
            target = place / "old" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            moves.append(Move.of(self._cache / path, target))
        return self._journal.apply(
            (),
            command=self._command,
            what=[*(f"{module}@{version}" for module, version in whole), *aside],
            locks=[str(lock_path(self._cache, *one)) for one in whole],
            quarantine=lambda _: (tuple(moves), str(place)),
        )

    def _look_again(self, whole: Sequence[Version]) -> None:
        """What was mended counts as such only once it is seen."""
        if not whole:
            return
        faults = check(self._cache, self._recorded, whole).faults
        still = {(one.module, one.version): one.kind.value for one in faults if one.severity == "fatal"}
        self.done.failed |= still
        self.done.mended += [one for one in whole if one not in still]


def _exchange(cache: Path, place: Path, module: str, version: str) -> list[Move]:
    """The moves for one version: first what is there, then what is new, each in the order that go can live with."""
    fresh, old = place / "new", place / "old"
    there, new = entry_of(cache, module, version), entry_of(fresh, module, version)
    moves = []
    for kind in _OLD:
        path = there.folder if kind == "folder" else there.files.get(kind)
        if path is not None:
            target = old / path.relative_to(cache)
            target.parent.mkdir(parents=True, exist_ok=True)
            moves.append(Move.of(path, target))
    for kind in _NEW:
        path = new.folder if kind == "folder" else new.files.get(kind)
        if path is not None:
            target = cache / path.relative_to(fresh)
            target.parent.mkdir(parents=True, exist_ok=True)
            moves.append(Move.of(path, target))
    return moves


def _strip(fresh: Path) -> None:
    """Removes what a fetch left but for the folders that the new files came from: an undo moves them back there."""
    for place, folders, names in os.walk(fresh):
        for name in names:
            Path(place, name).unlink()
        for name in [one for one in folders if one == "sumdb"]:
            shutil.rmtree(Path(place, name))
            folders.remove(name)
