"""A process that outlives a gomend which was killed outright, for as long as it takes to end what that had started.

The system ends the wrapped command itself then (`process`). Of what the command has started it knows nothing: such a
process is known by the run's private folder, which stands on its PATH.
"""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

_GRACE_SECONDS = 5.0  # in which new ones may still be started by those that are about to end
_PAUSE_SECONDS = 0.1


def stand_by(folder: str, lock: str) -> None:
    """Starts the guardian of a run: once nobody holds the file `lock` and it is still there, the run was killed.

    Then the go commands of the run are asked to end, as well as all of it that Ctrl-C would have reached, and `folder`
    is removed. Linux alone tells which processes those are; elsewhere there is no guardian.
    """
    if sys.platform != "linux" or os.fork():
        return
    try:
        group = os.getpgrp()
        os.setsid()  # what ends the run's whole group is no reason to leave its folder
        os.chdir("/")
        os.closerange(
            0, os.sysconf("SC_OPEN_MAX")
        )  # the lock that came along, and the streams: somebody waits for them
        with suppress(OSError):  # the run ended before this came to it
            fcntl.flock(os.open(lock, os.O_WRONLY), fcntl.LOCK_EX)
            if os.path.exists(lock):
                _end(folder, group)
    finally:
        os._exit(0)


def _end(folder: str, group: int) -> None:
    import shutil  # noqa: PLC0415 - hardly ever

    told: set[tuple[int, str]] = set()
    deadline = time.monotonic() + _GRACE_SECONDS
    while (found := set(_of_run(folder, group))) and time.monotonic() < deadline:
        for one in found - told:
            with suppress(OSError):
                os.kill(one[0], signal.SIGTERM)
        told |= found
        time.sleep(_PAUSE_SECONDS)
    shutil.rmtree(folder, ignore_errors=True)


def _of_run(folder: str, group: int) -> Iterator[tuple[int, str]]:
    """The processes to end, each with the time of its start, which tells it from a later one of the same number."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            with suppress(OSError, IndexError):  # somebody else's, or it has ended meanwhile
                pid = int(name)
                with open(f"/proc/{pid}/environ", "rb") as file:
                    if os.fsencode(folder) not in file.read():
                        continue
                if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "go" or os.getpgid(pid) == group:
                    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                        yield pid, file.read().rpartition(")")[2].split()[19]  # proc(5): field 22
