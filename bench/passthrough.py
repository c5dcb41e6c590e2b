"""What passing output on costs: 200 MB through gomend and through `cat`, in pairs, through a pipe and a terminal.

Prints for each way the time until the last byte is there, the time until the command has ended, processor seconds and
the highest memory use, as medians, and the speed of passing as a share of cat's.
Run it with the interpreter of an environment that gomend is installed in.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROUNDS = 5
BYTES = 200_000_000
LEAST_SHARE = 0.5
GOMEND = [sys.executable, "-I", str(Path(find_spec("gomend").origin).with_name("__main__.py"))]
LINE = b'time="2026-11-22T10:00:00Z" level=info msg="wrote one of very many objects" n=12345\n'
# A stand-in for go: answers `go env` as go does, and prints the file for all else.
STAND_IN = """#!/bin/sh
case "$1" in env | version) exec go "$@" ;; esac
cat {file} >&2
exit {status}
"""


class Passed(NamedTuple):
    """One run: seconds until the last byte and until the end, processor seconds, megabytes of memory at most."""

    passing: float
    whole: float
    cpu: float
    memory: float


def passed(command: Sequence[str], environment: dict[str, str], *, terminal: bool = False) -> Passed:
    """Runs the command, reads what it prints on both streams and counts until all is there."""
    reading, writing = os.openpty() if terminal else os.pipe()
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=writing, stderr=writing, stdin=subprocess.DEVNULL) as ran:
        os.close(writing)
        seen, last = 0, started
        while block := _read(reading):
            seen += len(block)
            if seen >= BYTES and last == started:
                last = time.perf_counter()
        _, _, used = os.wait4(ran.pid, 0)
        ran.returncode = 0
        whole = time.perf_counter() - started
    os.close(reading)
    if seen < BYTES:
        sys.exit(f"{command}: {seen} of {BYTES} bytes came")
    return Passed(last - started, whole, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 1 << 16)
    except OSError:  # the other end of a pty is closed
        return b""


def compare(title: str, plain: Sequence[str], wrapped: Sequence[str], environment: dict[str, str], **options) -> None:
    """Runs both by turns and prints a line for each and their ratio."""
    pairs = [(passed(plain, environment, **options), passed(wrapped, environment, **options)) for _ in range(ROUNDS)]
    print(title)
    for name, runs in zip(("cat", "gomend"), zip(*pairs, strict=True), strict=True):
        passing, whole, cpu, memory = (statistics.median(column) for column in zip(*runs, strict=True))
        print(
            f"  {name:6} {passing:5.2f} s to the last byte, {whole:5.2f} s in all, {cpu:5.2f} s cpu, {memory:3.0f} MB"
        )
    share = statistics.median(one.passing / other.passing for one, other in pairs)
    print(f"  speed  {share:5.2f} of cat's (at least {LEAST_SHARE})")


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        file = Path(folder, "output")
        with file.open("wb") as filling:  # in pieces: what this process holds counts as memory of those it starts
            for _ in range(BYTES // len(LINE * 1000) + 1):
                filling.write(LINE * 1000)
        go, failing = Path(folder, "go-well"), Path(folder, "go-badly")
        for path, status in ((go, 0), (failing, 1)):
            path.write_text(STAND_IN.format(file=file, status=status))
            path.chmod(0o755)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GOMEND_")}
        environment |= {"XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        hop = ["sh", "-c", f"cat {file} | cat"]
        well, badly = environment | {"GOMEND_GO": str(go)}, environment | {"GOMEND_GO": str(failing)}
        compare("a pipe, gomend run -- cat", hop, [*GOMEND, "run", "--", "cat", str(file)], environment)
        compare("a pipe, gomend go, which succeeds", hop, [*GOMEND, "go", "mod", "download"], well)
        compare("a pipe, gomend go, which fails", hop, [*GOMEND, "go", "mod", "download"], badly)
        compare(
            "a terminal, gomend run -- cat",
            ["cat", str(file)],
            [*GOMEND, "run", "--", "cat", str(file)],
            environment,
            terminal=True,
        )


if __name__ == "__main__":
    main()
