"""A loopback TCP listener with one thread a connection; everything else in the lab that speaks TCP stands on it."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

_MOST_QUEUED = 16
Serve = Callable[[socket.socket], None]


def cut(connection: socket.socket) -> None:
    """Closes with a TCP reset instead of an orderly end."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Listener:
    """Listens on `address` (port 0: an ephemeral one) and hands each connection to `serve` in a thread of its own.

    `connections` counts what was accepted, `accepted` is set by the first, `closing` when the listener ends: a server
    that stays silent waits for it. Leaving the context closes all connections and joins the threads.
    """

    def __init__(self, serve: Serve, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self._serve = serve
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._socket = socket.create_server(address, family=family, backlog=64)
        self.host, self.port = self._socket.getsockname()[:2]
        self.connections = 0
        self.accepted = threading.Event()
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._socket.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            self.accepted.set()
            thread = threading.Thread(target=self._run, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def secure(self, connection: socket.socket, tls: ssl.SSLContext) -> ssl.SSLSocket:
        """The connection with TLS. Raises OSError (ssl.SSLError is one) after the other side has read the alert."""
        secured = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.discard(connection)
            self._open.add(secured)
        try:
            secured.do_handshake()
        except OSError:
            self._drop(secured)
            with contextlib.suppress(OSError), socket.socket(fileno=secured.detach()) as raw:
                with self._lock:
                    self._open.add(raw)
                raw.shutdown(socket.SHUT_WR)
                while raw.recv(65536):
                    pass
                self._drop(raw)
            raise
        return secured

    def _drop(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def _run(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):
                self._serve(connection)
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()


class Silent(Listener):
    """Accepts and never says a word: a TLS handshake or an answer is waited for in vain."""

    def __init__(self, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        super().__init__(self._wait, address)

    def _wait(self, _: socket.socket) -> None:
        self.closing.wait()


class Talker(Listener):
    """Reads what comes first, says `answer`, and ends the connection (with a reset if `reset`)."""

    def __init__(self, answer: bytes, *, reset: bool = False, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self._answer, self._reset = answer, reset
        super().__init__(self._talk, address)

    def _talk(self, connection: socket.socket) -> None:
        connection.recv(65536)
        if self._answer:
            connection.sendall(self._answer)
        if self._reset:
            cut(connection)


class Swallowing:
    """An address that swallows what is sent to it: its queue of connections is full, so that no SYN is answered."""

    def __init__(self, address: tuple[str, int]) -> None:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._held = [socket.socket(family)]
        self._held[0].bind(address)
        self._held[0].listen(0)
        self.host, self.port = self._held[0].getsockname()[:2]

    def __enter__(self) -> Self:
        for _ in range(_MOST_QUEUED):
            one = socket.socket(self._held[0].family)
            self._held.append(one)
            one.settimeout(0.3)
            try:
                one.connect((self.host, self.port))
            except TimeoutError:
                return self
        raise AssertionError("the queue of connections has no end here")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self._held:
            one.close()


HANDSHAKE_FAILURE = b"\x15\x03\x03\x00\x02\x02\x28"
INTERNAL_ERROR = b"\x15\x03\x03\x00\x02\x02\x50"
UNRECOGNIZED_NAME = b"\x15\x03\x03\x00\x02\x02\x70"
ACCESS_DENIED = b"\x15\x03\x03\x00\x02\x02\x31"
"""TLS alert records, for a Talker on a TLS port."""


def refused_port() -> int:
    """A loopback port on which nobody listens (it was free a moment ago)."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
