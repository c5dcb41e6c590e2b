"""HTTP/2 (RFC 9113), as much as a client needs that asks for files: many GETs on one connection.

Own framing: the library `h2` cannot read on after a GOAWAY, which nginx sends after 1000 requests, and spends as much
time on a frame of data as on all else that is done with it (decision 18). Headers are decoded by `hpack`.
"""

import asyncio
import re
import struct
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Protocol

from hpack import Decoder, HPACKError
from multidict import CIMultiDict, CIMultiDictProxy

from gomend.net.faults import Http2Error
from gomend.net.incoming import Incoming

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_HEADER = struct.Struct(">HBBBI")  # length in 16 + 8 bits, type, flags, stream
_WINDOW = 1 << 20  # bytes that a stream may hold unread
_WINDOW_OF_ALL = 1 << 26
_DEFAULT_WINDOW = 65_535
_MOST_OF_A_FRAME = 1 << 14
_MOST_OF_A_HEAD = 1 << 16
_STREAMS = 100  # where the server names no limit (RFC 9113 §6.5.2 recommends not to set less)
_MOST_STREAMS = 256  # files asked at once, whatever the server would take
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")
_NOT_IN_A_VALUE = re.compile(rb"[\x00\r\n]")


# Types of frames (§6), flags, settings: plain numbers, since an enum costs more than the frame.
_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _PUSH_PROMISE, _PING, _GOAWAY, _WINDOW_UPDATE, _CONTINUATION = (
    0,
    1,
    *range(3, 10),
)
_ACK = _END_STREAM = 1
_END_HEADERS, _PADDED, _PRIORITY = 4, 8, 32
_ENABLE_PUSH, _MAX_CONCURRENT_STREAMS, _INITIAL_WINDOW_SIZE, _MAX_HEADER_LIST_SIZE = 2, 3, 4, 6
_CODES = (
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
    "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
)  # fmt: skip
_CANCEL = 8
_PHRASES = {one.value: one.phrase for one in HTTPStatus}


class NotAnsweredError(Exception):
    """The connection ended, or the server turned the request away, before its answer began: ask elsewhere."""


class Stream(Incoming):
    """One answer. `begun` waits for its head, `read` gives its body."""

    def __init__(self, line: "Http2Line", number: int, *, is_head: bool) -> None:
        super().__init__()
        self._line = line
        self._number = number
        self._is_head = is_head
        self._untold = 0  # bytes taken out that the server was not told of

    async def begun(self) -> None:
        """Wait for the headers. Raises NotAnsweredError."""
        while not self.status:
            if self._error is not None or self._ended:
                raise NotAnsweredError from self._error
            await self._change()

    def _was_read(self, count: int) -> None:
        self._untold += count
        if self._untold >= _WINDOW // 2 and not self._ended:
            self._line.widen(self._number, self._untold)
            self._untold = 0

    def done(self) -> None:
        """No more will be read."""
        if self._ended or self._error is not None:
            return
        if not self.status:  # silence: perhaps of the whole connection
            self._line.retire()
        self._line.give_up(self._number)

    def fail(self, error: Exception) -> None:
        """The rest will not come."""
        self._error = self._error or error
        self._wake()

    def take_headers(self, fields: Iterable[tuple[bytes, bytes]], *, ends: bool) -> None:
        """A block of headers. Raises Http2Error where they are malformed."""
        found: CIMultiDict[str] = CIMultiDict()
        status = 0
        for name, value in fields:
            if name == b":status" and value.isdigit() and len(value) == 3:
                status = int(value)
            elif not _NAME.fullmatch(name) or _NOT_IN_A_VALUE.search(value):
                raise self._malformed()
            else:
                found.add(name.decode("ascii"), value.decode("utf-8", "surrogateescape"))
        if not self.status and status >= 200:
            self.status = status
            self.reason = _PHRASES.get(status, "")
            self.headers = CIMultiDictProxy(found)
            length = found.get("content-length", "")
            has_body = not self._is_head and status not in (204, 304)
            self._left = int(length) if length.isascii() and length.isdigit() and has_body else None
            self._wake()
        elif not self.status and not status:
            raise self._malformed()
        if ends:
            self.end()

    def take_data(self, data: bytes, *, ends: bool) -> None:
        """A piece of the body. Raises Http2Error where it is not what the headers said."""
        if not self.status:
            raise self._malformed()
        if self._left is not None:
            self._left -= len(data)
        if data:
            self._pieces.append(data)
        if ends:
            self.end()
        self._wake()

    def end(self) -> None:
        """All has come. Raises Http2Error where it is less or more than was said."""
        if self._left:
            raise self._malformed()
        self._ended = True
        self._wake()

    def _malformed(self) -> Http2Error:
        return Http2Error(f"stream error: stream ID {self._number}; PROTOCOL_ERROR")


