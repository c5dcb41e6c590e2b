"""The server as a plain ASGI application: one request from its path to its answer."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any

from gomend import __version__
from gomend.causes import Code
from gomend.errors import GomendError
from gomend.gomod.note import NoteError
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.sumdb import ForkError, RemoteError, UnprovedError
from gomend.gomod.tlog import LogError, parse_tile
from gomend.server.access.tokens import Token
from gomend.server.admission import Admission
from gomend.server.conditions import Validators
from gomend.server.hot import HeaderList, Hot, Ready
from gomend.server.house import House
from gomend.server.refusals import Refusal, refusal_of
from gomend.server.routes import DatabaseRoute, ModuleRoute, NoRoute, Own, OwnRoute, route
from gomend.server.sending import Send, packed, send_pieces, send_ready, send_text
from gomend.sources.base import Answer, Request
from gomend.sources.cached import Result, Stored
from gomend.sources.refused import CheckError
from gomend.sources.whole import Whole
from gomend.storage.base import StoreError
from gomend.telemetry.logs import Log
from gomend.telemetry.metrics import CONTENT_TYPE, Metrics

_RUN = os.urandom(5).hex()
_numbers = count()

Receive = Callable[[], Awaitable[dict[str, Any]]]

_HOT_FOR = 60.0  # seconds for an immutable file
_HOT_LIST = 2.0  # for a list: a purge in another process counts after that
_HOT_MOST = 1 << 20  # bytes of a body held in memory
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_IMMUTABLE = (b"cache-control", b"public, max-age=31536000, immutable")
_CHANGING = (b"cache-control", b"public, max-age=0, must-revalidate")


@dataclass(slots=True)
class Visit:
    """One request, and what became of it."""

    method: str
    path: bytes
    headers: Mapping[str, str]
    client: str
    id: str
    began: float
    kind: str = "none"
    status: int = 0
    result: str = ""
    code: str = ""
    size: int = 0
    holder: Token | None = None
    until_answer: float = 0.0
    subject: str = ""

    @property
    def id_header(self) -> HeaderList:
        """X-Request-Id, as it goes back."""
        return ((b"x-request-id", self.id.encode()),)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an application needs beside the house: its log, its metrics, and who may call it by which name."""

    log: Log
    metrics: Metrics
    instance: str
    may_be_asked_as: Callable[[str], bool]
    admission: Admission


