"""What passed the door, in numbers."""

from gomend.causes import Code
from gomend.net.exchange import Exchange, Phases
from gomend.relay.summary import summary

A, B, C, D = (f"https://a.example/{name}/@v/v1.0.0.zip" for name in "abcd")


def exchange(url: str, attempt: int = 1, *, status: int | None = 200, code: Code | None = None) -> Exchange:
    return Exchange(url, "zip", 0, attempt, Phases(0.0, end=1.0), status=status, bytes=10, code=code)


def test_files_that_came_at_a_later_attempt_are_counted_by_what_had_kept_them():
    sums = summary(
        [
            exchange(A, status=None, code=Code.NET_RESET),
            exchange(B, status=429),
            exchange(C),
            exchange(D, status=502),
            exchange(A, 2, status=503),
            exchange(A, 3),
            exchange(B, 2, status=206),
            exchange(D, 2, code=Code.NET_RESET),
        ]
    )
    assert (sums.count, sums.attempts, sums.bytes, sums.rescued) == (4, 8, 80, 2)
    assert sums.faults == {Code.PROXY_SERVER_ERROR: 1, Code.PROXY_RATE_LIMITED: 1}


def test_a_second_request_with_fresh_credentials_is_no_rescue():
    assert summary([exchange(A, status=401), exchange(A)]).rescued == 0
