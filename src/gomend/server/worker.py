"""One worker of a server: its application, made from what it was told."""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from time import monotonic, time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gomend.gomod.private import matches
from gomend.net.exchange import Exchange
from gomend.net.roots import client_context
from gomend.server.access.keeper import Keeper
from gomend.server.access.rules import Policy
from gomend.server.admission import Admission, Entrance
from gomend.server.app import App, Surroundings
from gomend.server.auditing import audit_failure
from gomend.server.certificate import Identity
from gomend.server.colleagues import Colleagues
from gomend.server.following import Following
from gomend.server.hot import Hot
from gomend.server.house import House
from gomend.server.lifespan import Application, Server, with_lifespan
from gomend.server.plan import (
    collector_of,
    database_of,
    may_be_asked_as,
    parse_listening,
    sampling_of,
    upstream_of,
)
from gomend.server.prefetching import Prefetch
from gomend.server.reception import Reception
from gomend.server.routes import Route, route, route_beside_tenants, route_of_tenant
from gomend.server.sharedstate import PURGES, SharedState
from gomend.server.sourcerequests import SourceRequests
from gomend.server.storesize import StoreSize
from gomend.server.tenants import Tenants
from gomend.server.tlsworker import HAS_LEFT, SERVES, TlsWorker
from gomend.server.told import Told
from gomend.server.wishes import wishes_of
from gomend.server.working import Working
from gomend.sources.keys import never_changes
from gomend.sources.purges import LOOK, LOOK_IN_BUCKET, Purges
from gomend.sources.verified import Failure
from gomend.storage.base import TENANTS, Store
from gomend.storage.bounded import Bounded
from gomend.storage.opening import is_bucket, open_store
from gomend.storage.patient import Patient
from gomend.storage.tiered import Tiered
from gomend.telemetry.audit import AuditFile
from gomend.telemetry.logs import Log, make_log
from gomend.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from gomend.server.tracing import Tracing

_NOTED_EVERY = 60.0  # seconds
_MARKED_EVERY = 86_400.0  # seconds, files of a folder as used


class Loader:
    """Makes a worker's application. `told` may be changed before the next worker starts.

    `say` takes what a worker has come to; `token` is the pipe with one byte, for the one worker that prints `line`.
    Where granian serves, `certificate` gives what the worker shows, and `doors` are the file numbers of the sockets:
    granian's own, and that of a Unix socket beside it.
    """

    def __init__(self, told: Told, say: Callable[[str], None], token: int, line: str, doors: Sequence[int]) -> None:
        self.told = told
        self.certificate: Callable[[], Identity] | None = None
        self._shared = SharedState(told.workers)
        self._say = say
        self._token = token
        self._line = line
        self._doors = doors

    def __call__(self) -> Application:
        """For granian's own workers, in the worker's process."""
        leaving = asyncio.Event()
        made = with_lifespan(partial(self._made, self._doors[1:], leaving))
        return TlsWorker(made, self._doors[0], self.serves, partial(self._say, HAS_LEFT), leaving)

    def close(self) -> None:
        """No further worker starts, and all have ended."""
        self._shared.close()

    async def app(self) -> Server:
        """For a worker that listens by itself, at the Unix socket, too."""
        return await self._made((), asyncio.Event())

    async def _made(self, beside: Sequence[int], leaving: asyncio.Event) -> Server:
        certificate = self.certificate() if self.certificate is not None else None
        server, root = _make(self.told, self._shared, certificate)
        for door in beside:
            root.beside(_at_socket(server, door, leaving, self.told.grace))
        return server

    def serves(self) -> None:
        """A worker does. The first one finds the byte in the pipe, and tells people."""
        self._say(SERVES)
        with suppress(OSError):
            if os.read(self._token, 1):
                os.write(1, self._line.encode())


@dataclass(frozen=True, slots=True)
class _Common:
    """What a server and its tenants have in common in one worker."""

    hot: Hot
    purges: Purges
    shared: SharedState
    tls: ssl.SSLContext  # for sources
    tracing: "Tracing | None"
    colleagues: Colleagues | None


