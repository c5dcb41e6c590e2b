"""HTTP GET: every phase timed, each wait limited, faults named. No retries, no cache, no decoding."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from gomend.causes import Code
from gomend.masking import mask
from gomend.net import socks
from gomend.net.addressfilter import AddressFilter
from gomend.net.exchange import Exchange, Phases
from gomend.net.faults import (
    AddressRefusedError,
    Http2Error,
    LostError,
    MalformedError,
    ProxyRefusedError,
    RequestError,
    WireError,
    in_words,
    timeout_in_words,
)
from gomend.net.forward import CGIError, ForwardProxy
from gomend.net.lines import Lines
from gomend.net.multiplexed import NotAnsweredError
from gomend.net.pool import Pool
from gomend.net.redirects import MOST, STATUSES, Hop, following, too_many
from gomend.net.timing import Limits, Marks, Resolver, SystemResolver, TimedTLS, current
from gomend.net.unseen import Unseen

if TYPE_CHECKING:
    from gomend.net.proxied import Proxied

__all__ = ["Answer", "Ask", "Client", "Limits"]

_KEPT_HEADERS = ("Date", "Age", "Retry-After", "Content-Length", "Content-Type")
_SMALL = 2048  # bytes of a redirect's body that are read so that the connection can be kept; net/http reads as many
_PASSING = frozenset({502, 503, 504})


class _Response(Protocol):
    """What came over HTTP/1.1 or HTTP/2: an answer whose headers are in."""

    status: int
    reason: str
    headers: CIMultiDictProxy[str]

    def at_hand(self) -> bytes | None:
        """What has come of the body since; b"" at its end, None where that must be waited for."""

    async def read(self) -> bytes:
        """As `at_hand`, waiting. Raises OSError, Http2Error, MalformedError or LostError when the body is cut."""

    def done(self) -> None:
        """No more will be read."""


@dataclass(slots=True)
class Answer:
    """An answer whose headers are in. Its body is read once, by `chunks`."""

    status: int
    reason: str
    headers: CIMultiDictProxy[str]
    exchange: Exchange
    _response: _Response = field(repr=False)
    _marks: Marks = field(repr=False)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes, still encoded as `Content-Encoding` says. Raises WireError when it stalls or is cut."""
        marks = self._marks
        try:
            while True:
                chunk = self._response.at_hand()
                if chunk is None:
                    async with asyncio.timeout(marks.limits.stall):
                        chunk = await self._response.read()
                if not chunk:
                    break
                self.exchange.bytes += len(chunk)
                yield chunk
        except TimeoutError as error:
            raise _failed(marks, Code.NET_RESPONSE_TIMEOUT, "the answer stalled", before_answer=False) from error
        except (LostError, MalformedError, Http2Error, OSError) as error:
            raise _failed(marks, *in_words(error), before_answer=False) from error
        self.exchange.phases.end = marks.clock()


def _failed(marks: Marks, code: Code, words: str, *, before_answer: bool = True, final: bool = False) -> WireError:
    exchange = marks.exchange
    exchange.phases.end = marks.clock()
    exchange.code = code
    exchange.fault = words
    connecting = before_answer and exchange.phases.sent is None
    return WireError(code, words, connecting=connecting, before_answer=before_answer, final=final)


