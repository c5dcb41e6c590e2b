"""One address of a host: each fault of TCP and TLS has the code and the words that go has, and its chain is told."""

import asyncio
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.lab.certificates import Authority
from tests.lab.http2 import Http2, Step
from tests.lab.listener import HANDSHAKE_FAILURE, Listener, Silent, Talker, refused_port
from tests.lab.modules import World
from tests.lab.upstream import Upstream, module_proxy

from gomend.causes import Code
from gomend.net.certificates import Certificate, fits
from gomend.net.exchange import Exchange, Phases
from gomend.net.faults import WireError
from gomend.net.handshake import Shaken, Shaker
from gomend.net.http2 import Http2 as Client
from gomend.net.http2 import Response
from gomend.net.roots import client_context
from gomend.net.timing import Limits

LIMITS = Limits(connect=20, tls=20, first_byte=20, stall=20)
SHORT = Limits(connect=0.3, tls=0.3, first_byte=0.3, stall=0.3)  # where nothing is to come


def shake(
    listener: Listener | int,
    name: str = "goproxy.test",
    *,
    trusted: Path | None = None,
    secure: bool = True,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    limits: Limits = LIMITS,
) -> Shaken:
    def context():
        made = client_context({"SSL_CERT_FILE": str(trusted), "SSL_CERT_DIR": "/nowhere"} if trusted else {})
        made.set_alpn_protocols(["h2", "http/1.1"])
        return made

    shaker = Shaker(context, time.monotonic, now, limits)
    port = listener if isinstance(listener, int) else listener.port
    return asyncio.run(shaker.shake(name, port, "127.0.0.1", secure=secure))


def served(ca: Authority, *names: str, **wrong: bool) -> Upstream:
    return module_proxy(World([]), tls=ca.server(*names, **wrong))


@pytest.fixture
def ca() -> Authority:
    return Authority.new()


@pytest.fixture
def trusted(ca: Authority, tmp_path: Path) -> Path:
    return ca.write(tmp_path / "ca.pem")


def test_a_sound_server_is_told_with_its_chain_and_every_time(ca: Authority, trusted: Path) -> None:
    with served(ca, "goproxy.test") as upstream:
        found = shake(upstream, trusted=trusted)
    assert (found.code, found.version, found.alpn) == (None, "TLSv1.3", "")
    assert found.chain[0].names == ("goproxy.test",)
    assert found.chain[0].issuer == "Corp Example Root CA"
    assert found.connect is not None
    assert found.tls is not None


def test_what_is_spoken_over_it_is_told(ca: Authority, trusted: Path) -> None:
    with Http2([Step(b"x")], ca.server("goproxy.test")) as server:
        assert shake(server, trusted=trusted).alpn == "h2"


@pytest.mark.parametrize(
    ("names", "wrong", "trust", "code", "words"),
    [
        (("goproxy.test",), {}, False, Code.TLS_UNKNOWN_AUTHORITY, "signed by unknown authority"),
        (("a.test", "b.test"), {}, True, Code.TLS_HOSTNAME_MISMATCH, "valid for a.test, b.test, not goproxy.test"),
        (("goproxy.test",), {"expired": True}, True, Code.TLS_EXPIRED, " is after "),
        (("goproxy.test",), {"early": True}, True, Code.TLS_EXPIRED, " is before "),
        (("a.test",), {}, False, Code.TLS_HOSTNAME_MISMATCH, "valid for a.test, not goproxy.test"),
        (("a.test",), {"expired": True}, False, Code.TLS_EXPIRED, " is after "),
    ],
)
def test_what_go_would_not_take_is_named_in_gos_order(
    ca: Authority, trusted: Path, names: tuple[str, ...], wrong: dict[str, bool], trust: bool, code: Code, words: str
) -> None:
    with served(ca, *names, **wrong) as upstream:
        found = shake(upstream, trusted=trusted if trust else None)
    assert found.code is code
    assert words in found.words
    assert found.chain[0].issuer == "Corp Example Root CA"
    assert found.tls is None


def test_a_clock_that_is_wrong_is_seen_as_go_sees_it(ca: Authority) -> None:
    with served(ca, "goproxy.test") as upstream:
        found = shake(upstream, now=lambda: datetime.now(UTC) - timedelta(days=40_000))
    assert found.code is Code.TLS_EXPIRED


