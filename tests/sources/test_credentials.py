"""Behind the door a source gets from go what it gets from go itself: the same requests, the same credentials."""

import os
import select
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.lab.certificates import Authority
from tests.lab.modules import Module, World
from tests.lab.upstream import Answers, Exchange, Upstream

from gomend.net.forward import basic_authorization
from gomend.relay.opening import open_for

MODULE = Module("example.com/private/m", "v1.0.0")
GO = ["mod", "download", "example.com/private/m@v1.0.0"]
BASIC = basic_authorization
ENTRY = "machine {at} login n password secret"
OPEN, CLOSED = "", "nobody has this"

# Prints headers for what it is asked, and writes down how it was asked.
HELPER = """\
import os, sys
with open(os.environ["HEARD"], "a") as heard:
    heard.write(f"{sys.argv[1:]} {sorted(sys.stdin.read().splitlines())} {os.getcwd()}\\n")
say, always = os.environ["SAYS"], os.environ.get("ALWAYS")
if always or len(sys.argv) > 1:
    print(say.replace("|", "\\n"), end="")
"""


@dataclass(frozen=True)
class Case:
    """`base` is the GOPROXY entry, in which {at} stands for host:port; `needs` the headers without which it is 401."""

    name: str
    needs: str
    base: str = "https://{at}"
    netrc: str = ""
    goauth: str = ""
    says: str = ""
    always: bool = False


CASES = [
    Case("userinfo", BASIC("u", "p@x"), "https://u:p%40x@{at}"),
    Case("userinfo-without-password", BASIC("token", ""), "https://token@{at}/go"),
    Case("userinfo-and-netrc", BASIC("u", "p"), "https://u:p@{at}", ENTRY),
    Case("netrc", BASIC("n", "secret"), netrc=ENTRY),
    Case("netrc-without-port", CLOSED, netrc="machine localhost login n password r"),
    Case("netrc-default", CLOSED, netrc="default login n password r"),
    Case("netrc-below-default", CLOSED, netrc="default\nmachine {at} login n password r"),
    Case(
        "netrc-longest-path",
        BASIC("b", "2"),
        "https://{at}/go",
        "machine {at} login a password 1\nmachine {at}/go/ login b password 2\nmachine {at}/g login c password 3",
    ),
    Case(
        "netrc-first-of-two", BASIC("a", "1"), netrc="machine {at} login a password 1 machine {at} login b password 2"
    ),
    Case(
        "netrc-macro-and-lines",
        BASIC("a", "é#1"),
        netrc="macdef init\nmachine {at} login x password y\n\nmachine\t{at}\nlogin a\n# note\n  password é#1",
    ),
    Case("netrc-half-an-entry", CLOSED, netrc="machine {at} login a\nmachine other password 1"),
    Case("off", CLOSED, netrc=ENTRY, goauth="off"),
    Case(
        "command-at-once",
        "Bearer token1",
        goauth="{helper}",
        says="https://{at}||Authorization: Bearer token1||",
        always=True,
    ),
    Case(
        "command-when-refused", "Bearer token2", goauth="{helper}", says="https://{at}/||authorization: Bearer token2||"
    ),
    Case(
        "command-for-a-path",
        "Bearer token3",
        "https://{at}/go",
        goauth="{helper}",
        says="https://{at}|https://{at}/go/example.com||Authorization: Bearer token3|Private-Token:  t ||",
    ),
    Case("command-for-another-host", CLOSED, goauth="{helper}", says="https://other.example||Authorization: x||"),
    Case(
        "command-that-breaks-the-rules", CLOSED, goauth="{helper}", says="https://{at}||Authorization: Bearer token4|"
    ),
    Case("command-that-fails-and-netrc", BASIC("n", "secret"), netrc=ENTRY, goauth="false;netrc"),
    Case("no-such-command", CLOSED, goauth="./none --flag 'a b'"),
    Case(
        "the-first-of-two-methods",
        BASIC("n", "secret"),
        netrc=ENTRY,
        goauth="netrc; {helper}",
        says="https://{at}||Authorization: Bearer token5||",
        always=True,
    ),
    Case(
        "nothing-takes-a-credential-back",
        OPEN,
        netrc=ENTRY,
        goauth="{helper};netrc",
        says="https://{at}|||",
        always=True,
    ),
    Case("git", BASIC("g", "it"), "https://{at}/go", goauth="git {repository}"),
    Case("git-for-another-path", CLOSED, "https://{at}/elsewhere", goauth="git {repository}"),
]