def _make(told: Told, shared: SharedState, certificate: Identity | None) -> tuple[Server, App]:
    """A server, and the App of it that is no tenant's."""
    metrics = Metrics()
    purges = Purges(shared.words[PURGES : PURGES + 1])
    hot = Hot(monotonic, purges)
    metrics.observe("gomend_hot_bytes", "Bytes of answers held in memory.", lambda: hot.size)
    colleagues = Colleagues(shared.folder, metrics) if shared.folder is not None else None
    tls = client_context(told.environment)
    common = _Common(hot, purges, shared, tls, _traced(told, _log(told), metrics), colleagues)
    root = _app(told, metrics, common, None)
    keeper = root.admission.keeper
    tenants = {name: _app(own, metrics.of_tenant(name), common, keeper) for name, own in told.tenants.items()}
    server: Server = Tenants(root, tenants, hot) if tenants else root
    if colleagues is not None:
        root.beside(colleagues.tell())
    root.beside(_note_uses(root.admission))
    if certificate is not None:
        words = "Days until the certificate ends; less than 0 when it has."
        metrics.observe("gomend_certificate_days", words, lambda: certificate.days(time()))
    return server, root


def _log(told: Told) -> Log:
    return make_log(failures_only=told.failures_only, for_people=told.for_people, tenant=told.tenant)


def _app(told: Told, metrics: Metrics, common: _Common, keeper: Keeper | None) -> App:
    """The application of a server, or of one of its tenants."""
    own, tracing = parse_listening(told.listen).own, common.tracing
    log = _log(told)
    sources = upstream_of(told.upstream, told.go, own)
    names = {index: entry.redacted for index, entry in enumerate(sources.entries)}
    audit = AuditFile(Path(told.audit), tenant=told.tenant) if told.audit else None
    database = database_of(told.go)
    requests = SourceRequests(log, metrics, names, urlsplit(database.url).netloc if database is not None else "")

    def asked(exchange: Exchange) -> None:
        requests.begun(exchange)
        if tracing is not None:
            tracing.asked(exchange)

    is_alone = own.is_loopback and not told.asks
    house = House(
        wishes_of(told, sources, is_alone=is_alone),
        _store(told),
        asked=asked,
        failed=partial(_failed, log, metrics, audit),
        purges=common.purges,
        watch=Working(log, metrics, tracing),
        tls=common.tls,
    )
    is_known: Callable[[str], bool] = lru_cache(1024)(partial(may_be_asked_as, own=own)) if is_alone else _anybody
    admission = Admission(entrance_of(told), monotonic, keeper)
    following = _following(told, house, metrics)
    prefetch = _prefetch(told, house, admission.policy, metrics)
    beside = (following, prefetch, tracing)
    around = Surroundings(
        log,
        metrics,
        told.instance,
        is_known,
        admission,
        audit,
        *beside,
        _route_of(told),
        common.colleagues,
        told.tenant,
        is_alone,
    )
    app = App(house, around, common.hot, seconds=told.grace)
    if audit is not None:
        metrics.count("gomend_audit_faults", "Lines of the audit that were lost.", lambda: audit.faults)
    if prefetch is not None:
        app.beside(prefetch.work())
    metrics.observe("gomend_waiting_for_git", "git programs that wait.", lambda: house.waiting_for_repositories)
    metrics.observe("gomend_clone_bytes", "What clones of repositories take.", lambda: house.clones.bytes)
    metrics.observe_each("gomend_source_breaker", "1: taken for dead, 0.5: suspect.", "host", house.breakers)
    app.beside(_as_first(common.shared, house, metrics, LOOK_IN_BUCKET if is_bucket(told.store) else LOOK))
    if isinstance(house.store, Tiered):
        _tell_of_cache(house.store, app, metrics)
    return app


def _following(told: Told, house: House, metrics: Metrics) -> Following | None:
    """What goes ahead of a client; None where that is not wanted."""
    if told.prefetch == "off":
        return None
    made = Following(house.files, monotonic)
    metrics.count("gomend_followed_files", "Files that came ahead of a client's list.", lambda: made.fetched)
    return made


def _route_of(told: Told) -> Callable[[bytes], Route]:
    if told.tenant:
        return partial(route_of_tenant, name=told.tenant)
    return route_beside_tenants if told.tenants else route


async def _as_first(shared: SharedState, house: House, metrics: Metrics, look: float) -> None:
    """What one worker does for all."""
    begins = await shared.first()
    size = StoreSize()
    metrics.observe("gomend_store_bytes", "What the store holds, counted every hour.", lambda: size.bytes)
    metrics.observe("gomend_store_files", "How many files that is.", lambda: size.files)
    await asyncio.gather(house.purges.watch(house.store, look, begins=begins), size.keep_counting(house.store))


