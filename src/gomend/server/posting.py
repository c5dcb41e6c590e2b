"""Posts spans to a collector, again where that may help (OTLP/HTTP, "Failures").

Called by the one thread that sends: while it waits, what comes after it waits in its queue, which has an end.
"""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from gomend.sources.policy import retry_after
from gomend.trace import sending

_PASSING = frozenset({429, 502, 503, 504})  # what the specification lets be tried again, and nothing else


@dataclass(frozen=True, slots=True)
class Persistence:
    """For how many seconds a post is tried, and how long the pauses between are: each twice the one before."""

    whole: float = 300.0
    first: float = 1.0
    longest: float = 30.0
    answer: float = 10.0  # one answer is waited for (OTEL_EXPORTER_OTLP_TIMEOUT's default)


class Poster:
    """Sends spans to the collector at `url`. `failed` hears why a post was not taken, once for each.

    `pause` waits so many seconds, or until it is told to stop, and says whether it was; `clock` gives seconds.
    """

    def __init__(
        self,
        url: str,
        environment: Mapping[str, str],
        failed: Callable[[str], None],
        persistence: Persistence | None = None,
        *,
        clock: Callable[[], float] = monotonic,
        pause: Callable[[float], bool] | None = None,
        share: Callable[[], float] = random.random,
    ) -> None:
        self._url = url
        self._headers = sending.headers(environment)
        self._failed = failed
        self._persistence = persistence or Persistence()
        self._clock = clock
        self._stop = threading.Event()
        self._pause = pause or self._stop.wait
        self._share = share
        self._ends: float | None = None  # when nothing is posted any more
        self._not_before = 0.0  # the collector wants to be asked no earlier
        self.lost = 0  # posts that were given up
        self.again = 0  # tries beside the first ones

    def __call__(self, body: bytes) -> bool:
        """Whether they were taken; blocks until that is known or given up."""
        until = self._clock() + self._persistence.whole
        length = self._persistence.first
        tried = 0
        while self._may_post(until):
            self.again += tried > 0
            tried += 1
            try:
                sending.send(self._url, body, self._headers, kind=sending.PROTOBUF, seconds=self._for_an_answer())
            except sending.NotSentError as error:
                if tried == 1:
                    self._failed(error.reason)
                passes = error.status in _PASSING if error.status else error.is_of_the_way
                if not passes:
                    break
                wanted = retry_after(error.retry_after, datetime.now(UTC))
                if wanted is not None:
                    self._not_before = self._clock() + wanted
                elif self._clock() + length > until or self._ends is not None:
                    break
                else:
                    self._pause(length * (0.5 + self._share() / 2))
                    length = min(2 * length, self._persistence.longest)
            else:
                return True
        self.lost += 1
        return False

    def ends(self, seconds: float) -> None:
        """From now on each post is tried once, without pauses, and none after so many seconds."""
        self._ends = self._clock() + seconds
        self._stop.set()

    def _may_post(self, until: float) -> bool:
        """Whether it may be tried, after what the collector wants to be waited for."""
        wait = self._not_before - self._clock()
        if wait > 0 and (self._clock() + wait > until or self._pause(wait)):
            return False
        return self._ends is None or self._clock() < self._ends

    def _for_an_answer(self) -> float:
        longest = self._persistence.answer
        return longest if self._ends is None else max(0.1, min(longest, self._ends - self._clock()))
