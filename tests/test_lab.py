"""The lab's servers: each fault is one that the real go meets and names."""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.lab.certificates import Authority
from tests.lab.dns import SERVFAIL, Resolver
from tests.lab.forwardproxy import ForwardProxy, Socks5
from tests.lab.http2 import Http2, Step
from tests.lab.listener import HANDSHAKE_FAILURE, Listener, Talker, cut, refused_port
from tests.lab.make_cases import all_cases
from tests.lab.modules import Module, World, make_zip
from tests.lab.record import CASES, cases_of, record
from tests.lab.site import namespaces_allowed
from tests.lab.sumdb import SumDb
from tests.lab.upstream import (
    Act,
    Answers,
    Upstream,
    body,
    first,
    garbage,
    hang_up,
    module_proxy,
    page,
    redirect,
    reset,
    silent,
    status,
    truncated,
)

UUID = Module("github.com/google/uuid", "v1.6.0")
WORLD = World([UUID])
QUERY = "github.com/google/uuid@v1.6.0"


def download(go: Path, **env: str) -> tuple[int, str]:
    """Exit status and error text of `go mod download -json` of the one module."""
    done = subprocess.run(
        [go, "mod", "download", "-json", QUERY], env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout).get("Error", "") if done.stdout else done.stderr


def test_a_healthy_upstream_serves_go(go: Path) -> None:
    with module_proxy(WORLD) as upstream:
        assert download(go, GOPROXY=upstream.url) == (0, "")
    assert upstream.paths("*.zip") == ["/github.com/google/uuid/@v/v1.6.0.zip"]


def test_hashes_are_those_of_go(go: Path) -> None:
    with module_proxy(WORLD) as upstream:
        done = subprocess.run(
            [go, "mod", "download", "-json", QUERY],
            env={**os.environ, "GOPROXY": upstream.url},
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(done.stdout)
    assert [found["Sum"], found["GoModSum"]] == [line.split()[2] for line in UUID.sum_lines]


@pytest.mark.parametrize(
    ("pattern", "act", "words"),
    [
        ("*", status(404, "no such module"), "404 Not Found\n\tserver response: no such module"),
        ("*.zip", status(503), "503 Service Unavailable"),
        ("*", status(429, "slow down", retry_after="1"), "429 Too Many Requests"),
        ("*", page("<html></html>"), "invalid character '<'"),
        ("*.zip", truncated(), "unexpected EOF"),
        ("*", reset, "connection reset by peer"),
        ("*", hang_up, "EOF"),
        ("*", garbage, "malformed HTTP response"),
        ("*", redirect("/again"), "stopped after 10 redirects"),
        ("*.info", body(b'{"Version":"v1.5.0"}'), "returned info for version v1.5.0"),
        ("*.zip", body(b"no zip"), "zip: not a valid zip file"),
        ("*.zip", body(make_zip({"uuid/uuid.go": b"package uuid\n"})), "unexpected file"),
    ],
    ids=lambda value: value.strip()[:20] if isinstance(value, str) else "",
)
def test_go_names_the_fault_of_an_upstream(go: Path, pattern: str, act: Act, words: str) -> None:
    with module_proxy(WORLD, [(pattern, act)]) as upstream:
        code, text = download(go, GOPROXY=upstream.url)
    assert code == 1
    assert words in text


def test_a_fault_may_pass(go: Path) -> None:
    with module_proxy(WORLD, [("*.info", first(1, status(500)))]) as upstream:
        assert download(go, GOPROXY=upstream.url)[0] == 1
        assert download(go, GOPROXY=upstream.url) == (0, "")


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (lambda ca: ca.server("goproxy.corp.example"), "doesn't contain any IP SANs"),
        (lambda ca: ca.server("10.0.0.7"), "certificate is valid for 10.0.0.7, not 127.0.0.1"),
        (lambda ca: ca.server("127.0.0.1", expired=True), "has expired or is not yet valid"),
        (lambda ca: ca.server("127.0.0.1", early=True), "is before"),
        (lambda ca: ca.old_server("127.0.0.1"), "remote error: tls: protocol version not supported"),
        (lambda ca: ca.asking_server("127.0.0.1"), "remote error: tls: certificate required"),
        (lambda ca: Authority.new("Other CA").server("127.0.0.1"), "certificate signed by unknown authority"),
    ],
)
def test_go_names_the_fault_of_a_certificate(
    go: Path, tmp_path: Path, server: Callable[[Authority], object], words: str
) -> None:
    ca = Authority.new()
    with module_proxy(WORLD, tls=server(ca)) as upstream:  # type: ignore[arg-type]
        code, text = download(go, GOPROXY=upstream.url, SSL_CERT_FILE=str(ca.write(tmp_path / "ca.pem")))
    assert code == 1
    assert words in text