class App:
    """Answers requests from a House. `seconds` is how long fetches may go on when the server is stopped."""

    def __init__(self, house: House, around: Surroundings, *, seconds: float) -> None:
        self._house = house
        self._around = around
        self._seconds = seconds
        self._hot = Hot(monotonic)
        self._via = f"gomend/{around.instance}"
        self._stopping = False
        self._beside: set[asyncio.Task[None]] = set()
        metrics = around.metrics
        metrics.observe("gomend_fetches_under_way", "Fetches from sources.", lambda: house.files.under_way)
        metrics.observe("gomend_joined_requests", "Requests that joined a fetch under way.", lambda: house.files.joined)
        metrics.observe("gomend_store_faults", "Faults of the store.", lambda: house.files.counts.store_faults)
        metrics.observe("gomend_hot_bytes", "Bytes of answers held in memory.", lambda: self._hot.size)

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the requests, until it is done or the server stops."""
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def close(self) -> None:
        """Let what is under way come to its end."""
        self._stopping = True
        for task in self._beside:
            task.cancel()
        await self._house.close(self._seconds)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One HTTP request."""
        del receive  # no request of the protocol has a body
        visit = _visit(scope)
        try:
            await self._answer(visit, send)
        except (GomendError, OSError) as error:
            # The answer had begun: ending it short of its length is the only way to say that it is no good.
            visit.code = str(getattr(error, "code", Code.UNKNOWN))
            self._told(visit, cut=str(error))
            raise
        self._told(visit)

    async def _answer(self, visit: Visit, send: Send) -> None:
        if visit.method not in ("GET", "HEAD", "POST"):
            await self._refuse(
                visit, send, Refusal(405, "this server answers GET and HEAD", None, {"Allow": "GET, HEAD"})
            )
            return
        if not self._around.may_be_asked_as(visit.headers.get("host", "")):
            words = "this server does not go by the name in the Host header"
            await self._refuse(visit, send, Refusal(421, words))
            return
        if self._via in visit.headers.get("via", ""):
            words = (
                f"{Code.PROXY_MISCONFIGURED}: this server was asked by itself: a source of its list leads back to it"
            )
            await self._refuse(visit, send, Refusal(508, words, Code.PROXY_MISCONFIGURED))
            return
        held = await self._around.admission.holder(visit.client, visit.headers)
        if isinstance(held, Refusal):
            await self._refuse(visit, send, held)
            return
        visit.holder = held
        ready = self._hot.get(visit.path) if visit.method != "POST" else None
        if ready is not None and (ready.path is None or ready.path.exists()) and self._may_have(visit, ready):
            visit.kind, visit.result, visit.subject = ready.kind, "hit", f"{ready.module}@{ready.version}"
            visit.until_answer = monotonic() - visit.began
            visit.status, visit.size = await send_ready(send, visit.method, visit.headers, ready)
            return
        match route(visit.path):
            case OwnRoute(page, rest):
                await self._own(visit, send, page, rest)
            case _ if visit.method == "POST":
                await self._refuse(
                    visit, send, Refusal(405, "this server answers GET and HEAD", None, {"Allow": "GET, HEAD"})
                )
            case NoRoute(status, words):
                await self._refuse(visit, send, Refusal(status, words, Code.PROXY_NOT_FOUND if status == 404 else None))
            case DatabaseRoute(asked):
                await self._database(visit, send, asked)
            case ModuleRoute() as found:
                await self._module(visit, send, found)

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
            await self._refuse(visit, send, may_fetch)
            return
        only_stored = (
            not may_fetch or found.only_stored or visit.headers.get("disable-module-fetch", "").lower() == "true"
        )
        async with AsyncExitStack() as stack:
            try:
                fetch = self._house.files.get(Request(found.path, asked.kind.value), only_stored=only_stored)
                answer = await stack.enter_async_context(fetch)
                ready = await self._ready(visit, asked, answer)
            except Exception as error:  # every fault becomes an answer with its reason
                if not isinstance(error, GomendError | OSError):
                    self._around.log.warning("fault", request=visit.id, error=repr(error))
                await self._refuse(visit, send, refusal_of(error, visit.subject))
                return
            visit.until_answer = monotonic() - visit.began
            if asked.kind is Kind.LIST and answer.status == 200 and self._around.admission.policy is not None:
                whole = ready.body if ready is not None else b"".join([piece async for piece in answer.chunks()])
                listed = Refusal(200, self._around.admission.listed(asked, whole or b"").decode())
                await self._refuse(visit, send, listed)
            elif ready is not None:
                visit.status, visit.size = await send_ready(send, visit.method, visit.headers, ready)
            elif isinstance(answer, Stored):
                await self._send_blob(visit, send, answer)
            elif answer.status != 200:
                body = b"".join([piece async for piece in answer.chunks()])
                await self._refuse(
                    visit, send, Refusal(answer.status, body.decode("utf-8", "replace"), Code.PROXY_NOT_FOUND)
                )
            else:
                await self._send_coming(visit, send, asked, answer)

    async def _ready(self, visit: Visit, asked: Asked, answer: Answer) -> Ready | None:
        """The answer in a form that can be kept at hand; None for one that has to be sent as it comes."""
        if isinstance(answer, Stored):
            visit.result = answer.result.value
            stat = answer.stat
            headers: HeaderList = (
                (b"content-type", answer.headers["Content-Type"].encode()),
                _IMMUTABLE if answer.is_immutable else _CHANGING,
                (b"last-modified", Validators("", stat.modified).date.encode()),
            )
            if answer.warning:
                headers = (*headers, (b"warning", answer.warning.encode()))
            known = Validators(f'"{stat.tag}"', stat.modified)
            path, body = answer.blob.path, None
            if asked.kind is not Kind.ZIP and stat.size <= _HOT_MOST:
                path, body = None, await _content(answer)
            if path is None and body is None:
                return None
            zipped = packed(body) if body is not None else None
            ready = Ready(asked.kind.value, stat.size, headers, known, body, zipped, path, asked.module, asked.version)
            if asked.kind is Kind.LIST and self._around.admission.policy is not None:
                return ready
            if answer.is_immutable:
                self._hot.put(visit.path, ready, _HOT_FOR)
            elif answer.result is Result.HIT:
                self._hot.put(visit.path, ready, _HOT_LIST)
            return ready
        visit.result = "negative" if isinstance(answer, Whole) else "miss"
        return None

    async def _send_blob(self, visit: Visit, send: Send, answer: Stored) -> None:
        """A large file of a bucket."""
        headers: HeaderList = (
            (b"content-type", answer.headers["Content-Type"].encode()),
            (b"etag", f'"{answer.stat.tag}"'.encode()),
            _IMMUTABLE,
        )
        visit.status = 200
        visit.size = await send_pieces(send, visit.method, headers, answer.stat.size, answer.chunks())

    async def _send_coming(self, visit: Visit, send: Send, asked: Asked, answer: Answer) -> None:
        """What is being fetched."""
        kind = b"application/zip" if asked.kind is Kind.ZIP else b"application/json"
        if asked.kind in (Kind.LIST, Kind.MOD):
            kind = b"text/plain; charset=utf-8"
        length = answer.headers.get("Content-Length", "")
        visit.status = 200
        visit.size = await send_pieces(
            send,
            visit.method,
            ((b"content-type", kind), *visit.id_header),
            int(length) if asked.kind is Kind.ZIP and length.isdigit() else None,
            answer.chunks(),
        )

    async def _database(self, visit: Visit, send: Send, asked: Asked) -> None:
        visit.kind = "sumdb"
        visit.subject = asked.sumdb
        refusal = self._around.admission.database(visit.holder)
        if refusal is not None:
            await self._refuse(visit, send, refusal)
            return
        database, ops = self._house.database, self._house.ops
        if database is None or ops is None or asked.sumdb != database.verifier.name:
            words = f"not found: this server does not ask the checksum database {asked.sumdb}"
            await self._refuse(visit, send, Refusal(404, words))
            return
        headers: HeaderList = ((b"content-type", b"text/plain; charset=utf-8"), _IMMUTABLE)
        try:
            match asked.kind:
                case Kind.SUMDB_SUPPORTED:
                    body = b""
                case Kind.SUMDB_LOOKUP:
                    visit.subject = f"{asked.module}@{asked.version}"
                    body = (await database.lookup(asked.module, asked.version)).message
                case Kind.SUMDB_TILE:
                    body = await database.tile(parse_tile(asked.tile))
                    headers = ((b"content-type", b"application/octet-stream"), _IMMUTABLE)
                case _:
                    body = await ops.read_remote("latest")
                    await database.merge(body)
                    headers = ((b"content-type", b"text/plain; charset=utf-8"), _CHANGING)
        except RemoteError as error:
            await self._refuse(visit, send, _of_database(error, visit.subject))
            return
        except ForkError as error:
            untrusted = CheckError(Code.CHECKSUM_SUMDB_UNTRUSTED, error.report)
            await self._refuse(visit, send, refusal_of(untrusted, visit.subject))
            return
        except (NoteError, LogError, UnprovedError) as error:
            untrusted = CheckError(Code.CHECKSUM_SUMDB_UNTRUSTED, str(error))
            await self._refuse(visit, send, refusal_of(untrusted, visit.subject))
            return
        visit.status, visit.until_answer = 200, monotonic() - visit.began
        known = Validators(f'"{hash(body) & 0xFFFFFFFFFFFF:x}-{len(body)}"', 0)
        ready = Ready("sumdb", len(body), headers, known, body)
        if asked.kind in (Kind.SUMDB_LOOKUP, Kind.SUMDB_TILE):
            self._hot.put(visit.path, ready, _HOT_FOR)
        visit.status, visit.size = await send_ready(send, visit.method, visit.headers, ready)

    async def _own(self, visit: Visit, send: Send, page: Own, rest: str) -> None:
        visit.kind = "own"
        match page:
            case Own.HEALTHY:
                answer = Refusal(200, "ok")
            case Own.READY:
                answer = await self._readiness()
            case Own.VERSION:
                answer = Refusal(200, f"gomend {__version__}")
            case Own.METRICS:
                body = self._around.metrics.text()
                ready = Ready("own", len(body), ((b"content-type", CONTENT_TYPE.encode()),), Validators('""', 0), body)
                visit.status, visit.size = await send_ready(send, visit.method, {}, ready)
                return
            case Own.PURGE:
                answer = await self._purge(visit, rest)
        await self._refuse(visit, send, answer)

    async def _readiness(self) -> Refusal:
        if self._stopping:
            return Refusal(503, "stopping")
        reasons = []
        try:
            await self._house.store.stat("ready")
        except StoreError as error:
            reasons.append(f"store: {error.words}")
        down = self._house.unreachable()
        if down and len(down) >= self._house.hosts:
            reasons += [f"{host}: {words}" for host, words in down.items()]
        return Refusal(503 if reasons else 200, "\n".join(reasons) or "ready")

    async def _purge(self, visit: Visit, rest: str) -> Refusal:
        if visit.method != "POST":
            return Refusal(405, "purge wants POST", None, {"Allow": "POST"})
        refusal = self._around.admission.admin(visit.holder)
        if refusal is not None:
            return refusal
        found = route(f"/{rest}".encode())
        if not isinstance(found, ModuleRoute):
            return Refusal(404, "not found: purge wants the path of a list, @latest or .info")
        self._hot.drop(f"/{rest}".encode())
        known = await self._house.files.forget(found.path)
        return Refusal(200, "forgotten" if known else "there was nothing to forget")

    async def _refuse(self, visit: Visit, send: Send, refusal: Refusal) -> None:
        visit.status, visit.code = refusal.status, str(refusal.code or "")
        visit.until_answer = visit.until_answer or monotonic() - visit.began
        visit.size = await send_text(send, visit.method, refusal, visit.id_header)

    def _told(self, visit: Visit, cut: str = "") -> None:
        self._around.metrics.answered(visit.kind, visit.status, visit.result or "none", visit.until_answer, visit.size)
        if not (cut or visit.status >= 500 or self._around.log.tells_all):
            return
        facts: dict[str, Any] = {
            "request": visit.id,
            "client": visit.client,
            "method": visit.method,
            "path": visit.path.decode("latin-1")[:512],
            "status": visit.status,
            "result": visit.result,
            "bytes": visit.size,
            "seconds": round(monotonic() - visit.began, 6),
        }
        if visit.holder is not None:
            facts["who"] = visit.holder.name
        if visit.code:
            facts["code"] = visit.code
        if cut:
            self._around.log.warning("cut", **facts, error=cut)
        elif visit.status >= 500:
            self._around.log.warning("request", **facts)
        else:
            self._around.log.info("request", **facts)


