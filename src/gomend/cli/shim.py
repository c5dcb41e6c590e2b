"""A `go` first on the PATH of a wrapped command: it opens a door for that one go process, or becomes the real go.

So a script's own settings count at each call, and no variable of the script itself is changed. Light.
"""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from gomend.gocmd import process, program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from gomend.cli.watching import Display
    from gomend.relay.session import Record, Session

_SCRIPT = """#!/bin/sh
# gomend: opens a door to the module sources for this one go process
exec {python} -I -S -c {program} {folder} "$@"
"""
_PROGRAM = "import sys; sys.path[:] = {path!r}; from gomend.cli.shim import run; run()"
_TOLD = "exchanges-"
_FLAGS = "flags"
_HANDED_ON = ("lang", "quiet")  # of gomend's own options: those that a go in it has a use for


class Shim:
    """The folder with that `go`. Raises OSError where none can be had."""

    def __init__(self, environment: Mapping[str, str], flags: Mapping[str, object]) -> None:
        from gomend.cli.shimlive import ALIVE, PREFIX, hold, new_id  # noqa: PLC0415 - light
        from gomend.gocmd.guardian import stand_by  # noqa: PLC0415 - light

        place = environment.get("TMPDIR") or "/tmp"  # noqa: S108 - the folder in it is private
        self.folder = os.path.join(os.path.abspath(place), f"{PREFIX}{new_id()}")
        os.mkdir(self.folder, 0o700)
        here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        words = {
            "python": _quoted(sys.executable),
            "program": _quoted(_PROGRAM.format(path=[here, *(one for one in sys.path if one and one != here)])),
            "folder": _quoted(self.folder),
        }
        descriptor = os.open(os.path.join(self.folder, "go"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o700)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(_SCRIPT.format(**words))
        if not flags.keys().isdisjoint(_HANDED_ON):
            import json  # noqa: PLC0415

            with open(os.path.join(self.folder, _FLAGS), "w", encoding="utf-8") as file:
                json.dump({name: flags[name] for name in _HANDED_ON if name in flags}, file)
        self._alive = hold(self.folder)
        stand_by(self.folder, os.path.join(self.folder, ALIVE))

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """The command's environment: as given, with the folder first on PATH."""
        return {**given, "PATH": f"{self.folder}{os.pathsep}{given['PATH']}"}

    def watch(self, display: "Display") -> process.Watch:
        """What watches over the command that runs with this folder."""
        from gomend.cli.shimlive import Outside  # noqa: PLC0415 - light

        return Outside(self.folder, display)

    def close(self) -> "Record | None":
        """Removes the folder. Returns what passed all doors, None where none was opened."""
        from gomend.cli.shimlive import ALIVE, sweep  # noqa: PLC0415 - loaded already

        found = None
        with suppress(OSError):
            os.unlink(os.path.join(self.folder, ALIVE))  # first of all: it has not been killed
        with suppress(OSError):
            told = [name for name in os.listdir(self.folder) if name.startswith(_TOLD)]
            if told:
                from gomend.cli.shimrecords import read  # noqa: PLC0415 - only where there was a door

                found = read(os.path.join(self.folder, name) for name in told)
            for name in os.listdir(self.folder):
                os.unlink(os.path.join(self.folder, name))
            os.rmdir(self.folder)
        os.close(self._alive)
        sweep(os.path.dirname(self.folder), time.time())
        return found


def shim_for(environment: Mapping[str, str], flags: Mapping[str, object]) -> Shim | None:
    """A shim for a command with this environment; None where no go is on its PATH or no folder can be had.

    `flags` are gomend's own options given before the command.
    """
    if not environment.get("PATH"):
        return None
    path = _real_go(environment, "")
    if path is None:
        return None
    try:
        return Shim(environment, flags)
    except OSError:
        return None


def run() -> "NoReturn":
    """What the script does: `FOLDER ARGS…` are its words."""
    from gomend.cli.wrapping import door_for  # noqa: PLC0415 - the other way round there, too
    from gomend.gocmd import inherited  # noqa: PLC0415

    folder, words = sys.argv[1], ["go", *sys.argv[2:]]
    environment = inherited.environment()
    path = _real_go(environment, folder)
    if path is None:
        os.write(2, b"go: command not found\n")
        os._exit(127)
    door = door_for(path, words, environment)
    if door is None:
        os.execve(path, words, environment)
    _end(_wrapped(path, words, environment, door, folder))


def _wrapped(
    path: str, words: Sequence[str], environment: Mapping[str, str], door: "Session", folder: str
) -> process.Ended:
    from gomend.cli.shimlive import PREFIX, Inside  # noqa: PLC0415
    from gomend.cli.wrapping import closed, options, run_with_door  # noqa: PLC0415

    given = options(_flags(folder), environment)
    door.record.trace = folder.rpartition(PREFIX)[2]  # one for all go commands of the run
    watch = Inside(folder, door.record, given)
    stalled = None
    try:
        # A go that this one starts is behind the door already.
        ended, stalled = run_with_door(path, words, {**environment, "GOMEND_RELAY": "off"}, door, watch)
    finally:
        passed = closed(door)
        passed.stalled = stalled
    _tell(passed, folder)
    if stalled is not None and not given().switch("quiet"):
        from gomend.cli.saying import voice  # noqa: PLC0415
        from gomend.relay.live import host_of  # noqa: PLC0415

        voice(given().text("lang")).tell("run/stalled", host=host_of(stalled.url))
    return ended


def _flags(folder: str) -> dict[str, object]:
    with suppress(OSError, ValueError), open(os.path.join(folder, _FLAGS), encoding="utf-8") as file:
        import json  # noqa: PLC0415 - few give such options

        return dict(json.load(file))
    return {}


def _tell(passed: "Record", folder: str) -> None:
    from gomend.cli.shimrecords import write  # noqa: PLC0415 - after go has ended

    with suppress(OSError):  # the wrapped command ended first
        write(os.path.join(folder, f"{_TOLD}{os.getpid()}"), passed)


def _end(ended: process.Ended) -> "NoReturn":
    if ended.signal:
        with suppress(OSError):
            signal.signal(ended.signal, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {ended.signal})
        os.kill(os.getpid(), ended.signal)
    os._exit(ended.status)


def _real_go(environment: Mapping[str, str], folder: str) -> str | None:
    """The go that PATH names without the shim, as the shell would have found it."""
    places = [one for one in environment.get("PATH", os.defpath).split(os.pathsep) if not folder or one != folder]
    try:
        return program.find("go", {"PATH": os.pathsep.join(places)})
    except (program.NotFoundError, program.CannotRunError):
        return None


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "'\\''") + "'"
