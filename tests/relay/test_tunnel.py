"""The run's own HTTP proxy: who is let in, what passes, what is told, and what is left behind."""

import asyncio
import random
import socket
import ssl
import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.lab.certificates import Authority
from tests.lab.forwardproxy import ForwardProxy, Socks5
from tests.lab.listener import Listener, cut, refused_port
from tests.lab.upstream import Exchange as Asked
from tests.lab.upstream import Upstream

from gomend.causes import Code
from gomend.net.dial import Dialer
from gomend.net.exchange import Exchange
from gomend.net.forward import ForwardProxies
from gomend.net.roots import client_context
from gomend.net.timing import Limits
from gomend.relay.opening import open_for
from gomend.relay.tunnel import Tunnel
from gomend.relay.tunneladdress import TunnelAddress
from gomend.sources.policy import Budget, Policy
from gomend.sources.retrying import World

SECRET = "s3cr3t"
PASSWORD = b"Proxy-Authorization: Basic " + b64encode(b"gomend:" + SECRET.encode()) + b"\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Bench:
    """A tunnel on a port of its own, with the record of what passed it."""

    def __init__(self, environment: dict[str, str] | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.environment = environment or {}
        self.exchanges: list[Exchange] = []
        self.slept: list[float] = []
        self.tls = tls

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def run(self, talk: Talk, *, connections: int = 1) -> None:
        """Each of the connections talks; afterwards nothing may be left."""
        asyncio.run(self._run(talk, connections))

    async def _run(self, talk: Talk, connections: int) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        address = TunnelAddress(listening.getsockname()[1], SECRET, self.environment)
        policy = Policy()
        proxies = ForwardProxies(self.environment)
        tunnel = Tunnel(
            address.authorization,
            Dialer(lambda: self.tls or ssl.create_default_context(), time.monotonic, Limits(connect=5, tls=5)),
            lambda url: proxies.https if url.startswith("https:") else proxies.http,
            proxies.http is not None,
            policy,
            Budget(policy),
            World(time.monotonic, lambda: datetime.now(UTC), self._sleep, random.Random(1).random),
            self.exchanges.append,
        )
        await tunnel.open(listening)
        try:
            await asyncio.gather(*(self._one(talk, address.port) for _ in range(connections)))
        finally:
            await tunnel.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert left == set()

    @staticmethod
    async def _one(talk: Talk, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await talk(reader, writer)
        finally:
            writer.close()


async def head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def connect(target: str, password: bytes = PASSWORD) -> bytes:
    return f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: git/2.39\r\n".encode() + password + b"\r\n"


def answer_to(bench: Bench, request: bytes) -> bytes:
    """All that comes until the end."""
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(request)
        heard.append(await reader.read())

    bench.run(talk)
    return heard[0]


class Echo(Listener):
    """Sends back what comes, and its end."""

    def __init__(self) -> None:
        super().__init__(self._echo)

    def _echo(self, connection: socket.socket) -> None:
        while piece := connection.recv(65536):
            connection.sendall(piece)


def test_who_does_not_know_the_password_is_asked_for_it_and_gets_no_further() -> None:
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wrong = b"Proxy-Authorization: Basic " + b64encode(b"gomend:guess") + b"\r\n"
        for password in (b"", wrong, b"Proxy-Authorization: Bearer x\r\n", b""):
            writer.write(connect(f"127.0.0.1:{echo.port}", password))
            heard.append(await head(reader))
        heard.append(await reader.read())

    bench = Bench()
    with Echo() as echo:
        bench.run(talk)
        assert echo.connections == 0
    assert heard[4] == b""
    assert {answer.split(b"\r\n")[0] for answer in heard[:4]} == {b"HTTP/1.1 407 Proxy Authentication Required"}
    assert all(b'Proxy-Authenticate: Basic realm="gomend"\r\n' in answer for answer in heard[:4])
    assert bench.exchanges == []


def test_the_password_may_come_with_the_second_request_as_git_sends_it() -> None:
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect(f"localhost:{echo.port}", b""))
        heard.append(await head(reader))
        writer.write(connect(f"localhost:{echo.port}"))
        heard.append(await head(reader))
        writer.write(b"hello")
        writer.write_eof()
        heard.append(await reader.read())

    bench = Bench()
    with Echo() as echo:
        bench.run(talk)
    assert heard[0].startswith(b"HTTP/1.1 407 ")
    assert heard[1:] == [b"HTTP/1.1 200 Connection established\r\n\r\n", b"hello"]
    (exchange,) = bench.exchanges
    assert (exchange.url, exchange.purpose, exchange.status) == (f"https://localhost:{echo.port}", "tunnel", 200)
    assert (exchange.bytes, exchange.source, exchange.address) == (5, -1, f"127.0.0.1:{echo.port}")
    phases = exchange.phases
    times = (phases.start, phases.dns_start, phases.dns_end, phases.connect_end, phases.first_byte, phases.end)
    assert None not in times
    assert list(times) == sorted(time for time in times if time is not None)


def test_each_side_may_end_before_the_other() -> None:
    class Late(Listener):
        """Answers when it has heard the end."""

        def __init__(self) -> None:
            super().__init__(self._late)

        def _late(self, connection: socket.socket) -> None:
            size = 0
            while piece := connection.recv(65536):
                size += len(piece)
            connection.sendall(b"heard %d" % size)

    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect(f"127.0.0.1:{late.port}"))
        await head(reader)
        writer.write(bytes(1_000_000))
        writer.write_eof()
        heard.append(await reader.read())

    with Late() as late:
        Bench().run(talk)
    assert heard == [b"heard 1000000"]


