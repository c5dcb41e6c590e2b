"""A run with nothing to say: it succeeded, printed nothing that was read, and no option asks for more. Kept light.

What reads logs and draws screens takes longer to load than go needs to start, and go has ended: the user waits for it.
"""

import json
import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress

from gomend.gocmd import records, workfolder
from gomend.settings.places import all_default

TYPE_CHECKING = False  # typing costs more than all else here
if TYPE_CHECKING:
    from gomend.cli.wrapping import Run
    from gomend.gocmd.capture import Capture

_ALWAYS_READ = 1 << 20  # bytes; of what printed more and succeeded only that is read in which go has spoken
_OF_GO = (b"go: ", b"# get http")
_PLAIN = re.compile(r"[A-Za-z0-9_./-]{1,15}\Z|(?:/[A-Za-z0-9_.-]+)+\Z")  # no secret is that short, or a path


def nothing_to_say(run: "Run", flags: Mapping[str, object]) -> bool:
    """Whether a record is all that is left to do."""
    if (
        set(flags) - {"record", "quiet", "relay"}
        or run.ended.status
        or _is_worth_reading(run.ended.output)
        or (run.passed and (run.passed.failed or any(one.attempt > 1 for one in run.passed.exchanges)))
    ):
        return False
    try:
        return all_default(run.environment, os.getcwd())
    except OSError:
        return False


def _is_worth_reading(output: "Capture") -> bool:
    if output.size <= _ALWAYS_READ:
        return output.size > 0
    return any(word in chunk for chunk in output.chunks() for word in _OF_GO)


def record(run: "Run") -> None:
    """Keeps the record: the same document, `gomend.report/1`, that the report's own part makes of a longer run."""
    here = os.getcwd()
    folder = os.path.join(here, workfolder.working_folder(run.command[1:])) if run.go else here
    command = [_masked(word) for word in run.command]
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.started))
    seconds = round(run.ended.seconds, 3)
    document = {
        "schema": "gomend.report/1",
        "run": run.id,
        "command": command,
        "exit": 0,
        "started": started,
        "seconds": seconds,
        "relay": run.passed is not None,
        "verdict": {"outcome": "ok", "roots": [], "warnings": [], "harmless": {}, "fixes": []},
        "exchanges": _exchanges(run),
        "folder": _masked(here),
        "root": _masked(workfolder.module_root(folder, run.environment)),
        "recorded": True,
        "variables": {},
    }
    trace = b""
    if run.passed is not None and run.passed.exchanges:
        from gomend.cli.tracing import trace_of  # noqa: PLC0415 - much of it is loaded by the door already

        trace = trace_of(run, command=command, started=started, seconds=seconds)
    with suppress(records.Unrecorded):
        records.save(run.environment, run.id, run.started, json.dumps(document).encode() + b"\n", trace=trace)


def _exchanges(run: "Run") -> dict[str, object]:
    nothing = {"fetched": 0, "used": 0, "bytes_fetched": 0, "bytes_used": 0}
    counted = {"count": 0, "bytes": 0, "attempts": 0, "rescued": 0, "ahead": nothing, "faults": {}}
    if run.passed is None or not run.passed.exchanges:
        return counted
    from gomend.relay.summary import summary  # noqa: PLC0415 - as the door is

    sums, ahead = summary(run.passed.exchanges), run.passed.ahead
    counted |= {"count": sums.count, "bytes": sums.bytes, "attempts": sums.attempts}
    return counted | ({"ahead": {name: getattr(ahead, name) for name in nothing}} if ahead else {})


def _masked(word: str) -> str:
    word = word.encode("utf-8", "replace").decode()
    if _PLAIN.match(word):
        return word
    from gomend.masking import mask  # noqa: PLC0415 - seldom needed

    return mask(word)
