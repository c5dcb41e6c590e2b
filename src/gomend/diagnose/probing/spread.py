"""How repeated measurements lie. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

_BARS = 8


@dataclass(frozen=True, slots=True)
class Spread:
    """Some durations in seconds. `bars` counts those in equal steps from the least to the greatest."""

    count: int
    least: float
    median: float
    p95: float
    greatest: float
    bars: tuple[int, ...]


def spread(values: Sequence[float]) -> Spread | None:
    """The spread of the values; None for none. Percentiles are of those measured (nearest rank)."""
    if not values:
        return None
    ordered = sorted(values)
    least, greatest = ordered[0], ordered[-1]
    step = (greatest - least) / _BARS
    bars = [0] * _BARS
    for value in ordered:
        bars[min(_BARS - 1, int((value - least) / step)) if step > 0 else 0] += 1
    return Spread(len(ordered), least, _rank(ordered, 0.5), _rank(ordered, 0.95), greatest, tuple(bars))


def _rank(ordered: Sequence[float], share: float) -> float:
    """The least value that at least this share of the values does not exceed."""
    at = -int(-share * len(ordered) // 1) - 1
    return ordered[max(0, min(len(ordered) - 1, at))]
