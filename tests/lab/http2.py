"""An HTTP/2 server that breaks streams or connections; it needs no HPACK decoding, for it answers by order only."""

import socket
import ssl
import struct
from collections.abc import Sequence

from tests.lab.listener import Listener

_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _PING, _GOAWAY = 0, 1, 3, 4, 6, 7
_OK = b"\x88"
_NOT_FOUND = b"\x8d"
"""HPACK's static-table entries for `:status: 200` and `:status: 404`."""
CODES = {
    "NO_ERROR": 0,
    "PROTOCOL_ERROR": 1,
    "INTERNAL_ERROR": 2,
    "FLOW_CONTROL_ERROR": 3,
    "STREAM_CLOSED": 5,
    "FRAME_SIZE_ERROR": 6,
    "REFUSED_STREAM": 7,
    "CANCEL": 8,
    "COMPRESSION_ERROR": 9,
    "ENHANCE_YOUR_CALM": 11,
    "HTTP_1_1_REQUIRED": 13,
}


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One HTTP/2 frame (RFC 9113, 4.1)."""
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


class Step:
    """What happens to one request. `body` is sent with 200 first, if given; `partly` leaves it unended.

    Then `reset` (a name of CODES) resets the stream, `goaway` ends the connection, with `debug` as its text; `drop`
    closes without a word. `missing` answers 404.
    """

    def __init__(
        self,
        body: bytes | None = None,
        *,
        partly: bool = False,
        reset: str = "",
        goaway: str = "",
        debug: str = "",
        drop: bool = False,
        missing: bool = False,
    ) -> None:
        self.body, self.partly, self.reset, self.goaway = body, partly, reset, goaway
        self.debug, self.drop, self.missing = debug, drop, missing

    def frames(self, stream: int, last: int) -> bytes:
        """The frames of this answer."""
        out = b""
        if self.missing:
            out += frame(_HEADERS, 5, stream, _NOT_FOUND)
        if self.body is not None:
            out += frame(_HEADERS, 4, stream, _OK) + frame(_DATA, 0 if self.partly else 1, stream, self.body)
        if self.reset:
            out += frame(_RST_STREAM, 0, stream, struct.pack(">I", CODES[self.reset]))
        if self.goaway:
            out += frame(_GOAWAY, 0, 0, struct.pack(">II", last, CODES[self.goaway]) + self.debug.encode())
        return out


class Http2(Listener):
    """Answers the n-th request with the n-th step, and all after the last with the last."""

    def __init__(self, steps: Sequence[Step], tls: ssl.SSLContext, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self._steps, self._tls = steps, tls
        self.requests = 0
        tls.set_alpn_protocols(["h2"])
        super().__init__(self._converse, address)

    @property
    def url(self) -> str:
        """Its base URL by address."""
        return f"https://{self.host}:{self.port}"

    def _converse(self, raw: socket.socket) -> None:
        connection = self.secure(raw, self._tls)
        with connection, connection.makefile("rb") as reader:
            reader.read(24)
            connection.sendall(frame(_SETTINGS, 0, 0))
            while len(head := reader.read(9)) == 9:
                reader.read(int.from_bytes(head[:3]))
                kind, flags, stream = head[3], head[4], int.from_bytes(head[5:9])
                if kind == _SETTINGS and not flags & 1:
                    connection.sendall(frame(_SETTINGS, 1, 0))
                elif kind == _PING and not flags & 1:
                    connection.sendall(frame(_PING, 1, 0, bytes(8)))
                elif kind == _HEADERS:
                    step = self._steps[min(self.requests, len(self._steps) - 1)]
                    self.requests += 1
                    connection.sendall(step.frames(stream, stream))
                    if step.drop:
                        return
                    if step.goaway:
                        connection.shutdown(socket.SHUT_WR)
