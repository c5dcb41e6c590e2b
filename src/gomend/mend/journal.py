"""The journal of mends: each is written down with all it needs before anything changes, and can be taken back.

An entry is one file. It is `applying` from before its first step to after its last, then `applied`; `undoing`, then
`undone`. Whatever a crash leaves in between is brought back to the state before by the next use of the journal: a mend
that did not come to its end did not happen. A file `unfinished` in the folder stands there meanwhile, so that every
start of gomend can see at a glance whether there is anything to bring back. Steps and how to add one: `mend.steps`.
Beside the bytes to put back, which may hold secrets as the files themselves do, nothing unmasked stands in an entry;
the folder is its owner's alone.
"""

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gomend.errors import GomendError
from gomend.gocmd import records
from gomend.gocmd.locking import lock_of, locked
from gomend.masking import mask
from gomend.mend.files import Files
from gomend.mend.steps import ChangedSinceError, Returned, Step

MENDS = "mends"  # the kind of records
UNFINISHED = "unfinished"  # the file that stands in the journal's folder while something is done
KEPT = 100  # entries; the oldest finished ones go first, with what they put into quarantine
_PATIENCE = 30.0  # seconds for another gomend, or for go, to be done


class NoPlaceError(GomendError):
    """There is no folder to keep the journal in: neither XDG_STATE_HOME nor HOME names one."""


class NoEntryError(GomendError):
    """No entry, or more than one, is meant by `word`; `ids` are those that could be."""

    def __init__(self, word: str, ids: tuple[str, ...] = ()) -> None:
        super().__init__(word)
        self.word = word
        self.ids = ids


