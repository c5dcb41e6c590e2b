"""The run's own HTTP proxy on loopback for all that does not pass GOPROXY: CONNECT, http where the user has a proxy.

It cannot look inside a tunnel; it times DNS, connect and transfer by host, tries a failed connect again before the
tunnel opens, and goes on through the user's own forward proxy. A CONNECT has no path that could hold a secret, so the
secret is the proxy's password: without it every user of this machine could go out with the user's proxy credentials.
"""

import asyncio
import hmac
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gomend.masking import mask
from gomend.net.dial import MOST_OF_A_HEAD, Dialer, Line, ProxyAnswerError
from gomend.net.exchange import Exchange, Phases
from gomend.net.faults import WireError
from gomend.net.forward import ForwardProxy
from gomend.sources.policy import Budget, Policy, delay, is_passing_fault, is_passing_status
from gomend.sources.retrying import World

_PATIENCE = 45.0  # seconds of trying to open a tunnel: go gives up its CONNECT after 60
_HEAD_SECONDS = 30.0
_PIECE = 1 << 16
_ASKED_AGAIN = 4  # requests without the password on one connection
_CLOSE = b"Connection: close\r\n"


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of a request to this proxy."""

    method: str
    target: str
    lines: tuple[bytes, ...]  # the headers as they came, Proxy-… ones and Connection left out
    authorization: bytes
    agent: str
    length: int | None  # of the body; None: it does not say

    @classmethod
    def read(cls, raw: bytes) -> "_Head":
        """Raises ValueError where this is no request."""
        first, *lines = raw.rstrip(b"\r\n").split(b"\r\n")
        method, target, version = first.decode("latin-1").split(" ")
        if not version.startswith("HTTP/1."):
            raise ValueError(version)
        headers = {}
        kept = []
        for line in lines:
            name, _, value = line.partition(b":")
            headers[name.strip().lower()] = value.strip()
            if not name.lower().startswith(b"proxy-") and name.lower() not in (b"connection", b"keep-alive"):
                kept.append(line)
        length = int(headers.get(b"content-length", b"0"))
        return cls(
            method,
            target,
            tuple(kept),
            headers.get(b"proxy-authorization", b""),
            headers.get(b"user-agent", b"Go-http-client/1.1").decode("latin-1"),
            None if b"transfer-encoding" in headers else length,
        )


@dataclass(slots=True)
class Tunnel:
    """The proxy of one run. `authorization` is the one value that is let in.

    `through` names the user's own forward proxy for a URL. A client of a run leaves out by itself what NO_PROXY
    excludes; what arrives here is what it would have sent to the user's proxy, so it goes there. With `takes_http`
    requests for http URLs are passed on, too.
    """

    authorization: bytes
    dialer: Dialer
    through: Callable[[str], ForwardProxy | None]
    takes_http: bool
    policy: Policy
    budget: Budget
    world: World
    record: Callable[[Exchange], None]
    _server: asyncio.Server | None = None
    _closed: bool = False
    _conversations: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self, listening: socket.socket) -> None:
        """Begin to answer on a socket that is bound and listens."""
        self._server = await asyncio.start_server(self._accept, sock=listening, limit=MOST_OF_A_HEAD)

    async def close(self) -> None:
        """End all tunnels at once."""
        self._closed = True
        if self._server is not None:
            self._server.close()
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._closed:  # it was on its way when the run ended
            writer.transport.abort()
            return
        conversation = asyncio.ensure_future(self._converse(reader, writer))
        self._conversations.add(conversation)
        conversation.add_done_callback(lambda ended: self._ended(ended, writer))

    def _ended(self, conversation: "asyncio.Task[None]", writer: asyncio.StreamWriter) -> None:
        self._conversations.discard(conversation)
        writer.close()  # also where it was ended before it began
        if not conversation.cancelled() and not isinstance(conversation.exception(), OSError | None):
            conversation.get_loop().call_exception_handler(
                {"message": "a tunnel failed", "exception": conversation.exception()}
            )

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await self._admitted(reader, writer)
            if head is None:
                return
            if head.method == "CONNECT":
                await self._connect(head, Line(reader, writer))
            elif not self.takes_http or not head.target.startswith("http://"):
                await _say(writer, 405, "Method Not Allowed", extra=b"Allow: CONNECT\r\n")
            elif head.length is None:
                await _say(writer, 411, "Length Required")
            else:
                await self._forward(head, self.through(head.target), Line(reader, writer))
        except (OSError, asyncio.CancelledError):  # the client has gone, or the run is over
            writer.transport.abort()
            raise

    async def _admitted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> _Head | None:
        """The first request with the password. One without gets 407, which git needs to see before it sends it."""
        for _ in range(_ASKED_AGAIN):
            try:
                async with asyncio.timeout(_HEAD_SECONDS):
                    head = _Head.read(await reader.readuntil(b"\r\n\r\n"))
            except (TimeoutError, EOFError):
                return None
            except (ValueError, asyncio.LimitOverrunError):
                await _say(writer, 400, "Bad Request")
                return None
            if hmac.compare_digest(head.authorization, self.authorization):
                return head
            if head.length != 0:  # a body would stand before the next request
                break
            await _say(
                writer,
                407,
                "Proxy Authentication Required",
                extra=b'Proxy-Authenticate: Basic realm="gomend"\r\n',
                ends=False,
            )
        return None

    async def _connect(self, head: _Head, client: Line) -> None:
        host, _, port = head.target.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            await _say(client.writer, 400, "Bad Request")
            return
        url = "https://" + head.target.removesuffix(":443")

        proxy = self.through(url)

        async def dial(exchange: Exchange) -> Line:
            if proxy is None:
                return await self.dialer.dial(host, int(port), exchange)
            return await self.dialer.through(proxy, host, int(port), exchange, head.agent)

        opened = await self._opened(url, dial, client)
        if opened is None:
            return
        line, exchange = opened
        exchange.status = 200
        client.writer.write(line.answer or b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._carry(client, line, exchange, upload=None)

    async def _forward(self, head: _Head, proxy: ForwardProxy | None, client: Line) -> None:
        """One http request, through the user's proxy if any; the connection ends with it, so that no second passes."""
        parts = urlsplit(head.target)
        try:
            host, port = parts.hostname or "", parts.port or 80
        except ValueError:
            host, port = "", 0
        if not host:
            await _say(client.writer, 400, "Bad Request")
            return

        async def dial(exchange: Exchange) -> Line:
            if proxy is None:
                return await self.dialer.dial(host, port, exchange)
            if proxy.is_socks:
                return await self.dialer.through(proxy, host, port, exchange, head.agent)
            return await self.dialer.to_proxy(proxy, exchange)

        opened = await self._opened(mask(head.target), dial, client)
        if opened is None:
            return
        line, exchange = opened
        target = head.target
        lines = [*head.lines, _CLOSE.rstrip()]
        if proxy is None or proxy.is_socks:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        elif proxy.authorization is not None:
            lines.append(f"Proxy-Authorization: {proxy.authorization}".encode())
        first = f"{head.method} {target} HTTP/1.1".encode("latin-1")
        line.writer.write(b"\r\n".join([first, *lines]) + b"\r\n\r\n")
        exchange.phases.sent = self.world.clock()
        await self._carry(client, line, exchange, upload=head.length)

    async def _opened(
        self, url: str, dial: Callable[[Exchange], Awaitable[Line]], client: Line
    ) -> tuple[Line, Exchange] | None:
        """The connection, after as many attempts as the policy allows; where there is none, the client is told why."""
        self.budget.asked()
        started = self.world.clock()
        attempt = 1
        while True:
            exchange = Exchange(url, "tunnel", -1, attempt, Phases(self.world.clock()))
            self.record(exchange)
            try:
                line = await dial(exchange)
            except ProxyAnswerError as error:
                self.budget.failed()
                if is_passing_status(error.status, "tunnel") and await self._another(attempt, started):
                    attempt += 1
                    continue
                client.writer.write(error.answer)
                await client.writer.drain()
                return None
            except WireError as error:
                self.budget.failed()
                again = is_passing_fault(error.code) and not error.final
                if again and await self._another(attempt, started):
                    attempt += 1
                    continue
                # go prints nothing but these words of an answer to CONNECT, so they are those of its own dial.
                await _say(client.writer, 502, error.words)
                return None
            self.budget.succeeded()
            return line, exchange

    async def _another(self, attempt: int, started: float) -> bool:
        if attempt >= self.policy.attempts or not self.budget.grants_retry():
            return False
        pause = delay(self.policy, attempt - 1, self.world.random)
        longest_attempt = self.dialer.limits.connect
        if self.world.clock() - started + pause + longest_attempt > _PATIENCE:
            return False
        await self.world.sleep(pause)
        return True

    async def _carry(self, client: Line, far: Line, exchange: Exchange, *, upload: int | None) -> None:
        """Bytes both ways until both sides have ended; `upload`: at most so many of the client's."""
        clock = self.world.clock

        def arrived(piece: bytes) -> None:
            if exchange.phases.first_byte is None:
                exchange.phases.first_byte = clock()
                if exchange.status is None and piece.startswith(b"HTTP/1.") and piece[9:12].isdigit():
                    exchange.status = int(piece[9:12])
            exchange.bytes += len(piece)

        up = asyncio.ensure_future(_pour(client.reader, far.writer, lambda _: None, upload))
        down = asyncio.ensure_future(_pour(far.reader, client.writer, arrived, None))
        try:
            await asyncio.gather(up, down)
        except OSError:  # one side was cut: the other is to see it
            _cut(client.writer)
            _cut(far.writer)
        except asyncio.CancelledError:
            far.writer.transport.abort()
            raise
        finally:
            exchange.phases.end = clock()
            far.writer.close()  # before anything is waited for: the run may end meanwhile
            up.cancel()
            down.cancel()
            await asyncio.gather(up, down, return_exceptions=True)


async def _pour(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, count: Callable[[bytes], None], most: int | None
) -> None:
    """From one to the other until the end, which is passed on. Never more than a few pieces wait in memory."""
    left = most
    while left is None or left > 0:
        piece = await source.read(_PIECE if left is None else min(left, _PIECE))
        if not piece:
            break
        if left is not None:
            left -= len(piece)
        count(piece)
        sink.write(piece)
        await sink.drain()
    else:
        return  # a request is over, not the conversation
    if sink.can_write_eof():
        sink.write_eof()
    else:
        sink.close()


def _cut(writer: asyncio.StreamWriter) -> None:
    """End a connection with a reset."""
    made = writer.get_extra_info("socket")
    if made is not None:
        with suppress(OSError):
            made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _say(writer: asyncio.StreamWriter, status: int, words: str, *, extra: bytes = b"", ends: bool = True) -> None:
    reason = words.encode("latin-1", "replace").replace(b"\r", b" ").replace(b"\n", b" ")
    end = _CLOSE if ends else b""
    writer.write(b"HTTP/1.1 %d %s\r\n" % (status, reason) + extra + end + b"Content-Length: 0\r\n\r\n")
    await writer.drain()
