"""What serves go after the door itself has failed: every request is carried to its source as it comes.

Nothing is tried again, fetched ahead, limited or recorded. It needs the standard library only, so that what was broken
in the door is not needed again.
"""

import hmac
import http.client
import select
import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler

from gomend.net.faults import WireError, in_words
from gomend.net.forward import CGIError
from gomend.relay.headers import ASKED_BY_GO, OF_THE_CONNECTION
from gomend.relay.plan import DoorEntry, Plan
from gomend.relay.reaching import SECONDS, Reach
from gomend.relay.tunneladdress import TunnelAddress

_PIECE = 1 << 16


def serve(
    *,
    plan: Plan,
    secret: str,
    environment: Mapping[str, str],
    goauth: str,
    listening: socket.socket,
    tunnel: tuple[TunnelAddress, socket.socket] | None,
    until_readable: int,
) -> None:
    """Serves `plan` on `listening` and the tunnel on its own socket until `until_readable` is. Closes neither."""
    reach = Reach(environment, goauth)

    class Modules(_Modules):
        entries = plan.entries
        prefix = f"/{secret}/"
        behind = reach

    servers = {listening.fileno(): _Server(listening, Modules)}
    if tunnel is not None:
        address, waiting = tunnel

        class Tunnels(_Tunnels):
            authorization = address.authorization
            behind = reach

        servers[waiting.fileno()] = _Server(waiting, Tunnels)
    while True:
        ready, _, _ = select.select([*servers, until_readable], [], [])
        if until_readable in ready:
            return
        for number in ready:
            servers[number].handle_request()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, listening: socket.socket, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        listening.setblocking(False)

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: go has gone, or sees its connection end."""


class _Carrying(BaseHTTPRequestHandler):
    behind: Reach
    protocol_version = "HTTP/1.1"
    timeout = SECONDS

    def log_message(self, *_: object) -> None:
        """Nothing: go tells what failed."""

    def refuse(self, status: int, words: str, **headers: str) -> None:
        """A whole answer with one line of text."""
        body = f"{words}\n".encode("utf-8", "replace")
        self.send_response(status)
        for name, value in {"Content-Type": "text/plain", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class _Modules(_Carrying):
    entries: Mapping[int, DoorEntry]
    prefix: str

    def do_GET(self) -> None:
        """Carries a request to the entry that its path names."""
        number, _, path = self.path.removeprefix(self.prefix).partition("/")
        entry = self.entries.get(int(number)) if number.isascii() and number.isdigit() else None
        if not self.path.startswith(self.prefix) or entry is None or not path:
            self.refuse(404, "no such place behind this door")
            return
        asked = {name: self.headers[name] for name in ASKED_BY_GO if name in self.headers}
        try:
            answer = self.behind.get(entry.address, path, asked)
        except WireError as error:
            self.refuse(502, error.words)
        except CGIError as error:
            self.refuse(502, str(error))
        except (OSError, http.client.HTTPException) as error:
            self.refuse(502, in_words(error)[1])
        else:
            with closing(answer):
                self._pass(answer)

    def _pass(self, answer: http.client.HTTPResponse) -> None:
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.headers.items():
            if name.lower() not in OF_THE_CONNECTION:
                self.send_header(name, value)
        bodiless = answer.status in (204, 304)
        size = answer.headers.get("Content-Length")
        if size is None and not bodiless:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if bodiless:
            return
        self.close_connection = True  # until the body is whole
        passed = 0
        with suppress(http.client.HTTPException):
            while piece := answer.read1(_PIECE):
                passed += len(piece)
                self.wfile.write(piece if size is not None else b"%x\r\n%b\r\n" % (len(piece), piece))
            if size is None:
                self.wfile.write(b"0\r\n\r\n")
            self.close_connection = size is not None and size != str(passed)


class _Tunnels(_Carrying):
    authorization: bytes

    def do_CONNECT(self) -> None:
        """A tunnel to a host, through the user's own proxy where there is one."""
        if not self._is_admitted():
            return
        host, _, port = self.path.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        try:
            proxy = self.behind.proxy_of_tunnels(secure=True)
            number = int(port)
            line = self.behind.reached(host, number) if proxy is None else self.behind.through(proxy, host, number)
        except (OSError, ValueError) as error:
            self.close_connection = True
            self.send_response_only(502, f"dial tcp: {in_words(error)[1]}")
            self.end_headers()
            return
        with closing(line):
            self.send_response_only(200, "Connection established")
            self.end_headers()
            self._carry(line)

    def do_GET(self) -> None:
        """An http request in absolute form, for the user's own proxy."""
        if not self._is_admitted():
            return
        proxy = self.behind.proxy_of_tunnels(secure=False)
        if proxy is None or proxy.is_socks or not self.path.startswith("http://"):
            self.refuse(405, "not through this proxy", Allow="CONNECT")
            return
        kept = (
            (name, value)
            for name, value in self.headers.items()
            if not name.lower().startswith("proxy-") and name.lower() != "connection"
        )
        lines = [f"{self.command} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in kept)]
        if proxy.authorization is not None:
            lines.append(f"Proxy-Authorization: {proxy.authorization}")
        try:
            line = self.behind.to_proxy(proxy)
        except OSError as error:
            self.refuse(502, f"proxyconnect tcp: {in_words(error)[1]}")
            return
        with closing(line):
            line.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))
            self._carry(line)

    do_POST = do_GET  # noqa: N815 - git over http asks so

    def _is_admitted(self) -> bool:
        said = self.headers.get("Proxy-Authorization", "").encode("utf-8", "surrogateescape")
        if hmac.compare_digest(said, self.authorization):
            return True
        self.refuse(407, "Proxy Authentication Required", Proxy_Authenticate='Basic realm="gomend"')
        return False

    def _carry(self, line: socket.socket) -> None:
        """Bytes both ways until the far side has ended."""
        self.close_connection = True
        up = threading.Thread(target=self._send_up, args=(line,), daemon=True)
        up.start()
        with suppress(OSError):
            for piece in _pieces(line):
                self.connection.sendall(piece)
        for side in (self.connection, line):  # wakes the other direction
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
        up.join()

    def _send_up(self, line: socket.socket) -> None:
        with suppress(OSError, ValueError):
            while piece := self.rfile.read1(_PIECE):
                line.sendall(piece)
            line.shutdown(socket.SHUT_WR)


def _pieces(line: socket.socket) -> Iterator[bytes]:
    while piece := line.recv(_PIECE):
        yield piece
