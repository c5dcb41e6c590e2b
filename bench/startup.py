"""What gomend adds to a go command: `go version` alone and under gomend, in pairs.

Prints the medians of both, of the difference, and of the time from gomend's start to the go command's.
Run it with the interpreter of an environment that gomend is installed in.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

PAIRS = 30
BUDGET_BEFORE, BUDGET_ALL = 60, 80  # milliseconds


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return time.perf_counter() - started


def _until_started(gomend: list[str], environment: dict[str, str]) -> float:
    """Seconds until the command that gomend runs prints its first byte, less what that command takes alone."""
    command = ["/bin/echo"]
    alone = _seconds(command, environment)
    started = time.perf_counter()
    with subprocess.Popen([*gomend, "run", "--", *command], env=environment, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.read(1)
        return time.perf_counter() - started - alone


def main() -> None:
    """Measures and prints."""
    gomend = [sys.executable, "-I", str(Path(find_spec("gomend").origin).with_name("__main__.py"))]
    with tempfile.TemporaryDirectory() as state:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GOMEND_")}
        environment |= {"XDG_STATE_HOME": state, "XDG_CONFIG_HOME": state}
        os.chdir(Path(state))
        _seconds([*gomend, "go", "version"], environment)  # compiles what is not compiled yet
        plain, wrapped, before = [], [], []
        for _ in range(PAIRS):
            plain.append(_seconds(["go", "version"], environment) * 1000)
            wrapped.append(_seconds([*gomend, "go", "version"], environment) * 1000)
            before.append(_until_started(gomend, environment) * 1000)
    added = [with_gomend - alone for alone, with_gomend in zip(plain, wrapped, strict=True)]
    print(f"go version alone          {statistics.median(plain):6.1f} ms")
    print(f"gomend go version         {statistics.median(wrapped):6.1f} ms")
    print(f"added, median of {PAIRS} pairs {statistics.median(added):6.1f} ms  (at most {BUDGET_ALL})")
    print(f"before the command starts {statistics.median(before):6.1f} ms  (at most {BUDGET_BEFORE})")


if __name__ == "__main__":
    main()
