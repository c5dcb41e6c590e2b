"""The server's side of one HTTP/1.1 connection on loopback: requests without a body, one after the other.

Own code, not aiohttp.web: a run asks a thousand small files, and go waits for each while both share the cores. What the
door needs of HTTP is this little (decision 18).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

_MOST_OF_A_HEAD = 1 << 16
_SMALL = 1 << 16  # bytes of a body's beginning that go out together with the head
_NO_BODY = (204, 304)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; names of headers in lower case."""

    method: str
    target: str  # as on the wire
    headers: Mapping[str, str]
    is_last: bool  # no further request is to be read: the other side says so, or a body would stand before it


class Answering:
    """What a handler answers with: one `begin`, then `send` for each piece of the body, then `end`."""

    def __init__(self, connection: "Conversation", asked: Asked) -> None:
        self._connection = connection
        self._bodiless = asked.method == "HEAD"
        self._chunked = False
        self._head: bytes | None = None

    def begin(self, status: int, reason: str, headers: Iterable[tuple[str, str]]) -> None:
        """The head of the answer. Without Content-Length the body is sent in chunks (RFC 9112 §7.1)."""
        lines = [f"HTTP/1.1 {status} {reason}"]
        sized = False
        for name, value in headers:
            lines.append(f"{name}: {value}")
            sized = sized or name.lower() == "content-length"
        self._bodiless = self._bodiless or status in _NO_BODY
        if not sized and not self._bodiless:
            self._chunked = True
            lines.append("Transfer-Encoding: chunked")
        if self._connection.closes:
            lines.append("Connection: close")
        self._head = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")
        # A body that is at hand comes before this does; else who asked is told what is known.
        asyncio.get_running_loop().call_soon(self._flush)

    async def send(self, piece: bytes) -> None:
        """A piece of the body; waits while the other side is slow to read."""
        if self._bodiless or not piece:
            return
        if self._chunked:
            piece = b"%x\r\n%b\r\n" % (len(piece), piece)
        if self._head is not None and len(piece) <= _SMALL:
            piece = self._head + piece
            self._head = None
        self._flush()
        self._connection.write(piece)
        await self._connection.drain()

    async def end(self) -> None:
        """The body is whole."""
        self._flush()
        if self._chunked:
            self._connection.write(b"0\r\n\r\n")
            await self._connection.drain()

    async def whole(self, status: int, text: str) -> None:
        """An answer of the door's own."""
        body = text.encode("utf-8", "replace")
        headers = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))))
        self.begin(status, HTTPStatus(status).phrase, headers)
        await self.send(body)
        await self.end()

    def cut(self) -> None:
        """End the connection now: who reads must see that the body is not whole."""
        self._flush()
        self._connection.abort()

    def _flush(self) -> None:
        head, self._head = self._head, None
        if head is not None:
            self._connection.write(head)


Handler = Callable[[Asked, Answering], Awaitable[None]]


class Conversation(asyncio.Protocol):
    """One connection. `handle` answers each request; it is cancelled when the other side has gone."""

    def __init__(self, handle: Handler, open_ones: "set[Conversation]") -> None:
        self._handle = handle
        self._open_ones = open_ones
        self._received = bytearray()
        self._more: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._is_paused = False
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self.closes = False  # after the answer under way

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast("asyncio.Transport", transport)
        self._open_ones.add(self)
        self._task = asyncio.get_running_loop().create_task(self._converse())
        self._task.add_done_callback(self._ended)

    def data_received(self, data: bytes) -> None:
        """Something was sent to us."""
        self._received += data
        _wake(self._more)
        if len(self._received) > _MOST_OF_A_HEAD and self._transport is not None:
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """The other side is slow to read."""
        self._is_paused = True

    def resume_writing(self) -> None:
        """The other side has caught up."""
        self._is_paused = False
        _wake(self._writable)

    def connection_lost(self, _: Exception | None) -> None:
        """The other side has gone."""
        self._open_ones.discard(self)
        if self._task is not None:
            self._task.cancel()

    def write(self, data: bytes) -> None:
        """Bytes of an answer."""
        if self._transport is not None:
            self._transport.write(data)

    async def drain(self) -> None:
        """Wait until more may be written."""
        if self._is_paused:
            self._writable = asyncio.get_running_loop().create_future()
            await self._writable

    def abort(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    async def close(self) -> None:
        """End it at once, and wait for what answers."""
        self.abort()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if self._transport is not None:
            self._transport.close()
        if not task.cancelled() and (error := task.exception()) is not None:
            self.abort()
            context = {"message": "an answer of the door failed", "exception": error}
            task.get_loop().call_exception_handler(context)

    async def _converse(self) -> None:
        async for asked in self._requests():
            await self._handle(asked, Answering(self, asked))
            if self.closes:
                return

    async def _requests(self) -> AsyncIterator[Asked]:
        while True:
            while (end := self._received.find(b"\r\n\r\n")) < 0:
                if len(self._received) > _MOST_OF_A_HEAD:
                    return
                self._more = asyncio.get_running_loop().create_future()
                await self._more
            head = bytes(self._received[:end])
            del self._received[: end + 4]
            try:
                asked = _read(head)
            except ValueError:
                return
            self.closes = asked.is_last
            yield asked


def _wake(waiting: "asyncio.Future[None] | None") -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)


def _read(head: bytes) -> Asked:
    """Raises ValueError where this is no request."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, version = first.split(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError(version)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    has_body = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
    closes = "close" in headers.get("connection", "").lower() or version == "HTTP/1.0"
    return Asked(method, target, headers, is_last=has_body or closes)
