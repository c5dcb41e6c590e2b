"""Which checks there are, in the order in which they are shown, and which of them a run makes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from gomend.diagnose.check import Look
from gomend.errors import UsageError


@dataclass(frozen=True, slots=True)
class Check:
    """One check: the file `checks/<name>.py`, the checks that must not have failed before it, its limit in seconds.

    `after` names checks whose end it waits for, whatever they come to. `of_a_module`: made where one is named,
    else left out; `of_all`: the other way round. `is_optional`: where it cannot look, nothing stays undetermined.
    """

    name: str
    needs: tuple[str, ...] = ()
    seconds: float = 8.0
    after: tuple[str, ...] = ()
    of_a_module: bool = False
    of_all: bool = False
    is_optional: bool = False

    def look(self) -> Look:
        """Its function, loaded when it is needed."""
        look: Look = import_module(f"gomend.diagnose.checks.{self.name}").look
        return look


CHECKS: tuple[Check, ...] = (
    Check("settings", seconds=4),
    Check("toolchain", seconds=5),
    Check("gomod", seconds=3),
    Check("names"),
    Check("connections"),
    Check("chain"),
    Check("sumdb"),
    Check("retracted", seconds=4, of_all=True, is_optional=True),
    Check("version", seconds=8.5, needs=("settings",), of_a_module=True),
    Check("credentials", seconds=6),
    Check("private", seconds=7.5),
    Check("modcache", seconds=4),
    Check("machine", seconds=2, after=("chain",)),
)


class NoSuchCheckError(UsageError):
    """`name` is none of the checks."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def planned(
    only: Sequence[str] = (), skip: Sequence[str] = (), checks: Sequence[Check] = CHECKS, *, named: bool | None = None
) -> tuple[Check, ...]:
    """The checks to make: those named in `only`, or all, but those in `skip`. Raises NoSuchCheckError.

    `named`: whether the user asks about a module; None for both ways.

    A check whose needs are not made with it is made all the same: what it needs is then taken to be fine.
    """
    names = [check.name for check in checks]
    for name in (*only, *skip):
        if name not in names:
            raise NoSuchCheckError(name)
    return tuple(
        check
        for check in checks
        if (not only or check.name in only) and check.name not in skip and _is_meant(check, named)
    )


def _is_meant(check: Check, named: bool | None) -> bool:
    return named is None or not (check.of_all if named else check.of_a_module)
