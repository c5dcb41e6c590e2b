"""The table of faults: each row is one fault that the tests of this folder provoke, with what a client is told.

Rows come from the lists of `sourcefaults` and from `fault`, which stands above the test of a row.
`python -m tests.server.faulttable` writes docs/reference/faults.md anew; a test fails when the page is out of date.
"""

import importlib
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/faults.md"
FULL = os.environ.get("PYTEST_FAULTS") == "full"
"""Whether the long rounds are wanted: 50 kills, and many more examples of the fuzzers."""

_MODULES = (
    "test_faults",
    "test_reaching_faults",
    "test_database_faults",
    "test_store_faults",
    "test_bucket_faults",
    "test_store_cache",
    "test_large_zips",
    "test_client_faults",
    "test_tls_client_faults",
    "test_serving",
    "test_request_faults",
    "test_tls_request_faults",
    "test_operation_faults",
    "test_certificate_faults",
)
_HEAD = """# What goes wrong around a server, and what its clients are told

`tests/server` provokes each of these faults with real sockets at a real `gomend serve`. For each it is also seen that
nothing wrong is stored, and that all is well as soon as the fault has gone. A refusal's body names the cause code, the
module, the source and what was tried; go prints it.

"""
_Test = TypeVar("_Test", bound=Callable[..., None])


@dataclass(frozen=True)
class Fault:
    """One row."""

    group: str
    what: str  # happens
    told: str  # to the client
    asked: str = ""  # the kind of file that is asked for, where several were tried


TABLE: dict[str, list[Fault]] = defaultdict(list)
"""The rows of each test module, by its name."""


def fault(group: str, what: str, told: str) -> Callable[[_Test], _Test]:
    """Names the row that a test stands for."""

    def note(test: _Test) -> _Test:
        TABLE[test.__module__].append(Fault(group, what, told))
        return test

    return note


def whole_table() -> list[Fault]:
    """All rows, in the page's order."""
    names = [f"tests.server.{name}" for name in _MODULES]
    for name in names:
        importlib.import_module(name)  # pytest has it under another name
    rows = [row for name in names for row in TABLE[name]]
    order = list(dict.fromkeys(row.group for row in rows))
    return sorted(rows, key=lambda row: order.index(row.group))


def page(rows: list[Fault]) -> str:
    """The page that shows these; rows that differ only in what is asked become one line."""
    out = [_HEAD]
    for group in dict.fromkeys(row.group for row in rows):
        lines: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            if row.group == group:
                lines.setdefault((row.what, row.told), []).append(row.asked)
        has_kinds = any(any(kinds) for kinds in lines.values())
        out.append(f"## {group}\n\n")
        out.append(f"| what happens |{' asked for |' if has_kinds else ''} the client is told |\n")
        out.append(f"| --- |{' --- |' if has_kinds else ''} --- |\n")
        for (what, told), kinds in lines.items():
            asked = ", ".join(f"`{kind}`" for kind in kinds if kind)
            out.append(f"| {what} |{f' {asked} |' if has_kinds else ''} {told} |\n".replace("||", "| |"))
        out.append("\n")
    return "".join(out).rstrip("\n") + "\n"


if __name__ == "__main__":
    from tests.server import faulttable  # this file under its own name: the rows are registered there

    PAGE.write_text(faulttable.page(faulttable.whole_table()), "utf-8")
