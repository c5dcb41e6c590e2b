"""A server in trouble: its clients are many and idle."""

import contextlib
import http.client
import os
import select
import socket
from pathlib import Path

import pytest
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, lab, serving

SMALL = Module("example.com/small", "v1.0.0")
BIG = Module("example.com/big", "v1.0.0", files={"data.bin": os.urandom(3_000_000).hex()})


def test_a_thousand_idle_connections_keep_nobody_out(tmp_path: Path) -> None:
    found = lab([SMALL])
    with (
        Upstream(found) as upstream,
        serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server,
        contextlib.ExitStack() as stack,
    ):
        for number in range(1200):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            if number % 2:
                idle.sendall(b"GET /-/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert server.get("/example.com/small/@v/v1.0.0.zip").body == SMALL.zip


@pytest.mark.parametrize(
    "words",
    [
        b"GET /example.com/small/@v/list HTTP/1.1\r\n\r\n",
        b"GET /example.com/small/@v/list HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 600_000 + b"\r\n\r\n",
        b"GET  /x HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0" * 100,
    ],
)
def test_what_is_no_clean_request_is_refused_and_harms_nobody(tmp_path: Path, words: bytes) -> None:
    found = lab([SMALL])
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as client, contextlib.suppress(OSError):
            client.sendall(words)
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while select.select([client], [], [], 15)[0] and (piece := client.recv(65536)):
                answer += piece
            assert answer.count(b"HTTP/1.1 200") <= 1
        assert server.get("/example.com/small/@v/v1.0.0.zip").body == SMALL.zip


def test_a_client_that_reads_nothing_delays_no_other(tmp_path: Path) -> None:
    found = lab([SMALL, BIG])
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        server.keep("/example.com/big/@v/v1.0.0.zip")
        with contextlib.ExitStack() as stack:
            for _ in range(64):
                mute = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                mute.sendall(b"GET /example.com/big/@v/v1.0.0.zip HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            with contextlib.closing(connection):
                connection.request("GET", "/example.com/small/@v/v1.0.0.mod")
                assert connection.getresponse().read() == SMALL.go_mod
