"""Clients that idle, trickle, take nothing, ask without end or vanish: nobody else notices."""

import contextlib
import http.client
import os
import select
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.lab import upstream as acts
from tests.lab.listener import cut
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.faulttable import fault
from tests.server.serving import PATIENCE, Lab, Served, lab, serving

GROUP = "Clients"
SMALL = Module("example.com/small", "v1.0.0")
BIG = Module("example.com/big", "v1.0.0", files={"data.bin": os.urandom(3_000_000).hex()})
SMALL_PATH, BIG_PATH = "/example.com/small/@v/v1.0.0.mod", "/example.com/big/@v/v1.0.0.zip"
MOST_MEMORY = 200 << 20  # bytes, of all processes of a server


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Served, Lab]]:
    """A server, and its source."""
    found = lab([SMALL, BIG])
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        yield server, found


def connected(server: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), PATIENCE)


def asking(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


class Held:
    """A source's answer of which the first half comes, and the rest when it is told to go on."""

    def __init__(self, found: Lab) -> None:
        self.go_on = threading.Event()
        found.broken[BIG_PATH] = self._act

    def _act(self, exchange: acts.Exchange, content: bytes | None) -> None:
        data = content or b""
        exchange.send(200, data[: len(data) // 2], length=len(data))
        self.go_on.wait(PATIENCE)
        exchange.connection.sendall(data[len(data) // 2 :])


@fault(GROUP, "1,200 connections idle, half of them after a request", "the others: 200")
def test_a_thousand_idle_connections_keep_nobody_out(place: tuple[Served, Lab]) -> None:
    server, _ = place
    with contextlib.ExitStack() as stack:
        for number in range(1200):
            idle = stack.enter_context(connected(server))
            if number % 2:
                idle.sendall(asking("/-/healthz"))
        assert server.get(SMALL_PATH).body == SMALL.go_mod
        assert server.get(BIG_PATH).body == BIG.zip


@fault(GROUP, "64 take nothing of a 6 MB zip", "the others: 200")
def test_clients_that_read_nothing_delay_no_other_and_fill_no_memory(place: tuple[Served, Lab]) -> None:
    server, found = place
    for warm in (False, True):
        with contextlib.ExitStack() as stack:
            for _ in range(64):
                stack.enter_context(connected(server)).sendall(asking(BIG_PATH))
            assert server.get(SMALL_PATH).body == SMALL.go_mod
            assert server.get(BIG_PATH).body == BIG.zip
            assert server.memory() < MOST_MEMORY, warm
    assert found.count(BIG_PATH) == 1


@fault(GROUP, "asks 100,000 times and reads no answer", "the others: 200")
def test_a_client_that_asks_without_reading_is_not_read_further(place: tuple[Served, Lab]) -> None:
    server, _ = place
    server.keep(SMALL_PATH)
    with connected(server) as client:
        client.setblocking(False)
        left = memoryview(asking(SMALL_PATH) * 100_000)
        while left and select.select([], [client], [], 0.5)[1]:
            left = left[client.send(left) :]
        assert left, "it has read everything"
        assert server.get(SMALL_PATH).body == SMALL.go_mod
        assert server.memory() < MOST_MEMORY


@fault(GROUP, "send the head of a request byte by byte, or nothing at all", "the end of the connection, after 10 s")
def test_clients_that_do_not_come_to_the_point_are_not_waited_for(place: tuple[Served, Lab]) -> None:
    server, _ = place
    pause = threading.Event()
    with connected(server) as trickling, connected(server) as silent:
        words, ended = iter(asking(SMALL_PATH)[:-4] + b"x" * 100_000), set()
        while len(ended) < 2:
            with contextlib.suppress(OSError):
                trickling.send(bytes([next(words)]))
            ended |= {one for one in select.select([trickling, silent], [], [], 0)[0] if not _more(one)}
            assert server.get(SMALL_PATH).body == SMALL.go_mod
            pause.wait(0.25)


def _more(client: socket.socket) -> bytes:
    try:
        return client.recv(65536)
    except ConnectionResetError:
        return b""


@fault(GROUP, "one of many who share a download resets its connection", "the others: 200, the right file, of one fetch")
@fault(GROUP, "one of many who share a download reads slowly", "the others: 200, at their own pace")
def test_who_leaves_or_lags_behind_costs_the_others_nothing(place: tuple[Served, Lab]) -> None:
    server, found = place
    held = Held(found)
    begun = threading.Semaphore(0)

    def ask() -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", BIG_PATH)
            answer = connection.getresponse()
            first = answer.read(1000)
            begun.release()
            return first + answer.read()

    with ThreadPoolExecutor(20) as pool, connected(server) as slow:
        slow.sendall(asking(BIG_PATH))
        assert slow.recv(100)
        whole = [pool.submit(ask) for _ in range(20)]
        for _ in range(10):
            leaving = connected(server)
            leaving.sendall(asking(BIG_PATH))
            assert leaving.recv(1000)
            cut(leaving)
        for _ in whole:
            assert begun.acquire(timeout=PATIENCE)
        held.go_on.set()
        assert {one.result() for one in whole} == {BIG.zip}
        taken = slow.makefile("rb").read(len(BIG.zip))
        assert len(taken) == len(BIG.zip)
    assert found.count(BIG_PATH) == 1


@fault(GROUP, "all who share a download reset their connections", "who comes next: 200, of the same fetch")
def test_a_fetch_goes_on_when_all_its_clients_have_reset(place: tuple[Served, Lab]) -> None:
    server, found = place
    held = Held(found)
    for _ in range(5):
        leaving = connected(server)
        leaving.sendall(asking(BIG_PATH))
        assert leaving.recv(1000)
        cut(leaving)
    held.go_on.set()
    assert server.keep(BIG_PATH).body == BIG.zip
    assert found.count(BIG_PATH) == 1


@fault(GROUP, "vanishes before the answer to a question for something small", "who comes next: 200, of the same fetch")
def test_a_small_file_comes_though_who_asked_has_gone(place: tuple[Served, Lab]) -> None:
    server, found = place
    go_on = threading.Event()

    def late(exchange: acts.Exchange, content: bytes | None) -> None:
        go_on.wait(PATIENCE)
        acts.serve(exchange, content)

    found.broken["/example.com/small/@v/list"] = late
    leaving = connected(server)
    leaving.sendall(asking("/example.com/small/@v/list"))
    pause = threading.Event()
    while not found.count("/example.com/small/@v/list"):
        pause.wait(0.005)
    cut(leaving)
    go_on.set()
    assert server.keep("/example.com/small/@v/list").body == b"v1.0.0\n"
    assert found.count("/example.com/small/@v/list") == 1
