"""What the times of a run's requests say about the network, with how sure that is. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gomend.causes import Certainty
from gomend.trace.model import Request

# Linux sends a SYN again after 1 s, 2 s more, 4 s more (TCP_TIMEOUT_INIT, RFC 6298 §2).
_SYN = {1: ("lost_one", "1 s"), 3: ("lost_two", "1 s + 2 s"), 7: ("lost_three", "1 s + 2 s + 4 s")}
_ROUND_TRIP = 0.45  # the longest that is left for the connection itself
_RESOLVER_SECONDS = 5  # until resolv.conf's next name server is asked (resolv.conf(5): timeout)
_LONG = 5.0
_LONG_PAUSE = 1.0
_SLOW = 100_000  # bytes a second


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing that the times say: the text `trace.hint/<key>`, filled in with `params`.

    `numbers` are the places of the requests that show it among those looked at, from 1; `seconds` is what it cost.
    """

    key: str
    certainty: Certainty
    numbers: tuple[int, ...]
    seconds: float
    params: dict[str, object]


def hints(requests: Sequence[Request]) -> list[Hint]:
    """What the times say, the dearest first."""
    found: dict[tuple[str, object], list[tuple[int, float, Certainty, dict[str, object]]]] = {}
    for number, request in enumerate(requests, start=1):
        for key, certainty, seconds, params in _of(request):
            kind = (key, params.get("host"))
            found.setdefault(kind, []).append((number, seconds, certainty, params))
    merged = _pauses(requests)
    for (key, _), shown in found.items():
        _, seconds, certainty, params = max(shown, key=lambda one: one[1])
        numbers = tuple(number for number, *_ in shown)
        merged.append(Hint(key, certainty, numbers, sum(one[1] for one in shown), {**params, "seconds": seconds}))
    return sorted(merged, key=lambda hint: -hint.seconds)


def _pauses(requests: Sequence[Request]) -> list[Hint]:
    """What waiting before another attempt cost; pauses at the same time count once."""
    ended: dict[tuple[int, str], float] = {}
    numbers, pauses = [], []
    for number, request in enumerate(requests, start=1):
        before = ended.get((request.source, request.url))
        if request.attempt > 1 and before is not None and request.start > before:
            numbers.append(number)
            pauses.append((before, request.start))
        ended[request.source, request.url] = request.end
    seconds = reached = 0.0
    for start, end in sorted(pauses):
        seconds += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    if seconds < _LONG_PAUSE:
        return []
    return [Hint("pauses", Certainty.CERTAIN, tuple(numbers), seconds, {"seconds": seconds})]


def _of(request: Request) -> Iterable[tuple[str, Certainty, float, dict[str, object]]]:
    phases = request.phases
    if phases.connect is not None and not request.code:
        took = phases.connect[1] - phases.connect[0]
        lost = next((_SYN[at] for at in _SYN if at - 0.02 <= took < at + _ROUND_TRIP), None)
        if lost is not None:
            yield lost[0], Certainty.LIKELY, took, {"after": lost[1]}
    if phases.dns is not None:
        took = phases.dns[1] - phases.dns[0]
        if took >= _RESOLVER_SECONDS - 0.02:
            certainty = Certainty.LIKELY if took % _RESOLVER_SECONDS < 1 else Certainty.UNSURE
            yield "resolver", certainty, took, {}
    if phases.wait is not None and request.purpose != "tunnel":
        took = phases.wait[1] - phases.wait[0]
        if took >= _LONG:
            yield "first_byte", Certainty.UNSURE, took, {"host": request.host}
    if phases.transfer is not None and request.purpose != "tunnel":
        took = phases.transfer[1] - phases.transfer[0]
        if took >= _LONG and request.bytes / took < _SLOW:
            rate = f"{request.bytes / took / 1000:.0f}"
            yield "slow_body", Certainty.CERTAIN, took, {"host": request.host, "rate": rate}