class Town:
    """A private module proxy over TLS on localhost, and a folder to run go in."""

    def __init__(self, go: Path, folder: Path, authority: Authority) -> None:
        self.go = go
        self.folder = folder
        self.work = folder / "work"
        self.work.mkdir(parents=True)
        authority.write(folder / "ca.pem")
        self.environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
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
            "GOMEND_READAHEAD": "0",
            "HEARD": str(folder / "heard"),
        }

    def settle(self, case: Case, at: str) -> None:
        """Write what the case has."""
        helper = self.folder / "helper.py"
        helper.write_text(HELPER)
        command = f"{sys.executable} {shlex.quote(str(helper))}"
        repository = self.folder / "repository"
        subprocess.run(["git", "init", "-q", repository], check=True, env=self.environment)
        store = self.folder / "store"
        store.write_text(f"https://g:it@{at}/go\n")
        for name, value in {"helper": f"store --file {store}", "useHttpPath": "false"}.items():
            subprocess.run(["git", "-C", repository, "config", f"credential.{name}", value], check=True)
        (self.folder / ".netrc").write_text(case.netrc.replace("{at}", at))
        self.environment |= {
            "GOPROXY": case.base.replace("{at}", at),
            "GOAUTH": case.goauth.replace("{helper}", command).replace("{repository}", str(repository)),
            "SAYS": case.says.replace("{at}", at),
            "ALWAYS": "1" if case.always else "",
        }

    def run(self, *, door: bool) -> int:
        """go's exit status."""
        session = open_for(str(self.go), GO, self.environment) if door else None
        assert (session is not None) == door
        if session is None:
            return self.go_alone(self.environment)
        session.start()
        try:
            return self.go_alone(self.environment | session.environment())
        finally:
            record = session.stop()
            assert record.failed is None
            self.exchanges = record.exchanges

    def go_alone(self, environment: dict[str, str]) -> int:
        ran = subprocess.run([self.go, *GO], cwd=self.work, env=environment, check=False, capture_output=True)
        self.output = ran.stderr.decode()
        return ran.returncode


def private(needs: str) -> Callable[[Exchange], None]:
    """A proxy of one module that answers 401 to whoever has other credentials."""
    worlds = {base: Answers(World([MODULE]), base=base) for base in ("", "/go", "/elsewhere")}

    def answer(exchange: Exchange) -> None:
        if exchange.method == "HEAD":
            exchange.send(200 if exchange.headers.get("authorization") == needs else 401)
        elif needs and exchange.headers.get("authorization") != needs:
            exchange.send(401, b"who are you?\n", content_type="text/plain", www_authenticate='Basic realm="x"')
        else:
            base = "/" + exchange.path.split("/")[1]
            worlds[base if base in worlds else ""](exchange)

    return answer


