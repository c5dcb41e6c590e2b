"""After the door has failed go still gets what it asks for: over TLS, with credentials, through the user's proxies."""

import os
import socket
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.lab.certificates import Authority
from tests.lab.forwardproxy import ForwardProxy, Socks5
from tests.lab.modules import Module, World
from tests.lab.upstream import Answers, Exchange, Upstream

from gomend.net.forward import basic_authorization
from gomend.relay import serving
from gomend.relay.opening import open_for

MODULE = Module("example.com/m", "v1.0.0")
GO = ["mod", "download", "example.com/m@v1.0.0"]


class Town:
    """A module proxy over TLS that asks for credentials, a host with a go-import page, and go before a broken door."""

    def __init__(self, go: Path, folder: Path) -> None:
        self.go, self.folder = go, folder
        self.needs = ""
        self.opened = ExitStack()
        self.refused: list[str] = []
        authority = Authority.new()
        authority.write(folder / "ca.pem")
        tls = authority.server("localhost", "mod.corp.example", "go.corp.example")
        self._answers = Answers(World([MODULE]))
        self.source = self.opened.enter_context(Upstream(self._answer, tls=tls))
        self.plain = self.opened.enter_context(Upstream(self._answer))
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GOPATH": str(folder / "go"),
            "GOENV": "off",
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "-modcacherw",
            "GOTELEMETRY": "off",
            "GIT_CONFIG_NOSYSTEM": "1",
            "SSL_CERT_FILE": str(folder / "ca.pem"),
            "SSL_CERT_DIR": str(folder / "none"),
        }

    def _answer(self, exchange: Exchange) -> None:
        if exchange.path.startswith("/moved/"):
            exchange.send(302, location=f"{self.plain.url}{exchange.path.removeprefix('/moved')}")
        elif exchange.headers.get("authorization", "") != self.needs:
            self.refused.append(exchange.target)
            exchange.send(401, b"who are you?\n", content_type="text/plain")
        else:
            self._answers(exchange)

    def connect(self, *_: object) -> socket.socket:
        """What the proxies connect to, whatever they are asked for."""
        return socket.create_connection((self.source.host, self.source.port))

    def download(self, goproxy: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs go behind a door that breaks before it serves."""
        at = f"localhost:{self.source.port}"
        environment = self.environment | {"GOPROXY": goproxy.replace("{at}", at)} | variables
        session = open_for(str(self.go), words or GO, environment)
        assert session is not None
        session.start()
        try:
            return subprocess.run(
                [self.go, *(words or GO)],
                cwd=self.folder,
                env=environment | session.environment(),
                check=False,
                capture_output=True,
                text=True,
            )
        finally:
            assert isinstance(session.stop().failed, KeyError)


@pytest.fixture
def town(go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    def broken(**_: object) -> None:
        raise KeyError("no such luck")

    monkeypatch.setattr(serving, "serve", broken)
    monkeypatch.chdir(tmp_path)
    made = Town(go, tmp_path)
    with made.opened:
        yield made


@pytest.mark.parametrize(
    ("goproxy", "netrc", "goauth", "needs"),
    [
        ("https://{at}", "", "", ""),
        ("https://u:p%40x@{at}", "", "", basic_authorization("u", "p@x")),
        ("https://{at}", "machine {at} login n password s", "", basic_authorization("n", "s")),
        ("https://{at}", "machine {at} login n password s", "off", ""),
    ],
)
def test_each_source_gets_its_own_credentials(town: Town, goproxy: str, netrc: str, goauth: str, needs: str):
    town.needs = needs
    (town.folder / ".netrc").write_text(netrc.replace("{at}", f"localhost:{town.source.port}"))
    ran = town.download(goproxy, GOAUTH=goauth)
    assert (ran.returncode, town.refused) == (0, []), ran


def test_the_source_answers_for_itself(town: Town):
    town.needs = "something else"
    ran = town.download("https://{at}")
    assert ran.returncode == 1
    assert "401 Unauthorized\n\tserver response: who are you?" in ran.stderr


def test_a_certificate_that_does_not_verify_is_refused(town: Town):
    ran = town.download("https://{at}", SSL_CERT_FILE=os.devnull)
    assert ran.returncode == 1
    assert "server response: certificate signed by unknown authority" in ran.stderr


def test_no_redirect_leads_from_https_to_http(town: Town):
    ran = town.download("https://{at}/moved")
    assert ran.returncode == 1
    assert "server response: redirected from secure URL" in ran.stderr
    assert town.plain.exchanges == []


def http_proxy(town: Town) -> str:
    proxy = town.opened.enter_context(ForwardProxy(connect=town.connect))
    return f"http://user:pass@127.0.0.1:{proxy.port}"


def socks(town: Town) -> str:
    proxy = town.opened.enter_context(Socks5(connect=town.connect))
    return f"socks5://127.0.0.1:{proxy.port}"


@pytest.mark.parametrize("proxy", [http_proxy, socks])
def test_the_users_proxy_is_used_for_proxies_and_for_all_else(town: Town, proxy: Callable[[Town], str]):
    ran = town.download("https://mod.corp.example", HTTPS_PROXY=proxy(town))
    assert ran.returncode == 0, ran
    ran = town.download("direct", "mod", "download", "go.corp.example/m@v1.0.0", HTTPS_PROXY=proxy(town))
    assert ran.returncode == 1
    assert "/m?go-get=1" in [exchange.target for exchange in town.source.exchanges]


def test_nobody_else_is_let_through(town: Town):
    session = open_for(str(town.go), GO, town.environment | {"GOPROXY": f"https://localhost:{town.source.port}"})
    assert session is not None
    session.start()
    given = session.environment()
    door = int(given["GOPROXY"].split(":")[2].partition("/")[0])
    tunnel = int(given["HTTPS_PROXY"].rpartition(":")[2])
    target = f"CONNECT localhost:{town.source.port} HTTP/1.1\r\n"
    wrong = f"Proxy-Authorization: Basic {b64encode(b'gomend:x').decode()}\r\n"
    try:
        for port, request, status in (
            (door, "GET /guess/0/example.com/m/@v/list HTTP/1.1\r\n", b"404"),
            (tunnel, target, b"407"),
            (tunnel, target + wrong, b"407"),
        ):
            with socket.create_connection(("127.0.0.1", port)) as asking:
                asking.sendall(f"{request}\r\n".encode())
                assert asking.recv(65536).split(b" ")[1] == status
    finally:
        session.stop()
    assert town.source.exchanges == []
