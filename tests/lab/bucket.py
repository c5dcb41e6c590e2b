"""A bucket of moto's S3 server, and a place before it that fails on request."""

import contextlib
import http.client
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator

from tests.lab.listener import Listener, cut

_SCRIPT = (
    "import sys; from moto.server import ThreadedMotoServer\n"
    "s = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False); s.start()\n"
    "print(s.get_host_and_port()[1], flush=True); sys.stdin.read(); s.stop()\n"
)


def variables(port: int) -> dict[str, str]:
    """The environment that leads to a bucket server at this port."""
    return {
        "AWS_ENDPOINT": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }


@contextlib.contextmanager
def bucket_server(name: str) -> Iterator[int]:
    """moto's server in a process of its own, with an empty bucket of this name; its port."""
    words = [sys.executable, "-W", "ignore", "-c", _SCRIPT]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None and server.stdin is not None
        port = int(server.stdout.readline())
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/{name}", method="PUT")
        urllib.request.urlopen(asked, timeout=30).close()
        yield port
        server.stdin.close()


BucketAct = Callable[["Faulty", socket.socket], bool]
"""Answers a request itself (True: the connection goes on), instead of the bucket."""


class Faulty(Listener):
    """Passes requests on to a bucket server, but for those whose method `broken` names: they meet its act."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.broken: dict[str, BucketAct] = {}
        self.asked: list[str] = []  # method and path
        super().__init__(self._converse)

    def _converse(self, connection: socket.socket) -> None:
        with contextlib.closing(connection), connection.makefile("rb") as reader:
            while line := reader.readline().decode("latin-1"):
                method, target, _ = line.split(" ", 2)
                headers = http.client.parse_headers(reader)
                body = reader.read(int(headers.get("Content-Length", "0")))
                self.asked.append(f"{method} {target}")
                act = self.broken.get(method)
                if act is not None:
                    if not act(self, connection):
                        return
                    continue
                self._pass_on(connection, method, target, headers, body)

    def _pass_on(
        self, connection: socket.socket, method: str, target: str, headers: http.client.HTTPMessage, body: bytes
    ) -> None:
        behind = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        with contextlib.closing(behind):
            behind.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                if name.lower() not in ("connection", "expect"):
                    behind.putheader(name, value)
            behind.endheaders(body)
            answer = behind.getresponse()
            content = answer.read()
            kept = [(n, v) for n, v in answer.getheaders() if n.lower() not in ("connection", "transfer-encoding")]
            if method != "HEAD":
                kept = [(n, v) for n, v in kept if n.lower() != "content-length"]
                kept.append(("Content-Length", str(len(content))))
            head = "".join(f"{name}: {value}\r\n" for name, value in kept)
            connection.sendall(f"HTTP/1.1 {answer.status} {answer.reason}\r\n{head}\r\n".encode("latin-1") + content)


def refusal(status: int, code: str) -> BucketAct:
    """An error of S3's kind."""
    body = f"<Error><Code>{code}</Code><Message>words of the bucket</Message></Error>".encode()
    head = f"HTTP/1.1 {status} No\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    def act(_: Faulty, connection: socket.socket) -> bool:
        connection.sendall(head + body)
        return True

    return act


def head_refusal(status: int) -> BucketAct:
    """The same to HEAD, whose answers have no body."""

    def act(_: Faulty, connection: socket.socket) -> bool:
        connection.sendall(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())
        return True

    return act


def reset(_: Faulty, connection: socket.socket) -> bool:
    """A TCP reset instead of an answer."""
    cut(connection)
    return False


def silent(bucket: Faulty, _: socket.socket) -> bool:
    """No answer as long as anything is broken."""
    while bucket.broken and not bucket.closing.wait(0.02):
        pass
    return False
