"""How often a client may ask. Pure: time is passed in."""

import math

_MOST = 10_000  # clients remembered


class Rates:
    """Each client may ask `per_second` times, and `burst` times at once."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, client: str, now: float) -> int:
        """0 where the client may ask, at `now` in seconds; else the whole seconds after which it may (Retry-After)."""
        left, since = self._left.pop(client, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_second)
        if len(self._left) >= _MOST:  # the one not heard of for longest has its whole burst again
            self._left.pop(next(iter(self._left)))
        if left >= 1:
            self._left[client] = (left - 1, now)
            return 0
        self._left[client] = (left, now)
        return max(1, math.ceil((1 - left) / self._per_second))
