"""A plain connection to a host, directly or through a forward proxy, every phase timed, faults in go's words."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gomend.causes import Code
from gomend.errors import GomendError
from gomend.net.addressfilter import AddressFilter
from gomend.net.exchange import Exchange
from gomend.net.faults import AddressRefusedError, WireError, in_words
from gomend.net.forward import ForwardProxy
from gomend.net.socks import SocksError, credentials, faults_named
from gomend.net.timing import Limits, allowed, in_brackets, pinned
from gomend.net.unseen import Unseen

MOST_OF_A_HEAD = 1 << 16  # bytes of a request's or an answer's head
_ANSWER = 50.0  # seconds for the answer to a CONNECT: go waits 60 for ours
_LOOKUP_WORDS = {
    Code.DNS_NXDOMAIN: "no such host",
    Code.DNS_TIMEOUT: "i/o timeout",
    Code.DNS_SERVER_FAILURE: "server misbehaving",
}


class ProxyAnswerError(GomendError):
    """The forward proxy did not open the tunnel: its `status`, and its answer as it came."""

    def __init__(self, status: int, answer: bytes) -> None:
        super().__init__(f"the forward proxy answered {status}")
        self.status = status
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Line:
    """An open connection. `answer` is the head with which a forward proxy opened it, else empty."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class Dialer:
    """Opens connections. `tls` is for proxies that are themselves spoken to over TLS; `pins` gives names an address;
    where `permitted` is given, only what it allows is connected to, the way to a forward proxy excepted. `unseen` then
    judges what a forward proxy is asked for, with a memory.
    """

    tls: Callable[[], ssl.SSLContext]
    clock: Callable[[], float]
    limits: Limits
    pins: Mapping[str, str] = field(default_factory=dict)
    permitted: AddressFilter | None = None
    unseen: Unseen | None = None

    async def dial(self, host: str, port: int, exchange: Exchange) -> Line:
        """Directly. Raises WireError."""
        connected = await self._connected(host, port, exchange, self.permitted)
        reader, writer = await asyncio.open_connection(sock=connected, limit=MOST_OF_A_HEAD)
        return Line(reader, writer)

    async def to_proxy(self, proxy: ForwardProxy, exchange: Exchange) -> Line:
        """To an HTTP proxy itself. Raises WireError."""
        try:
            connected = await self._connected(proxy.host, proxy.port, exchange, None)
            async with asyncio.timeout(self.limits.tls):
                reader, writer = await asyncio.open_connection(
                    sock=connected,
                    limit=MOST_OF_A_HEAD,
                    ssl=self.tls() if proxy.is_tls else None,
                    server_hostname=proxy.host if proxy.is_tls else None,
                )
        except WireError as error:
            raise _failed(exchange, self.clock, Code.NET_HTTP_PROXY, f"proxyconnect tcp: {error.words}") from error
        except TimeoutError as error:
            words = "proxyconnect tcp: net/http: TLS handshake timeout"
            raise _failed(exchange, self.clock, Code.NET_HTTP_PROXY, words) from error
        except OSError as error:
            words = f"proxyconnect tcp: {in_words(error)[1]}"
            raise _failed(exchange, self.clock, Code.NET_HTTP_PROXY, words) from error
        return Line(reader, writer)

    async def through(self, proxy: ForwardProxy, host: str, port: int, exchange: Exchange, agent: str) -> Line:
        """Through a proxy; `agent` is told to it. Raises WireError, ProxyAnswerError."""
        if self.permitted is not None:
            try:
                await (self.unseen or Unseen(self.permitted)).check(host)
            except AddressRefusedError as error:
                raise _not_permitted(exchange, self.clock, error) from error
        if proxy.is_socks:
            return await self._through_socks(proxy, host, port, exchange)
        line = await self.to_proxy(proxy, exchange)
        try:
            return await self._asked(line, proxy, in_brackets(host, port), agent, exchange)
        except BaseException:
            line.writer.transport.abort()
            raise

    async def _asked(self, line: Line, proxy: ForwardProxy, target: str, agent: str, exchange: Exchange) -> Line:
        head = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: {agent}\r\n"
        if proxy.authorization is not None:
            head += f"Proxy-Authorization: {proxy.authorization}\r\n"
        line.writer.write(head.encode("latin-1", "replace") + b"\r\n")
        try:
            async with asyncio.timeout(_ANSWER):
                answer = await line.reader.readuntil(b"\r\n\r\n")
            status = int(answer.split(b" ", 2)[1])
        except TimeoutError as error:
            words = f"proxyconnect tcp: read tcp {exchange.address}: i/o timeout"
            raise _failed(exchange, self.clock, Code.NET_HTTP_PROXY, words) from error
        except (EOFError, OSError) as error:
            words = f"proxyconnect tcp: {in_words(error)[1]}"
            raise _failed(exchange, self.clock, Code.NET_HTTP_PROXY, words) from error
        except (ValueError, IndexError, asyncio.LimitOverrunError) as error:
            words = "proxyconnect tcp: malformed HTTP response"
            raise _failed(exchange, self.clock, Code.NET_HTTP_PROXY, words) from error
        exchange.status = status
        if status != 200:
            body = await _rest(line.reader, answer)
            _failed(exchange, self.clock, Code.NET_HTTP_PROXY, f"the forward proxy answered {status}")
            raise ProxyAnswerError(status, answer + body)
        return Line(line.reader, line.writer, answer)

    async def _through_socks(self, proxy: ForwardProxy, host: str, port: int, exchange: Exchange) -> Line:
        from python_socks import ProxyType  # noqa: PLC0415  (few have one)
        from python_socks.async_.asyncio import Proxy  # noqa: PLC0415

        user, password = credentials(proxy)
        socks = Proxy(ProxyType.SOCKS5, proxy.host, proxy.port, user, password, rdns=True)
        exchange.phases.connect_start = self.clock()
        exchange.address = in_brackets(proxy.host, proxy.port)
        try:
            with faults_named():
                connected = await socks.connect(host, port, timeout=_ANSWER)
        except SocksError as error:
            raise _failed(exchange, self.clock, Code.NET_HTTP_PROXY, error.words, final=error.final) from error
        exchange.phases.connect_end = self.clock()
        reader, writer = await asyncio.open_connection(sock=connected, limit=MOST_OF_A_HEAD)
        return Line(reader, writer)

    async def _connected(
        self, host: str, port: int, exchange: Exchange, permitted: AddressFilter | None
    ) -> socket.socket:
        import aiohappyeyeballs  # noqa: PLC0415  (part of aiohttp)

        phases = exchange.phases
        phases.dns_start = self.clock()
        try:
            async with asyncio.timeout(self.limits.connect):
                place = pinned(host, self.pins)
                found = await asyncio.get_running_loop().getaddrinfo(place, port, type=socket.SOCK_STREAM)
        except TimeoutError as error:
            raise _failed(exchange, self.clock, Code.DNS_TIMEOUT, f"dial tcp: lookup {host}: i/o timeout") from error
        except (OSError, UnicodeError) as error:
            code = in_words(error)[0]
            words = f"dial tcp: lookup {host}: {_LOOKUP_WORDS.get(code, 'server misbehaving')}"
            raise _failed(exchange, self.clock, code, words) from error
        phases.dns_end = phases.connect_start = self.clock()
        try:
            places = allowed(permitted, host, found)
        except AddressRefusedError as error:
            raise _not_permitted(exchange, self.clock, error) from error
        exchange.address = in_brackets(str(places[0][4][0]), port)
        try:
            async with asyncio.timeout(self.limits.connect):
                connected = await aiohappyeyeballs.start_connection(places, happy_eyeballs_delay=0.25)
        except TimeoutError as error:
            words = f"dial tcp {exchange.address}: i/o timeout"
            raise _failed(exchange, self.clock, Code.NET_CONNECT_TIMEOUT, words) from error
        except OSError as error:
            code, said = in_words(error)
            raise _failed(exchange, self.clock, code, f"dial tcp {exchange.address}: connect: {said}") from error
        phases.connect_end = self.clock()
        place = connected.getpeername()
        exchange.address = in_brackets(place[0], place[1])
        return connected


async def _rest(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """The body of a refusal, where it says its length; go and git print nothing of it."""
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length" and value.strip().isdigit() and int(value) <= MOST_OF_A_HEAD:
            try:
                async with asyncio.timeout(1):
                    return await reader.readexactly(int(value))
            except (TimeoutError, EOFError, OSError):
                return b""
    return b""


def _not_permitted(exchange: Exchange, clock: Callable[[], float], error: AddressRefusedError) -> WireError:
    return _failed(exchange, clock, *in_words(error), final=True)


def _failed(
    exchange: Exchange, clock: Callable[[], float], code: Code, words: str, *, final: bool = False
) -> WireError:
    exchange.phases.end = clock()
    exchange.code = code
    exchange.fault = words
    return WireError(code, words, connecting=True, final=final)
