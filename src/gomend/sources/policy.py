"""Which failed requests are made again, and when. Pure: time and chance are passed in.

Only transport faults and the statuses that say "later" are tried again; content, checksums and every other answer are
the source's word.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from gomend.causes import Code

PASSING_STATUSES = frozenset({429, 502, 503, 504})
# A certificate that does not verify, a redirect that go refuses, an address that is none or not allowed: to ask again
# changes nothing.
_FINAL_CODES = frozenset(
    {
        Code.TLS_UNKNOWN_AUTHORITY,
        Code.TLS_HOSTNAME_MISMATCH,
        Code.TLS_EXPIRED,
        Code.PROXY_BAD_RESPONSE,
        Code.PROXY_MISCONFIGURED,
        Code.PROXY_UNAUTHORIZED,
        Code.VCS_DISALLOWED,
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """Bounds on trying again. Times in seconds."""

    attempts: int = 4  # for one file, those made ahead among them
    attempts_ahead: int = 1  # before go asks: the others are for when it does
    patient: int = 5  # times the limit for a first byte, where no other source could be asked
    patience: float = 60  # of failed attempts and waiting, for one file
    first_delay: float = 0.2  # full jitter: a delay lies between 0 and first_delay * growth^retries
    growth: float = 4  # attempts spread over some seconds, as long as a passing fault of a network often lasts
    longest_delay: float = 10
    longest_retry_after: float = 30  # what a source may make us wait at most
    share: float = 0.5  # retries of the whole run, at most this share of its requests …
    floor: int = 20  # … plus this many
    in_vain: int = 3  # files that did not come from a host in spite of all attempts, after which go moves on at once
    hopeless: int = 12  # attempts that failed in a row, over all hosts, after which no more is tried again at once


def is_passing_status(status: int, purpose: str) -> bool:
    """Whether an answer with this status says "later" and not "no"; a checksum database's 500 does, too."""
    return status in PASSING_STATUSES or (status == 500 and purpose == "sumdb")


def is_passing_fault(code: Code) -> bool:
    """Whether a request that failed so may go through when made again."""
    return code not in _FINAL_CODES


def delay(policy: Policy, retries: int, random: Callable[[], float]) -> float:
    """Seconds to wait before retry number `retries` + 1: full jitter, `random` gives [0, 1)."""
    return random() * min(policy.longest_delay, policy.first_delay * policy.growth**retries)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, a number or a date (RFC 9110 §10.2.3); None where it is neither."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())


class Budget:
    """What a whole run may spend on trying again."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.requests = 0
        self.retries = 0
        self.failed_in_a_row = 0

    def asked(self) -> None:
        """Count a file that was asked for."""
        self.requests += 1

    def failed(self) -> None:
        """Count an attempt that failed."""
        self.failed_in_a_row += 1

    def succeeded(self) -> None:
        """Count an attempt that was answered."""
        self.failed_in_a_row = 0

    @property
    def is_hopeless(self) -> bool:
        """Whether so many attempts failed in a row that the run is told so at once."""
        return self.failed_in_a_row >= self._policy.hopeless

    def grants_retry(self) -> bool:
        """Whether one more retry may be made; it is counted if so."""
        policy = self._policy
        if self.is_hopeless or self.retries >= policy.share * self.requests + policy.floor:
            return False
        self.retries += 1
        return True