def test_a_reader_that_stops_stops_the_sender_and_nothing_piles_up() -> None:
    sent = []

    class Flood(Listener):
        """Sends until nobody takes it any more."""

        def __init__(self) -> None:
            super().__init__(self._flood)

        def _flood(self, connection: socket.socket) -> None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
            connection.settimeout(1)
            piece = bytes(1 << 16)
            try:
                for _ in range(4000):
                    connection.sendall(piece)
                    sent.append(len(piece))
            except TimeoutError:
                stopped.set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect(f"127.0.0.1:{flood.port}"))
        await head(reader)
        await asyncio.to_thread(stopped.wait, 60)

    stopped = threading.Event()
    with Flood() as flood:  # its time-out only tells that the sender was stopped
        Bench().run(talk)
    assert stopped.is_set()
    assert sum(sent) < 32 << 20  # what the buffers of three sockets and the tunnel hold, of 262 MB


def test_a_hundred_tunnels_carry_what_they_are_given() -> None:
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect(f"127.0.0.1:{echo.port}"))
        await head(reader)
        text = random.Random(len(heard)).randbytes(200_000)
        sending = asyncio.ensure_future(_send(writer, text))
        assert await reader.read(-1) == text
        await sending
        heard.append(text)

    bench = Bench()
    with Echo() as echo:
        bench.run(talk, connections=100)
    assert len(heard) == 100
    assert sum(exchange.bytes for exchange in bench.exchanges) == 100 * 200_000


async def _send(writer: asyncio.StreamWriter, text: bytes) -> None:
    writer.write(text)
    await writer.drain()
    writer.write_eof()


def test_a_cut_is_passed_on_as_a_cut() -> None:
    class Cutter(Listener):
        def __init__(self) -> None:
            super().__init__(self._cut)

        def _cut(self, connection: socket.socket) -> None:
            connection.recv(1)
            cut(connection)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect(f"127.0.0.1:{cutter.port}"))
        await head(reader)
        writer.write(b"x")
        with pytest.raises(ConnectionResetError):
            await reader.read()

    with Cutter() as cutter:
        Bench().run(talk)


def test_tunnels_end_with_the_run() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect(f"127.0.0.1:{echo.port}"))
        await head(reader)
        idle.append(writer)  # and leave it open

    idle: list[asyncio.StreamWriter] = []
    with Echo() as echo:
        Bench().run(talk, connections=3)
    assert len(idle) == 3


@pytest.mark.parametrize(
    ("request_", "first_line"),
    [
        (b"GET http://up.example/ HTTP/1.1\r\nHost: up.example\r\n" + PASSWORD + b"\r\n", b"405 Method Not Allowed"),
        (b"GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n" + PASSWORD + b"\r\n", b"405 Method Not Allowed"),
        (connect("noport"), b"400 Bad Request"),
        (connect(":443"), b"400 Bad Request"),
        (connect("h:99999"), b"400 Bad Request"),
        (connect("h:x"), b"400 Bad Request"),
        (b"\x16\x03\x01\x00\x05hello\r\n\r\n", b"400 Bad Request"),
        (b"CONNECT h:1 HTTP/1.1\r\nX: " + b"x" * 70_000, b"400 Bad Request"),
    ],
)
def test_what_it_does_not_do_it_says(request_: bytes, first_line: bytes) -> None:
    bench = Bench()
    assert answer_to(bench, request_).split(b"\r\n")[0] == b"HTTP/1.1 " + first_line
    assert bench.exchanges == []


def test_a_failed_connect_is_tried_again_and_told_in_gos_words() -> None:
    bench = Bench()
    port = refused_port()
    first_line = answer_to(bench, connect(f"127.0.0.1:{port}")).split(b"\r\n")[0]
    assert first_line == b"HTTP/1.1 502 dial tcp 127.0.0.1:%d: connect: connection refused" % port
    assert [(exchange.attempt, exchange.code) for exchange in bench.exchanges] == [
        (attempt, Code.NET_CONNECT_REFUSED) for attempt in (1, 2, 3, 4)
    ]
    assert len(bench.slept) == 3


