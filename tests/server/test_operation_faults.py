"""A server that is stopped, reloaded, given new certificates, or loses a worker or its clock, while it serves."""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme
from tests.lab import upstream as acts
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.faulttable import FULL, fault
from tests.server.serving import PATIENCE, Lab, Served, lab, serving

GROUP = "What is done to a server"
SMALL = Module("example.com/small", "v1.0.0")
BIG = Module("example.com/big", "v1.0.0", files={"data.bin": os.urandom(1_000_000).hex()})
SMALL_PATH, BIG_PATH = "/example.com/small/@v/v1.0.0.mod", "/example.com/big/@v/v1.0.0.zip"
LIST = "/example.com/small/@v/list"
CLIENTS = 8


class Load:
    """Clients that ask again and again, some over connections that they keep, as net/http does: a kept one that ended
    without a byte of an answer is no failure, the request is made again over a new one. `stop` gives what failed; a TLS
    handshake that was under way when its worker ended is counted beside that. By TLS 1.3 a client may be done with it,
    and have asked, before its server is.
    """

    def __init__(self, make: Callable[[], http.client.HTTPConnection]) -> None:
        self._make = make
        self._ends = threading.Event()
        self._pool = ThreadPoolExecutor(CLIENTS)
        self.answered = 0
        self.handshakes_lost = 0
        self._asking = [self._pool.submit(self._ask, number) for number in range(CLIENTS)]

    def _ask(self, number: int) -> list[str]:
        failed = []
        path, body = ((SMALL_PATH, SMALL.go_mod), (BIG_PATH, BIG.zip))[number % 4 == 0]
        kept = None
        while not self._ends.is_set():
            connection, is_kept = (kept, True) if kept is not None else (self._make(), False)
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                kept = None
                if isinstance(error, ssl.SSLError):
                    self.handshakes_lost += 1
                elif not isinstance(error, ConnectionError):  # RemoteDisconnected is one: no byte of an answer
                    failed.append(repr(error))
                elif not is_kept and isinstance(connection, http.client.HTTPSConnection):
                    self.handshakes_lost += 1
                elif not is_kept:
                    failed.append(repr(error))
                continue
            if (answer.status, content) != (200, body):
                failed.append(f"{answer.status} {len(content)}")
            self.answered += 1
            kept = connection if number % 2 and not answer.will_close else None
            if kept is None:
                connection.close()
        if kept is not None:
            kept.close()
        return failed

    def more(self, count: int) -> None:
        """Wait until so many more were answered."""
        pause, until = threading.Event(), self.answered + count
        while self.answered < until and not any(one.done() for one in self._asking):
            pause.wait(0.01)

    def stop(self) -> list[str]:
        """End it."""
        self._ends.set()
        failed = [words for one in self._asking for words in one.result()]
        self._pool.shutdown()
        return failed


@contextlib.contextmanager
def serving_both(folder: Path, *options: str) -> Iterator[tuple[Served, Lab]]:
    found = lab([SMALL, BIG])
    with Upstream(found) as upstream, serving(folder, upstream.url, *options, gosumdb=found.sums.key) as server:
        yield server, found


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
        load = Load(lambda: http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE))
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


@fault(
    GROUP, "a new certificate under load, again and again", "200, soon with the new one; a handshake under way may end"
)
@fault(GROUP, "a certificate that is none, under load", "200, each of them, with the one that works")
def test_no_request_fails_while_the_certificate_changes(tmp_path: Path) -> None:
    authority, trusts = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trusts)
    pem = tmp_path / "leaf.pem"

    def renew() -> None:
        made = tmp_path / "new.pem"
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(made))
        made.replace(pem)

    def serial() -> str:
        with (
            socket.create_connection(("127.0.0.1", server.port), PATIENCE) as plain,
            trusts.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
        ):
            return str((secured.getpeercert() or {})["serialNumber"])

    renew()
    pause = threading.Event()
    options = ("--certificate", str(pem), "--key", str(pem))
    with serving_both(tmp_path, *options) as (server, _):
        load = Load(lambda: http.client.HTTPSConnection("127.0.0.1", server.port, timeout=PATIENCE, context=trusts))
        for _ in range(10 if FULL else 1):
            load.more(30)
            before = serial()
            renew()
            while serial() == before:
                pause.wait(0.05)
        while len(server.workers()) > 1:  # the old one goes on for a while beside the new one
            pause.wait(0.05)
        good, before = pem.read_bytes(), serial()
        pem.write_bytes(b"no certificate\n")
        until = time.monotonic() + 3  # the file is looked at every second
        while time.monotonic() < until:
            load.more(10)
        assert serial() == before
        pem.write_bytes(good)
        renew()
        while serial() == before:
            pause.wait(0.05)
        load.more(30)
        assert load.stop() == []
        assert load.handshakes_lost <= load.answered / 100


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
    pause = threading.Event()
    while not holds():
        pause.wait(0.05)
