"""A server's metrics, for Prometheus. Names and labels are documented in docs/reference/serve.md."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60)


@dataclass(frozen=True, slots=True)
class _Each(Collector):
    name: str
    words: str
    label: str  # empty where there is one number alone, of the value ""
    read: Callable[[], Mapping[str, float]]
    family: type[CounterMetricFamily | GaugeMetricFamily]

    def collect(self) -> Iterable[Metric]:
        """As of Collector."""
        family = self.family(self.name, self.words, labels=(self.label,) if self.label else ())
        for value, number in self.read().items():
            family.add_metric((value,) if self.label else (), number)
        yield family


@dataclass(slots=True)
class Tally:
    """Requests that were answered alike: how many, the bytes of their bodies, and the time until answers began."""

    kind: str
    status: str
    result: str
    count: int = 0
    size: int = 0
    seconds: float = 0.0
    by_time: list[int] = field(default_factory=lambda: [0] * (len(_SECONDS) + 1))

    def add(self, seconds: float, size: int) -> None:
        """One more."""
        self.count += 1
        self.size += size
        self.seconds += seconds
        self.by_time[bisect_left(_SECONDS, seconds)] += 1


@dataclass(frozen=True, slots=True, eq=False)  # (the registry has its collectors in a dict)
class _Answers(Collector):
    """The tallies, as metrics. A counter of the library's takes as long as a small answer does: they have locks."""

    tallies: dict[tuple[str, int, str], Tally]

    def collect(self) -> Iterable[Metric]:
        """As of Collector."""
        requests = CounterMetricFamily("gomend_requests", "Requests answered.", labels=("kind", "status", "result"))
        sent = CounterMetricFamily("gomend_sent_bytes", "Bytes of bodies sent.", labels=("kind",))
        times = HistogramMetricFamily("gomend_request_seconds", "Until the answer began.", labels=("kind",))
        of_kind: defaultdict[str, list[Tally]] = defaultdict(list)
        for one in self.tallies.values():
            requests.add_metric((one.kind, one.status, one.result), one.count)
            of_kind[one.kind].append(one)
        for kind, some in of_kind.items():
            sent.add_metric((kind,), sum(one.size for one in some))
            counts = accumulate(map(sum, zip(*(one.by_time for one in some), strict=True)))
            bounds = (*(str(float(bound)) for bound in _SECONDS), "+Inf")
            times.add_metric((kind,), list(zip(bounds, counts, strict=True)), sum(one.seconds for one in some))
        yield from (requests, sent, times)


class _Registry(CollectorRegistry):
    """One that has something done before it is read."""

    def __init__(self) -> None:
        super().__init__(auto_describe=True)
        self.before: list[Callable[[], None]] = []

    def collect(self) -> Iterator[Metric]:
        """As of CollectorRegistry."""
        for act in self.before:
            act()
        yield from super().collect()


class _Together(CollectorRegistry):
    """The metrics of several parts, a family once; those of a part bear its labels."""

    def __init__(self, parts: Iterable[tuple[Mapping[str, str], Iterable[Metric]]]) -> None:
        super().__init__()
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """As of CollectorRegistry."""
        families: dict[str, Metric] = {}
        for labels, part in self._parts:
            for family in part:
                named = [sample._replace(labels={**sample.labels, **labels}) for sample in family.samples]
                family.samples = [*families[family.name].samples, *named] if family.name in families else named
                families[family.name] = family
        yield from families.values()


class Metrics:
    """One process's metrics; a tenant's have a place among its server's."""

    def __init__(self, *, is_tenants: bool = False) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # (the package has no types for it)
        self._tenants: dict[str, Metrics] = {}
        self.registry = _Registry()
        if not is_tenants:
            ProcessCollector(registry=self.registry)
            PlatformCollector(registry=self.registry)
        self._tallies: dict[tuple[str, int, str], Tally] = {}
        self.registry.register(_Answers(self._tallies))
        self._upstream = Counter(
            "gomend_upstream_requests_total",
            "Requests to sources; code is the cause where one failed.",
            ("source", "purpose", "status", "code"),
            registry=self.registry,
        )
        self._phases = Histogram(
            "gomend_upstream_phase_seconds",
            "Time of requests to sources by phase.",
            ("phase",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._unverified = Counter(
            "gomend_verification_failures_total", "Files that were not passed on.", ("code",), registry=self.registry
        )

    def when_read(self, act: Callable[[], None]) -> None:
        """Do this before the metrics are read: what is counted late is counted by then."""
        self.registry.before.append(act)

    def observe(self, name: str, words: str, read: Callable[[], float]) -> None:
        """A number that is read when the metrics are."""
        Gauge(name, words, registry=self.registry).set_function(read)

    def observe_each(self, name: str, words: str, label: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Numbers that are read when the metrics are, by the value of `label`."""
        self.registry.register(_Each(name, words, label, read, GaugeMetricFamily))

    def count(self, name: str, words: str, read: Callable[[], float]) -> None:
        """A number that only grows, read when the metrics are; Prometheus is shown it as NAME_total."""
        self.count_each(name, words, "", lambda: {"": read()})

    def count_each(self, name: str, words: str, label: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Such numbers, by the value of `label`."""
        self.registry.register(_Each(name, words, label, read, CounterMetricFamily))

    def tally(self, kind: str, status: int, result: str) -> Tally:
        """What counts requests that are answered so."""
        key = (kind, status, result)
        found = self._tallies.get(key)
        if found is None:
            found = self._tallies[key] = Tally(kind, str(status), result)
        return found

    def asked(self, source: str, purpose: str, status: int | None, code: str, phases: dict[str, float]) -> None:
        """A request to a source is over; `phases` name seconds."""
        self._upstream.labels(source, purpose, str(status or ""), code).inc()
        for phase, seconds in phases.items():
            self._phases.labels(phase).observe(seconds)

    def worked(self, phase: str, seconds: float) -> None:
        """A git or hg program has ended."""
        self._phases.labels(phase).observe(seconds)

    def unverified(self, code: str) -> None:
        """A file did not pass its check."""
        self._unverified.labels(code).inc()

    def of_tenant(self, name: str) -> "Metrics":
        """Those of a tenant: their names are the same, and a label `tenant` is added."""
        self._tenants[name] = Metrics(is_tenants=True)
        return self._tenants[name]

    def text(self) -> bytes:
        """All metrics, in Prometheus' text format."""
        return generate_latest(self._with_tenants())

    def text_beside(self, own: str, others: Mapping[str, bytes]) -> bytes:
        """As `text`, beside that of other workers of the server: each with its name as a label."""
        of_others = [({"worker": name}, text_string_to_metric_families(text.decode())) for name, text in others.items()]
        return generate_latest(_Together([({"worker": own}, self._with_tenants().collect()), *of_others]))

    def _with_tenants(self) -> CollectorRegistry:
        of_tenants = [({"tenant": name}, metrics.registry.collect()) for name, metrics in self._tenants.items()]
        return _Together([({}, self.registry.collect()), *of_tenants])
