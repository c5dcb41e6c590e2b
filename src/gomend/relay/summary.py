"""What passed the door in one run, in numbers. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from gomend.net.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Summary:
    """The requests of a run."""

    count: int  # files asked for
    attempts: int  # requests made for them
    rescued: int  # files that failed at first and came at a later attempt
    bytes: int  # of bodies


def summary(exchanges: Iterable[Exchange]) -> Summary:
    """Sums up exchanges in the order they began."""
    files: dict[tuple[int, str], bool] = {}  # (entry, url) -> whether it failed at first
    attempts = rescued = size = 0
    for exchange in exchanges:
        attempts += 1
        size += exchange.bytes
        key = (exchange.source, exchange.url)
        if exchange.status in (200, 206) and exchange.code is None:
            rescued += files.get(key, False) and exchange.attempt > 1  # not: with fresh credentials
            files[key] = False
        else:
            files[key] = True
    return Summary(len(files), attempts, rescued, size)
