"""Keeps what passed the door in a run, for `gomend trace`."""

import time
from collections.abc import Sequence
from contextlib import suppress

from gomend.cli.wrapping import Run
from gomend.gocmd import program
from gomend.gocmd.gosettings import go_settings
from gomend.trace.recorder import packed, recorded

_NAMING_PRIVATE = ("GOPRIVATE", "GONOPROXY", "GONOSUMDB")


def trace_of(run: Run, *, command: Sequence[str], started: str, seconds: float) -> bytes:
    """The requests of a run as they are kept beside its record; empty where gomend saw none.

    `command`, masked, `started` and `seconds` as in its report.
    """
    if run.passed is None or not run.passed.exchanges:
        return b""
    began = time.monotonic() - (time.time() - run.started)  # the exchanges' clock is not the record's
    trace = recorded(
        run.passed.exchanges,
        origin=began,
        run=run.id,
        command=command,
        exit_status=run.ended.status,
        started=started,
        seconds=seconds,
        private=_private(run),
        trace_id=run.passed.trace,
    )
    return packed(trace)


def _private(run: Run) -> str:
    """The patterns in force that name private modules, as one list."""
    go = run.path
    if not run.go:
        with suppress(program.NotFoundError, program.CannotRunError):
            go = program.find_go(run.environment)
    settings = go_settings(go, run.environment)
    patterns = [one for name in _NAMING_PRIVATE for one in settings.get(name).split(",") if one]
    return ",".join(dict.fromkeys(patterns))