def heard(server: Upstream) -> list[tuple[str, str | None, str | None]]:
    """What the server was asked with which credentials, HEAD requests aside: go may end before it makes them."""
    return [
        (exchange.target, exchange.headers.get("authorization"), exchange.headers.get("private-token"))
        for exchange in server.exchanges
        if exchange.method == "GET"
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_source_hears_the_same_through_the_door(
    go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    authority = Authority.new()
    context = authority.server("localhost")
    outcomes = []
    with Upstream(private(case.needs), tls=context) as server:
        for door in (False, True):
            server.exchanges.clear()
            town = Town(go, tmp_path / str(door), authority)
            monkeypatch.chdir(town.work)
            town.settle(case, f"localhost:{server.port}")
            status = town.run(door=door)
            asked = Path(town.environment["HEARD"])
            helped = asked.read_text().replace(str(town.folder), "FOLDER") if asked.exists() else ""
            outcomes.append((status, heard(server), [line for line in helped.splitlines() if line]))
    direct, through = outcomes
    assert through == direct
    assert direct[0] == (1 if case.needs == CLOSED else 0)
    secrets = [case.needs.partition(" ")[2]] if case.needs not in (OPEN, CLOSED) else []
    assert not any(secret in repr(town.exchanges) for secret in secrets)


def test_an_http_source_gets_no_credentials(go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Upstream(private(OPEN)) as server:
        town = Town(go, tmp_path / "town", Authority.new())
        monkeypatch.chdir(town.work)
        town.settle(
            Case("", "", "http://{at}", ENTRY, "{helper};netrc", "http://{at}||A: b||", True),
            f"localhost:{server.port}",
        )
        assert town.run(door=True) == 0
    assert {credentials for _, *credentials in heard(server) for credentials in credentials} == {None}
    assert not Path(town.environment["HEARD"]).exists()


@pytest.mark.parametrize("goauth", ["netrc;off", "netrc;;", "git", "git relative", "git /none/such"])
def test_where_go_refuses_goauth_there_is_no_door(
    go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, goauth: str
) -> None:
    town = Town(go, tmp_path / "town", Authority.new())
    monkeypatch.chdir(town.work)
    town.settle(Case("", "", goauth=goauth), "localhost:1")
    assert town.run(door=False) == 1
    assert "GOAUTH" in town.output
    assert open_for(str(go), GO, town.environment) is None


@pytest.mark.parametrize(("status", "times"), [(400, 2), (403, 2), (451, 2), (404, 1), (410, 1), (500, 1)])
def test_a_4xx_is_asked_once_more_unless_it_says_no_such_file(
    go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, times: int
) -> None:
    authority = Authority.new()
    with Upstream(lambda exchange: exchange.send(status), tls=authority.server("localhost")) as server:
        town = Town(go, tmp_path / "town", authority)
        monkeypatch.chdir(town.work)
        town.settle(Case("", ""), f"localhost:{server.port}")
        assert town.run(door=True) == 1
    assert len(server.exchanges) == times
    assert [exchange.attempt for exchange in town.exchanges] == [1] * times


def test_gits_helper_is_told_what_came_of_its_credential(
    go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A credential that the source refuses is rejected, so that git asks for another one."""
    authority = Authority.new()
    with Upstream(private(CLOSED), tls=authority.server("localhost")) as server:
        town = Town(go, tmp_path / "town", authority)
        monkeypatch.chdir(town.work)
        town.settle(Case("", "", "https://{at}/go", goauth="git {repository}"), f"localhost:{server.port}")
        session = open_for(str(go), GO, town.environment)
        assert session is not None
        session.start()
        told = town.folder / "told"
        os.mkfifo(told)
        helper = (
            f"!f() {{ test $1 != erase || echo $1 > {told}; cat >/dev/null; echo username=g; echo password=it; }}; f"
        )
        config = ["git", "-C", town.folder / "repository", "config", "credential.helper", helper]
        subprocess.run(config, check=True)
        reading = os.open(told, os.O_RDONLY | os.O_NONBLOCK)
        assert town.go_alone(town.environment | session.environment()) == 1
        ready, _, _ = select.select([reading], [], [], 60)
        session.stop()
    assert (bool(ready), os.read(reading, 100)) == (True, b"erase\n")
    os.close(reading)


def test_two_entries_of_one_host_keep_their_own_users(
    go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority.new()
    with Upstream(lambda exchange: exchange.send(404), tls=authority.server("localhost")) as server:
        town = Town(go, tmp_path / "town", authority)
        monkeypatch.chdir(town.work)
        at = f"localhost:{server.port}"
        town.settle(Case("", "", "https://one:a@{at}/x,https://two:b@{at}/y,https://{at}/z"), at)
        assert town.run(door=True) == 1
    assert [(target.split("/")[1], authorization) for target, authorization, _ in heard(server)] == [
        ("x", BASIC("one", "a")),
        ("y", BASIC("two", "b")),
        ("z", None),
    ]
