"""What the commands that change something share: the ground, the journal, questions, and words for what went wrong."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gomend.cli import exits
from gomend.cli.inforce import settings_of_go
from gomend.cli.saying import Voice, write
from gomend.cli.saying import voice as voice_in_force
from gomend.errors import GomendError
from gomend.gocmd import gosettings, program
from gomend.gocmd.locking import LockedError
from gomend.gomod.gomodfile import ModFileErrors, parse_gomod
from gomend.mend.copies import ChangeRefusedError
from gomend.mend.goenv import NotWritableError
from gomend.mend.journal import Journal, NoEntryError, NoPlaceError, Recovered, StepFailedError, place_of
from gomend.mend.lastlook import Kept
from gomend.mend.plans import Ground
from gomend.mend.project import CommandFailedError, NoModuleError
from gomend.mend.steps import ChangedSinceError, NotAsPlannedError
from gomend.mend.vendoring import TooLargeError
from gomend.settings.load import Loaded
from gomend.texts import text

_READ = (
    *("GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOTOOLCHAIN", "GO111MODULE", "GOFLAGS"),
    *("GOAUTH", "GOVCS", "GOINSECURE"),
)


class RefusedError(Exception):
    """Said already; what is left is to end with `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def said(voice: Voice, key: str, **params: object) -> None:
    """Writes the text `mend.<key>` as one line."""
    voice.line(text(voice.lang, f"mend.{key}", **params))


def journal(voice: Voice) -> Journal:
    """The journal, what was broken off in it made good first. Raises RefusedError where it has no place."""
    try:
        found = Journal(place_of(os.environ))
    except NoPlaceError as error:
        said(voice, "error/no_place")
        raise RefusedError(exits.FAILED) from error
    _tell(found.recover(), voice)
    return found


def make_whole(environment: Mapping[str, str]) -> None:
    """Before a wrapped command: brings back what was broken off, unless another gomend is just changing something."""
    with suppress(LockedError, NoPlaceError, OSError):
        _tell(Journal(place_of(environment)).recover(patience=0), voice_in_force())


def _tell(recovered: Sequence[Recovered], voice: Voice) -> None:
    for one in recovered:
        facts = {"started": one.entry.started, "command": " ".join(one.entry.command)}
        if one.stuck is None:
            said(voice, "error/recovered", **facts)
        else:
            said(voice, "error/stuck", **facts, path=one.stuck.path, id=one.entry.id)


def go_path(loaded: Loaded, voice: Voice) -> str:
    """The go command. Raises RefusedError."""
    told = {**os.environ, "GOMEND_GO": loaded.text("go")} if loaded.text("go") else os.environ
    try:
        return program.find_go(told)
    except (program.NotFoundError, program.CannotRunError) as error:
        voice.tell("run/no_go")
        raise RefusedError(exits.NOT_FOUND) from error


def ground(loaded: Loaded, verdict: Kept) -> Ground:
    """What plans are made for after a verdict, as it is now."""
    settings = settings_of_go(loaded)
    values = {name: settings.get(name) for name in _READ}
    values |= {"GOMODCACHE": gosettings.module_cache(settings), **verdict.variables}
    return Ground(values, os.environ, required(Path(verdict.root))[1], verdict.command, verdict.variables)


def required(root: Path) -> tuple[str, tuple[str, ...]]:
    """The path of the go.mod in `root`, and the modules that it requires; nothing where it cannot be read."""
    try:
        found = parse_gomod((root / "go.mod").read_bytes(), lax=True)
    except (OSError, ModFileErrors):
        return "", ()
    return found.module, tuple(dict.fromkeys(one.path for one in found.require))


def agrees(question: str, voice: Voice, *, yes: bool) -> bool | None:
    """Whether the user agrees; None where nobody can be asked."""
    if yes:
        return True
    if sys.stdin is None or not sys.stdin.isatty() or not os.isatty(2):
        return None
    write(2, f"{question} {text(voice.lang, 'mend.ask/hint')} ")
    answer = sys.stdin.readline().strip().lower()
    return answer in text(voice.lang, "mend.ask/yes").split(",")


_FAULTS: Mapping[type[GomendError], str] = {
    ChangeRefusedError: "error/refused",
    NotAsPlannedError: "error/changed",
    StepFailedError: "error/failed",
    LockedError: "error/busy",
    NoModuleError: "error/no_module",
    CommandFailedError: "error/command_failed",
    TooLargeError: "error/too_large",
}


@contextmanager
def faults_told(voice: Voice) -> Iterator[None]:
    """Says why something could not be changed, and raises RefusedError in its place."""
    try:
        yield
    except NotWritableError as error:
        said(voice, "error/not_writable" if error.path else "error/no_goenv", path=error.path)
        raise RefusedError(exits.PROBLEM) from error
    except ChangedSinceError as error:
        said(voice, "undo/changed_keys" if error.keys else "undo/changed", path=error.path, keys=", ".join(error.keys))
        write(2, f"{error.diff}\n" if error.diff else "")
        raise RefusedError(exits.PROBLEM) from error
    except tuple(_FAULTS) as error:
        said(voice, _FAULTS[type(error)], **vars(error))
        raise RefusedError(exits.PROBLEM) from error
    except OSError as error:
        said(voice, "error/failed", path=error.filename or "", reason=error.strerror or str(error))
        raise RefusedError(exits.PROBLEM) from error


def no_entry(error: NoEntryError, voice: Voice) -> int:
    """Says which changes there are to take back. Returns the exit status."""
    if not error.word and not error.ids:
        said(voice, "undo/nothing")
    else:
        said(voice, "undo/no_entry", word=error.word, ids=", ".join(error.ids) or "–")
    return exits.USAGE
