"""A TLS client connection, read and written in large pieces.

asyncio's own TLS takes the protocols to offer from the context, which is shared by connections that offer others and
whose certificates take 20 ms to load; here they are set for the one handshake.
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from typing import Protocol, cast

PIECE = 1 << 18  # bytes read from the socket at once
_RECORD = 1 << 14  # the most that one TLS record holds (RFC 8446 §5.1)


class User(Protocol):
    """Who speaks over the connection."""

    def established(self, protocol: str | None) -> None:
        """The handshake is complete; `protocol` is what the server chose (ALPN)."""

    def received(self, data: bytes) -> None:
        """Bytes that were sent to us."""

    def lost(self, error: Exception | None) -> None:
        """The connection has ended, in order (RFC 8446 §6.1: with a close_notify) if there is no error."""


class TLSLine(asyncio.BufferedProtocol):
    """One connection, from its handshake on. `host` is whom the certificate must name, `protocols` what is offered."""

    def __init__(self, user: User, context: ssl.SSLContext, host: str, protocols: Sequence[str]) -> None:
        self._user = user
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        context.set_alpn_protocols(list(protocols))
        try:
            self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        finally:
            context.set_alpn_protocols(["http/1.1"])
        self._buffer = bytearray(PIECE)
        self._transport: asyncio.Transport | None = None
        self._is_established = False
        self._error: Exception | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As of asyncio's protocols."""
        self._transport = cast("asyncio.Transport", transport)
        self._guarded(self._handshake)

    def get_buffer(self, _: int) -> bytearray:
        """As of asyncio's protocols."""
        return self._buffer

    def buffer_updated(self, count: int) -> None:
        """As of asyncio's protocols."""
        self._incoming.write(memoryview(self._buffer)[:count])
        self._guarded(self._take)

    def eof_received(self) -> None:
        """As of asyncio's protocols: the end of TCP without one of TLS may be anybody's doing."""
        self._error = self._error or ConnectionError("unexpected EOF")

    def connection_lost(self, error: Exception | None) -> None:
        """As of asyncio's protocols."""
        self._transport = None
        self._user.lost(self._error or error)

    def write(self, data: bytes) -> None:
        """Send bytes; what is written after the end is dropped."""
        if self._transport is not None:
            self._tls.write(data)
            self._flush()

    def pause(self) -> None:
        """Take nothing more from the other side."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Take what comes again."""
        if self._transport is not None:
            self._transport.resume_reading()

    def abort(self, error: Exception | None = None) -> None:
        """End it at once; `error` is why."""
        self._error = self._error or error
        if self._transport is not None:
            self._transport.abort()

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except ssl.SSLError as error:
            self._flush()  # an alert tells the server why
            self.abort(error)

    def _take(self) -> None:
        if not self._is_established:
            self._handshake()
        if not self._is_established:
            return
        pieces = []
        try:
            while piece := self._tls.read(_RECORD):
                pieces.append(piece)
            self.abort()  # a close_notify
        except ssl.SSLWantReadError:
            pass
        if self._outgoing.pending:  # a key update is answered
            self._flush()
        if pieces:
            self._user.received(b"".join(pieces) if len(pieces) > 1 else pieces[0])

    def _handshake(self) -> None:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            return
        self._is_established = True
        self._flush()
        self._user.established(self._tls.selected_alpn_protocol())

    def _flush(self) -> None:
        if self._transport is not None and (data := self._outgoing.read()):
            self._transport.write(data)
