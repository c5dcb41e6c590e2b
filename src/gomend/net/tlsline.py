"""A TLS client connection, read and written in large pieces.

asyncio's own TLS takes the protocols to offer from the context, which is shared by connections that offer others and
whose certificates take 20 ms to load; here they are set for the one handshake.
"""

import ssl
from collections.abc import Callable, Sequence

from gomend.net.plainline import PlainLine, User

_RECORD = 1 << 14  # the most that one TLS record holds (RFC 8446 §5.1)


class TLSLine(PlainLine):
    """One connection, from its handshake on. `host` is whom the certificate must name, `protocols` what is offered."""

    def __init__(self, user: User, context: ssl.SSLContext, host: str, protocols: Sequence[str]) -> None:
        super().__init__(user)
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        context.set_alpn_protocols(list(protocols))
        try:
            self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        finally:
            context.set_alpn_protocols(["http/1.1"])
        self._is_established = False

    def eof_received(self) -> None:
        """As of asyncio's protocols: the end of TCP without one of TLS may be anybody's doing."""
        self._error = self._error or ConnectionError("unexpected EOF")

    def write(self, data: bytes) -> None:
        """Send bytes; what is written after the end is dropped."""
        if self._transport is not None:
            self._tls.write(data)
            self._flush()

    def _opened(self) -> None:
        self._guarded(self._handshake)

    def _took(self, data: memoryview) -> None:
        self._incoming.write(data)
        self._guarded(self._take)

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