class StepFailedError(GomendError):
    """A step could not be done (`path`, `reason` in the system's words); what was done before it was taken back."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class Entry(msgspec.Struct, frozen=True):
    """One mend. `started` is UTC in RFC 3339; `command` is gomend's own that made it, `what` what it changes, in words.

    `locks` are files to hold a lock on while anything is moved (go's own, never removed); `quarantine` are folders made
    for this entry alone, which go when the entry is forgotten.
    """

    schema: str
    id: str
    started: str
    command: tuple[str, ...]
    root: str
    what: tuple[str, ...]
    state: str
    steps: tuple[Step, ...]
    locks: tuple[str, ...] = ()
    quarantine: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """An entry that was taken back. `whole`: all is as before to the byte; else other changes made since stay."""

    entry: Entry
    whole: bool


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a crash had left, and what became of it: taken back, or `stuck` where somebody changed `path` since."""

    entry: Entry
    stuck: ChangedSinceError | None = None


def place_of(environment: Mapping[str, str]) -> Path:
    """The journal's folder, gomend/mends in the state folder. Raises NoPlaceError."""
    place = records.folder(environment, MENDS)
    if place is None:
        raise NoPlaceError
    return Path(place)


class Journal:
    """The journal in the folder `place`. `now` gives seconds since 1970; `files` is the file system."""

    def __init__(self, place: Path, files: Files | None = None, now: Callable[[], float] = time.time) -> None:
        self._place = place
        self._files = files or Files()
        self._now = now

    def apply(
        self,
        steps: Sequence[Step],
        *,
        command: Sequence[str],
        what: Sequence[str],
        root: str = "",
        locks: Sequence[str] = (),
        quarantine: Callable[[str], tuple[Sequence[Step], str]] | None = None,
    ) -> Entry:
        """Does the steps in their order, and returns the entry by which they can be taken back.

        `quarantine` makes, from the entry's id, the steps that need a folder of this entry's own, and names that
        folder; they come after `steps`. Raises NotAsPlannedError (nothing was done), StepFailedError (it was taken
        back), LockedError, OSError where the journal itself cannot be written (nothing was done).
        """
        with self._alone():
            self._recover()
            entry_id = self._new_id()
            more, folder = quarantine(entry_id) if quarantine else ((), "")
            entry = Entry(
                "gomend.mend/1",
                entry_id,
                _rfc3339(self._now()),
                tuple(map(mask, command)),
                root,
                tuple(map(mask, what)),
                "applying",
                (*steps, *more),
                tuple(locks),
                (folder,) if folder else (),
            )
            with locked(entry.locks, _PATIENCE):
                moved_away: set[str] = set()
                for step in entry.steps:
                    step.check(self._files, moved_away)
                self._begin()
                self._keep(entry)
                self._forward(entry)
                entry = msgspec.structs.replace(entry, state="applied")
                self._keep(entry)
                self._end()
            self._forget()
            return entry

    def undo(self, word: str = "") -> Undone:
        """Takes back the mend that `word` means: its id or the beginning of that; "" for the newest not taken back.

        Raises NoEntryError, ChangedSinceError (nothing was done), LockedError, OSError.
        """
        with self._alone():
            self._recover()
            entry = self._meant(word)
            with locked(entry.locks, _PATIENCE):
                for step in reversed(entry.steps):
                    step.may_go_back(self._files)
                entry = msgspec.structs.replace(entry, state="undoing")
                self._begin()
                self._keep(entry)
                came_to = [step.backward(self._files) for step in reversed(entry.steps)]
                entry = msgspec.structs.replace(entry, state="undone")
                self._keep(entry)
                self._end()
            return Undone(entry, Returned.OWN not in came_to)

    def recover(self, patience: float = _PATIENCE) -> list[Recovered]:
        """Brings back to the state before whatever a crash left half done. Raises LockedError, OSError.

        Waits for at most `patience` seconds for another gomend.
        """
        if not (self._place / UNFINISHED).exists():
            return []
        with self._alone(patience):
            return self._recover()

    def entries(self) -> list[Entry]:
        """All mends, the newest first; a file that is none is passed over."""
        found = []
        with suppress(OSError):
            for path in sorted(self._place.glob("*.json"), reverse=True):
                with suppress(OSError, msgspec.DecodeError):
                    found.append(msgspec.json.decode(path.read_bytes(), type=Entry))
        return found

    @contextmanager
    def _alone(self, patience: float | None = None) -> Iterator[None]:
        records.make_private(str(self._place))
        with locked([lock_of(self._place)], _PATIENCE if patience is None else patience):
            yield

    def _begin(self) -> None:
        self._files.write(self._place / UNFINISHED, b"", mode=0o600)

    def _end(self) -> None:
        self._files.remove(self._place / UNFINISHED)

    def _recover(self) -> list[Recovered]:
        recovered = []
        for entry in self.entries():
            if entry.state in ("applying", "undoing"):
                stuck: ChangedSinceError | None = None
                with locked(entry.locks, _PATIENCE):
                    for step in reversed(entry.steps):
                        try:
                            step.backward(self._files)
                        except ChangedSinceError as error:
                            stuck = error
                self._keep(msgspec.structs.replace(entry, state="stuck" if stuck else "undone"))
                recovered.append(Recovered(entry, stuck))
        if (self._place / UNFINISHED).exists():
            self._end()
        return recovered

    def _forward(self, entry: Entry) -> None:
        for number, step in enumerate(entry.steps):
            try:
                step.forward(self._files)
            except (OSError, GomendError) as error:
                with suppress(ChangedSinceError):  # by somebody else, which is why it could not be done
                    step.backward(self._files)
                for done in reversed(entry.steps[:number]):
                    done.backward(self._files)
                self._drop(entry)
                self._end()
                if isinstance(error, OSError):
                    raise StepFailedError(str(error.filename or ""), error.strerror or str(error)) from error
                raise

    def _meant(self, word: str) -> Entry:
        standing = [entry for entry in self.entries() if entry.state in ("applied", "stuck")]
        if not word:
            if standing:
                return standing[0]
            raise NoEntryError("")
        found = [entry for entry in standing if entry.id == word] or [e for e in standing if e.id.startswith(word)]
        if len(found) != 1:
            raise NoEntryError(word, tuple(entry.id for entry in found or standing))
        return found[0]

    def _new_id(self) -> str:
        taken = {entry.id for entry in self.entries()}
        while (made := os.urandom(2).hex()) in taken:
            pass
        return made

    def _path(self, entry: Entry) -> Path:
        return self._place / f"{entry.started.translate(str.maketrans('', '', '-:'))}-{entry.id}.json"

    def _keep(self, entry: Entry) -> None:
        self._files.write(self._path(entry), msgspec.json.encode(entry), mode=0o600)

    def _drop(self, entry: Entry) -> None:
        self._files.remove(self._path(entry))

    def _forget(self) -> None:
        for entry in self.entries()[KEPT:]:
            if entry.state in ("applied", "undone"):
                remove_trees(entry.quarantine)
                self._drop(entry)


def _rfc3339(seconds: float) -> str:
    """UTC to the microsecond, so that the names of entries sort as they were made."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1e6):06d}Z"


def remove_trees(folders: Iterable[str]) -> None:
    """Removes folders with all they hold, read-only ones too; what cannot be removed stays."""
    for folder in folders:
        for place, _, _ in os.walk(folder):
            with suppress(OSError):
                os.chmod(place, stat.S_IRWXU)  # noqa: PTH101 - os.walk gives strings
        shutil.rmtree(folder, ignore_errors=True)
