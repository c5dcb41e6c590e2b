"""What a server sent to a collector, decoded as a collector decodes it."""

from collections.abc import Sequence

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.trace.collector import Collector


def sent(collector: Collector) -> list[Span]:
    """All spans, each request a protobuf one."""
    found = []
    for path, headers, body in collector.got:
        assert (path, headers["Content-Type"]) == ("/v1/traces", "application/x-protobuf")
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            facts = facts_of(resource.resource.attributes)
            assert facts["service.name"] == "gomend" and facts["service.version"]
            for scope in resource.scope_spans:
                found += scope.spans
    return found


def facts_of(attributes: Sequence[KeyValue]) -> dict[str, str | int]:
    return {one.key: one.value.string_value or one.value.int_value for one in attributes}


def in_order(spans: list[Span]) -> list[Span]:
    return sorted(spans, key=lambda one: one.start_time_unix_nano)
