"""A module proxy on loopback that answers with the status its base path names and keeps what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RecordingServer(ThreadingHTTPServer):
    """`/404/x/…` is answered 404, `/200/x/…` with an .info or .mod for what was asked. `requests` holds all paths."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[str] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: RecordingServer

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        status = int(self.path.split("/")[1])
        body = b"no\n"
        if status == 200 and self.path.endswith(".info"):
            body = json.dumps({"Version": self.path.rpartition("/")[2].removesuffix(".info")}).encode()
        elif status == 200 and self.path.endswith(".mod"):
            body = f"module {self.path.partition('/@v/')[0].split('/', 3)[3]}\n".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing on stderr."""


@contextmanager
def recording_server() -> Iterator[RecordingServer]:
    """A running RecordingServer, gone at the end."""
    with RecordingServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
