"""What took how long, and what that tells."""

import pytest
from tests.trace.examples import exchange, failing, mock_up, trace

from gomend.causes import Certainty, Code
from gomend.trace.hints import hints
from gomend.trace.model import Request
from gomend.trace.timeline import came_later, chosen, costs, slowest, spans, telling

URL = "https://p.example/example.com/a/@v/v1.0.0.zip"


def requests() -> tuple[Request, ...]:
    return trace().requests


def one(steps: dict[str, float], purpose: str = "zip", **facts: object) -> Request:
    return trace([exchange(URL, purpose, 0.0, steps, **facts)]).requests[0]


def test_costs_are_sums_of_phases_the_dearest_first():
    found = costs(requests())
    assert list(found) == ["connect", "transfer", "wait", "tls", "dns"]
    assert found == pytest.approx({"connect": 3.45, "transfer": 3.19, "wait": 1.48, "tls": 0.57, "dns": 0.05})
    assert costs([]) == {}


def test_a_forward_proxys_answer_belongs_to_connect():
    asked = exchange(URL, "zip", 0.0, {"connect": 0.1, "tls": 0.2, "wait": 0.1})
    asked.phases.tls_start += 0.15
    found = trace([asked]).requests[0]
    assert [(name, round(stop - start, 3)) for name, start, stop in spans(found)][:2] == [
        ("connect", 0.25),
        ("tls", 0.05),
    ]


def test_the_slowest_stand_in_the_order_they_began():
    assert slowest(requests(), 2) == [requests()[2], requests()[4]]
    assert slowest(requests(), 99) == list(requests())


def test_what_failed_is_always_worth_a_look():
    every = trace([*mock_up(), *failing()]).requests
    assert [request.failed for request in telling(every, 2)] == [True, False]
    assert sum(request.failed for request in telling(every, 4)) == 2
    assert telling(every, 99) == list(every)


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"host": "goproxy.corp"}, [0]),
        ({"host": "*.golang.org"}, [1, 2, 3, 4]),
        ({"host": "golang.org"}, []),
        ({"module": "k8s.io/api"}, [0, 1, 2, 4]),
        ({"module": "k8s.io/ap"}, []),
        ({"module": "golang.org"}, [3]),
        ({"module": "golang.org/x/net@v0.30.0"}, [3]),
        ({"module": "golang.org/x/net@v0.29.0"}, []),
        ({"module": "k8s.io/api", "host": "goproxy.corp"}, [0]),
        ({"failed": True}, []),
    ],
)
def test_requests_can_be_chosen(wanted: dict, places: list[int]):
    assert chosen(requests(), **wanted) == [requests()[at] for at in places]


def test_a_host_is_chosen_with_or_without_its_port():
    found = trace([exchange("https://p.example:8443/x", "other", 0, {"wait": 1})]).requests
    assert len(chosen(found, host="p.example")) == len(chosen(found, host="p.example:8443")) == 1


def test_a_404_is_no_failure_and_a_503_is():
    assert [request.failed for request in trace(failing()).requests] == [True, False, True]
    assert not any(request.failed for request in requests())


def test_what_came_at_a_later_attempt_is_known():
    assert came_later(trace(failing()).requests) == {0}


@pytest.mark.parametrize(
    ("steps", "facts", "key", "certainty"),
    [
        ({"connect": 1.03}, {}, "lost_one", Certainty.LIKELY),
        ({"connect": 3.2}, {}, "lost_two", Certainty.LIKELY),
        ({"connect": 7.1}, {}, "lost_three", Certainty.LIKELY),
        ({"dns": 5.01}, {}, "resolver", Certainty.LIKELY),
        ({"dns": 10.2}, {}, "resolver", Certainty.LIKELY),
        ({"dns": 8.0}, {}, "resolver", Certainty.UNSURE),
        ({"wait": 14.0}, {}, "first_byte", Certainty.UNSURE),
        ({"transfer": 10.0}, {"bytes": 50_000}, "slow_body", Certainty.CERTAIN),
    ],
)
def test_times_that_tell(steps: dict[str, float], facts: dict, key: str, certainty: Certainty):
    steps = {"connect": 0.05, **steps, "wait": steps.get("wait", 0.1)}
    (hint,) = hints(
        [one({name: steps[name] for name in ("dns", "connect", "wait", "transfer") if name in steps}, **facts)]
    )
    assert (hint.key, hint.certainty, hint.numbers) == (key, certainty, (1,))


@pytest.mark.parametrize(
    ("steps", "facts"),
    [
        ({"connect": 0.6, "wait": 0.1}, {}),
        ({"connect": 2.0, "wait": 0.1}, {}),
        ({"connect": 1.6, "wait": 0.1}, {}),
        ({"dns": 1.0, "connect": 0.1, "wait": 4.9}, {}),
        ({"wait": 0.1, "transfer": 10.0}, {"bytes": 5_000_000}),
        ({"wait": 20.0, "transfer": 60.0}, {"purpose": "tunnel"}),
    ],
)
def test_times_that_tell_nothing(steps: dict[str, float], facts: dict):
    assert hints([one(steps, **facts)]) == []


def test_a_connection_that_failed_is_no_lost_packet():
    assert hints(trace(failing()).requests) == []
    assert hints([one({"connect": 3.0}, status=None, code=Code.NET_CONNECT_TIMEOUT, fault="i/o timeout")]) == []


def test_pauses_before_another_attempt_are_told_and_count_once():
    def twice(name: str, start: float, again: float):
        url = f"https://p.example/example.com/{name}/@v/v1.0.0.mod"
        first = exchange(url, "mod", start, {"wait": 0.5}, status=503)
        return [first, exchange(url, "mod", again, {"wait": 0.5}, attempt=2)]

    every = trace([*twice("a", 0.0, 2.5), *twice("b", 0.5, 3.0)]).requests
    (hint,) = hints(every)
    assert (hint.key, hint.numbers, hint.certainty) == ("pauses", (3, 4), Certainty.CERTAIN)
    assert hint.seconds == pytest.approx(2.5)
    assert hints(trace(twice("a", 0.0, 0.9)).requests) == []


def test_one_cause_is_told_once_with_all_who_show_it():
    slow = [one({"connect": 3.01, "wait": 0.1}), one({"wait": 0.1}), one({"connect": 3.05, "wait": 0.1})]
    (hint,) = hints(slow)
    assert hint.numbers == (1, 3)
    assert hint.params["seconds"] == pytest.approx(3.05)
