"""What the door saw, as evidence: it turns what go could only call "502" into the cause. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gomend.causes import Cause, Certainty, Code, Evidence
from gomend.net.exchange import Exchange
from gomend.net.redirects import STATUSES as REDIRECTS

# What go makes of an answer that the door gave in the source's place, or of a body that it could not finish.
_STAND_INS = frozenset({Code.PROXY_SERVER_ERROR, Code.NET_RESET, Code.NET_RESPONSE_TIMEOUT, Code.TOOLCHAIN_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class _Seen:
    """The exchanges of one file that did not come."""

    last: Exchange
    attempts: int
    seconds: float


def with_exchanges(roots: Sequence[Cause], exchanges: Iterable[Exchange]) -> tuple[Cause, ...]:
    """The roots, each with what the door saw of the address that it names; its code is the door's where go had none."""
    failed = _failed(exchanges)
    return tuple(_told(root, failed) for root in roots)


def _failed(exchanges: Iterable[Exchange]) -> dict[str, _Seen]:
    failed: dict[str, _Seen] = {}
    began: dict[str, float] = {}
    for exchange in exchanges:
        url = exchange.url
        began.setdefault(url, exchange.phases.start)
        if exchange.code is None and exchange.status in (200, 206):
            failed.pop(url, None)
            continue
        if exchange.code is None and exchange.status in REDIRECTS:
            continue  # what it led to tells the fault
        attempts = failed[url].attempts + 1 if url in failed else 1
        end = exchange.phases.end or exchange.phases.first_byte or exchange.phases.start
        failed[url] = _Seen(exchange, attempts, end - began[url])
    return failed


def _told(root: Cause, failed: dict[str, _Seen]) -> Cause:
    seen = failed.get(root.subject.url) or next((seen for url, seen in failed.items() if url in root.text), None)
    if seen is None:
        return root
    last = seen.last
    what = last.fault or f"{last.status}"
    where = f", {last.address}" if last.address else ""
    times = f"{seen.attempts} attempts in {seen.seconds:.1f} s" if seen.attempts > 1 else f"{seen.seconds:.1f} s"
    evidence = Evidence("exchange", f"{what}{where} ({times})")
    code = last.code if last.code is not None and root.code in _STAND_INS else root.code
    return replace(root, code=code, certainty=Certainty.CERTAIN, evidence=(*root.evidence, evidence))
