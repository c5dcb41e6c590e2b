"""`gomend serve` with its own settings file, on a Unix socket, and told to read its settings again."""

import contextlib
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, PROGRAM, ROOT, Lab, Served, free_port, lab, serving

ONE = Module("example.com/one", "v1.0.0")


class BySocket(HTTPConnection):
    """HTTP through a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(str(self.path))


def by_socket(path: Path, asked: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    with contextlib.closing(BySocket(path)) as connection:
        connection.request(method, asked, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.fixture
def upstream() -> "Iterator[tuple[Lab, str]]":
    found = lab([ONE])
    with Upstream(found) as source:
        yield found, source.url


def run(*words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, *words],
        env={**os.environ, "GOMEND_LANG": "en", **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_the_example_of_the_manual_is_good(tmp_path: Path) -> None:
    page = (ROOT / "docs/reference/serve.md").read_text("utf-8")
    example = next(found for found in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "listen" in found)
    rules = next(found for found in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "[[rule]]" in found)
    (tmp_path / "serve.toml").write_text(example.replace("/run/gomend", str(tmp_path)))
    (tmp_path / "rules.toml").write_text(rules)
    ran = run("--check", "--config", str(tmp_path / "serve.toml"))
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "modules").is_dir() and not list((tmp_path / "modules").rglob("trial/*"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("listn = ':1'", "serve.toml:1: there is no option listn. Did you mean listen?"),
        ("listen = ':1,:2'", "listen takes"),
        ("listen = 'unix:/nowhere/s'", "no such folder"),
        ("upstream = 'ftp://a'", "ftp"),
        ("gosumdb = 'sum.example.org'", "GOSUMDB=sum.example.org"),
        ("sumdbs = ['sum.golang.org', 'sum.example.org']", "sum.example.org is not one more checksum database"),
        ("rules = 'none.toml'", "rules in"),
        ("tokens = '.'", "tokens in"),
        ("certificate = 'none.pem'", "--certificate and --key go together"),
        ("store = '/proc/none'", "store /proc/none"),
        ("listen = ':8443'", "--open"),
    ],
)
def test_a_check_names_what_is_wrong(tmp_path: Path, words: str, said: str) -> None:
    (tmp_path / "serve.toml").write_text(f"{words}\n" + ("" if "store" in words else "store = 'kept'\n"))
    ran = run("--check", "--config", str(tmp_path / "serve.toml"), XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert ran.returncode == 2 and said in ran.stderr and "Traceback" not in ran.stderr, ran.stderr


def test_who_opens_the_socket_may_everything_and_who_asks_the_address_may_not(
    tmp_path: Path, upstream: "tuple[Lab, str]"
) -> None:
    found, url = upstream
    door = tmp_path / "serve.sock"
    (tmp_path / "serve.toml").write_text(f"socket_mode = '0660'\ngosumdb = '{found.sums.key}'\n")
    port = free_port()
    with serving(
        tmp_path,
        url,
        *("--config", str(tmp_path / "serve.toml"), "--tokens", str(tmp_path / "config/gomend/tokens.json")),
        *("--listen", f"127.0.0.1:{port},unix:{door}"),
        port=port,
    ) as server:
        assert door.stat().st_mode & 0o777 == 0o660
        path = "/example.com/one/@v/v1.0.0"
        assert server.get(f"{path}.zip").status == 401
        assert by_socket(door, f"{path}.zip") == (200, ONE.zip)
        server.await_stored(f"{path}.zip")
        assert by_socket(door, f"{path}.zip", Range="bytes=2-5") == (206, ONE.zip[2:6])
        assert by_socket(door, f"{path}.mod", "HEAD") == (200, b"")
        assert by_socket(door, "/example.com/none/@v/list")[0] == 404
        assert by_socket(door, "/example.com/one/@v/list")[0] == 200
        server.await_stored("/example.com/one/@v/list")
        purge = "/-/purge/example.com/one/@v/list"
        assert server.get(purge, "POST").status == 401
        assert by_socket(door, purge, "POST") == (200, b"forgotten\n")
        assert server.has_logged('"who":"socket"')
    assert not door.exists()


def test_a_server_on_a_socket_alone_takes_over_what_a_dead_one_left(
    tmp_path: Path, upstream: "tuple[Lab, str]"
) -> None:
    found, url = upstream
    door = tmp_path / "serve.sock"
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as left:
        left.bind(str(door))
    with serving(tmp_path, url, "--listen", f"unix:{door}", gosumdb=found.sums.key, line="listening on unix:"):
        assert door.stat().st_mode & 0o777 == 0o600
        assert by_socket(door, "/example.com/one/@v/v1.0.0.mod") == (200, ONE.go_mod)
        assert by_socket(door, "/-/purge/example.com/one/@v/list", "POST")[0] == 200
        second = run("--listen", f"unix:{door}", "--store", str(tmp_path / "store"))
        assert second.returncode == 2 and "another server listens there" in second.stderr
    door.write_text("not ours")
    third = run("--listen", f"unix:{door}", "--store", str(tmp_path / "store"))
    assert third.returncode == 2 and door.read_text() == "not ours"


def hang_up(server: Served, words: str) -> None:
    server.process.send_signal(signal.SIGHUP)
    assert server.has_logged(words)


def test_what_is_read_again_counts_what_is_no_good_does_not_and_what_needs_a_restart_is_told(
    tmp_path: Path, upstream: "tuple[Lab, str]"
) -> None:
    found, url = upstream
    file, rules = tmp_path / "serve.toml", tmp_path / "rules.toml"
    rules.write_text("")
    file.write_text("rules = 'rules.toml'\n")
    with serving(tmp_path, url, "--config", str(file), gosumdb=found.sums.key, GOMEND_LANG="en") as server:
        assert server.get("/example.com/one/@v/list").status == 200
        file.write_text("rules = 'rules.toml'\ntimout = 4\n")
        hang_up(server, f"{file}:2: there is no option timout")
        assert server.settles("/example.com/one/@v/list", 200)
        rules.write_text('[[rule]]\naction = "deny"\npattern = "example.com/one"\n')
        file.write_text("rules = 'rules.toml'\nworkers = 2\n")
        hang_up(server, "only after a restart: workers")
        assert server.settles("/example.com/one/@v/list", 403)
