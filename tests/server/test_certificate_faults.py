"""Certificates that are renewed while a server serves, do not fit or end soon: nobody loses a request."""

import datetime
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.server.faulttable import FULL, fault
from tests.server.load import SMALL, SMALL_PATH, Load, serving_both
from tests.server.overtls import Identity, said, secured, self_signed, with_key_of
from tests.server.serving import PATIENCE, Lab, Served

GROUP = "Certificates"
GET = f"GET {SMALL_PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Served, Lab, Identity]]:
    """A server with TLS, its source, and its certificate."""
    identity = Identity(tmp_path)
    with serving_both(tmp_path, *identity.options, trusts=identity.trusts) as (server, found):
        server.keep(SMALL_PATH)
        yield server, found, identity


def serial(server: Served) -> str:
    """Of the certificate that a new client sees."""
    with secured(server) as client:
        return str((client.getpeercert() or {})["serialNumber"])


def until(holds: Callable[[], bool]) -> None:
    """The test's own time limit ends a wait in vain."""
    pause = threading.Event()
    while not holds():
        pause.wait(0.02)


def in_use(server: Served, identity: Identity) -> None:
    """Wait until the server says that its workers show what is on disk."""
    number = x509.load_pem_x509_certificates(identity.pem.read_bytes())[0].serial_number
    assert server.has_logged(f'"serial":"{number:0{len(f"{number:x}") + len(f"{number:x}") % 2}X}"')
    assert int(serial(server), 16) == number


@fault(GROUP, "a new one under load, again and again", "200, each of them, at once with the new one")
def test_nobody_loses_a_request_or_a_handshake_while_it_changes(place: tuple[Served, Lab, Identity]) -> None:
    server, _, identity = place
    load = Load(server)
    for _ in range(10 if FULL else 2):
        load.more(30)
        was = server.workers()
        identity.renew()
        in_use(server, identity)
        until(lambda: not server.workers() & was)  # noqa: B023
    load.more(30)
    assert load.stop() == []


@fault(GROUP, "a new one while clients have connected, and not shaken hands or not asked yet", "200")
def test_who_has_only_connected_is_waited_for_by_the_worker_that_goes(place: tuple[Served, Lab, Identity]) -> None:
    server, _, identity = place
    was, before = server.workers(), serial(server)
    silent = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    ready = secured(server)
    assert server.get(SMALL_PATH).status == 200  # who has connected before has been taken in
    identity.renew()
    in_use(server, identity)
    assert server.workers() & was
    with identity.trusts.wrap_socket(silent, server_hostname="127.0.0.1") as late:
        assert str((late.getpeercert() or {})["serialNumber"]) == before
        for client in (late, ready):
            answer = said(client, GET)
            assert answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(SMALL.go_mod)
    until(lambda: not server.workers() & was)


def goes_on(server: Served, before: str) -> bool:
    """Whether it serves with the certificate that it had."""
    return serial(server) == before and server.get(SMALL_PATH).body == SMALL.go_mod


@fault(GROUP, "one on disk with another one's key", "200, with the one that is in use; the log says why")
@fault(GROUP, "one on disk that a worker cannot serve with", "200, with the one that is in use; the log says so")
def test_one_that_cannot_be_used_is_passed_over_with_a_word(place: tuple[Served, Lab, Identity]) -> None:
    server, _, identity = place
    good, before = identity.pem.read_bytes(), serial(server)
    wrong = {
        with_key_of(good): "the key does not belong to the certificate",
        self_signed(rsa.generate_private_key(65_537, 1024)): "no worker can serve with it",
    }
    for number, (content, words) in enumerate(wrong.items(), 1):
        identity.put(content)
        assert server.has_logged(words)
        assert goes_on(server, before)
        assert server.log.read_text().count('"event":"certificate_passed_over"') == number
    identity.renew()
    in_use(server, identity)


@fault(GROUP, "none on disk, and SIGHUP", "200, with the one that was in use")
@fault(GROUP, "none on disk, and its worker is killed", "soon 200 again, with the one that was in use")
def test_without_one_on_disk_workers_are_replaced_all_the_same(place: tuple[Served, Lab, Identity]) -> None:
    server, _, identity = place
    before, was = serial(server), server.workers()
    identity.pem.unlink()
    assert server.has_logged("No such file or directory")
    server.process.send_signal(signal.SIGHUP)
    until(lambda: not server.workers() & was)
    assert goes_on(server, before)
    (worker,) = server.workers()
    os.kill(int(worker), signal.SIGKILL)
    until(lambda: bool(server.workers() - {worker}))
    assert goes_on(server, before)  # who connects meanwhile waits
    identity.renew()
    in_use(server, identity)
    assert server.process.poll() is None


@fault(GROUP, "one that ends in five days", "200; the log warns, and a metric tells the days")
def test_an_end_that_is_near_is_told(place: tuple[Served, Lab, Identity]) -> None:
    server, _, identity = place
    assert server.metric("gomend_certificate_days") > 14
    assert "certificate_ends" not in server.log.read_text()
    identity.renew(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=5))
    in_use(server, identity)
    assert server.has_logged("the certificate ends in 5.0 days")
    assert 4.9 < server.metric("gomend_certificate_days") < 5.1
