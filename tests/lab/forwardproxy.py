"""A forward proxy (HTTP CONNECT, or SOCKS5) that tunnels, or refuses."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Mapping

from tests.lab.listener import Listener

Tunnel = Callable[[str, int], socket.socket]


def _connect(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), 10)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _relay(one: socket.socket, other: socket.socket) -> None:
    back = threading.Thread(target=_copy, args=(other, one), daemon=True)
    back.start()
    _copy(one, other)
    back.join()
    other.close()


class ForwardProxy(Listener):
    """Tunnels CONNECT requests and forwards plain ones' answers from `status`.

    `answers` maps a host (or `*`) to the raw answer given instead, for instance
    `b"HTTP/1.1 407 Proxy Authentication Required\\r\\n\\r\\n"`. `asked` holds the targets, `host:port`.
    """

    def __init__(
        self,
        answers: Mapping[str, bytes] | None = None,
        *,
        address: tuple[str, int] = ("127.0.0.1", 0),
        connect: Tunnel = _connect,
    ) -> None:
        self._raw, self._tunnel = dict(answers or {}), connect
        self.asked: list[str] = []
        super().__init__(self._converse, address)

    def _converse(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(65536)
            if not more:
                return
            head += more
        target = head.split(b" ")[1].decode()
        self.asked.append(target)
        host, _, port = target.removeprefix("http://").partition("/")[0].partition(":")
        raw = self._raw.get(host, self._raw.get("*"))
        if raw is not None:
            connection.sendall(raw)
            return
        try:
            other = self._tunnel(host, int(port or 80))
        except OSError as error:
            text = f"cannot connect to {host}: {error}\n".encode()
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        _relay(connection, other)


class Socks5(Listener):
    """A SOCKS5 proxy that answers every CONNECT with `reply` (RFC 1928, 6: 0 tunnels, 1 failure, 2 not allowed).

    `method` 255 means that no authentication method is acceptable. `asked` holds the targets, `host:port`, a name as it
    was given.
    """

    def __init__(
        self,
        reply: int = 0,
        *,
        method: int = 0,
        address: tuple[str, int] = ("127.0.0.1", 0),
        connect: Tunnel = _connect,
    ) -> None:
        self._reply, self._method, self._tunnel = reply, method, connect
        self.asked: list[str] = []
        super().__init__(self._converse, address)

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as reader:
            _, count = reader.read(2)
            reader.read(count)
            connection.sendall(bytes([5, self._method]))
            if self._method == 255:
                return
            _, _, _, kind = reader.read(4)
            if kind == 3:
                host = reader.read(reader.read(1)[0]).decode()
            else:
                host = socket.inet_ntop(
                    socket.AF_INET if kind == 1 else socket.AF_INET6, reader.read(4 if kind == 1 else 16)
                )
            (port,) = struct.unpack(">H", reader.read(2))
            self.asked.append(f"{host}:{port}")
            connection.sendall(bytes([5, self._reply, 0, 1, 0, 0, 0, 0, 0, 0]))
            if self._reply == 0:
                _relay(connection, self._tunnel(host, port))
