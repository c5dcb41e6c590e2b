"""The server as a plain ASGI application: one request from its path to its answer."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from gomend.causes import Code
from gomend.errors import GomendError
from gomend.gomod.protocol import Asked, Kind
from gomend.server.access.tokens import OWNER
from gomend.server.admission import Admission
from gomend.server.auditing import audit_visit
from gomend.server.colleagues import Colleagues
from gomend.server.conditions import Validators
from gomend.server.database import of_database
from gomend.server.following import Following
from gomend.server.hidden import names_versions, without_hidden
from gomend.server.hot import HeaderList, Hot, Quick, Ready
from gomend.server.house import House
from gomend.server.pages import Pages
from gomend.server.prefetching import Prefetch
from gomend.server.readiness import Readiness
from gomend.server.refusals import Refusal, refusal_of
from gomend.server.requesthead import BadRequestError, check_fields
from gomend.server.routes import DatabaseRoute, ModuleRoute, NoRoute, Own, OwnRoute, Route, route
from gomend.server.sending import (
    ClientGoneError,
    Send,
    caching,
    packed,
    send_blob,
    send_body,
    send_pieces,
    send_ready,
    send_text,
    takes_packed,
)
from gomend.server.visit import HEAD, Visit, new_id, visit_of
from gomend.sources.base import Answer, Request
from gomend.sources.cached import Result, Stored
from gomend.sources.whole import Whole
from gomend.storage.base import StoreError
from gomend.telemetry.audit import AuditFile
from gomend.telemetry.logs import Log
from gomend.telemetry.metrics import Metrics

if TYPE_CHECKING:  # its packages are loaded where spans are sent
    from gomend.server.tracing import Tracing

Receive = Callable[[], Awaitable[dict[str, Any]]]

_ZIP = (b"content-type", b"application/zip")
_JSON = (b"content-type", b"application/json")
_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_WATCHED = {f"/-/{page}".encode(): page for page in (Own.HEALTHY, Own.READY)}
_HOT_FOR = 60.0  # seconds for an immutable file
_HOT_LIST = 2.0  # for a list
_HOT_MOST = 1 << 20  # bytes of a body held in memory
_HIT = Result.HIT.value


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an application needs beside the house: log, metrics, audit, and who may call it by which name."""

    log: Log
    metrics: Metrics
    instance: str
    may_be_asked_as: Callable[[str], bool]
    admission: Admission
    audit: AuditFile | None = None
    following: Following | None = None
    prefetch: Prefetch | None = None
    tracing: "Tracing | None" = None
    route: Callable[[bytes], Route] = route
    colleagues: Colleagues | None = None
    tenant: str = ""  # whose this is, empty for the server's own, which outlasts them
    is_alone: bool = False  # nobody asks but who is at this machine


