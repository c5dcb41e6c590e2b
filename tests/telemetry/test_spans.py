"""Spans wait in a queue that has an end, and are sent when it is closed."""

import threading

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from gomend.telemetry.spans import Spans


class Slow:
    """Takes spans once it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.names: list[str] = []

    def __call__(self, body: bytes) -> bool:
        assert self.go.wait(60)
        request = ExportTraceServiceRequest.FromString(body)
        self.names += [one.name for part in request.resource_spans for scope in part.scope_spans for one in scope.spans]
        return True


def test_a_collector_that_is_slow_costs_spans_and_no_memory() -> None:
    slow = Slow()
    spans = Spans(slow, 1.0, {"service.name": "gomend"})
    for number in range(5000):
        spans.begin(f"{number}", "", 0.0).end(1.0, {})
    slow.go.set()
    spans.close(60)
    assert 2048 <= len(slow.names) <= 2048 + 512 * 2
    assert slow.names[-1] == "4999"  # the oldest gave way


def test_a_share_of_the_traces_is_kept_whole() -> None:
    slow = Slow()
    slow.go.set()
    spans = Spans(slow, 0.1, {"service.name": "gomend"})
    kept = 0
    for number in range(400):
        parent = spans.begin("root", "", 0.0)
        below = parent.request("below", 0.0)
        assert parent.is_sampled == below.is_sampled
        assert below.traceparent[:36] == parent.traceparent[:36] and below.traceparent != parent.traceparent
        kept += parent.is_sampled
        below.end(1.0, {"number": number})
        parent.end(1.0, {})
    spans.close(60)
    assert 0 < kept < 200 and len(slow.names) == 2 * kept


def test_the_end_waits_for_no_collector() -> None:
    slow = Slow()
    spans = Spans(slow, 1.0, {"service.name": "gomend"})
    spans.begin("one", "", 0.0).end(1.0, {})
    later = threading.Timer(5, slow.go.set)
    later.start()
    spans.close(0.01)
    assert not slow.names
    later.cancel()
    slow.go.set()
