"""What is kept of a run's requests."""

from random import Random

import pytest
from tests.trace.examples import ORIGIN, exchange, failing, mock_up, trace

from gomend.causes import Code
from gomend.net.exchange import Exchange, Phases
from gomend.trace.recorder import packed, unpacked


def one_of(phases: Phases, **facts):
    asked = Exchange("https://p.example/example.com/a/@v/v1.0.0.mod", "mod", 0, 1, phases, **facts)
    return trace([asked], seconds=20.0).requests[0]


def test_times_are_seconds_since_the_run_began():
    phases = Phases(
        ORIGIN + 1,
        dns_start=ORIGIN + 1.1,
        dns_end=ORIGIN + 1.2,
        connect_start=ORIGIN + 1.2,
        connect_end=ORIGIN + 1.3,
        tls_start=ORIGIN + 1.35,
        tls_end=ORIGIN + 1.5,
        sent=ORIGIN + 1.5,
        first_byte=ORIGIN + 2,
        end=ORIGIN + 3,
    )
    found = one_of(phases, status=200, bytes=7)
    assert (found.start, found.end, found.seconds) == (1.0, 3.0, 2.0)
    assert found.phases.dns == (1.1, 1.2)
    assert found.phases.connect == (1.2, 1.3)
    assert found.phases.tls == (1.35, 1.5)
    assert found.phases.wait == (1.5, 2.0)
    assert found.phases.transfer == (2.0, 3.0)


def test_no_time_is_before_the_runs_start():
    assert trace([exchange("https://p.example/x", "other", -0.2, {"wait": 1})]).requests[0].start == 0


@pytest.mark.parametrize(
    ("marks", "last", "until"),
    [
        ({"dns_start": 1}, "dns", 4),
        ({"dns_start": 1, "dns_end": 2, "connect_start": 2}, "connect", 4),
        ({"connect_start": 1, "connect_end": 2, "tls_start": 2}, "tls", 4),
        ({"connect_start": 1, "connect_end": 2, "tls_start": 2, "tls_end": 3, "sent": 3}, "wait", 4),
    ],
)
def test_the_phase_that_failed_lasts_until_the_end(marks: dict[str, float], last: str, until: float):
    phases = Phases(ORIGIN, **{name: ORIGIN + at for name, at in marks.items()}, end=ORIGIN + until)
    found = one_of(phases, code=Code.NET_RESET, fault="reset").phases
    happened = [name for name in found.__struct_fields__ if getattr(found, name) is not None]
    assert happened[-1] == last
    assert getattr(found, last)[1] == until


def test_a_body_that_nobody_read_ends_with_the_headers():
    assert one_of(Phases(ORIGIN, sent=ORIGIN + 1, first_byte=ORIGIN + 2), status=302).end == 2


@pytest.mark.parametrize("marks", [{}, {"sent": 1}, {"sent": 1, "first_byte": 2}])
def test_what_was_under_way_at_the_end_lasts_as_long_as_the_run(marks: dict[str, float]):
    phases = Phases(ORIGIN, **{name: ORIGIN + at for name, at in marks.items()})
    assert one_of(phases, bytes=5 if "first_byte" in marks else 0).end == 20


def test_secrets_are_masked():
    found = trace(
        [exchange("https://p.example/x?token=hunter2secret", "other", 0, {"wait": 1}, fault="//u:pw123@h refused")]
    )
    assert "hunter2" not in found.requests[0].url
    leaking = trace([exchange("https://p.example/x", "other", 0, {}, fault='Get "https://u:pw123@h/": refused')])
    assert "pw123" not in leaking.requests[0].fault


def test_what_is_kept_comes_back():
    for one in (trace(), trace(failing(), exit_status=1, private="*.corp.example")):
        assert unpacked(packed(one)) == one


def test_requests_stand_in_the_order_they_began():
    shuffled = mock_up()
    Random(3).shuffle(shuffled)
    assert trace(shuffled) == trace()


@pytest.mark.parametrize("data", [b"", b"{}", packed(trace())[:-4], packed(trace())[:20]])
def test_a_damaged_file_is_refused(data: bytes):
    with pytest.raises(ValueError, match=r"."):
        unpacked(data)


def test_it_is_compact():
    many = [
        exchange(
            f"https://proxy.golang.org/github.com/some-organisation/module-{at}/@v/v1.{at}.0.zip",
            "zip",
            at / 7,
            {"wait": 0.1 + at / 9000, "transfer": 0.2 + at / 7000},
            bytes=at * 991,
        )
        for at in range(1000)
    ]
    assert len(packed(trace(many))) < 60 * len(many)
