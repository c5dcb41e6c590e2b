"""Clients that idle behind TLS, do not come to the point, or take nothing, by HTTP/1.1 and 2: nobody else notices."""

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.lab.http2 import frame
from tests.lab.upstream import Upstream
from tests.server.faulttable import fault
from tests.server.hostile import PATH
from tests.server.overtls import Identity, secured
from tests.server.rawhttp2 import HEADERS, SETTINGS, WINDOW_UPDATE, Talk, asking, block, request
from tests.server.serving import PATIENCE, Lab, Served, lab, serving
from tests.server.test_client_faults import BIG, BIG_PATH, MOST_MEMORY, SMALL, SMALL_PATH

GROUP = "Clients, over TLS"
FEW_FILES = ("sh", "-c", 'ulimit -Sn 256 && exec "$@"', "sh")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Served, Lab]]:
    """A server with TLS that was started with room for few open files, and its source."""
    found, identity = lab([SMALL, BIG]), Identity(tmp_path)
    with (
        Upstream(found) as upstream,
        serving(
            tmp_path,
            upstream.url,
            *identity.options,
            gosumdb=found.sums.key,
            trusts=identity.trusts,
            before=FEW_FILES,
        ) as server,
    ):
        yield server, found


def bare(server: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), PATIENCE)


@fault(GROUP, "1,200 connections idle: without a handshake, behind it, and after a request", "the others: 200")
def test_a_thousand_idle_connections_keep_nobody_out(place: tuple[Served, Lab]) -> None:
    server, _ = place
    with contextlib.ExitStack() as stack:
        for number in range(1200):
            if number % 3 == 0:
                stack.enter_context(bare(server))
                continue
            idle = stack.enter_context(secured(server))
            if number % 3 == 1:
                idle.sendall(b"GET /-/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert server.get(SMALL_PATH).body == SMALL.go_mod
        assert server.get(BIG_PATH).body == BIG.zip


def by_http1(server: Served, stack: contextlib.ExitStack) -> None:
    stack.enter_context(secured(server)).sendall(f"GET {BIG_PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


def by_http2(window: int, server: Served, stack: contextlib.ExitStack) -> None:
    """Its window never opens, or so wide that everything is sent to a client that does not read."""
    talk = stack.enter_context(Talk(server, struct.pack(">HI", 4, window)))
    if window > 65_535:
        talk.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", window - 65_535)))
    talk.send(request(1, asking(BIG_PATH.encode())))


READERS: dict[str, Callable[[Served, contextlib.ExitStack], None]] = {
    "by HTTP/1.1": by_http1,
    "by HTTP/2, with a window that is never opened": lambda *given: by_http2(0, *given),
    "by HTTP/2, with a window of 2 GiB": lambda *given: by_http2((1 << 31) - 1, *given),
}


@fault(GROUP, "64 take nothing of a 6 MB zip, by HTTP/1.1 or 2, with closed and with open windows", "the others: 200")
@pytest.mark.parametrize("how", READERS)
def test_clients_that_read_nothing_delay_no_other_and_fill_no_memory(how: str, place: tuple[Served, Lab]) -> None:
    server, found = place
    for warm in (False, True):
        with contextlib.ExitStack() as stack:
            for _ in range(64):
                READERS[how](server, stack)
            assert server.get(SMALL_PATH).body == SMALL.go_mod
            assert server.get(BIG_PATH).body == BIG.zip
            assert server.memory() < MOST_MEMORY, warm
    assert found.count(BIG_PATH) == 1


@fault(
    GROUP, "one asks for a 6 MB zip 400 times at once by HTTP/2, opens its window and takes nothing", "the others: 200"
)
def test_one_connection_holds_no_more_than_its_streams(place: tuple[Served, Lab]) -> None:
    server, _ = place
    server.keep(BIG_PATH)
    before = server.memory()
    with Talk(server, struct.pack(">HI", 4, (1 << 31) - 1)) as talk:
        talk.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", (1 << 31) - 1 - 65_535)))
        talk.send(b"".join(request(stream, asking(BIG_PATH.encode())) for stream in range(1, 800, 2)))
        assert server.get(SMALL_PATH).body == SMALL.go_mod
        assert server.get(BIG_PATH).body == BIG.zip
        assert server.memory() - before < 100 << 20


def half_a_head_by_http2(server: Served) -> socket.socket:
    client = secured(server, "h2")
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))
    client.sendall(frame(HEADERS, 1, 1, block(asking(PATH.encode()))))
    return client


def said(client: socket.socket, words: bytes) -> socket.socket:
    client.sendall(words)
    return client


SILENT: dict[str, Callable[[Served], socket.socket]] = {
    "say nothing": bare,
    "stop in the middle of a handshake": lambda server: said(bare(server), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03"),
    "say nothing behind the handshake": secured,
    "say nothing behind a handshake for HTTP/2": lambda server: secured(server, "h2"),
    "stop in the middle of a head": lambda server: said(secured(server), b"GET / HTTP/1.1\r\nHos"),
    "stop in the middle of a head by HTTP/2": half_a_head_by_http2,
}


@fault(GROUP, f"{', '.join(SILENT)}", "the end of the connection, after 10 to 25 s")
def test_clients_that_do_not_come_to_the_point_are_not_waited_for(place: tuple[Served, Lab]) -> None:
    server, _ = place
    pause = threading.Event()
    with contextlib.ExitStack() as stack:
        waiting = {stack.enter_context(make(server)) for make in SILENT.values()}
        while waiting:
            waiting -= {one for one in select.select([*waiting], [], [], 0)[0] if not _more(one)}
            assert server.get("/-/healthz").status == 200
            pause.wait(0.25)


def _more(client: socket.socket) -> bytes:
    try:
        return client.recv(65536)
    except ConnectionError:
        return b""
