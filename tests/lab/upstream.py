"""A module proxy on loopback that serves a World exactly, or fails on chosen requests in a scripted way."""

import contextlib
import fnmatch
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote

from tests.lab.listener import Listener, cut
from tests.lab.modules import World


@dataclass
class Exchange:
    """One request as it arrived, with the connection to answer it on."""

    connection: socket.socket
    method: str
    target: str
    headers: Mapping[str, str]
    closing: threading.Event
    over: bool = False

    @property
    def path(self) -> str:
        """The path, percent-decoded (`!a` stays)."""
        return unquote(self.target.partition("?")[0])

    def send(
        self, status: int, body: bytes = b"", *, reason: str = "", length: int | None = None, **headers: str
    ) -> None:
        """Answers. `length` claims another Content-Length; a keyword `retry_after` becomes the header Retry-After."""
        words = {"content-length": str(len(body) if length is None else length)}
        words |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name.title()}: {value}\r\n" for name, value in words.items())
        phrase = reason or HTTPStatus(status).phrase
        content = b"" if self.method == "HEAD" else body
        self.connection.sendall(f"HTTP/1.1 {status} {phrase}\r\n{lines}\r\n".encode() + content)

    def end(self) -> None:
        """No further request is read on this connection."""
        self.over = True


Act = Callable[[Exchange, bytes | None], None]
"""Answers an exchange; the second argument is what a healthy proxy would send (None: it has no such file)."""


def serve(exchange: Exchange, content: bytes | None) -> None:
    """The healthy answer."""
    if content is None:
        name = exchange.path.strip("/").partition("/@")[0]
        exchange.send(404, f"not found: {name}: no such module".encode(), content_type="text/plain; charset=UTF-8")
    else:
        exchange.send(200, content, content_type="application/octet-stream")


def status(code: int, text: str = "", *, kind: str = "text/plain; charset=utf-8", **headers: str) -> Act:
    """Status `code` with a body of type `kind`."""
    return lambda exchange, _: exchange.send(code, text.encode(), content_type=kind, **headers)


def page(html: str, code: int = 200) -> Act:
    """An HTML page, as captive portals and single sign-on send."""
    return status(code, html, kind="text/html; charset=utf-8")


def body(data: bytes) -> Act:
    """200 with these bytes."""
    return lambda exchange, _: exchange.send(200, data, content_type="application/octet-stream")


def redirect(location: str, code: int = 302) -> Act:
    """A redirect; `{path}` in the location is the request's path."""
    return lambda exchange, _: exchange.send(code, location=location.replace("{path}", exchange.target))


def truncated(kept: float = 0.5, *, reset: bool = False) -> Act:
    """The right header, this share of the body, then the end of the connection (or a reset)."""

    def act(exchange: Exchange, content: bytes | None) -> None:
        data = content or b""
        exchange.send(200, data[: int(len(data) * kept)], length=len(data), content_type="application/zip")
        exchange.end()
        if reset:
            exchange.closing.wait(0.1)
            cut(exchange.connection)

    return act


def stalled(kept: float = 0.0) -> Act:
    """The header and this share of the body, then silence until the server ends."""

    def act(exchange: Exchange, content: bytes | None) -> None:
        data = content or b"{}"
        exchange.send(200, data[: int(len(data) * kept)], length=len(data))
        exchange.closing.wait()
        exchange.end()

    return act


def chunked(kept: float, ending: bytes = b"") -> Act:
    """This share of the body as a chunk, then `ending` where the next should begin, then the end of the connection."""

    def act(exchange: Exchange, content: bytes | None) -> None:
        data = content or b""
        piece = data[: int(len(data) * kept)]
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        exchange.connection.sendall(head + b"%x\r\n%b\r\n" % (len(piece), piece) + ending)
        exchange.end()

    return act


def silent(exchange: Exchange, _: bytes | None) -> None:
    """No answer until the server ends."""
    exchange.closing.wait()
    exchange.end()