def test_a_name_that_does_not_resolve_is_told_in_gos_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "in words")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", refuse)
    bench = Bench()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect("nowhere.example:443"))
        assert (await head(reader)).startswith(b"HTTP/1.1 502 dial tcp: lookup nowhere.example: no such host\r\n")

    async def one(talk: Talk, port: int) -> None:
        made = socket.create_connection(("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=made)
        await talk(reader, writer)
        writer.close()

    monkeypatch.setattr(Bench, "_one", staticmethod(one))
    bench.run(talk)
    assert bench.exchanges[-1].code is Code.DNS_NXDOMAIN
    assert bench.exchanges[-1].url == "https://nowhere.example"


def through(url: str, **more: str) -> Bench:
    return Bench({"HTTPS_PROXY": url, **more})


def test_the_users_own_proxy_is_asked_with_its_own_credentials_only() -> None:
    heard: list[bytes] = []

    class Listening(ForwardProxy):
        def _converse(self, connection: socket.socket) -> None:
            heard.append(connection.recv(65536, socket.MSG_PEEK))
            super()._converse(connection)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect(f"localhost:{echo.port}"))
        assert (await head(reader)).startswith(b"HTTP/1.1 200 ")
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"

    with Echo() as echo, Listening() as proxy:
        through(f"http://user:p%40ss@localhost:{proxy.port}", NO_PROXY="*").run(talk)
        target = f"localhost:{echo.port}".encode()
    assert heard[0] == (
        b"CONNECT %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: git/2.39\r\nProxy-Authorization: Basic %s\r\n\r\n"
        % (target, target, b64encode(b"user:p@ss"))
    )


def test_a_proxy_may_itself_speak_tls(tmp_path: Path) -> None:
    authority = Authority.new()
    context = authority.server("localhost")

    class OverTLS(ForwardProxy):
        def _converse(self, connection: socket.socket) -> None:
            with context.wrap_socket(connection, server_side=True) as inner:
                super()._converse(inner)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect(f"localhost:{echo.port}"))
        assert (await head(reader)).startswith(b"HTTP/1.1 200 ")
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"

    with Echo() as echo, OverTLS() as proxy:
        bench = through(f"https://localhost:{proxy.port}")
        bench.tls = client_context({"SSL_CERT_FILE": str(authority.write(tmp_path / "ca"))})
        bench.run(talk)
    assert proxy.asked == [f"localhost:{echo.port}"]


def test_socks_is_asked_by_name() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connect(f"localhost:{echo.port}"))
        assert (await head(reader)).startswith(b"HTTP/1.1 200 ")
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"

    with Echo() as echo, Socks5() as proxy:
        through(f"socks5://localhost:{proxy.port}").run(talk)
    assert proxy.asked == [f"localhost:{echo.port}"]


def test_a_refusal_of_the_users_proxy_is_handed_back_as_it_came() -> None:
    refusal = (
        b"HTTP/1.1 403 Blocked by Policy\r\nX-Reason: category\r\nVia: 1.1 gate\r\nContent-Length: 6\r\n\r\nno way"
    )
    with ForwardProxy({"*": refusal}) as proxy:
        bench = through(f"http://localhost:{proxy.port}")
        assert answer_to(bench, connect("site.example:443")) == refusal
    assert [(exchange.status, exchange.code) for exchange in bench.exchanges] == [(403, Code.NET_HTTP_PROXY)]


