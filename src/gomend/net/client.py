"""HTTP GET over aiohttp: every phase timed, each wait limited, faults named. No retries, no cache, no decoding.

The phases come from public hooks of aiohttp only: its resolver, its socket factory, the TLS object's handshake and
TraceConfig. A context variable leads from the hook to the request, since connection work runs in the request's own
context.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from socket import AF_UNSPEC, SOCK_STREAM, AddressFamily, socket
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from gomend.causes import Code
from gomend.net.exchange import Exchange, Phases
from gomend.net.faults import WireError, in_words, timeout_in_words

MAX_REDIRECTS = 10  # as net/http and cmd/go: "stopped after 10 redirects"
_KEPT_HEADERS = ("Date", "Age", "Retry-After", "Content-Length", "Content-Type")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each wait may take, in seconds."""

    connect: float = 10
    tls: float = 10
    first_byte: float = 60
    stall: float = 20  # without a byte, in a body that had begun


class _Marks:
    """What one request has come to, and the time limit of the step it is in."""

    def __init__(self, exchange: Exchange, clock: Callable[[], float], limits: Limits, timer: asyncio.Timeout) -> None:
        self.exchange = exchange
        self.clock = clock
        self.limits = limits
        self.timer = timer
        self.answered = False

    def limit(self, seconds: float | None) -> None:
        """The step that begins now may take this long; None: for ever."""
        if not self.answered:
            self.timer.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)

    def dns_start(self) -> None:
        self.exchange.phases.dns_start = self.clock()

    def dns_end(self) -> None:
        self.exchange.phases.dns_end = self.clock()

    def connect_start(self, address: str) -> None:
        if self.exchange.phases.connect_start is None:
            self.exchange.phases.connect_start = self.clock()
        self.exchange.address = address
        self.limit(self.limits.connect)

    def tls_start(self) -> None:
        phases = self.exchange.phases
        if phases.tls_start is None:
            phases.tls_start = self.clock()
            if phases.connect_end is None:
                phases.connect_end = phases.tls_start
            self.limit(self.limits.tls)

    def tls_end(self) -> None:
        self.exchange.phases.tls_end = self.clock()

    def sent(self) -> None:
        phases = self.exchange.phases
        phases.sent = self.clock()
        if phases.connect_start is not None and phases.connect_end is None:
            phases.connect_end = phases.sent
        self.limit(self.limits.first_byte)


_current: ContextVar[_Marks | None] = ContextVar("request", default=None)


class _TimedTLS(ssl.SSLObject):
    """Marks the first and the last step of the handshake."""

    def do_handshake(self) -> None:
        marks = _current.get()
        if marks is not None:
            marks.tls_start()
        super().do_handshake()
        if marks is not None:
            marks.tls_end()


class _TimedResolver(AbstractResolver):
    """The system's resolver, as libc answers it, timed."""

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC) -> list[ResolveResult]:
        marks = _current.get()
        if marks is not None:
            marks.dns_start()
        found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=SOCK_STREAM)
        if marks is not None:
            marks.dns_end()
        return [
            ResolveResult(hostname=host, host=str(address[0]), port=port, family=kind, proto=proto, flags=0)
            for kind, _, proto, _, address in found
        ]

    async def close(self) -> None:
        """Holds nothing."""


def _timed_socket(address: tuple[Any, ...]) -> socket:
    family, kind, protocol, _, place = address
    marks = _current.get()
    if marks is not None:
        marks.connect_start(f"[{place[0]}]:{place[1]}" if ":" in place[0] else f"{place[0]}:{place[1]}")
    made = socket(family=family, type=kind, proto=protocol)
    made.setblocking(False)
    return made


async def _on_sent(*_: object) -> None:
    marks = _current.get()
    if marks is not None:
        marks.sent()


async def _on_queued(*_: object) -> None:
    marks = _current.get()
    if marks is not None:  # waiting for one of the connections to be free is no fault of the source
        marks.limit(None)


async def _on_dequeued(*_: object) -> None:
    marks = _current.get()
    if marks is not None:
        marks.limit(marks.limits.connect)


async def _on_reused(*_: object) -> None:
    marks = _current.get()
    if marks is not None:
        marks.exchange.reused = True