def _prefetch(told: Told, house: House, policy: Policy | None, metrics: Metrics) -> Prefetch | None:
    """What fetches ahead; None where that is not wanted."""
    if told.prefetch != "graph":
        return None
    made = Prefetch(house.files, partial(_may_come_ahead, told.go, policy), monotonic)
    metrics.observe("gomend_prefetch_waiting", "Files to fetch ahead that wait.", lambda: made.waiting)
    words = "What became of files fetched ahead."
    metrics.count_each("gomend_prefetched_files", words, "outcome", lambda: made.outcomes)
    return made


def _traced(told: Told, log: Log, metrics: Metrics) -> "Tracing | None":
    """What sends spans; None where no collector is named."""
    url = collector_of(told.otlp, told.environment)
    if not url:
        return None
    from gomend.server.posting import Poster  # noqa: PLC0415  (OpenTelemetry is loaded where it is wanted)
    from gomend.server.tracing import tracing_of  # noqa: PLC0415  (as above)

    poster = Poster(url, told.environment, lambda reason: log.warning("spans", url=url, error=reason))
    metrics.count("gomend_span_posts_failed", "Posts of spans that no collector took.", lambda: poster.lost)
    metrics.count("gomend_span_posts_again", "Posts of spans that were tried again.", lambda: poster.again)
    each = [told.go, *(own.go for own in told.tenants.values())]
    private = ",".join(
        filter(None, (go.get(name, "") for go in each for name in ("GOPRIVATE", "GONOPROXY", "GONOSUMDB")))
    )
    return tracing_of(poster, sampling_of(told.sampling), private, told.environment, told.instance)


async def _at_socket(server: Server, door: int, leaving: asyncio.Event, seconds: float) -> None:
    """Serve there until the worker leaves; then answers under way have so many seconds."""
    reception = Reception(server, socket.socket(fileno=os.dup(door)))
    try:
        await leaving.wait()
        await reception.close(seconds)
    finally:
        await reception.close(0)


def _store(told: Told) -> Store:
    if not is_bucket(told.store):
        return open_store(told.store, marks_every=_MARKED_EVERY)
    bucket = Patient(open_store(told.store), monotonic)
    if not told.store_cache:
        return bucket
    local = Bounded(Path(told.store_cache), told.store_cache_size, f"{TENANTS}{told.tenant}" if told.tenant else "")
    return Tiered(bucket, local, never_changes)


def _tell_of_cache(tiered: Tiered, app: App, metrics: Metrics) -> None:
    counts = tiered.counts
    metrics.count("gomend_store_cache_hits", "Files found on the disk before the bucket.", lambda: counts.hits)
    metrics.count("gomend_store_cache_misses", "Files found in the bucket alone.", lambda: counts.misses)
    metrics.count("gomend_store_cache_faults", "Faults of that disk.", lambda: counts.faults)
    app.beside(tiered.settle())


async def _note_uses(admission: Admission) -> None:
    """Tokens' uses are noted now and then, and at the end."""
    try:
        while True:
            await asyncio.sleep(_NOTED_EVERY)
            await asyncio.to_thread(admission.note_uses)
    finally:
        admission.note_uses()


def entrance_of(told: Told) -> Entrance:
    """What a server was told about its clients."""
    return Entrance(
        Path(told.tokens) if told.tokens else None,
        tuple(map(Path, told.rules)),
        told.rate,
        told.go.get("GOPRIVATE", ""),
        told.is_open,
        told.asks,
        told.tenant,
    )


def _may_come_ahead(go: Mapping[str, str], policy: Policy | None, module: str, version: str) -> bool:
    """Whether a version may be asked for before anybody has: no private one, and none that a rule objects to."""
    private = (go.get(name, "") for name in ("GOPRIVATE", "GONOPROXY", "GONOSUMDB"))
    return not any(matches(patterns, module) for patterns in private) and (
        policy is None or policy(module, version) is None
    )


def _anybody(_: str) -> bool:
    return True


def _failed(log: Log, metrics: Metrics, audit: AuditFile | None, failure: Failure) -> None:
    if audit is not None:
        audit_failure(audit, failure)
    metrics.unverified(str(failure.code))
    log.warning(
        "unverified",
        module=failure.module,
        version=failure.version,
        kind=failure.kind.value,
        code=str(failure.code),
        error=failure.words,
    )
