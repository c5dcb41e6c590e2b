"""HAR 1.2: valid by the published format, and its times add up."""

from copy import deepcopy

import jsonschema
import pytest
from tests.trace.examples import exchange, failing, mock_up, trace
from tests.trace.har12 import SCHEMA

from gomend.trace.har import har


def check(log: object) -> None:
    jsonschema.validate(log, SCHEMA, jsonschema.Draft202012Validator)


def tunnel():
    return exchange(
        "https://git.example:8443", "tunnel", 1.0, {"connect": 0.1, "wait": 0.2, "transfer": 3.0}, source=-1
    )


@pytest.mark.parametrize("exchanges", [[], mock_up(), failing(), [tunnel()]])
def test_a_log_is_har_1_2(exchanges):
    check(har(trace(exchanges, exit_status=1), "1.0"))


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("log", "version"), "1.1"),
        (("log", "entries", 0, "timings", "wait"), -1),
        (("log", "entries", 0, "startedDateTime"), "2026-11-22 10:00:00"),
        (("log", "entries", 0, "request", "url"), "https://user:pw@p.example/"),
        (("log", "entries", 0, "speed"), 1),
    ],
)
def test_the_schema_refuses_what_is_wrong(where, value):
    log = deepcopy(har(trace(), "1.0"))
    node = log
    for key in where[:-1]:
        node = node[key]
    node[where[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        check(log)


def test_the_timings_of_an_entry_add_up_to_its_time():
    one = trace([*mock_up(), *failing(), tunnel()])
    for request, entry in zip(one.requests, har(one, "1.0")["log"]["entries"], strict=True):
        timings = entry["timings"]
        parts = sum(value for name, value in timings.items() if value > 0 and name != "ssl")
        assert entry["time"] == pytest.approx(parts)
        assert entry["time"] == pytest.approx(1000 * request.seconds, abs=0.01)
        assert timings["ssl"] <= timings["connect"]


def test_what_did_not_happen_is_minus_one():
    timings = har(trace(), "1.0")["log"]["entries"][2]["timings"]
    assert {name for name, value in timings.items() if value == -1} == {"dns", "connect", "ssl"}
    assert har(trace(), "1.0")["log"]["entries"][0]["timings"] == {
        "blocked": 0,
        "dns": 10,
        "connect": 160,
        "send": 0,
        "wait": 120,
        "receive": 0,
        "ssl": 120,
    }


def test_a_request_without_an_answer_says_why():
    response = har(trace(failing(), exit_status=1), "1.0")["log"]["entries"][2]["response"]
    assert (response["status"], response["_error"]) == (0, "net.connect_timeout: i/o timeout while connecting")
