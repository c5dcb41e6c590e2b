"""The spans of a server's requests, and of the requests to sources that were made for them.

What was asked for a module that GOPRIVATE and the like name goes to the collector under a stand-in. Source: the
semantic conventions for HTTP spans.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import msgspec

from gomend import __version__
from gomend.gomod.private import matches
from gomend.masking import mask
from gomend.net.exchange import Exchange
from gomend.server.posting import Poster
from gomend.server.visit import Visit
from gomend.sources.direct.repository import DirectError
from gomend.telemetry.spans import Facts, Spans, Work
from gomend.trace.model import Request
from gomend.trace.naming import host_alone, is_private
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


_AT_STOP = 3.0  # seconds for spans that are left; soon after its answers a worker's time is over


@dataclass(frozen=True, slots=True)
class _Place:
    """What is asked of sources now is asked for `work`. `hides`: for a private module, so that no host is told."""

    work: Work
    hides: bool = False


_current: ContextVar[_Place | None] = ContextVar("place", default=None)


class Tracing:
    """`private` is the comma list of patterns whose names are not told."""

    def __init__(self, spans: Spans, private: str, poster: Poster) -> None:
        self._spans = spans
        self._poster = poster
        self._private = private
        self._names = StandIns(private)
        self._open: list[tuple[_Place, Exchange]] = []

    def begin(self, visit: Visit) -> None:
        """A request has come: what is asked of sources from here on is asked for it."""
        visit.span = self._spans.begin(visit.method, visit.trace.get("traceparent", ""), visit.began)
        _current.set(_Place(visit.span))

    def end(self, visit: Visit, cut: str, tenant: str) -> None:
        """It was answered, by a `tenant` if one is named; `cut` is why its answer could not be ended."""
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
            "gomend.tenant": tenant,
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
        place = _current.get()
        if place is None or exchange.purpose == "tunnel":
            return
        work = place.work.request(f"GET {exchange.purpose}", exchange.phases.start)
        exchange.traceparent = work.traceparent
        if work.is_sampled:
            self._open.append((_Place(work, place.hides), exchange))

    @contextmanager
    def module(self, path: str) -> Iterator[None]:
        """All that is done for a request about a module from its repository."""
        place = _current.get()
        if place is None:
            yield
            return
        hides = matches(self._private, path)
        work = place.work.part("direct", monotonic())
        _current.set(_Place(work, hides))
        failed: str | None = None
        try:
            yield
        except DirectError as error:
            failed = None if error.is_missing else self._told(error.words, hides=hides)
            raise
        finally:
            _current.set(place)
            self._settle()
            work.end(monotonic(), {"gomend.module": self._names.of(path) if hides else path}, error=failed)

    @contextmanager
    def call(self, name: str, url: str, *, is_remote: bool) -> Iterator[Callable[[str, str], None]]:
        """git or hg works for the repository at `url`. What is given takes the code and the words of a failure."""
        place = _current.get()
        failure: list[str] = []
        began = monotonic()
        try:
            yield lambda code, words: failure.extend((code, words))
        finally:
            if place is not None:
                work = (place.work.request if is_remote else place.work.part)(name, began)
                facts, words = self._of_call(url, failure, hides=place.hides)
                work.end(monotonic(), facts, error=words)

    def _of_call(self, url: str, failure: list[str], *, hides: bool) -> tuple[Facts, str | None]:
        parts = urlsplit(url)
        hides = hides or is_private(self._private, url)
        facts: dict[str, str | int | float | bool] = {
            "server.address": f"{self._names.of(parts.hostname or '')}.invalid" if hides else parts.hostname or "",
            "url.full": "" if hides else mask(url),
            "error.type": failure[0] if failure else "",
        }
        told = self._told(failure[1], hides=hides) if failure else None
        return {name: value for name, value in facts.items() if value}, told

    def _told(self, words: str, *, hides: bool) -> str:
        return "" if hides else self._names.in_words(mask(words))

    def _hidden(self, request: Request) -> Request:
        """One that was made for a private module: wherever a page or a redirect led, it names nobody."""
        host = host_alone(request.host)
        stand_in = request.host if host.endswith(".invalid") else f"{self._names.of(host)}.invalid"
        return msgspec.structs.replace(request, url=f"https://{stand_in}", host=stand_in, address="", fault="")

    def close(self) -> None:
        """Send what is left; blocks for some seconds at most."""
        self._settle()
        self._poster.ends(_AT_STOP)
        self._spans.close(_AT_STOP)

    def _settle(self) -> None:
        """An exchange is filled while it lasts: those that are over are told now."""
        over = [one for one in self._open if one[1].phases.end is not None]
        if not over:
            return
        self._open = [one for one in self._open if one[1].phases.end is None]
        for place, exchange in over:
            work = place.work
            request = shared_request(request_of(exchange, 0.0, monotonic(), self._private), self._names)
            if place.hides:
                request = self._hidden(request)
            for name, start, end in phases_of(request):
                work.phase(name, start, end)
            failed = request.code or request.status >= 400
            work.end(request.end, facts_of(request), error=request.fault if failed else None)


def tracing_of(poster: Poster, sampling: float, private: str, environment: Mapping[str, str], instance: str) -> Tracing:
    """What sends spans with `poster`; `sampling` is the share of traces that are kept, where nobody else decides."""
    resource = {"service.version": __version__, "service.instance.id": instance}
    if not environment.get("OTEL_SERVICE_NAME"):
        resource["service.name"] = "gomend"
    return Tracing(Spans(poster, sampling, resource), private, poster)
