"""HTTP/1.1 (RFC 9112), as much as a client needs that asks for files: one request after the other on a connection.

Read as net/http reads it: a line may end with a bare LF, a header may go on in a second line, `chunked` is the one
transfer coding, and an answer that nobody asked for ends the connection (decision 18).
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from multidict import CIMultiDict, CIMultiDictProxy

from gomend.net.faults import MalformedError, RequestError
from gomend.net.incoming import Incoming

_MOST_OF_A_HEAD = 1 << 16
_MOST_OF_A_LINE = 1 << 12  # of a chunk's size or a trailer; net/http's bound
_MOST_UNREAD = 1 << 20  # bytes of a body, from which on the server has to wait
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/([0-9]\.[0-9]) ([0-9]{3})(?: (.*))?", re.DOTALL)
_GOES_ON = re.compile(rb"\r?\n[ \t]+")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_READABLE_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z -]+")
_NOT_IN_A_VALUE = re.compile(r"[\x00\r\n]")
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_WITHOUT_BODY = (204, 304)


class Below(Protocol):
    """What carries the bytes: TCP or TLS."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    def pause(self) -> None:
        """Take nothing more from the other side."""

    def resume(self) -> None:
        """Take what comes again."""

    def abort(self, error: Exception | None = None) -> None:
        """End it at once; `error` is why."""


class _Chunks:
    """A chunked body (RFC 9112 §7.1) as its bytes come."""

    def __init__(self) -> None:
        self._left = 0  # of the chunk that is being read
        self._before: bytes = b""  # a line that is not whole
        self._awaits = "size"  # or the line end "after" a chunk's data, or a "trailer"
        self.is_whole = False
        self.has_more = False  # more came after its end

    def take(self, data: bytes) -> Iterator[bytes]:
        """The pieces of the body in `data`. Raises MalformedError."""
        data, self._before = self._before + data, b""
        at = 0
        while at < len(data):
            if self.is_whole:
                self.has_more = True
                break
            if self._left:
                piece = data[at : at + self._left]
                at += len(piece)
                self._left -= len(piece)
                yield piece
                continue
            end = data.find(b"\n", at)
            if end < 0:
                self._before = data[at:]
                if len(self._before) > _MOST_OF_A_LINE:
                    raise MalformedError("a chunk's line is too long")
                break
            self._line(data[at:end].removesuffix(b"\r"))
            at = end + 1

    def _line(self, line: bytes) -> None:
        if self._awaits == "size":
            size = line.partition(b";")[0].strip()
            if _SIZE.fullmatch(size) is None:
                raise MalformedError("invalid length of a chunk")
            self._left = int(size, 16)
            self._awaits = "after" if self._left else "trailer"
        elif self._awaits == "after":
            if line:
                raise MalformedError("malformed chunked encoding")
            self._awaits = "size"
        else:
            self.is_whole = not line


