"""A server's audit: who got what, when, from where, and what not; one JSON object a line in a file of its own."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from gomend.telemetry.masked import masked_text

_OPENED = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


class AuditFile:
    """Appends to the file at `path`, made for its owner alone; any number of processes may. One that was moved away or
    removed is opened anew, so that it can be rotated. Each line names the `tenant`, if there is one. `clock` gives the
    time; `faults` counts lines that were lost.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC), tenant: str = "") -> None:
        self._path = path
        self._of = {"tenant": tenant} if tenant else {}
        self._clock = clock
        self._handle = -1
        self._seen = (0, 0)
        self.faults = 0

    def write(self, verdict: str, **facts: Any) -> None:
        """A line; texts are freed of secrets. That it cannot be written keeps nothing from being served."""
        masked = {name: masked_text(value) if isinstance(value, str) else value for name, value in facts.items()}
        time = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = msgspec.json.encode({"time": time, "verdict": verdict, **self._of, **masked}) + b"\n"
        try:
            self._follow()
            if os.write(self._handle, line) != len(line):
                self.faults += 1
        except OSError:
            self.faults += 1

    def close(self) -> None:
        """Release the file."""
        if self._handle >= 0:
            with suppress(OSError):
                os.close(self._handle)
        self._handle = -1

    def _follow(self) -> None:
        """Have the file open that is at the path now. Raises OSError."""
        try:
            there = os.stat(self._path)  # noqa: PTH116  (the way of every request)
        except FileNotFoundError:
            there = None
        if self._handle >= 0 and there is not None and self._seen == (there.st_dev, there.st_ino):
            return
        self.close()
        self._handle = os.open(self._path, _OPENED, 0o600)
        opened = os.fstat(self._handle)
        self._seen = (opened.st_dev, opened.st_ino)
