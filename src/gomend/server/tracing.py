"""The spans of a server's requests, and of the requests to sources that were made for them.

What was asked for a module that GOPRIVATE and the like name goes to the collector under a stand-in. Source: the
semantic conventions for HTTP spans.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from time import monotonic

from gomend import __version__
from gomend.gomod.private import matches
from gomend.masking import mask
from gomend.net.exchange import Exchange
from gomend.server.visit import Visit
from gomend.telemetry.spans import Spans, Work
from gomend.trace import sending
from gomend.trace.otlp import facts_of
from gomend.trace.recorder import request_of
from gomend.trace.sharing import StandIns, shared_request
from gomend.trace.timeline import spans as phases_of

_ROUTES = {
    "list": "/{module}/@v/list",
    "latest": "/{module}/@latest",
    "info": "/{module}/@v/{version}.info",
    "mod": "/{module}/@v/{version}.mod",
    "zip": "/{module}/@v/{version}.zip",
    "sumdb": "/sumdb/{name}/{file}",
    "own": "/-/{page}",
}

_current: ContextVar[Work | None] = ContextVar("visit", default=None)


class Poster:
    """Sends spans to the collector at `url`. `failed` hears why one request was not taken."""

    def __init__(self, url: str, environment: Mapping[str, str], failed: Callable[[str], None]) -> None:
        self._url = url
        self._headers = sending.headers(environment)
        self._failed = failed
        self.lost = 0  # requests with spans

    def __call__(self, body: bytes) -> bool:
        """Whether they were taken."""
        try:
            sending.send(self._url, body, self._headers, kind=sending.PROTOBUF)
        except sending.NotSentError as error:
            self.lost += 1
            self._failed(error.reason)
            return False
        return True


class Tracing:
    """`private` is the comma list of patterns whose names are not told."""

    def __init__(self, spans: Spans, private: str) -> None:
        self._spans = spans
        self._private = private
        self._names = StandIns(private)
        self._open: list[tuple[Work, Exchange]] = []

    def begin(self, visit: Visit) -> None:
        """A request has come: what is asked of sources from here on is asked for it."""
        visit.span = self._spans.begin(visit.method, visit.trace.get("traceparent", ""), visit.began)
        _current.set(visit.span)

    def end(self, visit: Visit, cut: str) -> None:
        """It was answered; `cut` is why its answer could not be ended."""
        self._settle()
        span = visit.span or self._spans.begin(visit.method, "", visit.began)  # a quick answer needs none before
        if not span.is_sampled:
            return
        route = _ROUTES.get(visit.kind, "")
        module, _, version = visit.subject.partition("@")
        is_private = bool(module) and matches(self._private, module)
        host, _, port = visit.headers.get("host", "").rpartition(":")
        facts: dict[str, str | int | float | bool] = {
            "http.request.method": visit.method,
            "http.route": route,
            "url.path": "" if is_private else mask(visit.path.decode("latin-1"))[:512],
            "url.scheme": visit.scheme,
            "http.response.status_code": visit.status,
            "http.response.body.size": visit.size,
            "server.address": host,
            "server.port": int(port) if port.isdigit() else 0,
            "client.address": visit.client,
            "user_agent.original": visit.headers.get("user-agent", "")[:256],
            "error.type": (visit.code or str(visit.status)) if visit.status >= 500 or cut else "",
            "gomend.request": visit.id,
            "gomend.result": visit.result,
            "gomend.module": self._names.of(module) if is_private else module,
            "gomend.version": "" if is_private else version,
        }
        kept = {name: value for name, value in facts.items() if value not in ("", 0)}
        failed = self._names.in_words(mask(cut)) if cut else "" if visit.status >= 500 else None
        span.end(monotonic(), kept, name=f"{visit.method} {route}".strip(), error=failed)

    def asked(self, exchange: Exchange) -> None:
        """A request to a source begins; its own span becomes the parent that the source is told."""
        self._settle()
        parent = _current.get()
        if parent is None or exchange.purpose == "tunnel":
            return
        work = parent.request(f"GET {exchange.purpose}", exchange.phases.start)
        exchange.traceparent = work.traceparent
        if work.is_sampled:
            self._open.append((work, exchange))

    def close(self) -> None:
        """Send what is left; blocks."""
        self._settle()
        self._spans.close()

    def _settle(self) -> None:
        """An exchange is filled while it lasts: those that are over are told now."""
        over = [one for one in self._open if one[1].phases.end is not None]
        if not over:
            return
        self._open = [one for one in self._open if one[1].phases.end is None]
        for work, exchange in over:
            request = shared_request(request_of(exchange, 0.0, monotonic(), self._private), self._names)
            for name, start, end in phases_of(request):
                work.phase(name, start, end)
            failed = request.code or request.status >= 400
            work.end(request.end, facts_of(request), error=request.fault if failed else None)


def tracing_of(poster: Poster, sampling: float, private: str, environment: Mapping[str, str], instance: str) -> Tracing:
    """What sends spans with `poster`; `sampling` is the share of traces that are kept, where nobody else decides."""
    resource = {"service.version": __version__, "service.instance.id": instance}
    if not environment.get("OTEL_SERVICE_NAME"):
        resource["service.name"] = "gomend"
    return Tracing(Spans(poster, sampling, resource), private)
