"""OTLP over HTTP: what a collector makes of it, decoded as OpenTelemetry's own messages."""

import json

import pytest
from google.protobuf.json_format import ParseError
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from tests.trace.collector import Collector, decode
from tests.trace.examples import failing, mock_up, trace

from gomend.trace.otlp import otlp
from gomend.trace.sending import NotSentError, address, headers, send

BEGAN = 1_795_341_600_000_000_000  # 2026-11-22T10:00:00Z


def spans_of(one) -> list[Span]:
    message = decode(json.dumps(otlp(one, "1.0")).encode())
    return list(message.resource_spans[0].scope_spans[0].spans)


def attributes(span: Span) -> dict[str, object]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


def test_a_run_is_one_trace_with_a_span_a_request_and_a_child_a_phase():
    one = trace()
    spans = spans_of(one)
    assert len({span.trace_id for span in spans}) == 1
    assert len({span.span_id for span in spans}) == len(spans)
    assert {(len(span.trace_id), len(span.span_id)) for span in spans} == {(16, 8)}
    (root,) = [span for span in spans if not span.parent_span_id]
    requests = [span for span in spans if span.parent_span_id == root.span_id]
    assert [span.kind for span in requests] == [Span.SPAN_KIND_CLIENT] * 5
    phases = [[span.name for span in spans if span.parent_span_id == request.span_id] for request in requests]
    assert phases[0] == ["dns", "connect", "tls", "wait", "transfer"]
    assert phases[2] == ["wait", "transfer"]
    assert 1 + 5 + sum(map(len, phases)) == len(spans)


def test_times_are_those_of_the_run():
    root, first, dns, *_ = spans_of(trace())
    assert (root.start_time_unix_nano, root.end_time_unix_nano) == (BEGAN, BEGAN + 4_510_000_000)
    assert (first.start_time_unix_nano, first.end_time_unix_nano) == (BEGAN, BEGAN + 290_000_000)
    assert (dns.start_time_unix_nano, dns.end_time_unix_nano) == (BEGAN, BEGAN + 10_000_000)


def test_no_span_outlasts_the_one_that_it_is_part_of():
    root, *others = spans_of(trace(seconds=1.0))
    assert root.end_time_unix_nano >= max(span.end_time_unix_nano for span in others)


def test_attributes_have_the_names_of_the_conventions():
    spans = spans_of(trace(failing(), exit_status=1))
    requests = [attributes(span) for span in spans if span.kind == Span.SPAN_KIND_CLIENT]
    assert requests[0] == {
        "http.request.method": "GET",
        "url.full": "https://p.example/example.com/a/@v/v1.0.0.mod",
        "server.address": "p.example",
        "server.port": 443,
        "network.protocol.version": "1.1",
        "http.response.status_code": 503,
        "http.response.body.size": 100,
        "error.type": "503",
        "gomend.purpose": "mod",
        "gomend.module": "example.com/a",
        "gomend.version": "v1.0.0",
    }
    assert requests[1]["http.request.resend_count"] == 1
    assert "error.type" not in requests[1]
    assert requests[2]["error.type"] == "net.connect_timeout"
    assert [span.status.code for span in spans if span.kind == Span.SPAN_KIND_CLIENT] == [
        Status.STATUS_CODE_ERROR,
        Status.STATUS_CODE_UNSET,
        Status.STATUS_CODE_ERROR,
    ]


def test_the_same_run_gets_the_same_ids_another_run_others():
    assert spans_of(trace()) == spans_of(trace())
    assert {span.span_id for span in spans_of(trace())}.isdisjoint(
        span.span_id for span in spans_of(trace(mock_up(), run="ffff"))
    )


def test_the_decoder_refuses_what_is_no_otlp():
    with pytest.raises(ParseError):
        decode(b'{"resourceSpans": [{"spans": []}]}')


def test_a_collector_gets_it():
    body = json.dumps(otlp(trace(), "1.0")).encode()
    with Collector() as collector:
        assert send(address(collector.url, {}), body, {"X-Key": "k"}) == 0
    ((path, got, received),) = collector.got
    assert (path, got["Content-Type"], got["X-Key"]) == ("/v1/traces", "application/json", "k")
    assert len(decode(received).resource_spans[0].scope_spans[0].spans) == len(spans_of(trace()))


def test_spans_that_are_turned_down_are_counted():
    with Collector(answer=b'{"partialSuccess": {"rejectedSpans": "3", "errorMessage": "full"}}') as collector:
        assert send(address(collector.url, {}), b"{}", {}) == 3


@pytest.mark.parametrize("status", [400, 429, 500, 302])
def test_a_refusal_is_told_and_no_redirect_followed(status: int):
    with Collector() as elsewhere, Collector(status, b"", Location=f"{elsewhere.url}/v1/traces") as collector:
        with pytest.raises(NotSentError, match=str(status)):
            send(address(collector.url, {}), b"{}", {"X-Key": "k"})
        assert elsewhere.got == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "127.0.0.1:4318"])
def test_only_http_is_spoken(url: str):
    with pytest.raises(NotSentError):
        send(url, b"{}", {})


def test_nobody_there_is_told():
    with Collector() as gone:
        url = gone.url
    with pytest.raises(NotSentError, match="refused"):
        send(url, b"{}", {})


@pytest.mark.parametrize(
    ("given", "environment", "wanted"),
    [
        ("http://c:4318", {}, "http://c:4318/v1/traces"),
        ("http://c:4318/v1/traces", {}, "http://c:4318/v1/traces"),
        ("", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/x/"}, "http://c:4318/x/v1/traces"),
        ("", {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/own"}, "http://c/own"),
        ("http://d", {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/own"}, "http://d/v1/traces"),
        ("", {}, ""),
    ],
)
def test_where_spans_go(given: str, environment: dict[str, str], wanted: str):
    assert address(given, environment) == wanted


def test_headers_of_the_environment():
    assert headers({"OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20b, other = c,broken"}) == {
        "api-key": "a b",
        "other": "c",
    }
