"""Whatever bytes a client sends, the server goes on, asks no source in vain and says nothing of its insides.

PYTEST_FAULTS=full sends many more.
"""

import contextlib
import re
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.faulttable import FULL
from tests.server.serving import PATIENCE, Lab, Served, lab, serving

SMALL = Module("example.com/small", "v1.0.0")
PATH = "/example.com/small/@v/v1.0.0.mod"
END = b"GET /-/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
PIECES = [
    b"GET ", b"HEAD ", b"POST ", b"PUT ", b"/", b"/-/", b"/-/purge/", PATH.encode(), b"/@v/list", b"/@latest", b"..",
    b"%2e", b"%00", b"!", b" ", b"  ", b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b" HTTP/2.0\r\n", b"Host: localhost\r\n",
    b"Host: evil.example\r\n", b"Host:\r\n", b"Content-Length: 5\r\n", b"Content-Length: 99999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"Range: bytes=0-\r\n", b"If-None-Match: *\r\n",
    b"Expect: 100-continue\r\n", b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b":", b"0\r\n\r\n", b"\xff", b"x" * 5000,
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Lab]]:
    found = lab([SMALL])
    with (
        Upstream(found) as upstream,
        serving(tmp_path_factory.mktemp("fuzz"), upstream.url, gosumdb=found.sums.key) as server,
    ):
        server.keep(PATH)
        yield server, found


@settings(
    max_examples=20_000 if FULL else 200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join), st.binary(max_size=300)))
def test_whatever_is_sent_the_server_goes_on(place: tuple[Served, Lab], words: bytes) -> None:
    server, _ = place
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as client:
        with contextlib.suppress(OSError):
            client.sendall(words + END)
            client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while piece := client.recv(65536):
                answer += piece
    statuses = {int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)}
    assert statuses <= {200, 206, 304, 400, 401, 403, 404, 405, 414, 416, 421, 431, 505}, (words, answer)
    assert b"Traceback" not in answer and str(server.store).encode() not in answer
    assert server.get(PATH).body == SMALL.go_mod
