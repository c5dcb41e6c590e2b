"""A client that speaks HTTP/2 frame by frame, right or wrong, and tells what became of each of its streams."""

import struct
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hpack import Decoder
from tests.lab.http2 import CODES, frame
from tests.server.overtls import secured
from tests.server.serving import Served

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
ACK = END_STREAM = 1
END_HEADERS = 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
Fields = Sequence[tuple[bytes, bytes]]
_MOST = 16_000  # bytes of a frame
_NAMES = {number: name for name, number in CODES.items()}


def asking(path: bytes, /, **changed: bytes | None) -> list[tuple[bytes, bytes]]:
    """The pseudo headers of a request; `changed` gives other values, None for none."""
    fields: dict[str, bytes | None] = {"method": b"GET", "scheme": b"https", "authority": b"localhost", "path": path}
    return [(b":" + name.encode(), value) for name, value in (fields | changed).items() if value is not None]


def block(fields: Fields) -> bytes:
    """A header block, all literally: names and values are as wrong as they are given (RFC 7541 §6.2.2)."""
    return b"".join(b"\0" + _number(len(name)) + name + _number(len(value)) + value for name, value in fields)


def _number(value: int) -> bytes:
    if value < 127:
        return bytes([value])
    out, value = [127], value - 127
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes([*out, value])


def request(stream: int, fields: Fields, body: bytes | None = None, trailers: Fields | None = None) -> bytes:
    """The frames of a request."""
    whole = block(fields)
    pieces = [whole[at : at + _MOST] for at in range(0, len(whole), _MOST)]
    ends = END_STREAM if body is None and trailers is None else 0
    out = b""
    for number, piece in enumerate(pieces):
        flags = (0 if number else ends) | (END_HEADERS if number == len(pieces) - 1 else 0)
        out += frame(CONTINUATION if number else HEADERS, flags, stream, piece)
    if body is not None:
        for at in range(0, max(1, len(body)), _MOST):
            is_last = at + _MOST >= len(body) and trailers is None
            out += frame(DATA, END_STREAM if is_last else 0, stream, body[at : at + _MOST])
    if trailers is not None:
        out += frame(HEADERS, END_STREAM | END_HEADERS, stream, block(trailers))
    return out


@dataclass
class Stream:
    """What came on one: status and size of the body, or the name of the error that it was reset with."""

    status: int = 0
    size: int = 0
    is_over: bool = False
    reset: str = ""

    @property
    def told(self) -> str:
        """In a word."""
        return str(self.status) if self.status else f"reset: {self.reset}" if self.reset else "nothing"


class Talk:
    """One connection."""

    def __init__(self, server: Served, settings: bytes = b"") -> None:
        self._connection = secured(server, "h2")
        assert self._connection.selected_alpn_protocol() == "h2"
        self._decoder = Decoder()
        self._came = b""
        self.streams: dict[int, Stream] = defaultdict(Stream)
        self.last_word = ""  # the error of a GOAWAY
        self.last_stream = 0  # which that one says was taken
        self.is_over = False
        self.send(PREFACE + frame(SETTINGS, 0, 0, settings))

    def __enter__(self) -> "Talk":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def send(self, frames: bytes) -> None:
        """Send these, to a server that may have ended the connection."""
        try:
            self._connection.sendall(frames)
        except OSError:
            self.is_over = True

    def listen(self, *streams: int) -> None:
        """Until these are over, or the connection."""
        while not all(self.streams[one].is_over for one in streams):
            try:
                came = self._connection.recv(65536)
            except ConnectionError:
                came = b""
            if not came:
                self.is_over = True
                return
            self._came += came
            while len(self._came) >= 9 and len(self._came) >= (end := 9 + int.from_bytes(self._came[:3], "big")):
                kind, flags, stream = struct.unpack(">xxxBBI", self._came[:9])
                payload, self._came = self._came[9:end], self._came[end:]
                self._take(kind, flags, stream, payload)

    def _take(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        one = self.streams[stream]
        if kind == HEADERS:
            fields = dict(self._decoder.decode(payload))
            one.status = int(fields.get(":status", one.status))
        elif kind == DATA:
            one.size += len(payload)
        elif kind == RST_STREAM:
            one.reset = _NAMES.get(int.from_bytes(payload, "big"), "another")
            one.is_over = True
        elif kind == GOAWAY:
            self.last_stream = int.from_bytes(payload[:4], "big")
            self.last_word = _NAMES.get(int.from_bytes(payload[4:8], "big"), "another")
        elif kind == SETTINGS and not flags & ACK:
            self.send(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self.send(frame(PING, ACK, 0, payload))
        one.is_over = one.is_over or (kind in (HEADERS, DATA) and bool(flags & END_STREAM))
