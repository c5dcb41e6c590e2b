"""A server in trouble: its bucket is shared, gone or slow, its clients are many and idle."""

import contextlib
import http.client
import os
import select
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, PROGRAM, free_port, lab, serving

SMALL = Module("example.com/small", "v1.0.0")
BIG = Module("example.com/big", "v1.0.0", files={"data.bin": os.urandom(3_000_000).hex()})


def _variables(address: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT": address,
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """A bucket of moto's, and the variables that lead there."""
    script = (
        "import sys; from moto.server import ThreadedMotoServer\n"
        "s = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False); s.start()\n"
        "print(s.get_host_and_port()[1], flush=True); sys.stdin.read(); s.stop()\n"
    )
    words = [sys.executable, "-W", "ignore", "-c", script]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None and server.stdin is not None
        address = f"http://127.0.0.1:{int(server.stdout.readline())}"
        urllib.request.urlopen(urllib.request.Request(f"{address}/modules", method="PUT"), timeout=30).close()
        yield _variables(address)
        server.stdin.close()


def test_two_servers_share_a_bucket_with_nothing_else_beside_it(tmp_path: Path, bucket: dict[str, str]) -> None:
    found = lab([SMALL, BIG])
    paths = {f"/{m.path}/@v/v1.0.0.{e}": b for m in (SMALL, BIG) for e, b in (("mod", m.go_mod), ("zip", m.zip))}
    with Upstream(found) as upstream:
        options = ("--store", "s3://modules/cache")
        with (
            serving(tmp_path / "one", upstream.url, *options, gosumdb=found.sums.key, **bucket) as one,
            serving(tmp_path / "two", upstream.url, *options, gosumdb=found.sums.key, **bucket) as two,
            ThreadPoolExecutor(16) as pool,
        ):
            asked = [(server, path) for path in paths for server in (one, two) for _ in range(2)]
            for (_, path), got in zip(asked, pool.map(lambda pair: pair[0].get(pair[1]), asked), strict=True):
                assert got.body == paths[path]
            for path in paths:
                assert found.count(path) <= 2
        fetched = len(found.asked)
        with serving(tmp_path / "three", upstream.url, *options, gosumdb=found.sums.key, **bucket) as three:
            for path, content in paths.items():
                assert three.get(path).body == content
        assert len(found.asked) == fetched


def test_a_bucket_that_cannot_be_used_is_told_before_it_serves(tmp_path: Path) -> None:
    ran = subprocess.run(
        [*PROGRAM, "--store", "s3://modules/cache", "--listen", f"127.0.0.1:{free_port()}"],
        env=dict(os.environ) | _variables("http://127.0.0.1:1"),
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ran.returncode == 2 and "cannot be used" in ran.stderr and "Traceback" not in ran.stderr


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