def _visit(scope: dict[str, Any]) -> Visit:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    given = headers.get("x-request-id", "")
    client = scope.get("client")
    return Visit(
        scope["method"],
        scope.get("raw_path") or scope["path"].encode(),
        headers,
        client[0] if client else "",
        given if given and _REQUEST_ID.fullmatch(given) else f"{_RUN}{next(_numbers):x}",
        monotonic(),
    )


async def _content(answer: Stored) -> bytes:
    path = answer.blob.path
    if path is not None:  # small, and known to be on this disk: reading takes less than changing threads
        try:
            return path.read_bytes()
        except OSError as error:
            raise StoreError(str(error)) from error
    return b"".join([piece async for piece in answer.chunks()])


def _of_database(error: RemoteError, subject: str) -> Refusal:
    if error.not_found:
        return Refusal(404, f"not found: {subject}: {error.words}", Code.CHECKSUM_SUMDB_NOT_FOUND)
    words = f"{Code.CHECKSUM_SUMDB_UNREACHABLE}: {subject}: {error.words}"
    return Refusal(502, words, Code.CHECKSUM_SUMDB_UNREACHABLE)


Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def with_lifespan(make: Callable[[], Awaitable[App]]) -> Application:
    """The application that makes its App when the server starts and closes it when it stops."""
    app: App | None = None

    async def lifespan(receive: Receive, send: Send) -> None:
        nonlocal app
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                app = await make()
                await send({"type": "lifespan.startup.complete"})
            else:
                if app is not None:
                    await app.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        elif scope["type"] == "http" and app is not None:
            await app(scope, receive, send)

    return application
