"""A server that is stopped, reloaded, given new certificates, or loses a worker or its clock, while it serves."""

import contextlib
import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.lab import upstream as acts
from tests.server.faulttable import FULL, fault
from tests.server.load import BIG, BIG_PATH, SMALL, SMALL_PATH, Load, serving_both
from tests.server.serving import PATIENCE, Lab, Served

GROUP = "What is done to a server"
LIST = "/example.com/small/@v/list"


def held(found: Lab, go_on: threading.Event) -> None:
    """The first half of the large zip comes, the rest when it may."""

    def act(exchange: acts.Exchange, content: bytes | None) -> None:
        data = content or b""
        exchange.send(200, data[: len(data) // 2], length=len(data))
        go_on.wait(PATIENCE)
        with contextlib.suppress(OSError):
            exchange.connection.sendall(data[len(data) // 2 :])

    found.broken[BIG_PATH] = act


def begun(server: Served) -> socket.socket:
    """A client to whom the large zip has begun to come."""
    client = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    client.sendall(f"GET {BIG_PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert client.recv(10, socket.MSG_PEEK)
    return client


@fault(GROUP, "SIGTERM in the middle of a download", "200, the right file; then the server ends with status 0")
def test_sigterm_lets_downloads_end(tmp_path: Path) -> None:
    go_on = threading.Event()
    with serving_both(tmp_path) as (server, found):
        held(found, go_on)
        with begun(server) as client:
            server.process.send_signal(signal.SIGTERM)
            pause = threading.Event()
            with contextlib.suppress(OSError):
                while True:  # it takes in nobody else
                    socket.create_connection(("127.0.0.1", server.port), PATIENCE).close()
                    pause.wait(0.01)
            go_on.set()
            answer = http.client.HTTPResponse(client)
            answer.begin()
            assert answer.read() == BIG.zip
        assert server.process.wait(PATIENCE) == 0


@fault(
    GROUP, "SIGTERM, and a download that does not end in time", "a download that is cut; the server ends with status 0"
)
def test_sigterm_does_not_wait_for_ever(tmp_path: Path) -> None:
    with serving_both(tmp_path, "--grace", "1") as (server, found):
        go_on = threading.Event()
        held(found, go_on)
        with begun(server) as client:
            server.process.send_signal(signal.SIGTERM)
            answer = http.client.HTTPResponse(client)
            answer.begin()
            with pytest.raises((http.client.IncompleteRead, ConnectionError)):
                answer.read()
        assert server.process.wait(PATIENCE) == 0
        go_on.set()
        assert not list(server.store.rglob("*.zip"))


@fault(GROUP, "SIGHUP under load, again and again", "200, each of them")
def test_no_request_fails_while_the_settings_are_read_again(tmp_path: Path) -> None:
    with serving_both(tmp_path) as (server, _):
        for path in (SMALL_PATH, BIG_PATH):
            server.keep(path)
        load = Load(server)
        for _ in range(20 if FULL else 3):
            load.more(50)
            was = server.workers()
            server.process.send_signal(signal.SIGHUP)
            await_others(server, was)
        load.more(50)
        assert load.stop() == []


def await_others(server: Served, was: set[str]) -> None:
    pause = threading.Event()
    while not (now := server.workers()) or now & was:
        pause.wait(0.01)


@fault(GROUP, "its worker is killed", "a download that is cut; soon 200 again")
def test_a_worker_that_is_killed_is_replaced(tmp_path: Path) -> None:
    with serving_both(tmp_path) as (server, found):
        go_on = threading.Event()
        held(found, go_on)
        with begun(server) as client:
            (worker,) = server.workers()
            os.kill(int(worker), signal.SIGKILL)
            answer = http.client.HTTPResponse(client)
            with pytest.raises((http.client.HTTPException, ConnectionError)):
                answer.begin()
                answer.read()
        go_on.set()
        pause = threading.Event()
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if server.get(BIG_PATH).body == BIG.zip:
                    break
            pause.wait(0.05)


# A clock that jumps is, to a server, files whose time has moved the other way: it compares both and nothing else.
def moved(server: Served, path: str, seconds: float) -> None:
    """The clock jumps by so much after this file was stored."""
    file = server.store / path[1:]
    os.utime(file, (file.stat().st_atime, file.stat().st_mtime - seconds))


@fault(GROUP, "its clock jumps a day ahead", "200, asked anew; what never changes is not asked again")
@fault(GROUP, "its clock jumps a day back", "200, asked anew, and good for a minute by the new clock")
@fault(GROUP, "its clock jumps a day back while no source can be reached", "200 with `Warning: 111`")
def test_a_clock_that_jumps_makes_nothing_immortal_nor_forgets_what_is_kept(tmp_path: Path) -> None:
    with serving_both(tmp_path) as (server, found):
        server.keep(SMALL_PATH)
        server.keep(LIST)
        for jump in (86_400.0, -86_400.0):
            before = found.count(LIST)
            moved(server, LIST, jump)
            moved(server, SMALL_PATH, jump)
            _until(lambda: server.get(LIST).status == 200 and found.count(LIST) == before + 1)  # noqa: B023
            _until(lambda: "warning" not in server.get(LIST).headers)
            # The answer goes out before it is stored.
            _until(lambda: abs((server.store / LIST[1:]).stat().st_mtime - time.time()) < 3600)
            assert found.count(LIST) == before + 1
            assert server.get(SMALL_PATH).body == SMALL.go_mod and found.count(SMALL_PATH) == 1
        found.broken["*"] = acts.reset
        moved(server, LIST, -86_400)
        _until(lambda: server.get(LIST).headers.get("warning", "").startswith("111 "))
        assert server.get(LIST).body == b"v1.0.0\n"
        found.broken.clear()
        _until(lambda: "warning" not in server.get(LIST).headers)


def _until(holds: Callable[[], bool]) -> None:
    """A list is at hand for two seconds, whatever the clock says."""
    pause, until = threading.Event(), time.monotonic() + 5 * PATIENCE  # an answer may be fresh for a minute
    while not holds():
        assert time.monotonic() < until
        pause.wait(0.05)
