"""The client over real sockets: what each fault is called, and which phases of a request are kept when it fails."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.lab import upstream as lab
from tests.lab.certificates import Authority
from tests.lab.forwardproxy import ForwardProxy as ProxyServer
from tests.lab.forwardproxy import Socks5
from tests.lab.listener import HANDSHAKE_FAILURE, Listener, Silent, Talker, refused_port

from gomend.causes import Code
from gomend.gomod.weburl import parse_url
from gomend.net.client import Ask, Client, Limits
from gomend.net.exchange import Exchange
from gomend.net.faults import WireError
from gomend.net.forward import ForwardProxy
from gomend.net.roots import client_context

SHORT = Limits(connect=0.4, tls=0.4, first_byte=0.4, stall=0.4)
PATIENT = Limits(connect=30, tls=30, first_byte=30, stall=30)
BODY = b"module example.com/a\n"
HEALTHY = lab.body(BODY)


@dataclass
class Bench:
    """A client with its record."""

    authority: Authority
    context: ssl.SSLContext
    exchanges: list[Exchange]
    proxy: ForwardProxy | None = None

    def run(self, ask: Ask, limits: Limits = PATIENT) -> tuple[int, bytes] | WireError:
        async def go() -> tuple[int, bytes]:
            client = Client(
                tls=self.context, clock=time.monotonic, record=self.exchanges.append, proxy_for=lambda _: self.proxy
            )
            try:
                async with client.get(ask, limits) as answer:
                    return answer.status, b"".join([chunk async for chunk in answer.chunks()])
            finally:
                await client.close()

        try:
            return asyncio.run(go())
        except WireError as error:
            return error

    def get(self, url: str, limits: Limits = PATIENT) -> tuple[int, bytes] | WireError:
        return self.run(Ask(url), limits)

    def phases(self) -> list[str]:
        """The phases of the last exchange that happened, in their order of time."""
        phases = self.exchanges[-1].phases
        names = phases.__dataclass_fields__
        happened = [(getattr(phases, name), name) for name in names if getattr(phases, name) is not None]
        assert [when for when, _ in happened] == sorted(when for when, _ in happened)
        return [name for _, name in happened]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    authority = Authority.new()
    return Bench(
        authority, client_context({"SSL_CERT_FILE": str(authority.write(tmp_path / "ca")), "SSL_CERT_DIR": "/"}), []
    )


DNS = ["start", "dns_start", "dns_end"]
TCP = ["connect_start", "connect_end"]
TLS = ["tls_start", "tls_end"]


def serve(act: lab.Act = HEALTHY, tls: ssl.SSLContext | None = None) -> lab.Upstream:
    return lab.Upstream(lambda exchange: act(exchange, BODY), tls=tls)


def test_an_answer_has_all_phases(bench: Bench) -> None:
    with serve(tls=bench.authority.server("localhost")) as server:
        assert bench.get(f"https://localhost:{server.port}/x") == (200, BODY)
    assert bench.phases() == [*DNS, *TCP, *TLS, "sent", "first_byte", "end"]
    exchange = bench.exchanges[-1]
    assert (exchange.status, exchange.bytes, exchange.code, exchange.reused) == (200, len(BODY), None, False)
    assert exchange.address == f"127.0.0.1:{server.port}"


@dataclass(frozen=True)
class Fault:
    """What a server does, and what is to be told of it. `server` is entered with a TLS context's maker."""

    name: str
    server: Callable[[Authority], Listener | None]
    code: Code
    words: str
    phases: list[str]
    limits: Limits = PATIENT
    scheme: str = "http"
    host: str = "localhost"


def nothing(_: Authority) -> None:
    """Nobody listens."""


def plain(act: lab.Act) -> Callable[[Authority], Listener]:
    return lambda _: serve(act)


def tls(host: str = "localhost", **faults: bool) -> Callable[[Authority], Listener]:
    return lambda authority: serve(tls=authority.server(host, **faults))


