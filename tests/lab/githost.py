"""A host of git repositories over HTTP or HTTPS, by git's own `http-backend`, with go-import pages beside them."""

import base64
import os
import ssl
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import AF_INET, AF_INET6
from typing import Self
from urllib.parse import urlsplit

SECONDS = 60.0


@dataclass(frozen=True)
class Page:
    """An answer that is no repository's."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def go_import(words: str) -> Page:
    """A page that says where a module's repository is: prefix, tool, URL."""
    return Page(200, f'<html><head><meta name="go-import" content="{words}"></head></html>')


class GitHost:
    """Serves the bare repositories below `folder`, and `pages` by their path.

    `logins` maps the beginning of a path to the `user:password` that is wanted there. `asked` holds what came: path,
    and the user and password shown or "". `hold`, where set, is waited for before git runs; `running` and `most` count.
    """

    def __init__(
        self, folder: Path, *, tls: ssl.SSLContext | None = None, address: tuple[str, int] = ("127.0.0.1", 0)
    ) -> None:
        self.folder = folder
        self.pages: dict[str, Page] = {}
        self.logins: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.hold: threading.Event | None = None
        self.running = self.most = 0
        self._lock = threading.Lock()
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = SECONDS

            def setup(self) -> None:
                if tls is not None:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self) -> None:
                super().finish()
                self.request.close()  # over TLS another socket than the one that the server closes

            def do_GET(self) -> None:
                host._answer(self)

            def do_POST(self) -> None:
                host._answer(self)

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            address_family = AF_INET6 if ":" in address[0] else AF_INET
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                pass  # a client that goes away, or does not trust the certificate

        self._server = Server(address, Handler)
        self.host, self.port = self._server.server_address[:2]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.hold is not None:
            self.hold.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        said = request.headers.get("Authorization", "").removeprefix("Basic ")
        login = base64.b64decode(said).decode()
        self.asked.append((parts.path, login))
        wanted = next((words for front, words in self.logins.items() if parts.path.startswith(front)), "")
        if wanted and login != wanted:
            page = Page(401, "who are you?", {"WWW-Authenticate": 'Basic realm="git"'})
        elif parts.path in self.pages:
            page = self.pages[parts.path]
        else:
            page = self._of_git(request, parts.path, parts.query, body)
        content = page.body.encode("latin-1")
        request.send_response(page.status)
        for name, value in page.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _of_git(self, request: BaseHTTPRequestHandler, path: str, query: str, body: bytes) -> Page:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            if self.hold is not None:
                self.hold.wait(SECONDS)
            ran = subprocess.run(
                ["git", "http-backend"],
                input=body,
                capture_output=True,
                check=False,
                env={
                    "PATH": os.environ["PATH"],
                    "GIT_PROJECT_ROOT": str(self.folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_CONFIG_COUNT": "1",
                    "GIT_CONFIG_KEY_0": "safe.directory",
                    "GIT_CONFIG_VALUE_0": "*",
                    "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
                    "PATH_INFO": path,
                    "QUERY_STRING": query,
                    "REQUEST_METHOD": request.command,
                    "CONTENT_TYPE": request.headers.get("Content-Type", ""),
                    "CONTENT_LENGTH": str(len(body)),
                    "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
                },
            )
        finally:
            with self._lock:
                self.running -= 1
        head, _, content = ran.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        status = int(headers.pop("Status", "200").split()[0])
        return Page(status, content.decode("latin-1"), headers)
