"""One connection of the server, HTTP/1.1 without TLS: requests without a body, one after the other.

Own code, on the socket itself. Most requests ask for small files that are at hand, and between the socket and such an
answer stand one look into a table and one call of the system. All others are handed to the application, by ASGI.
"""

import asyncio
import os
import socket
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from time import monotonic
from typing import Any, Protocol

from gomend.errors import GomendError
from gomend.server.hot import Quick
from gomend.server.outlet import Outlet
from gomend.server.requesthead import END, MOST_OF_A_HEAD, BadRequestError, Head, read_head
from gomend.server.sending import ALWAYS
from gomend.server.visit import HEAD

_READ = 1 << 16  # bytes
_HANDSHAKE = b"\x16\x03"  # how a client begins with TLS (RFC 8446 §5.1)
_SMALL = 1 << 14  # bytes of a body that are copied to go out together with the head
_NO_BODY = (204, 304)
_PHRASES = {status.value: status.phrase.encode() for status in HTTPStatus}


class Answerer(Protocol):
    """What a connection wants of the application."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """As of ASGI; the scope has the bytes of the request's head beside its parts."""

    def quick(self, head: bytes, client: str) -> Quick | None:
        """The answer that is at hand for requests with just this head."""

    def was_quick(self, quick: Quick, client: str, began: float) -> None:
        """It was given to `client`, who was read from at `began`."""

    def malformed(self, client: str, status: int) -> None:
        """Somebody sent what is no request."""


class Common:
    """What all connections to one address share. `marks` go into the scope of each request. `date` is the header's
    value, made anew every second by the owner.
    """

    def __init__(self, app: Answerer, loop: asyncio.AbstractEventLoop, marks: Mapping[str, Any]) -> None:
        self.app = app
        self.quick = app.quick if not marks else _not_quick
        self.loop = loop
        self.marks = marks
        self.date = b""
        self.connections: set[Connection] = set()