class App:
    """Answers requests from a House, and from what is `hot`. `seconds` is how long fetches may go on when the server is
    stopped.
    """

    def __init__(self, house: House, around: Surroundings, hot: Hot, *, seconds: float) -> None:
        self._house = house
        self._around = around
        self._seconds = seconds
        self._hot = hot
        self._via = f"gomend/{around.instance}"
        self._stopping = False
        self._beside: set[asyncio.Task[None]] = set()
        metrics = around.metrics
        self._pages = Pages(
            house,
            metrics,
            around.admission,
            lambda: self._stopping,
            colleagues=around.colleagues,
            readiness=Readiness(house, self.beside),
        )
        metrics.observe("gomend_fetches_under_way", "Fetches from sources.", lambda: house.files.under_way)
        words = "Requests that joined a fetch under way."
        metrics.count("gomend_joined_requests", words, lambda: house.files.joined)
        metrics.count("gomend_store_faults", "Faults of the store.", lambda: house.files.store_faults)

    @property
    def admission(self) -> Admission:
        """Who decides about its requests."""
        return self._around.admission

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the requests, until it is done or the server stops."""
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def close(self, seconds: float | None = None) -> None:
        """Let fetches under way come to their end, within so many `seconds` if not those that the App was made with."""
        self._stopping = True
        for task in self._beside:
            task.cancel()
        await self._house.close(self._seconds if seconds is None else max(0.0, seconds))
        if self._around.tracing is not None and not self._around.tenant:
            await asyncio.to_thread(self._around.tracing.close)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One HTTP request."""
        del receive  # no request of the protocol has a body
        visit = visit_of(scope)
        if self._around.tracing is not None:
            self._around.tracing.begin(visit)
        try:
            if HEAD not in scope:  # granian has read it, and lets more pass
                check_fields(scope["headers"], is_old=scope["http_version"] == "1")
            await self._answer(visit, send)
        except BadRequestError as error:
            await self._refuse(visit, send, Refusal(error.status, error.words, None, {"Connection": "close"}))
        except ClientGoneError:
            visit.result = visit.result or "none"
        except (GomendError, OSError) as error:
            # The answer had begun: ending it short of its length is the only way to say that it is no good.
            visit.code = str(getattr(error, "code", Code.UNKNOWN))
            self._told(visit, cut=str(error))
            raise
        self._told(visit)

    def quick(self, head: bytes, client: str) -> Quick | None:
        """What requests with just this head were given a moment ago, if it is still good and `client` may have it."""
        found = self._hot.quick(head)
        if found is None or self._around.admission.lets_pass(found.holder, client):
            return found
        return None

    def was_quick(self, quick: Quick, client: str, began: float) -> None:
        """A request of `client` was answered with it."""
        seconds = monotonic() - began
        around = self._around
        if not around.log.tells_all and around.audit is None and around.tracing is None:
            around.metrics.tally(quick.ready.kind, 200, _HIT).add(seconds, quick.size)
            return
        visit = Visit(
            "GET", quick.path, {}, client, new_id(), began, quick.ready.kind, 200, Result.HIT, size=quick.size
        )
        visit.until_answer, visit.holder = seconds, quick.holder
        visit.subject = f"{quick.ready.module}@{quick.ready.version}"
        self._told(visit)

    def malformed(self, client: str, status: int) -> None:
        """What `client` sent was refused with `status` before it was understood."""
        self._told(Visit("-", b"", {}, client, new_id(), monotonic(), status=status))

    async def _answer(self, visit: Visit, send: Send) -> None:
        refusal = self._turned_away(visit)
        if refusal is not None:
            await self._refuse(visit, send, refusal)
            return
        if visit.path in _WATCHED:  # by whoever starts and ends servers: neither a token nor a rate stands before them
            visit.kind = "own"
            await self._give(visit, send, await self._pages.answer(visit, _WATCHED[visit.path], ""))
            return
        held = OWNER if visit.by_socket else await self._around.admission.holder(visit.client, visit.headers)
        if isinstance(held, Refusal):
            await self._refuse(visit, send, held)
            return
        visit.holder = held
        ready = self._hot.get(visit.path) if visit.method != "POST" else None
        if ready is not None and (ready.path is None or ready.path.exists()) and self._may_have(visit, ready):
            visit.kind, visit.result, visit.subject = ready.kind, "hit", f"{ready.module}@{ready.version}"
            visit.until_answer = monotonic() - visit.began
            await self._send_ready(visit, send, ready)
            return
        match self._around.route(visit.path):
            case OwnRoute(page, rest):
                visit.kind = "own"
                await self._give(visit, send, await self._pages.answer(visit, page, rest))
            case _ if visit.method == "POST":
                await self._refuse(
                    visit, send, Refusal(405, "this server answers GET and HEAD", None, {"Allow": "GET, HEAD"})
                )
            case NoRoute(status, words):
                await self._refuse(visit, send, Refusal(status, words, Code.PROXY_NOT_FOUND if status == 404 else None))
            case DatabaseRoute(asked):
                visit.kind = "sumdb"
                await self._give(visit, send, await self._of_database(visit, asked))
            case ModuleRoute() as found:
                await self._module(visit, send, found)

    def _turned_away(self, visit: Visit) -> Refusal | None:
        """Why a request is not answered, whatever it is for."""
        if visit.method not in ("GET", "HEAD", "POST"):
            return Refusal(405, "this server answers GET and HEAD", None, {"Allow": "GET, HEAD"})
        if not visit.by_socket and not self._around.may_be_asked_as(visit.headers.get("host", "")):
            return Refusal(421, "this server does not go by the name in the Host header")
        if self._around.is_alone and visit.is_passed_on:
            words = "this request was passed on for somebody else, and this server is for its own machine alone: "
            return Refusal(421, f"{words}start it with --open or --tokens")
        if self._via in visit.headers.get("via", ""):
            words = "this server was asked by itself: a source of its list leads back to it"
            return Refusal(508, f"{Code.PROXY_MISCONFIGURED}: {words}", Code.PROXY_MISCONFIGURED)
        return None

    async def _send_ready(self, visit: Visit, send: Send, ready: Ready) -> None:
        visit.status, visit.size = await send_ready(send, visit.method, visit.headers, ready)
        if visit.status == 200 and visit.is_whole:
            self._hot.learn(
                visit.head,
                visit.path,
                ready,
                is_packed=takes_packed(visit.headers, ready),
                is_secret="authorization" in visit.headers,
                holder=visit.holder,
            )

    def _may_have(self, visit: Visit, ready: Ready) -> bool:
        """Whether what is at hand may be handed out without a further look."""
        admission = self._around.admission
        if not ready.module:
            return admission.database(visit.holder) is None
        return not isinstance(admission.module(visit.holder, ready.module, ready.version), Refusal)

    async def _module(self, visit: Visit, send: Send, found: ModuleRoute) -> None:
        asked = found.asked
        visit.kind = asked.kind.value
        visit.subject = f"{asked.module}@{asked.version}" if asked.version else asked.module
        may_fetch = self._around.admission.module(visit.holder, asked.module, asked.version)
        if isinstance(may_fetch, Refusal):
            visit.is_denied = True
            await self._refuse(visit, send, may_fetch)
            return
        only_stored = (
            not may_fetch or found.only_stored or visit.headers.get("disable-module-fetch", "").lower() == "true"
        )
        if self._around.following is not None and not only_stored:
            self._around.following.asked(visit.client, found)
        async with AsyncExitStack() as stack:
            try:
                request = Request(found.path, asked.kind.value, visit.trace)
                purges = self._house.purges.last
                fetch = self._house.files.get(request, only_stored=only_stored)
                answer = await stack.enter_async_context(fetch)
                visit.result = _result_of(answer)
                policy = self._around.admission.policy
                if policy is not None and answer.status == 200 and names_versions(asked):
                    files = self._house.files
                    ready = await without_hidden(policy, files, asked, answer, only_stored=only_stored)
                    if ready is None:
                        visit.is_denied = True
                        await self._refuse(
                            visit,
                            send,
                            Refusal(404, f"{Code.PROXY_NOT_FOUND}: not found: {visit.subject}", Code.PROXY_NOT_FOUND),
                        )
                        return
                    if asked.kind is Kind.LIST and visit.result == Result.HIT:
                        self._hot.put(visit.path, ready, _HOT_LIST, purges)
                else:
                    ready = await self._ready(visit, asked, answer, purges)
            except Exception as error:  # every fault becomes an answer with its reason
                if not isinstance(error, GomendError | OSError):
                    self._around.log.warning("fault", request=visit.id, error=repr(error))
                await self._refuse(visit, send, refusal_of(error, visit.subject))
                return
            visit.until_answer = monotonic() - visit.began
            if answer.status == 200 and may_fetch is True:
                self._go_ahead(visit, found)
            await self._send(visit, send, asked, ready if ready is not None else answer)

    async def _send(self, visit: Visit, send: Send, asked: Asked, what: Ready | Answer) -> None:
        if isinstance(what, Ready):
            await self._send_ready(visit, send, what)
        elif isinstance(what, Stored):
            await self._send_blob(visit, send, asked, what)
        elif what.status != 200:
            words = b"".join([piece async for piece in what.chunks()]).decode("utf-8", "replace")
            await self._refuse(visit, send, Refusal(what.status, words, Code.PROXY_NOT_FOUND))
        else:
            await self._send_coming(visit, send, asked, what)

    def _go_ahead(self, visit: Visit, found: ModuleRoute) -> None:
        if self._around.following is not None and visit.result == Result.MISS:
            self._around.following.came(visit.client, found.asked.kind, visit.until_answer)
        if self._around.prefetch is not None:
            self._around.prefetch.served(found.path, found.asked)

    def _caching(self, asked: Asked, *, stays: bool) -> tuple[bytes, bytes]:
        anybodys = self._around.admission.is_anybodys(asked.module, asked.version)
        return caching(stays=stays, is_anybodys=anybodys)

    async def _ready(self, visit: Visit, asked: Asked, answer: Answer, purges: int) -> Ready | None:
        """The answer in a form that can be kept at hand; None for one that has to be sent as it comes. `purges`: the
        last one before it was looked for.
        """
        if not isinstance(answer, Stored):
            return None
        stat = answer.stat
        known = Validators(f'"{stat.tag}"', stat.modified)
        headers: HeaderList = (
            (b"content-type", answer.headers["Content-Type"].encode()),
            self._caching(asked, stays=answer.is_immutable),
            (b"last-modified", known.date.encode()),
        )
        if answer.warning:
            headers = (*headers, (b"warning", answer.warning.encode()))
        path, body = answer.blob.path, None
        if asked.kind is not Kind.ZIP and stat.size <= _HOT_MOST:
            path, body = None, await _content(answer)
        if path is None and body is None:
            return None
        zipped = packed(body) if body is not None else None
        ready = Ready(asked.kind.value, stat.size, headers, known, body, zipped, path, asked.module, asked.version)
        if answer.is_immutable:
            self._hot.put(visit.path, ready, _HOT_FOR)
        elif answer.result is Result.HIT:
            self._hot.put(visit.path, ready, _HOT_LIST, purges)
        return ready

    async def _send_blob(self, visit: Visit, send: Send, asked: Asked, answer: Stored) -> None:
        """A large file of a bucket."""
        own: HeaderList = (
            (b"content-type", answer.headers["Content-Type"].encode()),
            self._caching(asked, stays=True),
        )
        visit.status = 200
        visit.status, visit.size = await send_blob(send, visit.method, visit.headers, own, answer.blob)

    async def _send_coming(self, visit: Visit, send: Send, asked: Asked, answer: Answer) -> None:
        """What is being fetched: a zip as it comes, everything else at once, since it comes whole."""
        visit.status = 200
        if asked.kind is not Kind.ZIP:
            body = b"".join([piece async for piece in answer.chunks()])
            kind = _TEXT if asked.kind in (Kind.LIST, Kind.MOD) else _JSON
            visit.size = await send_body(send, visit.method, (kind, *visit.id_header), body)
            return
        length = answer.headers.get("Content-Length", "")
        size = int(length) if length.isdigit() else None
        visit.size = await send_pieces(send, visit.method, (_ZIP, *visit.id_header), size, answer.chunks())

    async def _of_database(self, visit: Visit, asked: Asked) -> Ready | Refusal:
        refusal = self._around.admission.database(visit.holder)
        if refusal is not None:
            return refusal
        answer = await of_database(self._house, asked, is_anybodys=self._around.admission.is_anybodys("", ""))
        if isinstance(answer, Ready) and asked.kind in (Kind.SUMDB_LOOKUP, Kind.SUMDB_TILE):
            self._hot.put(visit.path, answer, _HOT_FOR)
        return answer

    async def _give(self, visit: Visit, send: Send, answer: Ready | Refusal) -> None:
        if isinstance(answer, Refusal):
            await self._refuse(visit, send, answer)
            return
        visit.until_answer = monotonic() - visit.began
        await self._send_ready(visit, send, answer)

    async def _refuse(self, visit: Visit, send: Send, refusal: Refusal) -> None:
        visit.status, visit.code = refusal.status, str(refusal.code or "")
        visit.until_answer = visit.until_answer or monotonic() - visit.began
        visit.size = await send_text(send, visit.method, refusal, visit.id_header)

    def _told(self, visit: Visit, cut: str = "") -> None:
        if self._around.audit is not None:
            audit_visit(self._around.audit, visit, is_cut=bool(cut))
        if self._around.tracing is not None:
            self._around.tracing.end(visit, cut, self._around.tenant)
        tally = self._around.metrics.tally(visit.kind, visit.status, visit.result or "none")
        tally.add(visit.until_answer, visit.size)
        if not (cut or visit.status >= 500 or self._around.log.tells_all):
            return
        facts = visit.facts()
        if cut:
            self._around.log.warning("cut", **facts, error=cut)
        elif visit.status >= 500:
            self._around.log.warning("request", **facts)
        else:
            self._around.log.info("request", **facts)


def _result_of(answer: Answer) -> str:
    if isinstance(answer, Stored):
        return answer.result.value
    return "negative" if isinstance(answer, Whole) else "miss"


async def _content(answer: Stored) -> bytes:
    path = answer.blob.path
    if path is not None:  # small, and known to be on this disk: reading takes less than changing threads
        try:
            return path.read_bytes()
        except OSError as error:
            raise StoreError(str(error)) from error
    return b"".join([piece async for piece in answer.chunks()])