class Reply(Incoming):
    """One answer. `begun` waits for its head, `read` gives its body."""

    def __init__(self, line: "Http1Line", *, is_head: bool) -> None:
        super().__init__()
        self._line = line
        self._is_head = is_head
        self._head = b""
        self._unread = 0  # bytes
        self._is_paused = False
        self._chunks: _Chunks | None = None
        self.was_heard = False  # a byte of it came
        self.keeps = False  # the connection may be used again

    async def begun(self) -> None:
        """Wait for the head. Raises OSError or MalformedError where there is none."""
        while not self.status:
            if self._error is not None:
                raise self._error
            await self._change()

    def _was_read(self, count: int) -> None:
        self._unread -= count
        if self._is_paused:
            self._is_paused = False
            self._line.below.resume()

    def done(self) -> None:
        """No more will be read: the connection is free, unless something of this answer is still to come."""
        self._line.finished(self, whole=self._ended and self._error is None and self.keeps)

    def take(self, data: bytes) -> None:
        """Bytes that came. Raises MalformedError where they are no answer."""
        self.was_heard = True
        if not self.status:
            data = self._take_head(self._head + data)
            if not self.status:
                return
        if data:
            self._take_body(data)
        self._wake()

    def lost(self, error: Exception | None) -> None:
        """The connection has ended; without an error in order, which is the end of a body that has no other."""
        self.keeps = False
        if self._ended:
            return
        if error is None and self.status and self._left is None and self._chunks is None:
            self._ended = True
        else:
            self._error = error or ConnectionError("unexpected EOF")
        self._wake()

    def _take_head(self, data: bytes) -> bytes:
        """Reads the head where it is whole; the bytes after it."""
        while (end := _END_OF_HEAD.search(data)) is not None:
            head, data = data[: end.start()], data[end.end() :]
            status = self._read_head(head)
            if status >= 200 or status == 101:
                self._head = b""
                return data
        if len(data) > _MOST_OF_A_HEAD:
            raise MalformedError("its head is too large")
        if not _may_be_a_head(data):
            raise MalformedError(f"{_first_line(data)!r}")
        self._head = data
        return b""

    def _read_head(self, head: bytes) -> int:
        first, *lines = _GOES_ON.sub(b" ", head).split(b"\n")
        found = _STATUS.fullmatch(first.removesuffix(b"\r"))
        if found is None:
            raise MalformedError(f"{_first_line(head)!r}")
        headers: CIMultiDict[str] = CIMultiDict()
        for line in lines:
            name, colon, value = line.partition(b":")
            if (
                not colon
                or _READABLE_NAME.fullmatch(name) is None
                or b"\0" in value
                or b"\r" in value.removesuffix(b"\r")
            ):
                raise MalformedError("malformed header line")
            headers.add(name.decode("ascii"), value.strip().decode("utf-8", "surrogateescape"))
        status = int(found[2])
        if status >= 200 or status == 101:
            self._measure(status, is_1_1=found[1] == b"1.1", headers=headers)
            self.status = status
            self.reason = (found[3] or b"").decode("utf-8", "surrogateescape").strip()
            self.headers = CIMultiDictProxy(headers)
        return status

    def _measure(self, status: int, *, is_1_1: bool, headers: CIMultiDict[str]) -> None:
        """How long the body is (RFC 9112 §6.3), and whether the connection lives on after it."""
        said = ",".join(headers.getall("Connection", ())).lower()
        self.keeps = "close" not in said if is_1_1 else "keep-alive" in said
        codings = [one.lower() for one in headers.getall("Transfer-Encoding", ())]
        lengths = {one.strip() for one in headers.getall("Content-Length", ())}
        if len(codings) > 1 or codings not in ([], ["chunked"]):
            raise MalformedError("unsupported transfer encoding")
        if len(lengths) > 1 or not all(one.isascii() and one.isdigit() for one in lengths):
            raise MalformedError("bad Content-Length")
        if self._is_head or status in _WITHOUT_BODY:
            self._ended = True
        elif codings:
            self._chunks = _Chunks()
        elif lengths:
            self._left = int(lengths.pop())
            self._ended = not self._left
        else:
            self.keeps = False

    def _take_body(self, data: bytes) -> None:
        if self._ended:
            self.keeps = False  # more than was said: what belongs to what is no longer known
        elif self._chunks is not None:
            for piece in self._chunks.take(data):
                self._put(piece)
            self._ended = self._chunks.is_whole
            self.keeps = self.keeps and not self._chunks.has_more
        elif self._left is not None:
            self._put(data[: self._left])
            self.keeps = self.keeps and len(data) <= self._left
            self._left -= min(len(data), self._left)
            self._ended = not self._left
        else:
            self._put(data)

    def _put(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._unread += len(piece)
        if self._unread > _MOST_UNREAD and not self._is_paused:
            self._is_paused = True
            self._line.below.pause()


class Http1Line:
    """One connection over `below`. `on_free` is called when it may be asked again, `on_end` when it has ended."""

    below: Below

    def __init__(self, on_free: "Callable[[Http1Line], None]", on_end: "Callable[[Http1Line], None]") -> None:
        self._on_free = on_free
        self._on_end = on_end
        self._reply: Reply | None = None
        self.is_open = True
        self.is_established: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ask(self, request: bytes, *, is_head: bool) -> Reply:
        """Send a request, made by `encoded`, once the last answer is done."""
        self._reply = Reply(self, is_head=is_head)
        self.below.write(request)
        return self._reply

    def finished(self, reply: Reply, *, whole: bool) -> None:
        """Nobody reads this answer any more."""
        if self._reply is not reply:
            return
        self._reply = None
        if whole and self.is_open:
            self._on_free(self)
        else:
            self.close()

    def close(self) -> None:
        """End it at once."""
        self.below.abort()

    def established(self, _: str | None) -> None:
        """The connection stands."""
        if not self.is_established.done():
            self.is_established.set_result(None)

    def received(self, data: bytes) -> None:
        """Bytes that the server sent."""
        if self._reply is None:
            self.close()
            return
        try:
            self._reply.take(data)
        except MalformedError as error:
            self.below.abort(error)

    def lost(self, error: Exception | None) -> None:
        """The connection has ended."""
        self.is_open = False
        if not self.is_established.done():
            self.is_established.set_exception(error or ConnectionError("unexpected EOF"))
        if self._reply is not None:
            self._reply.lost(error)
        self._on_end(self)


def _may_be_a_head(data: bytes) -> bool:
    """Whether these first bytes can be the beginning of an answer: what is none would be waited for in vain."""
    return data[:5] == b"HTTP/"[: len(data)]


def _first_line(data: bytes) -> str:
    return data.split(b"\n", 1)[0][:60].decode("latin-1").rstrip("\r")


def encoded(method: str, authority: str, path: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """A request without a body. Raises RequestError where a header cannot be sent."""
    lines = [f"{method} {path} HTTP/1.1"]
    fields = list(headers)
    if not any(name.lower() == "host" for name, _ in fields):
        lines.append(f"Host: {authority}")
    for name, value in fields:
        if _NAME.fullmatch(name.encode("utf-8", "surrogateescape")) is None or _NOT_IN_A_VALUE.search(value):
            raise RequestError(f"net/http: invalid header field {name!r}")
        lines.append(f"{name}: {value}")
    if method not in ("GET", "HEAD"):
        lines.append("Content-Length: 0")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")
