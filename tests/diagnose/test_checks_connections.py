"""The check `connections`: every fault on the way to the hosts is found, and health says one line."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.diagnose.nameslab import place
from tests.diagnose.worlds import check, told
from tests.lab import upstream as lab
from tests.lab.certificates import Authority
from tests.lab.forwardproxy import ForwardProxy
from tests.lab.listener import Listener, Silent, Swallowing, Talker, refused_port
from tests.lab.modules import Module
from tests.lab.modules import World as Modules
from tests.lab.upstream import Upstream, module_proxy

from gomend.diagnose.check import Checked, Status
from gomend.diagnose.world import Patience, World

MODULES = Modules([Module("github.com/pkg/errors", "v0.9.1")])
PATIENT = Patience(connect=20, tls=20, first_byte=20, stall=20)
SHORT = Patience(connect=0.5, tls=0.5, first_byte=0.5, stall=0.5)


@contextlib.contextmanager
def made(folder: Path, hosts: Mapping[str, str], patience: Patience = PATIENT, **variables: str) -> Iterator[World]:
    variables = {"GOSUMDB": "off", "SSL_CERT_DIR": "/nowhere", **variables}
    with place(folder, hosts, public=hosts, patience=patience, **variables) as found:
        yield found.world


def checked(world: World) -> Checked:
    async def run() -> Checked:
        try:
            return await check("connections").look()(world)
        finally:
            await world.close()

    return asyncio.run(run())


def test_a_healthy_line_says_one_line(tmp_path: Path) -> None:
    ca = Authority.new()
    trusted = str(ca.write(tmp_path / "ca.pem"))
    with (
        module_proxy(MODULES, tls=ca.server("goproxy.cn")) as upstream,
        made(
            tmp_path, {"*": "127.0.0.1"}, GOPROXY=f"https://goproxy.cn:{upstream.port}", SSL_CERT_FILE=trusted
        ) as world,
    ):
        found = checked(world)
    assert (found.status, found.findings) == (Status.OK, ())
    assert found.summary.startswith("goproxy.cn ")
    assert "certificate by Corp Example Root CA" in found.summary
    assert upstream.paths("*.zip") == ["/github.com/pkg/errors/@v/v0.9.1.zip"]


def test_an_ipv6_path_that_swallows_every_packet_is_a_warning(tmp_path: Path) -> None:
    ca = Authority.new()
    patience = Patience(connect=1, tls=20, first_byte=20, stall=20)
    with (
        module_proxy(MODULES, tls=ca.server("goproxy.cn")) as upstream,
        Swallowing(("::1", upstream.port)),
        made(
            tmp_path,
            {"*": "127.0.0.1 ::1"},
            patience,
            GOPROXY=f"https://goproxy.cn:{upstream.port}",
            SSL_CERT_FILE=str(ca.write(tmp_path / "ca.pem")),
        ) as world,
    ):
        found = checked(world)
    assert told(found) == [("net.connect_timeout", "warning")]
    assert "over IPv6 swallows every packet" in found.findings[0].text


LISTENERS: Mapping[str, tuple[type[Listener] | None, Mapping[str, object], str]] = {
    "nobody listens": (None, {}, "net.connect_refused"),
    "mute in TLS": (Silent, {}, "tls.handshake"),
    "plain HTTP on the port of TLS": (Talker, {"answer": b"HTTP/1.1 200 OK\r\n\r\n"}, "tls.handshake"),
    "cut": (Talker, {"answer": b""}, "net.reset"),
}


@pytest.mark.parametrize("fault", LISTENERS)
def test_each_fault_of_a_line_is_found(tmp_path: Path, fault: str) -> None:
    kind, options, code = LISTENERS[fault]
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(kind(**options)) if kind else None
        port = listener.port if listener else refused_port()
        patience = SHORT if kind is Silent else PATIENT
        world = stack.enter_context(made(tmp_path, {"*": "127.0.0.1"}, patience, GOPROXY=f"https://goproxy.cn:{port}"))
        assert told(checked(world)) == [(code, "fatal")]


@pytest.mark.parametrize(
    ("names", "wrong", "trusted", "code"),
    [
        (("goproxy.cn",), {}, False, "tls.unknown_authority"),
        (("other.example",), {}, True, "tls.hostname_mismatch"),
        (("goproxy.cn",), {"expired": True}, True, "tls.expired"),
        (("goproxy.cn",), {"early": True}, True, "tls.expired"),
    ],
)
def test_each_fault_of_a_certificate_is_found(
    tmp_path: Path, names: tuple[str, ...], wrong: dict[str, bool], trusted: bool, code: str
) -> None:
    ca = Authority.new()
    file = str(ca.write(tmp_path / "ca.pem")) if trusted else "/nowhere"
    with (
        module_proxy(MODULES, tls=ca.server(*names, **wrong)) as upstream,
        made(tmp_path, {"*": "127.0.0.1"}, GOPROXY=f"https://goproxy.cn:{upstream.port}", SSL_CERT_FILE=file) as world,
    ):
        found = checked(world)
    assert told(found) == [(code, "fatal")]


def test_small_answers_that_come_and_large_ones_that_hang_are_told_apart(tmp_path: Path) -> None:
    with (
        module_proxy(MODULES, [("*.zip", lab.stalled(0.3))]) as upstream,
        made(tmp_path, {"*": "127.0.0.1"}, SHORT, GOPROXY=f"http://goproxy.cn:{upstream.port}") as world,
    ):
        found = checked(world)
    assert told(found) == [("net.response_timeout", "fatal")]
    assert "small answers come, large ones hang" in found.findings[0].text


def test_what_a_source_answers_is_no_fault_of_the_line(tmp_path: Path) -> None:
    for number, act in enumerate((lab.status(404), lab.status(403), lab.status(500))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with (
            module_proxy(MODULES, [("*", act)]) as upstream,
            made(folder, {"*": "127.0.0.1"}, GOPROXY=f"http://goproxy.cn:{upstream.port}") as world,
        ):
            assert told(checked(world)) == []


def test_a_later_source_is_a_warning(tmp_path: Path) -> None:
    with module_proxy(MODULES) as upstream:
        goproxy = f"http://goproxy.cn:{upstream.port},http://goproxy.io:{refused_port()}"
        with made(tmp_path, {"*": "127.0.0.1"}, GOPROXY=goproxy) as world:
            assert told(checked(world)) == [("net.connect_refused", "warning")]


def test_one_certificate_before_all_hosts_is_a_login_page(tmp_path: Path) -> None:
    ca = Authority.new()
    with module_proxy(MODULES, tls=ca.server("login.hotel.example")) as upstream:
        goproxy = f"https://goproxy.cn:{upstream.port},https://goproxy.io:{upstream.port}"
        with made(tmp_path, {"*": "127.0.0.1"}, GOPROXY=goproxy) as world:
            found = checked(world)
    assert told(found) == [("tls.hostname_mismatch", "fatal")]
    assert "2 of 2 hosts" in found.findings[0].text


def test_a_redirect_to_a_page_is_a_login_page_too(tmp_path: Path) -> None:
    with (
        Upstream(lambda exchange: exchange.send(200, b"<html>log in", content_type="text/html")) as portal,
        module_proxy(MODULES, [("*", lab.redirect(f"http://localhost:{portal.port}/login"))]) as upstream,
        made(tmp_path, {"*": "127.0.0.1"}, GOPROXY=f"http://goproxy.cn:{upstream.port}") as world,
    ):
        assert told(checked(world)) == [("proxy.bad_response", "fatal")]


@pytest.mark.parametrize("answer", [b"407 Proxy Authentication Required", b"403 Forbidden", b"502 Bad Gateway"])
def test_a_forward_proxy_that_refuses_is_told_once(tmp_path: Path, answer: bytes) -> None:
    refusal = b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\n\r\n"
    with ForwardProxy({"*": refusal}) as proxy:
        variables = {
            "GOPROXY": "https://goproxy.cn,https://goproxy.io",
            "HTTPS_PROXY": f"http://user:secret@127.0.0.1:{proxy.port}",
        }
        with made(tmp_path, {}, **variables) as world:
            found = checked(world)
    assert told(found) == [("net.http_proxy", "fatal")]
    assert answer.decode() in " ".join(one.text for one in found.findings[0].evidence)
    assert "secret" not in repr(found)


def test_an_entry_of_no_proxy_in_vain_is_named(tmp_path: Path) -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with ForwardProxy({"*": refusal}) as proxy:
        variables = {
            "GOPROXY": "https://athens.corp.example",
            "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}",
            "NO_PROXY": ".athens.corp.example",
        }
        with made(tmp_path, {}, **variables) as world:
            found = checked(world)
    assert told(found) == [("net.http_proxy", "fatal"), ("net.http_proxy", "fatal")]
    assert "NO_PROXY names .athens.corp.example" in found.findings[1].text


def test_private_names_go_to_their_own_hosts_only(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m.example\n\ngo 1.21\n\nrequire git.corp.example/secret v1.0.0\n")
    with (
        module_proxy(MODULES) as upstream,
        made(
            tmp_path,
            {"goproxy.cn": "127.0.0.1"},
            GOPROXY=f"http://goproxy.cn:{upstream.port},direct",
            GOPRIVATE="*.corp.example",
        ) as world,
    ):
        checked(world)
    assert upstream.requests
    assert not [path for path in upstream.requests if "corp.example" in path or "secret" in path]


def test_without_sources_nothing_is_asked(tmp_path: Path) -> None:
    with made(tmp_path, {}, GOPROXY="off") as world:
        assert checked(world).status is Status.SKIPPED