def reset(exchange: Exchange, _: bytes | None) -> None:
    """A TCP reset instead of an answer."""
    exchange.end()
    cut(exchange.connection)


def hang_up(exchange: Exchange, _: bytes | None) -> None:
    """The connection ends in order, without an answer."""
    exchange.end()


def garbage(exchange: Exchange, _: bytes | None) -> None:
    """Bytes that are not HTTP."""
    exchange.connection.sendall(b"\x00\x01SSH-2.0-OpenSSH_9.6\r\n")
    exchange.end()


def slow(pieces: int, pause: float) -> Act:
    """The right answer, in pieces with pauses of so many seconds between them."""

    def act(exchange: Exchange, content: bytes | None) -> None:
        data = content or b""
        exchange.send(200, b"", length=len(data))
        size = max(1, -(-len(data) // pieces))
        for at in range(0, len(data), size):
            exchange.connection.sendall(data[at : at + size])
            if exchange.closing.wait(pause):
                return exchange.end()
        return None

    return act


def first(count: int, act: Act, then: Act = serve) -> Act:
    """`act` for the first `count` requests that it meets, then `then`."""
    lock, seen = threading.Lock(), [0]

    def choose(exchange: Exchange, content: bytes | None) -> None:
        with lock:
            seen[0] += 1
            chosen = act if seen[0] <= count else then
        chosen(exchange, content)

    return choose


@dataclass
class Answers:
    """Which fault meets which request: (pattern, act) pairs, first match wins.

    A pattern is a glob over the decoded path below `base`, for instance `*/@v/*.zip` or `/github.com/!azure/*`. `other`
    is asked for paths that the world does not have (for a checksum database, say).
    """

    world: World
    faults: list[tuple[str, Act]] = field(default_factory=list)
    base: str = ""
    other: Callable[[str], bytes | None] = lambda path: None
    default: Act = serve

    def __call__(self, exchange: Exchange) -> None:
        path = exchange.path.removeprefix(self.base)
        content = self.world.file(path)
        if content is None:
            content = self.other(path)
        act = next((act for pattern, act in self.faults if fnmatch.fnmatchcase(path, pattern)), self.default)
        act(exchange, content)


class Upstream(Listener):
    """An HTTP/1.1 server, with TLS when given a context. `requests` holds the decoded paths in the order they came."""

    def __init__(
        self,
        answers: Callable[[Exchange], None],
        *,
        tls: ssl.SSLContext | None = None,
        address: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        self._answers, self._tls = answers, tls
        self.requests: list[str] = []
        self.exchanges: list[Exchange] = []
        super().__init__(self._converse, address)

    @property
    def url(self) -> str:
        """Its base URL by address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    def paths(self, pattern: str = "*") -> list[str]:
        """The requests that match a glob."""
        return [path for path in self.requests if fnmatch.fnmatchcase(path, pattern)]

    def _converse(self, connection: socket.socket) -> None:
        if self._tls is not None:
            connection = self.secure(connection, self._tls)
        with contextlib.closing(connection):
            waiting = b""
            while True:
                while b"\r\n\r\n" not in waiting:
                    more = connection.recv(65536)
                    if not more:
                        return
                    waiting += more
                    if not waiting[:1].isalpha():
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request")
                        return
                head, _, waiting = waiting.partition(b"\r\n\r\n")
                first_line, *lines = head.decode("latin-1").split("\r\n")
                method, target, _ = first_line.split(" ", 2)
                headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
                exchange = Exchange(connection, method, target, headers, self.closing)
                self.requests.append(exchange.path)
                self.exchanges.append(exchange)
                self._answers(exchange)
                if exchange.over:
                    return


def module_proxy(
    world: World, faults: Iterable[tuple[str, Act]] = (), *, tls: ssl.SSLContext | None = None, base: str = ""
) -> Upstream:
    """An upstream on an ephemeral loopback port that serves `world`, but for the faults."""
    return Upstream(Answers(world, list(faults), base), tls=tls)