class Connection:
    """One client's. It lives until the client goes, `stop` or `end`."""

    __slots__ = (
        "_closes",
        "_common",
        "_fd",
        "_is_gone", "_is_last",
        "_reads",
        "_received",
        "_socket",
        "_task",
        "client",
        "is_done",
        "out",
        "requests",
        "since",
    )  # fmt: skip

    def __init__(self, common: Common, connection: socket.socket, client: str) -> None:
        self._common = common
        self._socket = connection
        self._fd = connection.fileno()
        self._received = bytearray()
        self._reads = False
        self._task: asyncio.Task[None] | None = None  # answers a request
        self._closes = False  # after the answer under way
        self._is_last = False  # what has come is all that the client sends
        self._is_gone = False
        self.client = client
        self.is_done = False  # all is said: what still comes is thrown away
        self.out = Outlet(connection, common.loop)
        self.requests = 0
        self.since = monotonic()  # a request or a part of one came, or an answer was over
        common.connections.add(self)
        self._read(True)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is under way."""
        return self._task is not None

    @property
    def has_begun(self) -> bool:
        """Whether a client who is waited for is in the middle of something, or has not said anything yet."""
        return self.is_done or bool(self._received) or not self.requests

    @property
    def is_new(self) -> bool:
        """Whether its first request is still to come: a client has that sent again over a kept connection alone."""
        return not (self.requests or self.is_done)

    def stop(self) -> None:
        """No further request is answered, but for one that is here already, and the first of a client."""
        self._closes = True
        if self._task is None and self._reads:
            self._readable()
        if self._task is None and not self.is_new:
            self.end()

    def end(self) -> None:
        """Close it now, whatever is under way."""
        if self._is_gone:
            return
        self._is_gone = True
        self._read(False)
        self.out.close()
        self._common.connections.discard(self)
        self._socket.close()

    def _read(self, goes_on: bool) -> None:
        if goes_on and not self._reads:
            self._common.loop.add_reader(self._fd, self._readable)
        elif self._reads and not goes_on:
            self._common.loop.remove_reader(self._fd)
        self._reads = goes_on

    def _readable(self) -> None:
        try:
            data = self._socket.recv(_READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.end()
            return
        if not data:
            self._no_more()
        elif self._task is not None:
            self._received += data
            if len(self._received) > MOST_OF_A_HEAD:
                self._read(False)  # until this answer is over
        elif not self.is_done and (self._received or not self._answer_at_once(data)):
            if not self._received:
                self.since = monotonic()
            self._received += data
            self._go_on()

    def _no_more(self) -> None:
        """The client sends nothing any more; it may still read."""
        if self._task is None:
            self.end()
        else:
            self._is_last = True
            self._read(False)

    def _answer_at_once(self, head: bytes) -> bool:
        quick = self._common.quick(head, self.client)
        if quick is None:
            return False
        self.since = began = monotonic()
        self.requests += 1
        start = b"HTTP/1.1 200 OK\r\ndate: %b\r\n%b" % (self._common.date, quick.head)
        try:
            if quick.file:
                rest = self.out.send_file_now(start, quick.file, quick.size)
            elif quick.size > _SMALL:
                rest = self.out.send(start, quick.body)
            else:
                whole = start + quick.body
                sent = self.out.send_now(whole)
                rest = self.out.send(whole[sent:]) if sent < len(whole) else None
        except OSError:
            self.end()
        else:
            if rest is not None:
                self._later(rest)
        self._common.app.was_quick(quick, self.client, began)
        if self._closes and self._task is None:
            self._take_leave()
        return True

    def _go_on(self) -> None:
        """Take the next request of what has come, if it is whole."""
        while self._task is None and not (self._is_gone or self.is_done):
            end = self._received.find(END, 0, MOST_OF_A_HEAD)
            if end < 0:
                if self._received.startswith(_HANDSHAKE):  # told at once: go waits 10 s for an answer in TLS
                    self._refuse(BadRequestError(400, "this address speaks http, and was spoken to by https"))
                elif len(self._received) >= MOST_OF_A_HEAD:
                    self._refuse(BadRequestError(431, "the head of the request is too long"))
                elif self._is_last:
                    self._take_leave()
                return
            raw = bytes(self._received[: end + len(END)])
            del self._received[: end + len(END)]
            if self._answer_at_once(raw):
                continue
            try:
                head = read_head(raw)
            except BadRequestError as error:
                self._refuse(error)
                return
            self.requests += 1
            self._closes = self._closes or head.is_last
            self._later(self._converse(head, raw))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = self._common.loop.create_task(work)
        self._task.add_done_callback(self._answered)

    def _answered(self, task: "asyncio.Task[None]") -> None:
        self._task = None
        self.since = monotonic()
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, GomendError | OSError):
            self._common.loop.call_exception_handler({"message": "an answer failed", "exception": error})
        if task.cancelled() or error is not None:
            self.end()  # short of its length: no answer that failed looks whole
        elif self._closes:
            self._take_leave()
        else:
            self._read(not self._is_last)
            self._go_on()

    def _take_leave(self) -> None:
        """Nothing more is sent. Closed with bytes unread, what was sent could be lost to the client."""
        if self._is_gone:
            return
        self.is_done = True
        self._received.clear()
        if self._is_last:
            self.end()
            return
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        self._read(True)

    def _refuse(self, error: BadRequestError) -> None:
        self._closes = True
        self._common.app.malformed(self.client, error.status)
        body = f"{error.words}\n".encode()
        headers = ((b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body)), *ALWAYS)
        self._later(self.out.send(self.start_of(error.status, headers), body))

    async def _converse(self, head: Head, raw: bytes) -> None:
        scope = {
            "type": "http",
            "method": head.method,
            "raw_path": head.path,
            "headers": head.headers,
            "client": (self.client, 0),
            HEAD: raw,
            **self._common.marks,
        }
        answering = Answering(self, head)
        await self._common.app(scope, _nothing, answering.send)
        if not answering.is_whole:
            raise OSError("the application left an answer unfinished")

    def start_of(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        """The head of an answer."""
        lines = [b"HTTP/1.1 %d %b\r\ndate: %b" % (status, _PHRASES.get(status, b""), self._common.date)]
        lines += [b"%b: %b" % pair for pair in headers]
        if self._closes:
            lines.append(b"connection: close")
        return b"\r\n".join(lines) + END

    def closes(self) -> None:
        """End the connection after the answer under way."""
        self._closes = True


class Answering:
    """Puts one answer on the wire, as ASGI's messages tell it, `http.response.pathsend` among them."""

    def __init__(self, connection: Connection, head: Head) -> None:
        self._connection = connection
        self._head = head
        self._has_no_body = head.method == "HEAD"
        self._is_chunked = False
        self._size = -1  # of the body, where it is known before
        self._sent = 0
        self._start = b""
        self.is_whole = False

    async def send(self, message: dict[str, Any]) -> None:
        """Take one message. Raises ClientGoneError, OSError for a file that cannot be read."""
        match message["type"]:
            case "http.response.start":
                self._begin(message["status"], message["headers"])
            case "http.response.pathsend":
                start, self._start = self._start, b""
                size = self._size if self._size >= 0 else os.stat(message["path"]).st_size  # noqa: PTH116
                await self._connection.out.send_file(start, message["path"], size)
                self.is_whole = True
            case _:
                await self._go_on(message.get("body", b""), message.get("more_body", False))

    def _begin(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        headers = list(headers)
        length = next((value for name, value in headers if name == b"content-length"), None)
        self._has_no_body = self._has_no_body or status in _NO_BODY
        if length is not None:
            self._size = int(length)
        elif self._head.is_old:
            self._connection.closes()  # its end is that of the body
        elif not self._has_no_body:
            self._is_chunked = True
            headers.append((b"transfer-encoding", b"chunked"))
        self._start = self._connection.start_of(status, headers)

    async def _go_on(self, body: bytes, more: bool) -> None:
        start, self._start = self._start, b""
        end = b""
        self._sent += len(body)
        if self._has_no_body:
            body = b""
        elif self._is_chunked:
            end = (b"\r\n" if body else b"") + (b"" if more else b"0\r\n\r\n")
            start += b"%x\r\n" % len(body) if body else b""
        if len(body) <= _SMALL:
            await self._connection.out.send(start + body + end)
        else:
            await self._connection.out.send(start, body, end)
        self.is_whole = not more and (self._has_no_body or self._size in (-1, self._sent))


async def _nothing() -> dict[str, Any]:
    """No request has a body."""
    return {"type": "http.request", "body": b"", "more_body": False}


def _not_quick(_: bytes, __: str) -> None:
    """What is at hand is for requests without marks."""
