"""A server's spans, by OpenTelemetry's SDK: sampled by trace, sent in batches by a thread of their own.

Loaded only where a collector was named. Moments are seconds of the steady clock.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_MOST_QUEUED = 2048  # spans; more are dropped, the oldest first
_MOST_SENT = 512  # in one request
_SENT_EVERY = 5000  # milliseconds
_PROPAGATOR = TraceContextTextMapPropagator()
_NANO = 1_000_000_000

Facts = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Work:
    """One span that lasts. `offset` is what makes a steady moment one of the calendar, in nanoseconds."""

    span: Span
    spans: "Spans"
    offset: int
    context: Context = field(repr=False)

    @property
    def traceparent(self) -> str:
        """The header that hands the span on as a parent (W3C Trace Context §3.2)."""
        found = self.span.get_span_context()
        return f"00-{found.trace_id:032x}-{found.span_id:016x}-{int(found.trace_flags) & 1:02x}"

    @property
    def is_sampled(self) -> bool:
        """Whether it will be sent; else nothing needs to be found out for it."""
        return self.span.is_recording()

    def request(self, name: str, at: float) -> "Work":
        """A request that is made for it, from then on."""
        return self.spans.within(self, name, SpanKind.CLIENT, at)

    def part(self, name: str, at: float) -> "Work":
        """Work that is done for it here, from then on."""
        return self.spans.within(self, name, SpanKind.INTERNAL, at)

    def phase(self, name: str, start: float, end: float) -> None:
        """A part of it that is over."""
        self.spans.within(self, name, SpanKind.INTERNAL, start).end(end, {})

    def end(self, at: float, facts: Facts, *, name: str = "", error: str | None = None) -> None:
        """It is over. `error`: it failed, in words that may be empty."""
        if not self.is_sampled:
            return
        if name:
            self.span.update_name(name)
        self.span.set_attributes(facts)
        if error is not None:
            self.span.set_status(Status(StatusCode.ERROR, error or None))
        self.span.end(self.offset + round(at * _NANO))


class Spans:
    """Makes spans, and sends them with `post`, which is given a protobuf ExportTraceServiceRequest and says whether it
    was taken.

    `sampling` is the share of traces, 0 to 1, that are kept where their parent does not say.
    """

    def __init__(self, post: Callable[[bytes], bool], sampling: float, resource: Mapping[str, str]) -> None:
        silent = logging.getLogger("opentelemetry")  # the server's log has a form of its own, and the posts are counted
        silent.addHandler(logging.NullHandler())
        silent.propagate = False
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(sampling)),
            resource=Resource.create(dict(resource)),
            shutdown_on_exit=False,
        )
        self._processor = BatchSpanProcessor(
            _Posting(post),
            max_queue_size=_MOST_QUEUED,
            max_export_batch_size=_MOST_SENT,
            schedule_delay_millis=_SENT_EVERY,
        )
        self._provider.add_span_processor(self._processor)
        self._tracer = self._provider.get_tracer("gomend.serve", resource.get("service.version"))

    def begin(self, name: str, traceparent: str, at: float) -> Work:
        """A request to this server has come; `traceparent` is its parent's header, or empty."""
        parent = _PROPAGATOR.extract({"traceparent": traceparent} if traceparent else {})
        offset = time.time_ns() - time.monotonic_ns()  # anew each time: clocks are set
        return self._made(name, SpanKind.SERVER, parent, offset, at)

    def within(self, work: Work, name: str, kind: SpanKind, at: float) -> Work:
        """A span whose parent is `work`."""
        return self._made(name, kind, work.context, work.offset, at)

    def close(self, seconds: float) -> None:
        """Send what is left; blocks until that is done, so many seconds at most."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(seconds)

    def _made(self, name: str, kind: SpanKind, parent: Context, offset: int, at: float) -> Work:
        span = self._tracer.start_span(name, parent, kind, start_time=offset + round(at * _NANO))
        return Work(span, self, offset, set_span_in_context(span, parent))


class _Posting(SpanExporter):
    def __init__(self, post: Callable[[bytes], bool]) -> None:
        self._post = post

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """As of SpanExporter."""
        taken = self._post(encode_spans(spans).SerializeToString())
        return SpanExportResult.SUCCESS if taken else SpanExportResult.FAILURE
