"""What is remembered of a host that cannot be reached, so that it is paid for once and not once a file. Pure."""

from dataclasses import dataclass, field

from gomend.net.faults import WireError


@dataclass(slots=True)
class Health:
    """One host's. Dead: at least `requests` requests over at least `seconds` could not connect, and none could."""

    seconds: float = 3
    requests: int = 3
    trial_every: float = 5
    cause: WireError | None = None
    is_mute: bool = False  # the last request was sent, and no answer began in time
    in_vain: int = 0  # files in a row that did not come although all attempts were spent on them
    kept_its_word: bool = False  # it asked for a longer pause than a run makes, and did refuse after the one made
    _since: float = 0
    _seen: set[int] = field(default_factory=set)
    _next_trial: float = 0

    def connected(self) -> None:
        """A request was answered."""
        self.cause = None
        self.is_mute = False
        self._seen.clear()

    def refused(self, cause: WireError, request: int, now: float) -> None:
        """A request (any number that tells it from others) could not connect: DNS, TCP or TLS."""
        if self.cause is None:
            self._since = now
        self.cause = cause
        self._seen.add(request)
        self._next_trial = max(self._next_trial, now + self.trial_every) if self.is_dead(now) else 0

    def is_dead(self, now: float) -> bool:
        """Whether a request need not be tried."""
        return self.cause is not None and len(self._seen) >= self.requests and now - self._since >= self.seconds

    def is_suspect(self) -> bool:
        """Whether the last request could not connect."""
        return self.cause is not None

    def trial_at(self, now: float, latest: float) -> float | None:
        """When a request may try a dead host again; None where that is after `latest`. Those given are
        `trial_every` apart.
        """
        turn = max(now, self._next_trial)
        if turn > latest:
            return None
        self._next_trial = turn + self.trial_every
        return turn
