"""`gomend cache check` against `go mod verify`, in turns, on the same module cache in memory.

Downloads the modules of bench/graph once through the Go module proxy, into a folder in /dev/shm that is kept.
Usage: python bench/cache.py [ROUNDS]
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PLACE = Path("/dev/shm/gomend-bench-cache")


def _run(command: list[str], environment: dict[str, str], folder: Path) -> tuple[float, float]:
    """Seconds of wall clock and of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode:
        sys.exit(f"{command}: {ended.stdout}{ended.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Prints seconds and the ratio of each pair, with its median and spread."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("rounds", type=int, nargs="?", default=5)
    rounds = arguments.parse_args().rounds
    project = _PLACE / "graph"
    project.mkdir(parents=True, exist_ok=True)
    for name in ("go.mod", "go.sum", "main.go"):
        (project / name).write_bytes((_HERE / "graph" / name).read_bytes())
    environment = {**os.environ, "GOMODCACHE": str(_PLACE / "modcache"), "GOFLAGS": "-modcacherw"}
    _run(["go", "mod", "download"], environment, project)
    # The graph is read once more than a download reads it, so that neither pays for the network.
    _run(["go", "mod", "verify"], environment, project)
    gomend = [sys.executable, "-m", "gomend", "cache", "check"]
    ratios: dict[str, list[float]] = {"wall": [], "cpu": []}
    for _ in range(rounds):
        theirs = _run(["go", "mod", "verify"], environment, project)
        ours = _run(gomend, environment, project)
        for at, kind in enumerate(ratios):
            ratios[kind].append(theirs[at] / ours[at])
        print(f"go mod verify {theirs[0]:.2f} s ({theirs[1]:.2f} cpu)   "
              f"gomend cache check {ours[0]:.2f} s ({ours[1]:.2f} cpu)")  # fmt: skip
    for kind, values in ratios.items():
        print(f"{kind}: {statistics.median(values):.2f} times as fast, {min(values):.2f} to {max(values):.2f}")


if __name__ == "__main__":
    main()