SENT = [*DNS, *TCP, "sent"]
FAULTS = [
    Fault("connect-refused", nothing, Code.NET_CONNECT_REFUSED, "connection refused", [*DNS, "connect_start", "end"]),
    Fault(
        "tls-stalls",
        lambda _: Silent(),
        Code.TLS_HANDSHAKE,
        "TLS handshake timeout",
        [*DNS, *TCP, "tls_start", "end"],
        SHORT,
        "https",
    ),
    Fault(
        "unknown-authority",
        lambda _: serve(tls=Authority.new("Another").server("localhost")),
        Code.TLS_UNKNOWN_AUTHORITY,
        "certificate signed by unknown authority",
        [*DNS, *TCP, "tls_start", "end"],
        scheme="https",
    ),
    Fault(
        "wrong-name",
        tls("other.example"),
        Code.TLS_HOSTNAME_MISMATCH,
        "certificate is not valid for this name",
        [*DNS, *TCP, "tls_start", "end"],
        scheme="https",
    ),
    Fault(
        "wrong-address",
        tls("other.example"),
        Code.TLS_HOSTNAME_MISMATCH,
        "certificate is not valid for this address",
        ["start", *TCP, "tls_start", "end"],
        scheme="https",
        host="127.0.0.1",
    ),
    Fault(
        "expired",
        tls(expired=True),
        Code.TLS_EXPIRED,
        "certificate has expired",
        [*DNS, *TCP, "tls_start", "end"],
        scheme="https",
    ),
    Fault(
        "not-yet-valid",
        tls(early=True),
        Code.TLS_EXPIRED,
        "certificate is not yet valid",
        [*DNS, *TCP, "tls_start", "end"],
        scheme="https",
    ),
    Fault(
        "tls-alert",
        lambda _: Talker(HANDSHAKE_FAILURE),
        Code.TLS_HANDSHAKE,
        "TLS handshake failed (sslv3 alert handshake failure)",
        [*DNS, *TCP, "tls_start", "end"],
        scheme="https",
    ),
    Fault(
        "old-tls",
        lambda authority: serve(tls=authority.old_server("localhost")),
        Code.TLS_HANDSHAKE,
        "TLS handshake failed",
        [*DNS, *TCP, "tls_start", "end"],
        scheme="https",
    ),
    Fault(
        "http-on-a-tls-port",
        lambda _: Talker(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        Code.TLS_HANDSHAKE,
        "first record does not look like a TLS handshake",
        [*DNS, *TCP, "tls_start", "end"],
        scheme="https",
    ),
    Fault("no-answer", plain(lab.silent), Code.NET_RESPONSE_TIMEOUT, "no answer in time", [*SENT, "end"], SHORT),
    Fault("closed-without-answer", plain(lab.hang_up), Code.NET_RESET, "unexpected EOF", [*SENT, "end"]),
    Fault("reset", plain(lab.reset), Code.NET_RESET, "connection reset by peer", [*SENT, "end"]),
    Fault("not-http", plain(lab.garbage), Code.PROXY_BAD_RESPONSE, "malformed HTTP response", [*SENT, "end"]),
    Fault("body-cut", plain(lab.truncated()), Code.NET_RESET, "unexpected EOF", [*SENT, "first_byte", "end"]),
    Fault(
        "body-reset",
        plain(lab.truncated(reset=True)),
        Code.NET_RESET,
        "connection reset by peer",
        [*SENT, "first_byte", "end"],
    ),
    Fault(
        "body-stalls",
        plain(lab.stalled(0.5)),
        Code.NET_RESPONSE_TIMEOUT,
        "the answer stalled",
        [*SENT, "first_byte", "end"],
        SHORT,
    ),
    Fault(
        "too-many-redirects",
        plain(lab.redirect("{path}x")),
        Code.PROXY_BAD_RESPONSE,
        "stopped after 10 redirects",
        ["start", "sent", "first_byte", "end"],  # of the last of ten, on a connection that was kept
    ),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_its_code_and_keeps_its_phases(bench: Bench, fault: Fault) -> None:
    server = fault.server(bench.authority)
    with server or ExitStack():
        port = server.port if server else refused_port()
        error = bench.get(f"{fault.scheme}://{fault.host}:{port}/x", fault.limits)
    assert isinstance(error, WireError)
    assert error.code is fault.code
    assert error.words.startswith(fault.words)
    assert bench.phases() == fault.phases
    assert (bench.exchanges[-1].code, bench.exchanges[-1].fault) == (error.code, error.words)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (socket.EAI_NONAME, Code.DNS_NXDOMAIN),
        (socket.EAI_NODATA, Code.DNS_NXDOMAIN),
        (socket.EAI_AGAIN, Code.DNS_TIMEOUT),
        (socket.EAI_FAIL, Code.DNS_SERVER_FAILURE),
    ],
)
def test_a_resolvers_answer_has_its_code(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, answer: int, code: Code
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(answer, "in words")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", refuse)
    error = bench.get("http://nowhere.example/x")
    assert isinstance(error, WireError)
    assert (error.code, error.connecting, bench.phases()) == (code, True, ["start", "dns_start", "end"])


def test_a_resolver_that_does_not_answer_is_a_time_out_of_dns(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", wait)
    error = bench.get("http://nowhere.example/x", SHORT)
    assert isinstance(error, WireError)
    assert (error.code, bench.phases()) == (Code.DNS_TIMEOUT, ["start", "dns_start", "end"])


@contextmanager
def full_port() -> Iterator[int]:
    """A port whose queue of connections is full: further ones get no answer."""
    with socket.socket() as listening, ExitStack() as waiting:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


def test_a_connection_that_gets_no_answer_is_a_time_out_of_tcp(bench: Bench) -> None:
    with full_port() as port:
        error = bench.get(f"http://127.0.0.1:{port}/x", SHORT)
    assert isinstance(error, WireError)
    assert (error.code, bench.phases()) == (Code.NET_CONNECT_TIMEOUT, ["start", "connect_start", "end"])


def through(bench: Bench, url: str) -> Bench:
    bench.proxy = ForwardProxy(parse_url(url))
    return bench


class ProxyOverTLS(ProxyServer):
    """A forward proxy that is itself spoken to over TLS."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__()

    def _converse(self, connection: socket.socket) -> None:
        with self._tls.wrap_socket(connection, server_side=True) as inner:
            super()._converse(inner)


def test_https_goes_through_a_connect(bench: Bench) -> None:
    with serve(tls=bench.authority.server("localhost")) as server, ProxyServer() as proxy:
        bench = through(bench, f"http://localhost:{proxy.port}")
        assert bench.get(f"https://localhost:{server.port}/x") == (200, BODY)
    assert proxy.asked == [f"localhost:{server.port}"]
    assert bench.phases() == [*DNS, *TCP, *TLS, "sent", "first_byte", "end"]


def test_a_proxy_may_itself_speak_tls(bench: Bench) -> None:
    context = bench.authority.server("localhost")
    with serve(tls=context) as server, ProxyOverTLS(context) as proxy:
        bench = through(bench, f"https://localhost:{proxy.port}")
        assert bench.get(f"https://localhost:{server.port}/x") == (200, BODY)
    assert proxy.asked == [f"localhost:{server.port}"]
    assert bench.phases() == [*DNS, *TCP, *TLS, "sent", "first_byte", "end"]


def test_http_is_asked_of_the_proxy_in_absolute_form_with_its_own_credentials(bench: Bench) -> None:
    heard = []

    def answer(exchange: lab.Exchange) -> None:
        heard.append((exchange.target, exchange.headers.get("proxy-authorization"), exchange.headers["host"]))
        exchange.send(200, BODY)

    with lab.Upstream(answer) as proxy:
        through(bench, f"http://user:p%40@localhost:{proxy.port}")
        assert bench.get("http://up.example/m/@v/list") == (200, BODY)
    assert heard == [("http://up.example/m/@v/list", "Basic dXNlcjpwQA==", "up.example")]
    assert "p@" not in repr(bench.exchanges)


def test_socks_connects_by_name(bench: Bench) -> None:
    with serve(tls=bench.authority.server("localhost")) as server, Socks5() as proxy:
        through(bench, f"socks5://localhost:{proxy.port}")
        assert bench.get(f"https://localhost:{server.port}/x") == (200, BODY)
        assert bench.phases() == ["start", *TCP, *TLS, "sent", "first_byte", "end"]
    assert proxy.asked == [f"localhost:{server.port}"]
    assert bench.exchanges[0].address == f"localhost:{proxy.port}"


REFUSED = b"HTTP/1.1 %d Reason\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("proxy", "url", "words", "final"),
    [
        (lambda: ProxyServer({"*": REFUSED % 407}), "http", "the forward proxy answered 407 Reason", True),
        (lambda: ProxyServer({"*": REFUSED % 403}), "http", "the forward proxy answered 403 Reason", True),
        (lambda: ProxyServer({"*": REFUSED % 503}), "http", "the forward proxy answered 503 Reason", False),
        (lambda: Talker(b""), "http", "proxyconnect tcp: unexpected EOF", False),
        (lambda: Talker(b"SSH-2.0\r\n"), "http", "proxyconnect tcp: malformed HTTP response", False),
        (Silent, "http", "proxyconnect tcp: i/o timeout", False),
        (lambda: None, "http", "proxyconnect tcp: connection refused", False),
        (lambda: Talker(HANDSHAKE_FAILURE), "https", "proxyconnect tcp: TLS handshake failed", False),
        (lambda: None, "socks5", "socks connect:", False),
        (lambda: Socks5(1), "socks5", "socks connect:", False),
        (lambda: Socks5(2), "socks5", "socks connect:", True),
        (lambda: Socks5(method=255), "socks5", "socks connect:", True),
    ],
)
def test_a_fault_of_the_forward_proxy_is_never_the_sources(
    bench: Bench, proxy: Callable[[], Listener | None], url: str, words: str, final: bool
) -> None:
    server = proxy()
    with server or ExitStack():
        through(bench, f"{url}://localhost:{server.port if server else refused_port()}")
        error = bench.get("https://source.example/x", SHORT if url == "http" else PATIENT)
    assert isinstance(error, WireError)
    assert (error.code, error.connecting, error.final) == (Code.NET_HTTP_PROXY, True, final)
    assert error.words.startswith(words)


def test_the_sources_own_fault_behind_a_proxy_is_the_sources(bench: Bench) -> None:
    with serve(tls=Authority.new("Another").server("localhost")) as server, ProxyServer() as proxy:
        error = through(bench, f"http://localhost:{proxy.port}").get(f"https://localhost:{server.port}/x")
    assert isinstance(error, WireError)
    assert error.code is Code.TLS_UNKNOWN_AUTHORITY


SECRETS = (("Authorization", "Basic c2VjcmV0"), ("Private-Token", "t0ken"))


@contextmanager
def two_hosts(bench: Bench, location: str, *, tls: bool = True) -> Iterator[tuple[lab.Upstream, lab.Upstream]]:
    """The first redirects to `location`, in which {port} is the second's; both are known as localhost and 127.0.0.1."""
    context = bench.authority.server("localhost", "127.0.0.1", "sub.localhost")
    with serve(tls=context if tls else None) as second:
        first = serve(lab.redirect(location.replace("{port}", str(second.port))), tls=context)
        with first:
            yield first, second


@pytest.mark.parametrize(
    ("location", "carried"),
    [
        ("https://localhost:{port}/y", True),
        ("https://127.0.0.1:{port}/y", False),
        ("//127.0.0.1:{port}/y", False),
    ],
)
def test_credentials_stay_at_their_host(bench: Bench, location: str, carried: bool) -> None:
    with two_hosts(bench, location) as (first, second):
        got = bench.run(Ask(f"https://localhost:{first.port}/x", secrets=SECRETS, headers={"User-Agent": "go"}))
    assert got == (200, BODY)
    wanted = tuple(value for _, value in SECRETS) if carried else (None, None)
    heard = second.exchanges[0].headers
    assert (heard.get("authorization"), heard.get("private-token"), heard["user-agent"]) == (*wanted, "go")
    assert first.exchanges[0].headers["authorization"] == SECRETS[0][1]


def test_a_user_of_the_url_goes_along_with_a_relative_location_only(bench: Bench) -> None:
    with two_hosts(bench, "https://localhost:{port}/y") as (first, second):
        bench.run(Ask(f"https://localhost:{first.port}/x", user="u", password="p"))
    assert (first.exchanges[0].headers.get("authorization"), second.exchanges[0].headers.get("authorization")) == (
        "Basic dTpw",
        None,
    )
    with serve(lab.first(1, lab.redirect("y"), HEALTHY), tls=bench.authority.server("localhost")) as server:
        assert bench.run(Ask(f"https://localhost:{server.port}/x", user="u", password="p")) == (200, BODY)
    assert [exchange.headers.get("authorization") for exchange in server.exchanges] == ["Basic dTpw"] * 2


def test_no_secret_goes_to_http(bench: Bench) -> None:
    with serve() as server:
        bench.run(Ask(f"http://localhost:{server.port}/x", secrets=SECRETS, user="u", password="p"))
    assert "authorization" not in server.exchanges[0].headers
    assert "private-token" not in server.exchanges[0].headers


def test_from_https_to_http_there_is_no_way(bench: Bench) -> None:
    with two_hosts(bench, "http://u:p4ss@localhost:{port}/y", tls=False) as (first, second):
        url = f"https://localhost:{first.port}/x"
        error = bench.run(Ask(url))
    assert isinstance(error, WireError)
    assert error.words == f"redirected from secure URL {url} to insecure URL http://u:xxxxx@localhost:{second.port}/y"
    assert second.requests == []
    assert bench.exchanges[-1].code is Code.PROXY_BAD_RESPONSE
    assert bench.exchanges[-1].fault.startswith(f"redirected from secure URL {url} to insecure URL http://***@")


def test_a_signed_address_is_not_recorded(bench: Bench) -> None:
    with two_hosts(bench, "https://u:p4ss@127.0.0.1:{port}/y?X-Amz-Signature=0123abcd") as (first, second):
        assert bench.run(Ask(f"https://localhost:{first.port}/x", secrets=SECRETS)) == (200, BODY)
    assert second.exchanges[0].target == "/y?X-Amz-Signature=0123abcd"
    assert not any(secret in repr(bench.exchanges) for secret in ("p4ss", "0123abcd", "c2VjcmV0", "t0ken"))


def test_cookies_are_not_kept(bench: Bench) -> None:
    def answer(exchange: lab.Exchange) -> None:
        exchange.send(302 if exchange.path == "/x" else 200, BODY, location="/y", set_cookie="id=1; Path=/")

    with lab.Upstream(answer) as server:
        assert bench.get(f"http://localhost:{server.port}/x") == (200, BODY)
    assert [("cookie" in exchange.headers) for exchange in server.exchanges] == [False, False]


def test_a_kept_connection_is_used_again(bench: Bench) -> None:
    async def twice(url: str) -> None:
        client = Client(tls=bench.context, clock=time.monotonic, record=bench.exchanges.append)
        for _ in range(2):
            async with client.get(Ask(url), PATIENT) as answer:
                assert [chunk async for chunk in answer.chunks()] == [BODY]
        await client.close()

    with serve() as server:
        asyncio.run(twice(f"http://localhost:{server.port}/x"))
    assert [exchange.reused for exchange in bench.exchanges] == [False, True]
    assert bench.phases() == ["start", "sent", "first_byte", "end"]
