"""Go's own script tests pass through `gomend serve`, just as they pass without it."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.go_scripts.binary import EVERY, Scripts
from tests.server.serving import free_port, serving

DATABASE = "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6"
SOURCES = "mod_proxy|mod_get_fallback|mod_gonoproxy|mod_sumdb|mod_download|gotoolchain|goauth|work_goproxy|mod_query"
# Their proxy's own checksum database has other hashes for these than their proxy's zips (it leaves out files whose
# names begin with a dot, and puts every name below the module's): a script's go.sum, or go's look at the zip, is first.
# So the server has them for private, and who looks them up asks their database itself.
UNLIKE = ("rsc.io/badzip", "example.com/dotname")
ALL = "mod_|gotoolchain|goauth|govcs|reuse_|get_|work_goproxy|env_"


class Front(ThreadingHTTPServer):
    """Hands `/mod/…` to the server. What begins with no module's name (`/mod/404/…`, `/mod/sumdb-wrong/…`) makes the
    scripts' proxy misbehave on purpose, and is handed to that.
    """

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, server: int, proxy: int) -> None:
        self.server_for = server
        self.proxy = proxy
        self.through = 0
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Front

    def do_GET(self) -> None:
        first = self.path.removeprefix("/mod/").partition("/")[0]
        is_unlike = any(f"/lookup/{module}@" in self.path for module in UNLIKE)
        served = "." in first or (first == "sumdb" and not is_unlike)
        port = self.server.server_for if served else self.server.proxy
        path = self.path.removeprefix("/mod") if served else self.path
        self.server.through += served
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", path, headers={"Host": f"127.0.0.1:{port}"})
            answer = connection.getresponse()
            body = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "Location"):
            if answer.getheader(name):
                self.send_header(name, answer.getheader(name) or "")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def front(server: int, proxy: int) -> Iterator[Front]:
    with Front(server, proxy) as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            found.shutdown()
            thread.join()


@pytest.mark.go_scripts
def test_gos_own_scripts_pass_through_the_server(go: Path, tmp_path: Path) -> None:
    scripts = Scripts.of(go)
    pattern = ALL if EVERY else SOURCES
    plain, _ = scripts.run(pattern, tmp_path)
    passing = {name for name, outcome in plain.items() if outcome == "PASS"}
    assert len(passing) > 10
    proxy = free_port()
    upstream = f"http://127.0.0.1:{proxy}/mod"
    with (
        serving(tmp_path / "serve", upstream, gosumdb=DATABASE, GONOSUMDB=",".join(UNLIKE)) as server,
        front(server.port, proxy) as before,
    ):
        through, log = scripts.run(
            pattern,
            tmp_path,
            TESTPROXY_LISTEN=f"127.0.0.1:{proxy}",
            TESTPROXY_FRONT=f"http://127.0.0.1:{before.server_port}/mod",
        )
        assert before.through > 100
    lost = sorted(name for name in passing if through.get(name) != "PASS")
    assert not lost, f"{lost}\n{log[-20_000:]}"
