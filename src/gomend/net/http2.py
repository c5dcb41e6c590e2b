"""One GET over HTTP/2 to one address, every phase timed. go speaks it wherever the server offers it."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gomend.causes import Code
from gomend.net.exchange import Exchange
from gomend.net.faults import WireError, in_words, timeout_in_words
from gomend.net.handshake import OpenTunnel, connect
from gomend.net.timing import Limits, in_brackets

if TYPE_CHECKING:
    from h2.connection import H2Connection
    from h2.events import Event

_WINDOW = 1 << 24  # bytes that the server may send before it waits for us
_MOST_OF_A_BODY = 1 << 30
_FIRST = 64  # bytes of a body that are kept


@dataclass(slots=True)
class Response:
    """An answer over HTTP/2: `headers` in lower case, `first` the beginning of the body."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    first: bytes = b""


@dataclass(frozen=True, slots=True)
class Http2:
    """Asks over HTTP/2. `tls` has to offer h2 by ALPN."""

    tls: Callable[[], ssl.SSLContext]
    clock: Callable[[], float]
    limits: Limits
    open_tunnel: OpenTunnel | None = None  # through a forward proxy, which then knows the address

    async def get(
        self, exchange: Exchange, address: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> Response:
        """The answer to a request for the exchange's URL at this address; it is filled in.

        Raises WireError; ProxyAnswerError where there is a tunnel to open.
        """
        parts = urlsplit(exchange.url)
        port = parts.port or 443
        exchange.address = in_brackets(address, port)
        try:
            reader, writer = await self._opened(exchange, address, port, parts.hostname or "")
            try:
                return await self._asked(exchange, reader, writer, method, headers or {})
            finally:
                writer.transport.abort()
        except TimeoutError as error:
            raise self._failed(exchange, *timeout_in_words(exchange.phases)) from error
        except (OSError, EOFError) as error:
            raise self._failed(exchange, *in_words(error)) from error

    def _failed(self, exchange: Exchange, code: Code, words: str) -> WireError:
        phases = exchange.phases
        phases.end = self.clock()
        exchange.code, exchange.fault = code, words
        return WireError(code, words, connecting=phases.sent is None, before_answer=phases.first_byte is None)

    async def _opened(
        self, exchange: Exchange, address: str, port: int, name: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        phases = exchange.phases
        phases.connect_start = self.clock()
        reader, writer = await self._connected(address, port)
        phases.connect_end = phases.tls_start = self.clock()
        try:
            async with asyncio.timeout(self.limits.tls):
                await writer.start_tls(self.tls(), server_hostname=name)
        except BaseException:
            writer.transport.abort()
            raise
        phases.tls_end = self.clock()
        if writer.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
            writer.transport.abort()
            raise self._failed(exchange, Code.NET_HTTP2, "the server does not offer h2 by ALPN")
        return reader, writer

    async def _connected(self, address: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.open_tunnel is not None:
            line = await self.open_tunnel()
            return line.reader, line.writer
        async with asyncio.timeout(self.limits.connect):
            return await asyncio.open_connection(sock=await connect(address, port))

    async def _asked(
        self,
        exchange: Exchange,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        method: str,
        headers: Mapping[str, str],
    ) -> Response:
        from h2.config import H2Configuration  # noqa: PLC0415 - only where a probe speaks HTTP/2
        from h2.connection import H2Connection  # noqa: PLC0415
        from h2.exceptions import ProtocolError  # noqa: PLC0415

        parts = urlsplit(exchange.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        try:
            line.initiate_connection()
            line.increment_flow_control_window(_WINDOW)
            fields = [(":method", method), (":authority", parts.netloc), (":scheme", "https"), (":path", path)]
            line.send_headers(
                1, [*fields, *((name.lower(), value) for name, value in headers.items())], end_stream=True
            )
            writer.write(line.data_to_send())
            exchange.phases.sent = self.clock()
            return await self._answered(exchange, line, reader, writer)
        except ProtocolError as error:
            raise self._failed(exchange, Code.NET_HTTP2, f"http2: {error}") from error

    async def _answered(
        self,
        exchange: Exchange,
        line: "H2Connection",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> Response:
        response = Response()
        while True:
            began = exchange.phases.first_byte is not None
            async with asyncio.timeout(self.limits.stall if began else self.limits.first_byte):
                data = await reader.read(1 << 16)
            if not data:
                raise self._failed(exchange, Code.NET_RESET, "unexpected EOF")
            for event in line.receive_data(data):
                if self._took(exchange, line, response, event):
                    exchange.phases.end = self.clock()
                    return response
            writer.write(line.data_to_send())

    def _took(self, exchange: Exchange, line: "H2Connection", response: Response, event: "Event") -> bool:
        """Whether the answer is whole with this event. Raises WireError where it cannot become so."""
        from h2 import events  # noqa: PLC0415

        match event:
            case events.ResponseReceived(headers=headers):
                said = {str(name): str(value) for name, value in headers or ()}
                response.status = exchange.status = int(said.pop(":status", "0"))
                response.headers = exchange.headers = said
                exchange.phases.first_byte = self.clock()
            case events.DataReceived(data=data, flow_controlled_length=length):
                exchange.bytes += len(data or b"")
                response.first += (data or b"")[: _FIRST - len(response.first)]
                if exchange.bytes > _MOST_OF_A_BODY:
                    return True
                if length:
                    line.acknowledge_received_data(length, 1)
            case events.StreamEnded():
                return True
            case events.StreamReset(error_code=code):
                said_code = getattr(code, "name", code)
                raise self._failed(
                    exchange, Code.NET_HTTP2, f"stream error: stream ID 1; {said_code}; received from peer"
                )
            case events.ConnectionTerminated(error_code=code):
                words = f"http2: server sent GOAWAY and closed the connection; ErrCode={getattr(code, 'name', code)}"
                raise self._failed(exchange, Code.NET_HTTP2, words)
        return False
