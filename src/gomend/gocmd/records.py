"""The record of each run, and of each look around: one small file in the state folder, readable by its owner alone."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress

KEPT = 50
MOST_BYTES = 100_000_000  # of all files; the oldest runs go first
RUNS = "runs"  # of wrapped commands: gomend.report/1
DOCTOR = "doctor"  # of gomend doctor: gomend.doctor/1
TRACE = ".trace"  # the end of the name of a run's second file: its requests


class Unrecorded(Exception):  # noqa: N818 - never an error of the run
    """No record could be kept; `reason` says why in the system's words, "" where there is no folder to keep it in."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


def folder(environment: Mapping[str, str], kind: str = RUNS) -> str | None:
    """Where a `kind` of records is kept: gomend/<kind> in $XDG_STATE_HOME or ~/.local/state; None without either."""
    state = environment.get("XDG_STATE_HOME", "")
    home = environment.get("HOME", "")
    if not os.path.isabs(state):
        if not os.path.isabs(home):
            return None
        state = os.path.join(home, ".local", "state")
    return os.path.join(state, "gomend", kind)


def new_id() -> str:
    """A name for a run, unlike that of any other kept one."""
    return os.urandom(4).hex()


def save(
    environment: Mapping[str, str],
    run: str,
    started: float,
    document: bytes,
    keep: int = KEPT,
    *,
    trace: bytes = b"",
    kind: str = RUNS,
) -> str:
    """Keeps `document` as the record of the run begun at `started` (seconds since 1970), and the `keep` newest in all.

    `trace` is what is kept of the run's requests, in a file beside the record; empty for none. Returns the record's
    path. Raises Unrecorded.
    """
    place = folder(environment, kind)
    if place is None:
        raise Unrecorded
    path = os.path.join(place, f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(started))}-{run}.json")
    try:
        make_private(place)
        if trace:
            _write(path.removesuffix(".json") + TRACE, trace)
        _write(path, document)
        _forget(place, keep)
    except OSError as error:
        if trace:
            with suppress(OSError):
                os.unlink(path.removesuffix(".json") + TRACE)
        raise Unrecorded(error.strerror or str(error)) from error
    return path


def make_private(place: str) -> None:
    """Makes a folder of gomend's state, `gomend/<kind>`, for its owner alone. Raises OSError."""
    os.makedirs(os.path.dirname(os.path.dirname(place)), exist_ok=True)
    for private in (os.path.dirname(place), place):
        with suppress(FileExistsError):
            os.mkdir(private, 0o700)
        if os.stat(private).st_mode & 0o077:
            os.chmod(private, 0o700)


def _write(path: str, document: bytes) -> None:
    unfinished = f"{path}.tmp"
    fd = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            while document:
                document = document[os.write(fd, document) :]
        finally:
            os.close(fd)
        os.rename(unfinished, path)
    except OSError:
        with suppress(OSError):
            os.unlink(unfinished)
        raise


def _forget(place: str, keep: int) -> None:
    sizes: dict[str, int] = {}
    files: dict[str, list[str]] = {}
    for entry in os.scandir(place):
        run, ending = os.path.splitext(entry.name)
        if ending in (".json", TRACE):
            with suppress(FileNotFoundError):  # another run was faster
                sizes[run] = sizes.get(run, 0) + entry.stat().st_size
                files.setdefault(run, []).append(entry.path)
    left = MOST_BYTES
    for number, run in enumerate(sorted(files, reverse=True)):
        left -= sizes[run]
        if number >= keep or (number and left < 0):
            for path in files[run]:
                with suppress(FileNotFoundError):
                    os.unlink(path)
