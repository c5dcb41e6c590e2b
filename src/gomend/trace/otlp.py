"""A run's requests as OpenTelemetry spans, in OTLP's JSON encoding. Pure.

One trace a run, one span a request with a child span a phase. Source: opentelemetry.io/docs/specs/otlp (JSON Protobuf
Encoding: ids in hex, 64-bit numbers as strings) and the semantic conventions for HTTP client spans.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from gomend.trace.model import Request, Trace
from gomend.trace.timeline import spans

_INTERNAL, _CLIENT = 1, 3  # SpanKind
_ERROR = 2  # StatusCode


def otlp(trace: Trace, version: str) -> dict[str, Any]:
    """An ExportTraceServiceRequest. `version` is gomend's. The same run always gets the same ids.

    What hosts were told of the trace while the run went on is what it says here.
    Raises ValueError for a trace whose start is no RFC 3339 moment.
    """
    made = _Spans(trace)
    end = max([trace.seconds, *(one.end for one in trace.requests)])  # no span outlasts the one that it is part of
    root = made.span("run", "", " ".join(trace.command[:3]), _INTERNAL, (0.0, end))
    root["attributes"] = _attributes(
        {
            "process.command_args": list(trace.command),
            "process.exit.code": trace.exit,
            "gomend.run": trace.run,
        }
    )
    if trace.exit:
        root["status"] = {"code": _ERROR}
    found = [root]
    for number, request in enumerate(trace.requests):
        found += _of_request(made, str(number), request, root["spanId"])
    resource = _attributes({"service.name": "gomend", "service.version": version})
    scope = {"name": "gomend.trace", "version": version}
    return {"resourceSpans": [{"resource": {"attributes": resource}, "scopeSpans": [{"scope": scope, "spans": found}]}]}


class _Spans:
    """Makes the spans of one trace."""

    def __init__(self, trace: Trace) -> None:
        self._seed = f"{trace.run} {trace.started}"
        self._began = int(datetime.fromisoformat(trace.started).astimezone(UTC).timestamp()) * 1_000_000_000
        self._trace_id = trace.trace_id or self._id("trace", 16)

    def _id(self, name: str, size: int) -> str:
        return hashlib.sha256(f"{self._seed} {name}".encode()).hexdigest()[: 2 * size]

    def span(
        self, key: str, parent: str, name: str, kind: int, seconds: tuple[float, float], *, told: str = ""
    ) -> dict[str, Any]:
        """A span; `told` is its id where somebody knows it already."""
        start, end = (self._began + round(moment * 1_000_000_000) for moment in seconds)
        made = {
            "traceId": self._trace_id,
            "spanId": told or self._id(f"span {key}", 8),
            "name": name,
            "kind": kind,
            "startTimeUnixNano": str(start),
            "endTimeUnixNano": str(end),
        }
        return made | ({"parentSpanId": parent} if parent else {})


def _of_request(made: _Spans, key: str, request: Request, parent: str) -> list[dict[str, Any]]:
    facts = facts_of(request)
    name = f"{facts['http.request.method']} {request.purpose}"
    span = made.span(key, parent, name, _CLIENT, (request.start, request.end), told=request.span)
    span["attributes"] = _attributes(facts)
    if request.code or request.status >= 400:
        span["status"] = {"code": _ERROR} | ({"message": request.fault} if request.fault else {})
    phases = [
        made.span(f"{key} {name}", span["spanId"], name, _INTERNAL, (start, end)) for name, start, end in spans(request)
    ]
    return [span, *phases]


def facts_of(request: Request) -> dict[str, str | int | bool]:
    """The attributes of a request's span, those that are known. Source: semantic conventions, HTTP client spans."""
    parts = urlsplit(request.url)
    address, _, port = request.address.rpartition(":")
    facts: dict[str, str | int | bool] = {
        "http.request.method": "CONNECT" if request.purpose == "tunnel" else "GET",
        "url.full": request.url,
        "server.address": parts.hostname or "",
        "server.port": parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0),
        "network.protocol.version": "2" if request.http2 else "1.1",
        "network.peer.address": address.strip("[]"),
        "network.peer.port": int(port) if port.isdigit() else 0,
        "http.response.status_code": request.status,
        "http.response.body.size": request.bytes,
        "http.request.resend_count": request.attempt - 1,
        "error.type": request.code or (str(request.status) if request.status >= 400 else ""),
        "gomend.purpose": request.purpose,
        "gomend.module": request.module,
        "gomend.version": request.version,
        "gomend.ahead": request.ahead,
    }
    return {name: value for name, value in facts.items() if value not in ("", 0)}


def _attributes(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(value)} for name, value in facts.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(one) for one in value]}}
    return {"stringValue": str(value)}
