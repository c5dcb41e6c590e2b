"""What took how long in a run's requests. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from gomend.trace.model import Request

PHASES = ("dns", "connect", "tls", "wait", "transfer")


@dataclass(frozen=True, slots=True)
class Row:
    """One request as it is shown. `number` is its place among those shown, from 1."""

    number: int
    request: Request


def spans(request: Request) -> list[tuple[str, float, float]]:
    """The phases that happened, in order: name, start, end. A forward proxy's own answer belongs to `connect`."""
    found = []
    for name in PHASES:
        span = getattr(request.phases, name)
        if span is None:
            continue
        start, end = span
        if name == "connect" and request.phases.tls is not None:
            end = max(end, request.phases.tls[0])
        found.append((name, start, end))
    return found


def costs(requests: Iterable[Request]) -> dict[str, float]:
    """The seconds that each phase took in all, the dearest first; phases that took none are left out."""
    sums = dict.fromkeys(PHASES, 0.0)
    for request in requests:
        for name, start, end in spans(request):
            sums[name] += end - start
    return {name: sums[name] for name in sorted(PHASES, key=lambda name: -sums[name]) if sums[name] > 0}


def slowest(requests: Sequence[Request], count: int) -> list[Request]:
    """The `count` requests that took longest, in the order they began."""
    kept = sorted(range(len(requests)), key=lambda at: -requests[at].seconds)[:count]
    return [requests[at] for at in sorted(kept)]


def telling(requests: Sequence[Request], count: int) -> list[Request]:
    """`count` requests worth a look, in the order they began: up to half of them failed ones, then the slowest."""
    by_time = sorted(range(len(requests)), key=lambda at: -requests[at].seconds)
    failed = [at for at in by_time if requests[at].failed][: (count + 1) // 2]
    kept = [*failed, *(at for at in by_time if at not in set(failed))][:count]
    return [requests[at] for at in sorted(kept)]


def chosen(requests: Iterable[Request], *, host: str = "", module: str = "", failed: bool = False) -> list[Request]:
    """The requests to a host (a name, or a pattern with `*`), about a module or those below it, that failed."""
    tests: list[Callable[[Request], bool]] = []
    if host:
        tests.append(lambda one: any(fnmatchcase(form, host) for form in (one.host, one.host.rpartition(":")[0])))
    if module:
        path, _, version = module.partition("@")
        tests.append(lambda one: fnmatchcase(one.module, path) or one.module.startswith(path.rstrip("/") + "/"))
        if version:
            tests.append(lambda one: one.version == version)
    if failed:
        tests.append(lambda one: one.failed)
    return [one for one in requests if all(test(one) for test in tests)]


def came_later(requests: Sequence[Request]) -> set[int]:
    """The places of requests that failed although a later attempt for the same file came through."""
    good: set[tuple[int, str]] = set()
    found = set()
    for at in reversed(range(len(requests))):
        one = requests[at]
        if not one.failed and one.status in (200, 206):
            good.add((one.source, one.url))
        elif one.failed and (one.source, one.url) in good:
            found.add(at)
    return found
