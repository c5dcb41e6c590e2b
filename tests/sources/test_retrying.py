"""Passing faults are tried again within bounds; bytes passed on are never contradicted. Time is the tests' own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from gomend.causes import Code
from gomend.net.client import Limits
from gomend.net.exchange import Exchange, Phases
from gomend.net.faults import WireError
from gomend.sources.base import Request
from gomend.sources.health import Health
from gomend.sources.policy import Budget, Policy, retry_after
from gomend.sources.retrying import GaveUpError, Retrying, World

FILE = bytes(range(256)) * 8


@dataclass
class Clock:
    """Time that passes only when somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Reply:
    """What the upstream answers once: a status, perhaps cut after `cut` bytes; or a fault; after `takes` seconds."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = FILE
    cut: int | None = None
    fault: Code | None = None
    connecting: bool = False
    takes: float = 0.0

    reason = ""

    def __post_init__(self) -> None:
        self.exchange = Exchange("https://a.example/m/@v/v1.zip", "zip", 0, 1, Phases(0))

    async def chunks(self) -> AsyncIterator[bytes]:
        body = self.body if self.cut is None else self.body[: self.cut]
        for start in range(0, len(body), 100):
            yield body[start : start + 100]
        if self.cut is not None:
            raise WireError(Code.NET_RESET, "unexpected EOF", connecting=False, before_answer=False)


class Upstream:
    """Answers with its replies in turn, the last for ever."""

    def __init__(self, clock: Clock, replies: list[Reply]) -> None:
        self.asked: list[Request] = []
        self.limits: list[Limits] = []
        self._clock = clock
        self._replies = replies

    @asynccontextmanager
    async def get(self, request: Request, limits: Limits) -> AsyncIterator[Reply]:
        self.asked.append(request)
        self.limits.append(limits)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        self._clock.now += reply.takes
        if reply.fault:
            raise WireError(reply.fault, "in words", connecting=reply.connecting)
        wanted = request.headers.get("Range")
        if wanted and reply.status == 206:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            reply.headers = {"Content-Range": f"bytes {start}-{len(FILE) - 1}/{len(FILE)}"}
            reply.body = FILE[start:]
        yield reply


class Bench:
    """One upstream behind a Retrying, with time and chance of its own."""

    def __init__(self, *replies: Reply, policy: Policy | None = None) -> None:
        self.clock = Clock()
        self.policy = policy or Policy()
        self.upstream = Upstream(self.clock, list(replies))
        self.health = Health()
        self.budget = Budget(self.policy)
        today: Callable[[], datetime] = lambda: datetime(2026, 1, 1, tzinfo=UTC)  # noqa: E731
        self.source = Retrying(
            self.upstream,  # type: ignore[arg-type]
            policy=self.policy,
            limits=Limits(),
            budget=self.budget,
            health=self.health,
            world=World(self.clock, today, self.clock.sleep, lambda: 0.5),
        )

    async def read(self, request: Request = Request("m/@v/v1.zip", "zip")) -> tuple[int, bytes]:  # noqa: B008
        async with self.source.get(request) as answer:
            return answer.status, b"".join([chunk async for chunk in answer.chunks()])


def outcome(bench: Bench, request: Request = Request("m/@v/v1.zip", "zip")) -> tuple[int, bytes] | GaveUpError:  # noqa: B008
    try:
        return asyncio.run(bench.read(request))
    except GaveUpError as gave_up:
        return gave_up


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_status_that_says_later_is_asked_again(status: int) -> None:
    bench = Bench(Reply(status, body=b"later"), Reply())
    assert outcome(bench) == (200, FILE)
    assert bench.clock.slept == [pytest.approx(0.1)]  # half of 0.2 s: full jitter with chance 0.5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500, 501])
def test_every_other_status_is_the_sources_word(status: int) -> None:
    bench = Bench(Reply(status, body=b"no"), Reply())
    assert outcome(bench) == (status, b"no")


def test_a_checksum_databases_500_is_asked_again() -> None:
    bench = Bench(Reply(500, body=b"oops"), Reply(body=b"record"))
    assert outcome(bench, Request("sumdb/s/lookup/m@v1", "sumdb")) == (200, b"record")


def test_when_attempts_are_used_up_go_gets_the_sources_last_answer() -> None:
    bench = Bench(Reply(503, body=b"closed"))
    assert outcome(bench) == (503, b"closed")
    assert [request.attempt for request in bench.upstream.asked] == [1, 2, 3, 4]


def test_when_no_answer_comes_the_last_fault_is_told() -> None:
    bench = Bench(Reply(fault=Code.NET_RESET))
    told = outcome(bench)
    assert isinstance(told, GaveUpError)
    assert (told.last.code, told.attempts) == (Code.NET_RESET, 4)


@pytest.mark.parametrize("code", [Code.TLS_UNKNOWN_AUTHORITY, Code.TLS_EXPIRED, Code.TLS_HOSTNAME_MISMATCH])
def test_a_certificate_that_does_not_verify_is_never_asked_again(code: Code) -> None:
    bench = Bench(Reply(fault=code, connecting=True), Reply())
    told = outcome(bench)
    assert isinstance(told, GaveUpError)
    assert told.attempts == 1


@pytest.mark.parametrize(
    ("fault", "asked"),
    [
        (Reply(fault=Code.TLS_EXPIRED, connecting=True), 1),
        (Reply(fault=Code.PROXY_BAD_RESPONSE), 1),
        (Reply(fault=Code.TLS_HANDSHAKE, connecting=True), 2),
    ],
)
def test_a_fault_that_lasts_is_not_asked_about_again_when_go_asks(fault: Reply, asked: int) -> None:
    bench = Bench(fault, replace(fault, fault=Code.TLS_UNKNOWN_AUTHORITY))

    async def told(*, ahead: bool) -> GaveUpError:
        with pytest.raises(GaveUpError) as raised:
            await bench.read(Request("m/@v/v1.mod", "mod", ahead=ahead))
        return raised.value

    async def both() -> list[GaveUpError]:
        return [await told(ahead=True), await told(ahead=False)]

    _, for_go = asyncio.run(both())
    assert for_go.attempts == len(bench.upstream.asked) == asked


def test_retry_after_is_honoured_and_capped() -> None:
    bench = Bench(Reply(429, {"Retry-After": "7"}), Reply(429, {"Retry-After": "3600"}), Reply())
    assert outcome(bench) == (200, FILE)
    assert bench.clock.slept == [7, 30]


def test_a_pause_longer_than_a_run_makes_is_tried_once_a_run() -> None:
    bench = Bench(Reply(429, {"Retry-After": "3600"}, body=b"in an hour"))
    files = [Request(f"m/@v/v1.{number}.zip", "zip") for number in range(5)]

    async def read_all() -> list[int]:
        await bench.read(replace(files[0], ahead=True))
        bench.clock.now += 1
        return [(await bench.read(file))[0] for file in files]

    assert asyncio.run(read_all()) == [429] * 5
    assert bench.clock.slept == [29.0]
    assert len(bench.upstream.asked) == 6  # the first file ahead of go, too


def test_a_host_that_answers_again_is_waited_for_again() -> None:
    later = Reply(429, {"Retry-After": "3600"}, body=b"in an hour")
    bench = Bench(later, later, Reply(), later, Reply())
    assert [outcome(bench)[0] for _ in range(3)] == [429, 200, 200]
    assert bench.clock.slept == [30.0, 30.0]


def test_waiting_and_failed_attempts_never_take_longer_than_the_patience() -> None:
    bench = Bench(Reply(fault=Code.NET_RESET, takes=25))
    told = outcome(bench)
    assert isinstance(told, GaveUpError)
    assert (told.attempts, bench.clock.now < 60 + 25) == (3, True)


def test_a_source_that_nobody_can_replace_may_take_its_time_once_and_keeps_its_attempts() -> None:
    bench = Bench(Reply(fault=Code.NET_RESPONSE_TIMEOUT, takes=300))
    told = outcome(bench)
    assert isinstance(told, GaveUpError)
    assert told.attempts == 4
    assert [limits.first_byte for limits in bench.upstream.limits] == [300, 60, 60, 60]


def test_silence_of_a_source_that_go_can_replace_ends_its_turn() -> None:
    bench = Bench(Reply(fault=Code.NET_RESPONSE_TIMEOUT, takes=60))
    told = outcome(bench, Request("m/@v/v1.zip", "zip", may_move_on=True))
    assert isinstance(told, GaveUpError)
    assert told.attempts == 1
    assert [limits.first_byte for limits in bench.upstream.limits] == [60]


def test_an_answer_shows_that_a_source_is_not_mute() -> None:
    bench = Bench(Reply(fault=Code.NET_RESPONSE_TIMEOUT, takes=300), Reply(), Reply())
    assert outcome(bench) == outcome(bench) == (200, FILE)
    assert [limits.first_byte for limits in bench.upstream.limits] == [300, 60, 300]


@pytest.mark.parametrize("fault", [Reply(503), Reply(fault=Code.NET_RESET), Reply(cut=0)])
def test_attempts_made_ahead_of_go_are_among_the_four(fault: Reply) -> None:
    bench = Bench(fault)

    async def both() -> None:
        for ahead in (True, False):
            with suppress(GaveUpError, WireError):
                await bench.read(Request("m/@v/v1.mod", "mod", ahead=ahead))

    asyncio.run(both())
    assert len(bench.upstream.asked) == 4
    assert [asked.attempt for asked in bench.upstream.asked] == [1, 2, 3, 4]


def test_a_pause_that_a_source_asked_for_ahead_of_go_is_kept_when_go_asks() -> None:
    bench = Bench(Reply(429, {"Retry-After": "7"}), Reply())

    async def both() -> tuple[int, bytes]:
        await bench.read(Request("m/@v/v1.mod", "mod", ahead=True))
        bench.clock.now += 3
        return await bench.read(Request("m/@v/v1.mod", "mod"))

    assert asyncio.run(both()) == (200, FILE)
    assert bench.clock.slept == [4]


def test_a_cut_body_goes_on_by_range_where_the_source_offers_it() -> None:
    offers = {"Accept-Ranges": "bytes", "ETag": '"e1"'}
    bench = Bench(Reply(headers=offers, cut=1000), Reply(206))
    assert outcome(bench) == (200, FILE)
    assert dict(bench.upstream.asked[1].headers) == {"Range": "bytes=1000-", "If-Range": '"e1"'}


def test_a_cut_body_starts_again_where_ranges_are_not_offered() -> None:
    bench = Bench(Reply(cut=1000), Reply())
    assert outcome(bench) == (200, FILE)
    assert dict(bench.upstream.asked[1].headers) == {}


def test_bytes_passed_on_are_never_contradicted() -> None:
    bench = Bench(Reply(cut=1000), Reply(body=b"another file" * 200))
    with pytest.raises(WireError, match="changed at its source"):
        outcome(bench)


def test_a_weak_validator_is_no_promise_about_bytes() -> None:
    bench = Bench(Reply(headers={"Accept-Ranges": "bytes", "ETag": 'W/"e1"'}, cut=1000), Reply())
    assert outcome(bench) == (200, FILE)
    assert "Range" not in bench.upstream.asked[1].headers


def test_a_dead_host_is_paid_for_once_where_go_can_move_on() -> None:
    bench = Bench(Reply(fault=Code.NET_CONNECT_TIMEOUT, connecting=True, takes=10))

    async def fifty() -> list[int]:
        attempts = []
        for number in range(50):
            with pytest.raises(GaveUpError) as told:
                await bench.read(Request(f"m/@v/v{number}.info", "info", may_move_on=True))
            attempts.append(told.value.attempts)
        return attempts

    attempts = asyncio.run(fifty())
    assert attempts == [1, 1, 1] + [0] * 47
    assert [limits.connect for limits in bench.upstream.limits] == [10, 3, 3]


def test_where_go_cannot_move_on_a_request_to_a_dead_host_waits_for_the_next_trial() -> None:
    refused = Reply(fault=Code.NET_CONNECT_REFUSED, connecting=True, takes=1)
    bench = Bench(*[refused] * 12, Reply(), policy=Policy(hopeless=99))

    async def after_three() -> tuple[int, bytes]:
        for number in range(3):
            with pytest.raises(GaveUpError):
                await bench.read(Request(f"m/@v/v{number}.info", "info"))
        assert bench.health.is_dead(bench.clock.now)
        return await bench.read(Request("m/@v/v9.info", "info"))

    assert asyncio.run(after_three()) == (200, FILE)
    assert not bench.health.is_dead(bench.clock.now)


def test_nobody_waits_for_a_trial_where_a_certificate_is_wrong() -> None:
    bench = Bench(Reply(fault=Code.TLS_EXPIRED, connecting=True, takes=2))

    async def five() -> list[int]:
        attempts = []
        for number in range(5):
            with pytest.raises(GaveUpError) as told:
                await bench.read(Request(f"m/@v/v{number}.info", "info"))
            attempts.append(told.value.attempts)
        return attempts

    assert asyncio.run(five()) == [1, 1, 1, 0, 0]
    assert bench.clock.slept == []


def test_when_the_run_is_hopeless_nobody_waits_for_a_trial() -> None:
    bench = Bench(Reply(fault=Code.NET_CONNECT_REFUSED, connecting=True, takes=1))

    async def four() -> float:
        for number in range(3):
            with pytest.raises(GaveUpError):
                await bench.read(Request(f"m/@v/v{number}.info", "info"))
        before = bench.clock.now
        with pytest.raises(GaveUpError):
            await bench.read(Request("m/@v/v9.info", "info"))
        return bench.clock.now - before

    assert asyncio.run(four()) == 0


def test_where_go_can_move_on_a_refused_connection_is_tried_again_once_a_run() -> None:
    bench = Bench(Reply(fault=Code.NET_CONNECT_REFUSED, connecting=True))
    first = outcome(bench, Request("m/@v/v1.info", "info", may_move_on=True))
    second = outcome(bench, Request("m/@v/v1.mod", "mod", may_move_on=True))
    assert isinstance(first, GaveUpError)
    assert isinstance(second, GaveUpError)
    assert second.attempts == 1


def test_a_broken_host_is_paid_for_with_a_few_files_where_go_can_move_on() -> None:
    bench = Bench(Reply(502, body=b"broken"), policy=Policy(hopeless=99))

    async def ten() -> list[int]:
        asked = []
        for number in range(10):
            before = len(bench.upstream.asked)
            await bench.read(Request(f"m/@v/v{number}.info", "info", may_move_on=True))
            asked.append(len(bench.upstream.asked) - before)
        return asked

    assert asyncio.run(ten()) == [4, 4, 4] + [1] * 7


def test_a_host_that_answers_again_is_no_longer_broken() -> None:
    bench = Bench(
        *[Reply(502, body=b"broken")] * 12, Reply(), Reply(502, body=b"broken"), Reply(), policy=Policy(hopeless=99)
    )

    async def five() -> list[int]:
        return [(await bench.read(Request(f"m/@v/v{number}.info", "info", may_move_on=True)))[0] for number in range(5)]

    assert asyncio.run(five()) == [502, 502, 502, 200, 200]


def test_reading_ahead_makes_no_host_dead() -> None:
    bench = Bench(Reply(fault=Code.NET_CONNECT_REFUSED, connecting=True, takes=2))

    async def ahead() -> None:
        for number in range(5):
            with pytest.raises(GaveUpError):
                await bench.read(Request(f"m/@v/v{number}.mod", "mod", ahead=True))

    asyncio.run(ahead())
    assert not bench.health.is_dead(bench.clock.now)


def test_a_dead_network_is_told_soon_and_the_runs_budget_bounds_retries() -> None:
    bench = Bench(Reply(fault=Code.NET_RESET))

    async def many() -> None:
        for number in range(40):
            with pytest.raises(GaveUpError):
                await bench.read(Request(f"m/@v/v{number}.mod", "mod"))

    asyncio.run(many())
    assert len(bench.upstream.asked) == 3 * 4 + 37  # after three files, 12 attempts failed in a row: no more retries


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Thu, 01 Jan 2026 00:01:30 GMT", 90),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        (None, None),
        ("\u0663", None),
    ],
)
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, datetime(2026, 1, 1, tzinfo=UTC)) == seconds
