"""How long `gomend doctor` takes on a healthy machine whose line has a round trip of 50 ms.

Runs the doctor in a lab on loopback: one module proxy over TLS that offers the checksum database, behind `slowline`.
Prints the seconds of each run by the doctor's own clock, its processor time with the start, and the median.
Usage: bench/doctor.py [RUNS] [MILLISECONDS]
"""

import contextlib
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.diagnose.clinic import Clinic  # noqa: E402 - the tests' lab is not installed


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def used() -> float:
    """Processor seconds of all children that have ended."""
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def main(runs: int, milliseconds: float) -> None:
    """Measures and prints."""
    go = Path(shutil.which("go") or "go").resolve()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        clinic = Clinic(folder, go, stack)
        port = free_port()
        behind = clinic.sources[0].port
        words = [sys.executable, str(ROOT / "bench" / "slowline.py"), str(port), str(behind), str(milliseconds)]
        line = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(line.wait)
        stack.callback(line.terminate)
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
        clinic.env["GOPROXY"] = f"https://localhost:{port},direct"
        took, before = [], used()
        for _ in range(runs):
            seen = clinic.examine()
            took.append(seen.report.seconds)
            slowest = max(seen.report.checks, key=lambda one: one.seconds)
            now = used()
            said = f"{seen.report.seconds:.2f} s, {now - before:.2f} s of CPU, {seen.report.outcome}"
            print(f"{said}; slowest: {slowest.name} {slowest.seconds:.2f} s")
            before = now
        print(f"median {statistics.median(took):.2f} s, round trip {milliseconds:g} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, float(sys.argv[2]) if len(sys.argv) > 2 else 50)
