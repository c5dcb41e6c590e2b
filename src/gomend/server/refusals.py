"""What a client is told when there is no file for it. go prints these words.

Missing is 404, forbidden 403, a source that is broken 502, one that is too slow 504: never one for the other.
"""

from dataclasses import dataclass, field

from gomend.causes import Code
from gomend.net.faults import WireError
from gomend.sources.refused import BadAnswerError, CheckError, SourceError
from gomend.storage.base import StoreError

_SLOW = frozenset({Code.NET_RESPONSE_TIMEOUT, Code.NET_CONNECT_TIMEOUT, Code.DNS_TIMEOUT})
_FORBIDDEN = frozenset({Code.VCS_DISALLOWED})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer without a file."""

    status: int
    body: str
    code: Code | None = None
    headers: dict[str, str] = field(default_factory=dict)


def refusal_of(error: Exception, subject: str) -> Refusal:
    """The answer to a request for `subject` that failed so."""
    match error:
        case SourceError():
            headers = {"Retry-After": error.retry_after} if error.retry_after else {}
            tried = "".join(f"\n  {one.source}: {one.words} ({one.code})" for one in error.tried)
            words = f"{error.code}: {subject}: {error.words}{tried}"
            return Refusal(_status(error.code, error.status), words, error.code, headers)
        case CheckError():
            return Refusal(502, f"{error.code}: {subject}: {error.words}", error.code)
        case BadAnswerError():
            return Refusal(502, f"{error.code}: {subject}: {error.words}", error.code)
        case StoreError():
            words = f"{error.code}: {subject}: this server cannot hold the file: {error.words}"
            return Refusal(502, words, error.code)
        case WireError():
            return Refusal(_status(error.code, 0), f"{error.code}: {subject}: {error.words}", error.code)
        case _:
            words = f"{Code.UNKNOWN}: {subject}: a fault in gomend ({type(error).__name__})"
            return Refusal(500, words, Code.UNKNOWN)


def _status(code: Code, of_source: int) -> int:
    if code in _SLOW:
        return 504
    return 403 if code in _FORBIDDEN or (code is Code.PROXY_UNAUTHORIZED and of_source == 403) else 502