@pytest.mark.parametrize(
    ("listener", "code", "words"),
    [
        (Silent, Code.TLS_HANDSHAKE, "net/http: TLS handshake timeout"),
        (lambda: Talker(b"HTTP/1.1 200 OK\r\n\r\n"), Code.TLS_HANDSHAKE, "first record does not look like"),
        (lambda: Talker(HANDSHAKE_FAILURE), Code.TLS_HANDSHAKE, "TLS handshake failed"),
        (lambda: Talker(b"", reset=True), Code.NET_RESET, ""),
        (lambda: Talker(b""), Code.NET_RESET, "unexpected EOF"),
    ],
)
def test_a_server_that_speaks_no_tls_is_named(listener: Callable[[], Listener], code: Code, words: str) -> None:
    with listener() as server:
        found = shake(server, limits=SHORT if listener is Silent else LIMITS)
    assert (found.code, found.words[: len(words)]) == (code, words)
    assert found.connect is not None


def test_a_closed_port_and_a_full_one_are_told_apart() -> None:
    found = shake(refused_port())
    assert (found.code, found.connect) == (Code.NET_CONNECT_REFUSED, None)
    assert found.words == f"dial tcp {found.place}: connect: connection refused"
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = []
        for _ in range(3):  # what the kernel takes of itself; further packets are dropped, as by a firewall
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(full.getsockname())
        found = shake(full.getsockname()[1], limits=SHORT)
        for one in waiting:
            one.close()
    assert found.code is Code.NET_CONNECT_TIMEOUT


def test_a_plain_address_is_connected_to_and_nothing_more() -> None:
    with Silent() as server:
        found = shake(server, secure=False)
    assert (found.code, found.tls) == (None, None)


@pytest.mark.parametrize(
    ("names", "name", "fit"),
    [
        (("*.corp.example",), "git.corp.example", True),
        (("*.corp.example",), "corp.example", False),
        (("*.corp.example",), "a.git.corp.example", False),
        (("Goproxy.CN",), "goproxy.cn.", True),
        (("127.0.0.1",), "127.0.0.1", True),
        (("127.0.0.1",), "127.0.0.2", False),
        (("::1",), "[::1]", True),
        ((), "goproxy.cn", False),
    ],
)
def test_a_certificate_fits_a_name_as_go_has_it(names: tuple[str, ...], name: str, fit: bool) -> None:
    now = datetime.now(UTC)
    assert fits(Certificate("x", "y", names, now, now, False), name) is fit


def over_http2(server: Listener, trusted: Path, limits: Limits = LIMITS) -> tuple[Exchange, Response | WireError]:
    def context():
        made = client_context({"SSL_CERT_FILE": str(trusted), "SSL_CERT_DIR": "/nowhere"})
        made.set_alpn_protocols(["h2"])
        return made

    async def run() -> tuple[Exchange, Response | WireError]:
        exchange = Exchange(f"https://goproxy.test:{server.port}/x", "other", -1, 1, Phases(time.monotonic()))
        try:
            return exchange, await Client(context, time.monotonic, limits).get(exchange, "127.0.0.1")
        except WireError as error:
            return exchange, error

    return asyncio.run(run())


def test_an_answer_over_http2_is_read_to_its_end(ca: Authority, trusted: Path) -> None:
    with Http2([Step(b"x" * 16_000)], ca.server("goproxy.test")) as server:
        exchange, found = over_http2(server, trusted)
    assert isinstance(found, Response)
    phases = exchange.phases
    assert (found.status, exchange.bytes) == (200, 16_000)
    order = [phases.connect_start, phases.connect_end, phases.tls_end, phases.sent, phases.first_byte, phases.end]
    assert order == sorted(order, key=lambda moment: moment or 0)


@pytest.mark.parametrize(
    ("step", "code", "words"),
    [
        (Step(reset="INTERNAL_ERROR"), Code.NET_HTTP2, "stream error: stream ID 1; INTERNAL_ERROR"),
        (Step(b"half", partly=True, reset="CANCEL"), Code.NET_HTTP2, "stream error: stream ID 1; CANCEL"),
        (Step(goaway="ENHANCE_YOUR_CALM"), Code.NET_HTTP2, "http2: server sent GOAWAY"),
        (Step(drop=True), Code.NET_RESET, "unexpected EOF"),
        (Step(b"half", partly=True), Code.NET_RESPONSE_TIMEOUT, "the answer stalled"),
    ],
)
def test_every_fault_of_http2_has_its_code(ca: Authority, trusted: Path, step: Step, code: Code, words: str) -> None:
    with Http2([step], ca.server("goproxy.test")) as server:
        stalls = code is Code.NET_RESPONSE_TIMEOUT
        exchange, found = over_http2(server, trusted, Limits(stall=0.3) if stalls else LIMITS)
    assert isinstance(found, WireError)
    assert (found.code, exchange.code) == (code, code)
    assert found.words.startswith(words)


def test_a_server_without_http2_is_told(ca: Authority, trusted: Path) -> None:
    with served(ca, "goproxy.test") as server:
        _, found = over_http2(server, trusted)
    assert isinstance(found, WireError)
    assert (found.code, found.words) == (Code.NET_HTTP2, "the server does not offer h2 by ALPN")
