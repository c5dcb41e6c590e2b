"""A real terminal for tests: a pty with a program as its session's leader, typed at and read from."""

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

GOMEND = [sys.executable, "-I", "-m", "gomend"]
PATIENCE = 60.0  # seconds until a test gives up hope; no test is decided by it


class Terminal:
    """`with Terminal([...]) as terminal`: `send` types, `until` reads until something shows."""

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str] | None = None, size: tuple[int, int] = (24, 80)
    ):
        self.ours, theirs = os.openpty()
        self.resize(*size)
        self.seen = b""
        self._at = 0
        self.process = subprocess.Popen(
            list(command),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=dict(env) if env is not None else None,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads here
        )
        os.close(theirs)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.ours)

    def resize(self, rows: int, columns: int) -> None:
        """Gives the terminal another size; the kernel tells the foreground job."""
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, words: str) -> None:
        """Types the words."""
        os.write(self.ours, words.encode())

    def until(self, pattern: str) -> str:
        """Reads until the pattern shows in what was not matched yet; returns the match."""
        wanted = re.compile(pattern.encode())
        deadline = time.monotonic() + PATIENCE
        while not (found := wanted.search(self.seen, self._at)):
            if not self._read(deadline):
                raise AssertionError(f"{pattern!r} did not show in {self.seen[self._at :]!r}")
        self._at = found.end()
        return found[0].decode()

    def rest(self) -> bytes:
        """Everything that showed, once the program has ended."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        self.process.wait(PATIENCE)
        return self.seen

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self.ours], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            block = os.read(self.ours, 65536)
        except OSError:
            return False
        self.seen += block
        return bool(block)
