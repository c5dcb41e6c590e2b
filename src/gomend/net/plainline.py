"""A client connection without TLS, read in large pieces."""

import asyncio
from typing import Protocol, cast

_PIECE = 1 << 18  # bytes read from the socket at once


class User(Protocol):
    """Who speaks over the connection."""

    def established(self, protocol: str | None) -> None:
        """The connection stands, its handshake complete; `protocol` is what the server chose (ALPN)."""

    def received(self, data: bytes) -> None:
        """Bytes that were sent to us."""

    def lost(self, error: Exception | None) -> None:
        """The connection has ended, in order if there is no error; over TLS: a close_notify (RFC 8446 §6.1)."""


class PlainLine(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._buffer = bytearray(_PIECE)
        self._transport: asyncio.Transport | None = None
        self._error: Exception | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As of asyncio's protocols."""
        self._transport = cast("asyncio.Transport", transport)
        self._opened()

    def get_buffer(self, _: int) -> bytearray:
        """As of asyncio's protocols."""
        return self._buffer

    def buffer_updated(self, count: int) -> None:
        """As of asyncio's protocols."""
        self._took(memoryview(self._buffer)[:count])

    def connection_lost(self, error: Exception | None) -> None:
        """As of asyncio's protocols."""
        self._transport = None
        self._user.lost(self._error or error)

    def write(self, data: bytes) -> None:
        """Send bytes; what is written after the end is dropped."""
        if self._transport is not None:
            self._transport.write(data)

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

    def _opened(self) -> None:
        self._user.established(None)

    def _took(self, data: memoryview) -> None:
        self._user.received(bytes(data))
