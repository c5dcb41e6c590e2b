"""What passed the door in one run, in numbers. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gomend.causes import Code
from gomend.gomod.protocol import code_of
from gomend.net.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Summary:
    """The requests of a run."""

    count: int  # files asked for
    attempts: int  # requests made for them
    bytes: int  # of bodies
    faults: Mapping[Code, int]  # why files failed at first that came at a later attempt, and how many

    @property
    def rescued(self) -> int:
        """Files that failed at first and came at a later attempt."""
        return sum(self.faults.values())


def summary(exchanges: Iterable[Exchange]) -> Summary:
    """Sums up exchanges in the order they began."""
    files: dict[tuple[int, str], Code | None] = {}  # (entry, url) -> why it failed last
    faults: Counter[Code] = Counter()
    attempts = size = 0
    for exchange in exchanges:
        attempts += 1
        size += exchange.bytes
        key = (exchange.source, exchange.url)
        if exchange.status in (200, 206) and exchange.code is None:
            before = files.get(key)
            if before is not None and exchange.attempt > 1:  # not: with fresh credentials
                faults[before] += 1
            files[key] = None
        else:
            files[key] = exchange.code or code_of(exchange.status or 0)
    return Summary(len(files), attempts, size, dict(faults))