def test_a_right_certificate_is_trusted(go: Path, tmp_path: Path) -> None:
    ca = Authority.new()
    with module_proxy(WORLD, tls=ca.server("127.0.0.1")) as upstream:
        assert download(go, GOPROXY=upstream.url, SSL_CERT_FILE=str(ca.write(tmp_path / "ca.pem"))) == (0, "")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Talker(HANDSHAKE_FAILURE), "remote error: tls: handshake failure"),
        (lambda: Talker(b"SSH-2.0-OpenSSH_9.6\r\n"), "first record does not look like a TLS handshake"),
        (lambda: module_proxy(WORLD), "server gave HTTP response to HTTPS client"),
        (lambda: Listener(cut), "connection reset by peer"),
    ],
)
def test_go_names_what_is_no_tls(go: Path, make: Callable[[], Listener], words: str) -> None:
    with make() as listener:
        code, text = download(go, GOPROXY=f"https://127.0.0.1:{listener.port}")
    assert code == 1
    assert words in text


def test_nobody_listens_on_a_refused_port(go: Path) -> None:
    assert "connection refused" in download(go, GOPROXY=f"http://127.0.0.1:{refused_port()}")[1]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([Step(reset="INTERNAL_ERROR")], "stream error: stream ID 1; INTERNAL_ERROR"),
        ([Step(goaway="ENHANCE_YOUR_CALM")], "GOAWAY"),
        ([Step(UUID.info), Step(UUID.go_mod), Step(UUID.zip[:99], partly=True, reset="CANCEL")], "stream ID 5; CANCEL"),
    ],
)
def test_go_names_the_fault_of_http2(go: Path, tmp_path: Path, steps: list[Step], words: str) -> None:
    ca = Authority.new()
    with Http2(steps, ca.server("127.0.0.1")) as server:
        code, text = download(go, GOPROXY=server.url, SSL_CERT_FILE=str(ca.write(tmp_path / "ca.pem")))
    assert code == 1
    assert words in text


