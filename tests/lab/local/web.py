# ruff: noqa: E501
"""The web servers of the closed internet: module proxies, git over HTTPS, go-import pages, registries, and faults on request.

A case writes what is to go wrong into FAULTS; it is read anew on each request.
"""

import base64
import datetime
import json
import os
import re
import socket
import socketserver
import ssl
import struct
import subprocess
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import trustme
from tests.lab.local import modules, names

FAULTS = Path("/run/lab/faults.json")
REPOSITORIES = Path("/run/lab/git")
PROXIES = {"proxy.golang.org", "goproxy.cn", "goproxy.corp.example"}

_REPOSITORY = re.compile(r"^/(?P<repo>.+?)(?:\.git)?/(?P<service>info/refs|git-upload-pack)$")
_UNSEEN = {  # what the well-known hosts answer to a signed-in user who may not see the repository: status and text
    "github.com": (404, "Repository not found."),
    "gitlab": (404, "The project you were looking for could not be found or you don't have permission to view it."),
}
_REFUSED = {
    "github.com": (401, "Invalid username or token. Password authentication is not supported for Git operations."),
    "gitlab": (
        401,
        "HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or you're required to use a token instead of a password.",
    ),
}
_REALM = {"github.com": "GitHub", "gitlab": "GitLab"}


_met: dict[tuple[int, int], int] = {}
_lock = threading.Lock()


def _still(number: int, fault: dict[str, Any]) -> bool:
    """Whether the fault still holds: one with `times` passes after so many requests."""
    if "times" not in fault:
        return True
    with _lock:
        key = (FAULTS.stat().st_mtime_ns, number)
        _met[key] = _met.get(key, 0) + 1
        return _met[key] <= int(fault["times"])