def _refused(exchange: Exchange, error: WireError) -> WireError:
    """A redirect that is not followed is the fault of the exchange that brought it."""
    exchange.code = error.code
    exchange.fault = mask(error.words)
    return error


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to make."""

    url: str  # without credentials, escaped as it goes on the wire
    purpose: str = "other"
    source: int = -1
    attempt: int = 1
    ahead: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    secrets: Sequence[tuple[str, str]] = ()  # headers for the URL's own host only
    user: str | None = None  # that the URL carried
    password: str | None = None
    method: str = "GET"


class Client:
    """Makes requests over kept-alive connections until `close`.

    `proxy_for` names the forward proxy for a URL, or None; `record` is handed each exchange when it starts; `clock`
    gives seconds. Names are looked up by `resolver`, the system's by default; where `permitted` is given, only
    addresses that it allows are connected to. Secrets go to https hosts only, and never into an exchange. `trace_for`
    names the trace (32 hex digits) that a request to a URL is to be part of, as W3C Trace Context has it; "" for none.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext,
        clock: Callable[[], float],
        record: Callable[[Exchange], None],
        proxy_for: Callable[[str], ForwardProxy | None] = lambda _: None,
        connections_per_host: int = 64,
        resolver: Resolver | None = None,
        permitted: AddressFilter | None = None,
        trace_for: Callable[[str], str] = lambda _: "",
    ) -> None:
        tls.sslobject_class = TimedTLS
        tls.set_alpn_protocols(["http/1.1"])
        self._tls = tls
        self._clock = clock
        self._record = record
        self._proxy_for = proxy_for
        self._trace_for = trace_for
        self._connections_per_host = connections_per_host
        self._unseen = Unseen(permitted, resolver) if permitted is not None else None
        self._resolver = resolver or SystemResolver()
        self._pool = Pool(tls, self._resolver, connections_per_host, permitted)
        self._lines = Lines(tls, self._resolver, permitted)
        self._through: Proxied | None = None

    async def close(self) -> None:
        """End all connections."""
        await self._lines.close()
        await self._pool.close()
        if self._through is not None:
            await self._through.close()

    @asynccontextmanager
    async def get(self, ask: Ask, limits: Limits) -> AsyncIterator[Answer]:
        """The answer to a request, redirects followed as go does. Raises WireError; any HTTP status is an answer."""
        first = hop = Hop(ask.url, ask.user, ask.password)
        for _ in range(MOST):
            async with self._one(ask, hop, limits) as answer:
                target = answer.headers.get("Location")
                if answer.status not in STATUSES or not target:
                    yield answer
                    return
                length = answer.headers.get("Content-Length", "")
                if length.isdigit() and int(length) <= _SMALL:
                    async for _chunk in answer.chunks():
                        pass
                last = answer.exchange
                try:
                    hop = following(first, hop, target)
                except WireError as error:
                    raise _refused(last, error) from error.__cause__
        raise _refused(last, too_many())

    @asynccontextmanager
    async def _one(self, ask: Ask, hop: Hop, limits: Limits) -> AsyncIterator[Answer]:
        shown = mask(hop.url) if "?" in hop.url else hop.url
        first = ask.url.partition("?")[0] if hop.url != ask.url else ""  # no secrets
        exchange = Exchange(shown, ask.purpose, ask.source, ask.attempt, Phases(self._clock()), first, ask.ahead)
        self._record(exchange)
        headers = CIMultiDict(ask.headers)
        if exchange.traceparent and "traceparent" in headers:
            headers["traceparent"] = exchange.traceparent
        if hop.secrets_go_along and hop.url.startswith("https:"):
            headers.extend(ask.secrets)
        if hop.authorization is not None:
            headers.setdefault("Authorization", hop.authorization)
        if trace := self._trace_for(hop.url):
            exchange.span = os.urandom(8).hex()
            headers["traceparent"] = f"00-{trace}-{exchange.span}-01"
        try:
            marks, response = await self._headers_of(exchange, ask.method, hop.url, headers, limits)
            try:
                exchange.status = response.status
                exchange.headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
                yield Answer(response.status, response.reason, response.headers, exchange, response, marks)
            finally:
                response.done()
        finally:
            phases = exchange.phases
            if phases.end is None:  # its asker has gone, or did not want its body: to hold it is no transfer
                unread = phases.first_byte is not None and not exchange.bytes
                phases.end = phases.first_byte if unread else self._clock()

    async def _headers_of(
        self, exchange: Exchange, method: str, url: str, headers: CIMultiDict[str], limits: Limits
    ) -> tuple[Marks, _Response]:
        try:
            through = self._proxy_for(url)
        except CGIError as error:
            marks = Marks(exchange, self._clock, limits, asyncio.timeout(None), None)
            raise _failed(marks, Code.NET_HTTP_PROXY, str(error), final=True) from error
        if through is not None:
            self._proxied()  # what it takes to load is not the line's time
        timer = asyncio.timeout(limits.connect)
        marks = Marks(exchange, self._clock, limits, timer, through)
        current.set(marks)
        try:
            async with timer:
                response = await self._ask(marks, method, url, headers)
        except TimeoutError as error:
            raise _failed(marks, *_of_proxy(marks, *timeout_in_words(exchange.phases))) from error
        except ProxyRefusedError as error:
            raise _failed(marks, Code.NET_HTTP_PROXY, str(error), final=error.status not in _PASSING) from error
        except AddressRefusedError as error:
            raise _failed(marks, *in_words(error), final=True) from error
        except socks.SocksError as error:
            raise _failed(marks, Code.NET_HTTP_PROXY, error.words, final=error.final) from error
        except RequestError as error:
            raise _failed(marks, Code.PROXY_MISCONFIGURED, str(error)) from error
        except (OSError, LostError, MalformedError) as error:
            raise _failed(marks, *_of_proxy(marks, *in_words(error))) from error
        finally:
            marks.answered = True
        exchange.phases.first_byte = self._clock()
        return marks, response

    def streams(self, url: str) -> int:
        """How many small files may be asked of a URL's host at once beside all others, since it speaks HTTP/2."""
        return self._lines.room(URL(url, encoded=True))

    async def _ask(self, marks: Marks, method: str, url: str, headers: CIMultiDict[str]) -> _Response:
        target = URL(url, encoded=True)
        if marks.through is not None:
            if self._unseen is not None:
                await self._unseen.check(target.raw_host or "")
            return await self._proxied().ask(method, target, headers, marks.through)
        if target.scheme != "https":
            return await self._pool.ask(marks, target, method, headers.items())
        exchange = marks.exchange
        marks.connected = partial(self._lines.connected, target)
        self._lines.begun(target)
        try:
            if exchange.purpose != "zip" and exchange.attempt == 1 and self._lines.room(target):
                try:
                    return await self._over_http2(marks, method, target, headers)
                except NotAnsweredError:  # net/http, too, makes a request again that was lost with a kept connection
                    marks.again()
            return await self._pool.ask(marks, target, method, headers.items())
        finally:
            self._lines.ended(target)

    async def _over_http2(self, marks: Marks, method: str, target: URL, headers: CIMultiDict[str]) -> _Response:
        stream, marks.exchange.address = self._lines.ask(target, method, list(headers.items()))
        marks.exchange.reused = marks.exchange.http2 = True
        marks.sent()
        try:
            await stream.begun()
        except BaseException:
            stream.done()
            raise
        return stream

    def _proxied(self) -> "Proxied":
        if self._through is None:
            from gomend.net.proxied import Proxied  # noqa: PLC0415 - takes as long to load as all the rest

            self._through = Proxied(self._tls, self._resolver, self._connections_per_host)
        return self._through


def _of_proxy(marks: Marks, code: Code, words: str) -> tuple[Code, str]:
    """A fault before a request came past its forward proxy is the proxy's."""
    return (Code.NET_HTTP_PROXY, f"proxyconnect tcp: {words}") if marks.is_on_the_way else (code, words)