def test_a_silent_answer_ends_with_the_server(go: Path) -> None:
    with module_proxy(WORLD, [("*", silent)]) as upstream:
        child = subprocess.Popen(
            [go, "mod", "download", QUERY],
            env={**os.environ, "GOPROXY": upstream.url},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert upstream.accepted.wait(30)
        assert child.poll() is None
    assert "EOF" in child.communicate()[1]


@pytest.mark.parametrize(
    ("make", "scheme", "words"),
    [
        (
            lambda: ForwardProxy({"*": b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"}),
            "http",
            "Proxy Authentication Required",
        ),
        (lambda: ForwardProxy({"*": b"HTTP/1.1 403 Forbidden\r\n\r\n"}), "http", "Forbidden"),
        (lambda: Socks5(2), "socks5", "socks connect"),
    ],
)
def test_go_names_the_fault_of_a_forward_proxy(go: Path, make: Callable[[], Listener], scheme: str, words: str) -> None:
    with make() as proxy:
        address = f"{scheme}://127.0.0.1:{proxy.port}"
        code, text = download(go, GOPROXY="https://goproxy.corp.example", HTTPS_PROXY=address)
    assert code == 1
    assert words in text


def test_a_forward_proxy_tunnels(go: Path, tmp_path: Path) -> None:
    ca = Authority.new()
    with ExitStack() as stack:
        upstream = stack.enter_context(module_proxy(WORLD, tls=ca.server("goproxy.corp.example")))
        tunnel = ForwardProxy(connect=lambda host, port: socket.create_connection(("127.0.0.1", upstream.port)))
        stack.enter_context(tunnel)
        found = download(
            go,
            GOPROXY="https://goproxy.corp.example",
            HTTPS_PROXY=f"http://127.0.0.1:{tunnel.port}",
            SSL_CERT_FILE=str(ca.write(tmp_path / "ca.pem")),
        )
    assert found == (0, "")
    assert set(tunnel.asked) == {"goproxy.corp.example:443"}


def checked_by(go: Path, db: SumDb, shown: SumDb | None = None) -> tuple[int, str]:
    """A download with `db` in GOSUMDB, through a proxy that passes `shown` on."""
    with Upstream(Answers(WORLD, other=(shown or db).proxied)) as upstream:
        return download(go, GOPROXY=upstream.url, GOSUMDB=db.key)


def test_go_believes_the_checksum_database(go: Path) -> None:
    assert checked_by(go, SumDb(WORLD)) == (0, "")


def test_go_believes_a_database_of_many_tiles(go: Path) -> None:
    many = [Module(f"example.com/m{number}", "v1.0.0") for number in range(600)]
    assert checked_by(go, SumDb([*many, UUID])) == (0, "")


_WRONG = {UUID.path: (f"{UUID.path} v1.6.0 h1:{'q' * 43}=", UUID.sum_lines[1])}


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (SumDb(WORLD, wrong=_WRONG), "checksum mismatch"),
        (SumDb(WORLD, sign=False), "invalid signature"),
        (SumDb(WORLD, seed="another"), "no verifiable signatures"),
        (SumDb([Module("example.com/other", "v1.0.0")]), "404 Not Found"),
    ],
)
def test_go_finds_the_fault_of_a_checksum_database(go: Path, shown: SumDb, words: str) -> None:
    assert words in checked_by(go, SumDb(WORLD), shown)[1]


def test_the_resolver_answers_from_its_table() -> None:
    question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07goproxy\x04corp\x07example\x00\x00\x01\x00\x01"
    replies = []
    with (
        Resolver({"*.corp.example": "203.0.113.10 2001:db8::1"}) as resolver,
        socket.socket(type=socket.SOCK_DGRAM) as asker,
    ):
        asker.settimeout(30)
        for word in ("", SERVFAIL):
            if word:
                resolver.names["goproxy.corp.example"] = word
            asker.sendto(question, (resolver.host, resolver.port))
            replies.append(asker.recv(512))
    assert replies[0][:8] == b"\x12\x34\x81\x80\x00\x01\x00\x01"
    assert replies[0].endswith(b"\x00\x04\xcb\x00\x71\x0a")
    assert replies[1][3] == 0x82
    assert resolver.asked == ["goproxy.corp.example"] * 2


def test_no_thread_is_left() -> None:
    before = threading.active_count()
    with module_proxy(WORLD, [("*", silent)]) as upstream, Resolver({}):
        asker = socket.create_connection((upstream.host, upstream.port))
        asker.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert upstream.accepted.wait(30)
    asker.close()
    assert threading.active_count() == before


def test_every_case_is_recorded() -> None:
    """A case that was written down but not made, or made and then dropped from the scripts, is a fault."""
    written = {case.id: case for case in all_cases()}
    kept = {
        f"{file.parent.parent.name}/{file.parent.name}"
        for file in CASES.glob("*/*/case.toml")
        if 'made_by = "tests/lab/cases_' in file.read_text()
    }
    assert kept == set(written)
    for name, case in written.items():
        expected = json.loads((CASES / name / "expected.json").read_text())
        assert expected["outcome"] == case.outcome, name
        assert [root["code"] for root in expected["roots"]] == [root.code for root in case.roots], name


@pytest.mark.netns
def test_a_case_can_be_made_anew(tmp_path: Path) -> None:
    if not namespaces_allowed():
        pytest.skip("this machine does not let us make namespaces")
    (case,) = (case for case in cases_of("tests.lab.cases_dns") if case.id == "dns.nxdomain/git-clone")
    made = record(case, tmp_path)
    for name in ("log", "expected.json"):
        assert (made / name).read_bytes() == (CASES / case.id / name).read_bytes()