def _style(host: str) -> str:
    return "gitlab" if "gitlab" in host else host


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx/1.24.0"
    sys_version = ""

    def log_message(self, *_: object) -> None:
        pass

    def do_CONNECT(self) -> None:
        self._answer(
            407,
            b"<html>proxy authentication required</html>",
            "text/html",
            {"Proxy-Authenticate": 'Basic realm="corp"'},
        )

    def do_GET(self) -> None:
        self.host = (self.headers.get("Host") or "").split(":")[0]
        url = urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(url.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else self._chunks()
        rules: dict[str, Any] = json.loads(FAULTS.read_text()) if FAULTS.exists() else {}
        full = path + ("?" + url.query if url.query else "")
        for number, fault in enumerate(rules.get("faults", ())):
            if fault["host"] == self.host and re.search(fault["path"], full) and _still(number, fault):
                return self._fail(fault)
        if self.host in PROXIES:
            status, content = modules.answer(path.lstrip("/"))
            return self._answer(status, content, "text/plain; charset=utf-8")
        wanted = _REPOSITORY.match(path)
        if wanted:
            return self._git(wanted["repo"], wanted["service"], url.query, body, rules)
        page = rules.get("pages", {}).get(self.host + path)
        if page is not None:
            return self._answer(200, page.encode(), "text/html; charset=utf-8")
        if "go-get=1" in url.query and "gitlab" in self.host:
            root = self.host + "/" + "/".join(path.strip("/").split("/")[:2])
            content = f'<html><head><meta name="go-import" content="{root} git https://{root}.git"></head><body>go get {root}</body></html>'
            return self._answer(200, content.encode(), "text/html")
        self._answer(
            404,
            b"<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>",
            "text/html",
        )
        return None

    do_POST = do_HEAD = do_PUT = do_GET  # noqa: N815

    def _chunks(self) -> bytes:
        data = b""
        while self.headers.get("Transfer-Encoding") == "chunked":
            size = int(self.rfile.readline().strip() or b"0", 16)
            data += self.rfile.read(size)
            self.rfile.readline()
            if not size:
                break
        return data

    def _answer(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _fail(self, fault: dict[str, Any]) -> None:
        act = fault.get("act", "answer")
        if act == "reset":
            _reset(self.connection)
            self.close_connection = True
        elif act == "hang":
            time.sleep(600)
        elif act == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"x" * 1000)
            self.close_connection = True
        else:
            self._answer(
                fault["status"],
                base64.b64decode(fault["body64"]) if "body64" in fault else fault.get("body", "").encode(),
                fault.get("type", "text/plain; charset=utf-8"),
                fault.get("headers"),
            )

    def _git(self, repo: str, service: str, query: str, body: bytes, rules: dict[str, Any]) -> None:
        style = _style(self.host)
        wanted = rules.get("private", {}).get(f"{self.host}/{repo}")
        place = REPOSITORIES / self.host / (repo + ".git")
        given = self.headers.get("Authorization", "")
        signed_in = base64.b64decode(given.removeprefix("Basic ")).decode() if given.startswith("Basic ") else ""
        if not place.exists() or wanted:
            if not signed_in and (wanted or style in _REFUSED):
                realm = {"WWW-Authenticate": f'Basic realm="{_REALM.get(style, "Git")}"'}
                return self._answer(
                    401, b"" if style != "github.com" else b"Repository not found.", "text/plain; charset=UTF-8", realm
                )
            if wanted and signed_in != wanted:
                status, text = _REFUSED.get(style, (401, "Unauthorized"))
                realm = {"WWW-Authenticate": f'Basic realm="{_REALM.get(style, "Git")}"'}
                return self._answer(status, text.encode(), "text/plain; charset=UTF-8", realm)
        if not place.exists():
            status, text = _UNSEEN.get(style, (404, "not found"))
            return self._answer(status, text.encode(), "text/plain; charset=UTF-8")
        made = subprocess.run(
            ["git", "http-backend"],
            input=body, capture_output=True, check=True,
            env={
                "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_HTTP_EXPORT_ALL": "1", "GIT_PROJECT_ROOT": str(REPOSITORIES / self.host),
                "GIT_CONFIG_COUNT": "3", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*", "GIT_CONFIG_KEY_1": "uploadpack.allowFilter", "GIT_CONFIG_VALUE_1": "true",
                "GIT_CONFIG_KEY_2": "uploadpack.allowReachableSHA1InWant", "GIT_CONFIG_VALUE_2": "true",
                "PATH_INFO": f"/{repo}.git/{service}", "QUERY_STRING": query, "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "CONTENT_LENGTH": str(len(body)),
                "REMOTE_ADDR": "10.0.0.9",
            },
        ).stdout  # fmt: skip
        head, _, content = made.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        self._answer(status, content, headers.pop("Content-Type", "text/plain"), headers)
        return None


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext | None, act: str = "") -> None:
        self.context, self.act = context, act
        super().__init__(address, _Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            if self.act == "reset":
                request.recv(10)
                return _reset(request)
            if self.act == "hang":
                time.sleep(600)
            if self.context is not None:
                request = self.context.wrap_socket(request, server_side=True)
            self.finish_request(request, client_address)
        except OSError:
            pass
        finally:
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


def _contexts(authority: trustme.CA) -> dict[str, ssl.SSLContext]:
    made = {}
    for host in names.WEB:
        issuer = trustme.CA(organization_name="Corp Self Signed") if host.startswith("selfsigned") else authority
        past = datetime.datetime(2024, 3, 1, tzinfo=datetime.UTC) if host.startswith("expired") else None
        leaf = issuer.issue_cert("intranet.corp.example" if host.startswith("wrongname") else host, not_after=past)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        made[host] = context
    return made


def start(bundle: Path) -> None:
    """Serves all hosts of `names.WEB` on ports 80 and 443 in threads, and writes the authority's certificate to `bundle`."""
    authority = trustme.CA(organization_name="Lab Root CA")
    bundle.write_bytes(authority.cert_pem.bytes())
    contexts = _contexts(authority)

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        connection.context = contexts.get(name or "", contexts["example.com"])

    front = contexts["example.com"]
    front.sni_callback = choose  # type: ignore[assignment]
    front.set_alpn_protocols(["http/1.1"])
    acts = {"reset.corp.example": "reset", "hang.corp.example": "hang"}
    seen = set()
    for host, address in names.WEB.items():
        if address in seen:
            continue
        seen.add(address)
        for port, context in ((443, None if host.startswith("plain") else front), (80, None), (3128, None)):
            server = _Server((address, port), context, acts.get(host, ""))
            threading.Thread(target=server.serve_forever, daemon=True).start()
    for address in names.SILENT.values():
        _fill_backlog(address)


_kept: list[socket.socket] = []


def _fill_backlog(address: str) -> None:
    """Makes ports 22, 80, 443 of `address` ignore new connections: a full backlog drops them."""
    for port in (22, 80, 443):
        listening = socket.socket()
        listening.bind((address, port))
        listening.listen(0)
        _kept.append(listening)
        for _ in range(4):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex((address, port))
            _kept.append(caller)
