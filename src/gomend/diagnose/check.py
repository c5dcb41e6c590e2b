"""What a check is and what it returns."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gomend.causes import Finding, Severity

if TYPE_CHECKING:
    from gomend.diagnose.world import World


class Status(StrEnum):
    """What a check came to."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"  # it could not look, or did not come to its end


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check returns: `summary` says in a few words what was looked at and that it is fine, or why not looked.

    `unneeded` are hosts that settings name and go does without, as this check has seen: what others find there does no
    harm.
    """

    status: Status
    summary: str
    findings: tuple[Finding, ...] = ()
    unneeded: tuple[str, ...] = ()


Look = Callable[["World"], Awaitable[Checked]]
"""A check's function, `look` in the file of its name: it looks at the world that it is given and at nothing else."""


def judged(summary: str, findings: Iterable[Finding] = (), *, unneeded: Iterable[str] = ()) -> Checked:
    """What was looked at and what was found; the worst finding gives the status."""
    found = tuple(findings)
    status = Status.WARNING if found else Status.OK
    if any(one.severity is Severity.FATAL for one in found):
        status = Status.PROBLEM
    return Checked(status, summary, found, tuple(unneeded))


def skipped(summary: str) -> Checked:
    """Nothing was looked at, for the reason that `summary` gives."""
    return Checked(Status.SKIPPED, summary)