class Below(Protocol):
    """What carries the bytes: TLS."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    def abort(self, error: Exception | None = None) -> None:
        """End it at once; `error` is why."""


class Http2Line:
    """One connection over `below`. `on_end` is called when no further request can be made on it."""

    below: Below

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._on_end = on_end
        self._decoder = Decoder(max_header_list_size=_MOST_OF_A_HEAD)
        self._streams: dict[int, Stream] = {}
        self._next = 1
        self._most = _STREAMS
        self._rest = b""
        self._block: tuple[int, bytearray, bool] | None = None  # headers that are not whole
        self._unacknowledged = 0
        self._to_send: list[bytes] = []
        self._is_open = False
        self.is_established: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    @property
    def room(self) -> int:
        """How many requests may be open at once; none once it has ended."""
        return min(self._most, _MOST_STREAMS) if self._is_open else 0

    def ask(self, method: str, authority: str, path: str, headers: Iterable[tuple[str, str]]) -> Stream:
        """Make a request. Raises NotAnsweredError where that cannot be."""
        block = _encoded(method, authority, path, headers)
        if len(self._streams) >= self.room or len(block) > _MOST_OF_A_FRAME:
            raise NotAnsweredError
        number, self._next = self._next, self._next + 2
        stream = self._streams[number] = Stream(self, number, is_head=method == "HEAD")
        self._send(_HEADERS, _END_HEADERS | _END_STREAM, number, block)
        return stream

    def widen(self, stream: int, count: int) -> None:
        """Let the server send `count` more bytes on a stream, or (0) in all."""
        self._send(_WINDOW_UPDATE, 0, stream, count.to_bytes(4, "big"))

    def give_up(self, stream: int) -> None:
        """Nobody reads this answer any more."""
        if self._streams.pop(stream, None) is not None:
            self._send(_RST_STREAM, 0, stream, _CANCEL.to_bytes(4, "big"))

    def close(self) -> None:
        """End it at once."""
        self.below.abort()

    def established(self, protocol: str | None) -> None:
        """The handshake is complete."""
        self._is_open = protocol == "h2"
        if self._is_open:
            settings = {
                _ENABLE_PUSH: 0,
                _INITIAL_WINDOW_SIZE: _WINDOW,
                _MAX_HEADER_LIST_SIZE: _MOST_OF_A_HEAD,
            }
            self._to_send.append(_PREFACE)
            self._send(_SETTINGS, 0, 0, b"".join(struct.pack(">HI", *one) for one in settings.items()))
            self.widen(0, _WINDOW_OF_ALL - _DEFAULT_WINDOW)
        if not self.is_established.done():
            self.is_established.set_result(self._is_open)

    def received(self, data: bytes) -> None:
        """Bytes that the server sent."""
        data = self._rest + data if self._rest else data
        at, end = 0, len(data)
        try:
            while end - at >= 9:
                high, low, kind, flags, number = _HEADER.unpack_from(data, at)
                size = high << 8 | low
                if size > _MOST_OF_A_FRAME:
                    raise Http2Error("connection error: FRAME_SIZE_ERROR")
                if end - at < 9 + size:
                    break
                self._take(kind, flags, number & 0x7FFFFFFF, data[at + 9 : at + 9 + size])
                at += 9 + size
        except Http2Error as error:
            self.below.abort(error)
            return
        except (HPACKError, IndexError, struct.error, ValueError) as error:
            broken = Http2Error("connection error: PROTOCOL_ERROR")
            broken.__cause__ = error
            self.below.abort(broken)
            return
        self._rest = data[at:]
        if self._unacknowledged >= _WINDOW_OF_ALL // 4:
            self.widen(0, self._unacknowledged)
            self._unacknowledged = 0

    def lost(self, error: Exception | None) -> None:
        """The connection has ended."""
        self.retire()
        if not self.is_established.done():
            self.is_established.set_result(False)
        streams, self._streams = self._streams, {}
        for stream in streams.values():
            stream.fail(error or ConnectionError("unexpected EOF"))

    def retire(self) -> None:
        """Make no further request on it."""
        was_open, self._is_open = self._is_open, False
        if was_open:
            self._on_end()

    def _take(self, kind: int, flags: int, number: int, payload: bytes) -> None:
        if (self._block is not None) != (kind == _CONTINUATION):
            raise Http2Error("connection error: PROTOCOL_ERROR")
        if kind == _DATA:
            self._unacknowledged += len(payload)
            data = _unpadded(payload, flags)
            self._on_stream(number, flags, lambda stream, ends: stream.take_data(data, ends=ends))
        elif kind == _HEADERS:
            block = _unpadded(payload, flags)
            block = block[5:] if flags & _PRIORITY else block
            self._take_block(number, flags, bytearray(block), ends=bool(flags & _END_STREAM))
        elif kind == _CONTINUATION and self._block is not None:
            number, whole, ends = self._block
            self._take_block(number, flags, whole + payload, ends=ends)
        elif kind == _RST_STREAM:
            stream = self._streams.pop(number, None)
            if stream is not None:
                stream.fail(Http2Error(f"stream error: stream ID {number}; {_code(payload)}; received from peer"))
        elif kind == _SETTINGS and not flags & _ACK:
            for name, value in struct.iter_unpack(">HI", payload):
                if name == _MAX_CONCURRENT_STREAMS:
                    self._most = value
            self._send(_SETTINGS, _ACK, 0, b"")
        elif kind == _PING and not flags & _ACK:
            self._send(_PING, _ACK, 0, payload)
        elif kind == _GOAWAY:
            self._go_away(payload)
        elif kind == _PUSH_PROMISE:
            raise Http2Error("connection error: PROTOCOL_ERROR")

    def _take_block(self, number: int, flags: int, block: bytearray, *, ends: bool) -> None:
        if len(block) > _MOST_OF_A_HEAD:
            raise Http2Error("connection error: ENHANCE_YOUR_CALM")
        if not flags & _END_HEADERS:
            self._block = number, block, ends
            return
        self._block = None
        fields = self._decoder.decode(bytes(block), raw=True)  # also for a stream given up: the table is one for all
        self._on_stream(number, _END_STREAM if ends else 0, lambda stream, ends: stream.take_headers(fields, ends=ends))

    def _on_stream(self, number: int, flags: int, take: Callable[[Stream, bool], None]) -> None:
        stream = self._streams.get(number)
        if stream is None:  # given up: what was on its way
            return
        ends = bool(flags & _END_STREAM)
        try:
            take(stream, ends)
        except Http2Error as error:
            stream.fail(error)
            self.give_up(number)
            return
        if ends:
            del self._streams[number]

    def _go_away(self, payload: bytes) -> None:
        last = int.from_bytes(payload[:4], "big") & 0x7FFFFFFF
        words = (
            f"http2: server sent GOAWAY and closed the connection; LastStreamID={last}, ErrCode={_code(payload[4:])}"
        )
        self.retire()
        for number in [one for one in self._streams if one > last]:
            self._streams.pop(number).fail(Http2Error(words))

    def _send(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if not self._to_send or self._to_send == [_PREFACE]:  # with what else is sent in this turn
            asyncio.get_running_loop().call_soon(self._flush)
        size = len(payload)
        self._to_send.append(_HEADER.pack(size >> 8, size & 0xFF, kind, flags, stream) + payload)

    def _flush(self) -> None:
        data = b"".join(self._to_send)
        self._to_send.clear()
        self.below.write(data)


def _unpadded(payload: bytes, flags: int) -> bytes:
    if not flags & _PADDED:
        return payload
    padding = payload[0]
    if padding >= len(payload):
        raise Http2Error("connection error: PROTOCOL_ERROR")
    return payload[1 : len(payload) - padding]


def _code(payload: bytes) -> str:
    number = int.from_bytes(payload[:4], "big")
    return _CODES[number] if number < len(_CODES) else f"0x{number:x}"


def _encoded(method: str, authority: str, path: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """Headers without the dynamic table and without Huffman code (RFC 7541 §6.2.2); secrets never indexed (§6.2.3)."""
    # Of the static table: 1 :authority, 2 :method GET, 4 :path /, 7 :scheme https.
    parts = [b"\x82" if method == "GET" else b"\x02" + _string(method.encode("ascii")), b"\x87"]
    parts += (b"\x01", _string(authority.encode("ascii")), b"\x04", _string(path.encode("ascii")))
    for name, value in headers:
        kind = b"\x10" if name.lower() == "authorization" else b"\x00"
        parts += (kind, _string(name.lower().encode("ascii")), _string(value.encode("utf-8", "surrogateescape")))
    return b"".join(parts)


def _string(text: bytes) -> bytes:
    size = len(text)
    if size < 127:
        return bytes((size,)) + text
    size -= 127
    prefix = bytearray((127,))
    while size >= 128:
        prefix.append(size & 127 | 128)
        size >>= 7
    prefix.append(size)
    return bytes(prefix) + text
