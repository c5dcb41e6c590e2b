"""What a recorded case is: a client, a provoked fault, and what explain must find in the log."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab.site import Site

ACTUAL = "actual"
"""`exit_status` as the client really ended."""


@dataclass(frozen=True)
class Root:
    """One expected root cause; what is empty is not compared. `also`: codes that the log cannot tell from `code`."""

    code: str
    module: str = ""
    version: str = ""
    host: str = ""
    also: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """Its form in expected.json."""
        facts = {
            "code": self.code,
            "module": self.module,
            "version": self.version,
            "host": self.host,
            "also": list(self.also),
        }
        return {key: value for key, value in facts.items() if value}


@dataclass(frozen=True)
class Case:
    """One case folder `tests/cases/CODE/NAME`.

    `setup` starts servers and writes files on the site; `command` is a shell line, run in `folder`. `roots` empty with
    outcome "ok" is a harmless log. `seen` are texts that the log must hold, or the fault was not met. `cut` keeps the
    log up to the end of the first such text (or that share of its lines): a log that was cut off. `status` is the exit
    status that explain is told: ACTUAL, None (not known) or a number. `limit` seconds end a client that hangs.
    """

    code: str
    name: str
    fault: str
    command: str
    setup: "Callable[[Site], None]"
    roots: Sequence[Root] = ()
    outcome: str = "failed"
    warnings: Sequence[str] = ()
    harmless: Mapping[str, int] = field(default_factory=dict)
    status: int | str | None = ACTUAL
    client: str = "go"
    go: str = "1.26"
    env: Mapping[str, str] = field(default_factory=dict)
    folder: str = "/home/dev/checkout"
    seen: Sequence[str] = ()
    cut: str | float = ""
    settings: bool = False
    limit: float = 300
    wrapper: str = "none"
    made_by: str = ""

    @property
    def id(self) -> str:
        """`CODE/NAME`."""
        return f"{self.code}/{self.name}"

    def expected(self, exit_status: int) -> str:
        """The text of expected.json for a client that ended so."""
        document: dict[str, object] = {
            "exit_status": exit_status if self.status == ACTUAL else self.status,
            "outcome": self.outcome,
            "roots": [root.document() for root in self.roots],
        }
        if self.warnings:
            document["warnings"] = list(self.warnings)
        if self.harmless:
            document["harmless"] = dict(self.harmless)
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