@dataclass(slots=True)
class Answer:
    """An answer whose headers are in. Its body is read once, by `chunks`."""

    status: int
    reason: str
    headers: CIMultiDictProxy[str]
    exchange: Exchange
    _response: aiohttp.ClientResponse = field(repr=False)
    _marks: _Marks = field(repr=False)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes, still encoded as `Content-Encoding` says. Raises WireError when it stalls or is cut."""
        marks = self._marks
        try:
            while True:
                async with asyncio.timeout(marks.limits.stall):
                    chunk = await self._response.content.readany()
                if not chunk:
                    break
                self.exchange.bytes += len(chunk)
                yield chunk
        except TimeoutError as error:
            raise _failed(marks, Code.NET_RESPONSE_TIMEOUT, "the answer stalled", before_answer=False) from error
        except (aiohttp.ClientError, OSError) as error:
            code, words = in_words(error)
            raise _failed(marks, code, words, before_answer=False) from error
        self.exchange.phases.end = marks.clock()


def _failed(marks: _Marks, code: Code, words: str, *, before_answer: bool = True) -> WireError:
    exchange = marks.exchange
    exchange.phases.end = marks.clock()
    exchange.code = code
    exchange.fault = words
    connecting = before_answer and exchange.phases.sent is None
    return WireError(code, words, connecting=connecting, before_answer=before_answer)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to make."""

    url: str  # without credentials, escaped as it goes on the wire
    purpose: str = "other"
    source: int = -1
    attempt: int = 1
    ahead: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """Makes requests over kept-alive connections until `close`.

    `proxy_for` names the forward proxy for a URL (with credentials), or None; `credentials_for` the headers that belong
    to a URL's host; `record` is handed each exchange when it starts; `clock` gives seconds.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext,
        clock: Callable[[], float],
        record: Callable[[Exchange], None],
        proxy_for: Callable[[str], str | None] = lambda _: None,
        credentials_for: Callable[[str], Awaitable[Mapping[str, str]]] | None = None,
        connections_per_host: int = 64,
    ) -> None:
        tls.sslobject_class = _TimedTLS
        tls.set_alpn_protocols(["http/1.1"])
        self._clock = clock
        self._record = record
        self._proxy_for = proxy_for
        self._credentials_for = credentials_for
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_on_sent)
        trace.on_connection_queued_start.append(_on_queued)
        trace.on_connection_queued_end.append(_on_dequeued)
        trace.on_connection_reuseconn.append(_on_reused)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                limit_per_host=connections_per_host,
                keepalive_timeout=90,
                resolver=_TimedResolver(),
                ssl=tls,
                socket_factory=_timed_socket,
            ),
            trace_configs=[trace],
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            read_bufsize=1 << 18,
            max_line_size=1 << 16,
            max_field_size=1 << 16,
        )

    async def close(self) -> None:
        """End all connections."""
        await self._session.close()

    @asynccontextmanager
    async def get(self, ask: Ask, limits: Limits) -> AsyncIterator[Answer]:
        """The answer to a GET, redirects followed as go does. Raises WireError; any HTTP status is an answer."""
        url = ask.url
        first_host = urlsplit(url).netloc
        for _ in range(MAX_REDIRECTS):
            own = self._credentials_for is not None and urlsplit(url).netloc == first_host
            credentials = await self._credentials_for(url) if own and self._credentials_for else {}
            async with self._one(ask, url, credentials, limits) as answer:
                target = answer.headers.get("Location")
                if answer.status not in (301, 302, 303, 307, 308) or target is None:
                    yield answer
                    return
                async for _chunk in answer.chunks():
                    pass
            following = urljoin(url, target)
            if url.startswith("https:") and not following.startswith("https:"):
                words = f"redirected from secure URL {url} to insecure URL {following}"
                raise WireError(Code.PROXY_BAD_RESPONSE, words, connecting=False)
            url = following
        raise WireError(Code.PROXY_BAD_RESPONSE, f"stopped after {MAX_REDIRECTS} redirects", connecting=False)

    @asynccontextmanager
    async def _one(self, ask: Ask, url: str, credentials: Mapping[str, str], limits: Limits) -> AsyncIterator[Answer]:
        exchange = Exchange(url, ask.purpose, ask.source, ask.attempt, Phases(self._clock()), ahead=ask.ahead)
        self._record(exchange)
        headers = CIMultiDict(ask.headers)
        headers.update(credentials)
        marks, response = await self._headers_of(exchange, url, headers, limits)
        try:
            exchange.status = response.status
            exchange.headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            yield Answer(response.status, response.reason or "", response.headers, exchange, response, marks)
        finally:
            # A body that was not read to its end leaves the connection in an unknown state: close, do not reuse.
            response.close() if not response.content.at_eof() else response.release()

    async def _headers_of(
        self, exchange: Exchange, url: str, headers: Mapping[str, str], limits: Limits
    ) -> tuple[_Marks, aiohttp.ClientResponse]:
        timer = asyncio.timeout(limits.connect)
        marks = _Marks(exchange, self._clock, limits, timer)
        _current.set(marks)
        try:
            async with timer:
                response = await self._session.get(
                    URL(url, encoded=True), headers=headers, proxy=self._proxy_for(url), allow_redirects=False
                )
        except TimeoutError as error:
            raise _failed(marks, *timeout_in_words(exchange.phases)) from error
        except aiohttp.ClientHttpProxyError as error:
            words = f"the forward proxy answered {error.status} {error.message}"
            raise _failed(marks, Code.NET_HTTP_PROXY, words) from error
        except aiohttp.ClientProxyConnectionError as error:
            raise _failed(marks, Code.NET_HTTP_PROXY, f"proxyconnect tcp: {in_words(error)[1]}") from error
        except aiohttp.ClientResponseError as error:
            raise _failed(marks, Code.PROXY_BAD_RESPONSE, f"malformed HTTP response ({error.message})") from error
        except aiohttp.InvalidURL as error:
            raise _failed(marks, Code.PROXY_MISCONFIGURED, f"invalid URL {url}") from error
        except (aiohttp.ClientError, OSError) as error:
            raise _failed(marks, *in_words(error)) from error
        finally:
            marks.answered = True
        exchange.phases.first_byte = self._clock()
        return marks, response