def test_a_proxy_that_says_later_is_asked_again() -> None:
    with ForwardProxy({"*": b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"}) as proxy:
        bench = through(f"http://localhost:{proxy.port}")
        assert answer_to(bench, connect("site.example:443")).startswith(b"HTTP/1.1 503 Busy\r\n")
    assert [exchange.attempt for exchange in bench.exchanges] == [1, 2, 3, 4]


def test_a_proxy_that_cannot_be_reached_is_told_in_gos_words() -> None:
    port = refused_port()
    first_line = answer_to(through(f"http://127.0.0.1:{port}"), connect("site.example:443")).split(b"\r\n")[0]
    words = b"502 proxyconnect tcp: dial tcp 127.0.0.1:%d: connect: connection refused" % port
    assert first_line == b"HTTP/1.1 " + words


def test_http_goes_on_in_absolute_form_where_the_user_has_a_proxy_for_it() -> None:
    heard: list[Asked] = []

    def answer(asked: Asked) -> None:
        heard.append(asked)
        asked.send(200, b"found")
        asked.end()

    with Upstream(answer) as proxy:
        bench = Bench({"HTTP_PROXY": f"http://user:pass@localhost:{proxy.port}"})
        request = b"GET http://up.example/p?token=abc HTTP/1.1\r\nHost: up.example\r\nUser-Agent: Go\r\n"
        request += b"Connection: keep-alive\r\n"
        got = answer_to(bench, request + PASSWORD + b"\r\n" + b"GET http://up.example/2 HTTP/1.1\r\n" + PASSWORD)
    assert got.endswith(b"\r\n\r\nfound")
    assert [asked.target for asked in heard] == ["http://up.example/p?token=abc"]
    assert heard[0].headers == {
        "host": "up.example",
        "user-agent": "Go",
        "connection": "close",
        "proxy-authorization": "Basic " + b64encode(b"user:pass").decode(),
    }
    (exchange,) = bench.exchanges
    assert (exchange.url, exchange.status) == ("http://up.example/p?token=***", 200)


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({}, {"HTTPS_PROXY", "https_proxy"}),
        ({"http_proxy": "p:1"}, {"HTTPS_PROXY", "https_proxy", "http_proxy"}),
        ({"HTTP_PROXY": "p:1", "http_proxy": "q:1"}, {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}),
        ({"HTTP_PROXY": "%zz"}, {"HTTPS_PROXY", "https_proxy"}),
        ({"ALL_PROXY": "p:1", "NO_PROXY": "x"}, {"HTTPS_PROXY", "https_proxy"}),
    ],
)
def test_only_what_the_user_has_is_replaced(environment: dict[str, str], names: set[str]) -> None:
    told = TunnelAddress(4712, SECRET, environment).variables()
    assert set(told) == names
    assert set(told.values()) == {"http://gomend:s3cr3t@127.0.0.1:4712"}


@pytest.mark.parametrize(
    ("goproxy", "goprivate"),
    [("https://localhost:{port},direct", ""), ("direct", ""), ("https://localhost:{port}", "*.corp.example"),
     ("off", "*.corp.example")],
)  # fmt: skip
def test_go_and_git_pass_through_it_to_the_users_proxy(
    go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, goproxy: str, goprivate: str
) -> None:
    """Where no module proxy has a module, or none is asked, go asks for its page and git for its repository."""
    authority = Authority.new()
    authority.write(tmp_path / "ca.pem")
    page = b'<meta name="go-import" content="go.corp.example/m git https://git.corp.example/m">'

    def answer(asked: Asked) -> None:
        asked.send(200, page) if asked.target == "/m?go-get=1" else asked.send(404, b"no such thing")

    context = authority.server("go.corp.example", "git.corp.example", "localhost")
    with ExitStack() as opened:
        host = opened.enter_context(Upstream(answer, tls=context))
        proxy = opened.enter_context(ForwardProxy(connect=lambda *_: socket.create_connection((host.host, host.port))))
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(tmp_path),
            "GOPATH": str(tmp_path / "go"),
            "GOENV": "off",
            "GOPROXY": goproxy.format(port=host.port),
            "GOPRIVATE": goprivate,
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "-modcacherw",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CURL_VERBOSE": "1",
            "GIT_SSL_CAINFO": str(tmp_path / "ca.pem"),
            "SSL_CERT_FILE": str(tmp_path / "ca.pem"),
            "SSL_CERT_DIR": str(tmp_path / "none"),
            "https_proxy": f"http://user:pass@127.0.0.1:{proxy.port}",
        }
        monkeypatch.chdir(tmp_path)
        command = ["mod", "download", "go.corp.example/m@v1.0.0"]
        session = open_for(str(go), command, environment)
        assert session is not None
        session.start()
        given = environment | session.environment()
        ran = subprocess.run([go, *command], env=given, cwd=tmp_path, check=False, capture_output=True)
        record = session.stop()
        restorer = session.restorer()
        said = (restorer.restore(ran.stderr) + restorer.flush()).decode()
    assert ran.returncode == 1
    assert record.failed is None
    assert {"go.corp.example:443", "git.corp.example:443"} <= set(proxy.asked)
    assert {"/m?go-get=1", "/m/info/refs?service=git-upload-pack"} <= {asked.target for asked in host.exchanges}
    tunnels = {exchange.url for exchange in record.exchanges if exchange.purpose == "tunnel"}
    assert tunnels == {"https://go.corp.example", "https://git.corp.example"}
    secret, _, place = given["HTTPS_PROXY"].removeprefix("http://gomend:").partition("@")
    hidden = (secret, place, place.replace(":", " port "), f") port {place.partition(':')[2]}", "Z29tZW5k")
    assert any(text in ran.stderr.decode() for text in hidden)
    assert not any(text in said for text in hidden)
    assert f"127.0.0.1 port {proxy.port}" in said
