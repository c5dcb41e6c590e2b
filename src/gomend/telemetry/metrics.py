"""A server's metrics, for Prometheus. Names and labels are documented in docs/reference/serve.md."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60)


@dataclass(frozen=True, slots=True)
class _Each(Collector):
    name: str
    words: str
    label: str
    read: Callable[[], Mapping[str, float]]

    def collect(self) -> Iterable[Metric]:
        """As of Collector."""
        family = GaugeMetricFamily(self.name, self.words, labels=(self.label,))
        for value, number in self.read().items():
            family.add_metric((value,), number)
        yield family


class Metrics:
    """One process's metrics."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # (the package has no types for it)
        self._registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._requests = Counter(
            "gomend_requests_total", "Requests answered.", ("kind", "status", "result"), registry=self._registry
        )
        self._bytes = Counter("gomend_sent_bytes_total", "Bytes of bodies sent.", ("kind",), registry=self._registry)
        self._seconds = Histogram(
            "gomend_request_seconds", "Until the answer began.", ("kind",), buckets=_SECONDS, registry=self._registry
        )
        self._answers: dict[tuple[str, int, str], tuple[Counter, Histogram, Counter]] = {}
        self._upstream = Counter(
            "gomend_upstream_requests_total",
            "Requests to sources; code is the cause where one failed.",
            ("source", "purpose", "status", "code"),
            registry=self._registry,
        )
        self._phases = Histogram(
            "gomend_upstream_phase_seconds",
            "Time of requests to sources by phase.",
            ("phase",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._unverified = Counter(
            "gomend_verification_failures_total", "Files that were not passed on.", ("code",), registry=self._registry
        )

    def observe(self, name: str, words: str, read: Callable[[], float]) -> None:
        """A number that is read when the metrics are."""
        Gauge(name, words, registry=self._registry).set_function(read)

    def observe_each(self, name: str, words: str, label: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Numbers that are read when the metrics are, by the value of `label`."""
        self._registry.register(_Each(name, words, label, read))

    def answered(self, kind: str, status: int, result: str, seconds: float, size: int) -> None:
        """A request was answered: `seconds` until its answer began, `size` bytes of body sent."""
        key = (kind, status, result)
        found = self._answers.get(key)
        if found is None:  # to find a metric by its labels costs more than to count
            labels = (kind, str(status), result)
            found = (self._requests.labels(*labels), self._seconds.labels(kind), self._bytes.labels(kind))
            self._answers[key] = found
        found[0].inc()
        found[1].observe(seconds)
        if size:
            found[2].inc(size)

    def asked(self, source: str, purpose: str, status: int | None, code: str, phases: dict[str, float]) -> None:
        """A request to a source is over; `phases` name seconds."""
        self._upstream.labels(source, purpose, str(status or ""), code).inc()
        for phase, seconds in phases.items():
            self._phases.labels(phase).observe(seconds)

    def unverified(self, code: str) -> None:
        """A file did not pass its check."""
        self._unverified.labels(code).inc()

    def text(self) -> bytes:
        """All metrics, in Prometheus' text format."""
        return generate_latest(self._registry)
