"""What got slower from one run to another. Pure."""

from collections.abc import Callable, Sequence

import msgspec

from gomend.trace.model import Request, Trace
from gomend.trace.timeline import PHASES, costs

_FILES = ("info", "mod", "zip")
_NOTED = 0.05  # seconds: less is noise


class Change(msgspec.Struct, frozen=True):
    """A phase, a host or a file in two runs: seconds, None where a run had none of it, and how many requests."""

    name: str
    before: float | None
    after: float | None
    requests_before: int
    requests_after: int

    @property
    def slower(self) -> float:
        """How much longer it took in the later run; below 0: it was faster."""
        return (self.after or 0.0) - (self.before or 0.0)


class Difference(msgspec.Struct, frozen=True):
    """`gomend trace diff A B`: `before` and `after` are runs; each list begins with what got slower by most."""

    schema: str
    before: str
    after: str
    seconds_before: float
    seconds_after: float
    phases: tuple[Change, ...]
    hosts: tuple[Change, ...]
    files: tuple[Change, ...]


def difference(before: Trace, after: Trace) -> Difference:
    """Compares two runs by the time of their requests; files are told apart by what they are, not by who sent them.

    Files that took about as long as before are left out.
    """
    old, new = before.requests, after.requests
    files = _changes(old, new, _file)
    return Difference(
        "gomend.trace_diff/1",
        before.run,
        after.run,
        before.seconds,
        after.seconds,
        _phases(old, new),
        _changes(old, new, lambda one: one.host),
        tuple(one for one in files if abs(one.slower) >= _NOTED),
    )


def _file(request: Request) -> str:
    if not request.module:
        return ""
    kind = f".{request.purpose}" if request.version and request.purpose in _FILES else request.purpose
    return " ".join(filter(None, (request.module, request.version, kind)))


def _phases(old: Sequence[Request], new: Sequence[Request]) -> tuple[Change, ...]:
    earlier, later = costs(old), costs(new)
    found = [
        Change(name, round(earlier.get(name, 0.0), 3), round(later.get(name, 0.0), 3), len(old), len(new))
        for name in PHASES
        if name in earlier or name in later
    ]
    return tuple(sorted(found, key=lambda change: -change.slower))


def _changes(old: Sequence[Request], new: Sequence[Request], key: Callable[[Request], str]) -> tuple[Change, ...]:
    sums: tuple[dict[str, list[float]], dict[str, list[float]]] = ({}, {})
    for side, requests in zip(sums, (old, new), strict=True):
        for request in requests:
            if name := key(request):
                side.setdefault(name, []).append(request.seconds)
    earlier, later = sums
    found = [
        Change(
            name,
            round(sum(earlier[name]), 3) if name in earlier else None,
            round(sum(later[name]), 3) if name in later else None,
            len(earlier.get(name, ())),
            len(later.get(name, ())),
        )
        for name in {**earlier, **later}
    ]
    return tuple(sorted(found, key=lambda change: (-change.slower, change.name)))
