"""Makes the cases anew: `.venv/bin/python -m tests.lab.make_cases [--only GLOB] [--missing] [--jobs N] [--list]`.

The cases stand in `tests/lab/cases_*.py`. GLOB is matched against `CODE/NAME` and against the module's short name.
"""

import argparse
import fnmatch
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.lab.case import Case
from tests.lab.record import CASES, RecordError, cases_of, record
from tests.lab.site import namespaces_allowed


def all_cases() -> list[Case]:
    """Every case of every `cases_*.py`. Raises ValueError for two of one name."""
    found: dict[str, Case] = {}
    for file in sorted(Path(__file__).parent.glob("cases_*.py")):
        for case in cases_of(f"tests.lab.{file.stem}"):
            if case.id in found:
                raise ValueError(f"two cases are called {case.id}")
            found[case.id] = case
    return list(found.values())


def main() -> int:
    """Makes what was asked for; 1 if a case could not be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--target", type=Path, default=CASES)
    options = parser.parse_args()
    chosen = [
        case
        for case in all_cases()
        if not options.only
        or any(fnmatch.fnmatch(case.id, glob) or case.made_by.endswith(f"cases_{glob}") for glob in options.only)
    ]
    if options.missing:
        chosen = [case for case in chosen if not (options.target / case.id / "expected.json").exists()]
    if options.list:
        print("\n".join(case.id for case in chosen))
        return 0
    if not namespaces_allowed():
        print("skipped: this machine does not let us make user, network and mount namespaces", file=sys.stderr)
        return 1
    failed = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(record, case, options.target): case for case in chosen}
        for job in as_completed(running):
            try:
                job.result()
            except RecordError as error:
                failed += 1
                print(f"FAILED {error}", file=sys.stderr)
            else:
                print(running[job].id, flush=True)
    print(f"{len(chosen) - failed} made, {failed} failed", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
