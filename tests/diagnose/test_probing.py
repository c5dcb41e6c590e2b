"""A URL looked at closely: each fault of the line, of TLS, of HTTP and of the answer is found for what it is."""

import asyncio
import email.utils
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.diagnose.nameslab import place
from tests.diagnose.worlds import world
from tests.lab import upstream as lab
from tests.lab.certificates import Authority
from tests.lab.forwardproxy import ForwardProxy, Socks5
from tests.lab.http2 import Http2, Step
from tests.lab.listener import Listener, Silent, Swallowing, refused_port
from tests.lab.modules import Module
from tests.lab.modules import World as Modules
from tests.lab.upstream import Act, Answers, Upstream, module_proxy

from gomend.causes import Finding
from gomend.diagnose.probing.judging import judge
from gomend.diagnose.probing.probe import Probed, Prober, Wish
from gomend.diagnose.probing.spread import spread
from gomend.diagnose.probing.targets import endpoints
from gomend.diagnose.world import World
from gomend.gomod.goenv import GoEnv
from gomend.net.timing import Limits
from gomend.report.probed import probed_url

MODULES = Modules([Module("example.com/m", "v1.0.0")])
INFO = "/example.com/m/@v/v1.0.0.info"
SHORT = Limits(connect=0.5, tls=0.5, first_byte=0.5, stall=0.5)  # where nothing is to come
LONG = Limits(connect=20, tls=20, first_byte=20, stall=20)


def probed(made: World, wish: Wish) -> Probed:
    async def run() -> Probed:
        try:
            return await Prober(made).probe(wish)
        finally:
            await made.close()

    return asyncio.run(run())


def judged(seen: Probed, made: World) -> list[Finding]:
    return list(judge(seen, "probe", made.say, made.now()))


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.code.value, one.severity.value) for one in found]


def at(listener: Listener, path: str = INFO, host: str = "", *, limits: Limits = LONG, **more: object) -> Wish:
    host = host or listener.host
    return Wish(
        f"http://{host}:{listener.port}{path}", resolve={(host, listener.port): listener.host}, limits=limits, **more
    )  # type: ignore[arg-type]


def secure(listener: Listener, host: str, path: str = INFO, *, limits: Limits = LONG, **more: object) -> Wish:
    resolve = {(host, listener.port): listener.host}
    return Wish(f"https://{host}:{listener.port}{path}", resolve=resolve, limits=limits, **more)  # type: ignore[arg-type]


def test_a_sound_answer_brings_nothing_and_every_phase(tmp_path: Path) -> None:
    made = world(tmp_path, {})
    with module_proxy(MODULES) as upstream:
        seen = probed(made, at(upstream, times=3))
    assert judged(seen, made) == []
    part = probed_url(seen, made.now())
    assert (part.status, part.http, part.code) == (200, "1.1", "")
    assert part.first.startswith('{"Version"')
    (address,) = part.addresses
    assert address.phases.connect is not None
    assert address.phases.wait is not None
    assert (address.phases.dns, address.phases.tls) == (None, None)
    assert part.runs is not None
    assert (part.runs.count, part.runs.failed, sum(part.runs.bars)) == (3, 0, 3)
    assert part.runs.least <= part.runs.median <= part.runs.p95 <= part.runs.greatest


ACTS: Mapping[str, tuple[Act, list[tuple[str, str]], str]] = {
    "500": (lab.status(500), [("proxy.server_error", "fatal")], "answers 500"),
    "404": (lab.status(404), [("proxy.not_found", "fatal")], "answers 404"),
    "403": (lab.status(403), [("proxy.unauthorized", "fatal")], "answers 403"),
    "429": (lab.status(429), [("proxy.rate_limited", "fatal")], "answers 429"),
    "a web page": (lab.page("<html>hello</html>"), [("proxy.bad_response", "fatal")], "a web page"),
    "a reset": (lab.reset, [("net.reset", "fatal")], "was cut"),
    "a cut body": (lab.truncated(), [("net.reset", "fatal")], "was cut"),
    "no HTTP": (lab.garbage, [("proxy.bad_response", "fatal")], ""),
    "silence": (lab.silent, [("net.response_timeout", "fatal")], "took too long"),
    "a stall": (lab.stalled(0.5), [("net.response_timeout", "fatal")], "stalls after"),
}


@pytest.mark.parametrize("fault", ACTS)
def test_each_fault_of_an_answer_is_found_and_nothing_else(tmp_path: Path, fault: str) -> None:
    act, expected, words = ACTS[fault]
    made = world(tmp_path, {})
    with module_proxy(MODULES, [("*", act)]) as upstream:
        seen = probed(made, at(upstream, limits=SHORT if fault in ("silence", "a stall") else LONG))
    found = judged(seen, made)
    assert codes(found) == expected
    assert words in found[0].text


def test_a_closed_port_is_found(tmp_path: Path) -> None:
    made = world(tmp_path, {})
    found = judged(probed(made, Wish(f"http://127.0.0.1:{refused_port()}/")), made)
    assert codes(found) == [("net.connect_refused", "fatal")]
    assert "connect: connection refused" in found[0].evidence[0].text


def test_a_host_of_one_word_is_written_as_it_is(tmp_path: Path) -> None:
    made = world(tmp_path, {})
    wish = Wish("http://proxy:1/", resolve={("proxy", 1): "127.0.0.1"})
    (found,) = judged(probed(made, wish), made)
    assert found.text.startswith("proxy ")


def test_a_server_that_is_mute_in_tls_is_found(tmp_path: Path) -> None:
    made = world(tmp_path, {})
    with Silent() as silent:
        found = judged(probed(made, secure(silent, "p.test", limits=SHORT)), made)
    assert codes(found) == [("tls.handshake", "fatal")]


@pytest.mark.parametrize(
    ("host", "names", "wrong", "trusted", "code", "words"),
    [
        ("p.test", ("p.test",), {}, False, "tls.unknown_authority", "issued by Corp Example Root CA, which go"),
        ("goproxy.cn", ("goproxy.cn",), {}, False, "tls.unknown_authority", "looks into TLS"),
        ("p.test", ("q.test",), {}, True, "tls.hostname_mismatch", "for another name"),
        ("p.test", ("p.test",), {"expired": True}, True, "tls.expired", "not valid at this machine's time"),
    ],
)
def test_each_fault_of_a_certificate_is_found_with_who_issued_it(
    tmp_path: Path, host: str, names: tuple[str, ...], wrong: dict[str, bool], trusted: bool, code: str, words: str
) -> None:
    ca = Authority.new()
    file = ca.write(tmp_path / "ca.pem")
    made = world(tmp_path, {"SSL_CERT_FILE": str(file) if trusted else "/nowhere", "SSL_CERT_DIR": "/nowhere"})
    with module_proxy(MODULES, tls=ca.server(*names, **wrong)) as upstream:
        found = judged(probed(made, secure(upstream, host)), made)
    assert codes(found) == [(code, "fatal")]
    assert words in found[0].text
    assert any("Corp Example Root CA" in one.text or "x509" in one.text for one in found[0].evidence)


def trusting(tmp_path: Path, ca: Authority, **more: object) -> World:
    file = ca.write(tmp_path / "ca.pem")
    return world(tmp_path, {"SSL_CERT_FILE": str(file), "SSL_CERT_DIR": "/nowhere"}, **more)


def test_a_chain_is_told_with_the_days_that_it_is_good_for(tmp_path: Path) -> None:
    ca = Authority.new()
    made = trusting(tmp_path, ca)
    with module_proxy(MODULES, tls=ca.server("p.test")) as upstream:
        seen = probed(made, secure(upstream, "p.test"))
    part = probed_url(seen, made.now())
    assert judged(seen, made) == []
    assert part.chain[0].names == ("p.test",)
    assert part.chain[0].days_left > 30
    assert part.addresses[0].tls_version == "TLSv1.3"


def test_a_certificate_that_ends_soon_is_a_warning(tmp_path: Path) -> None:
    ca = Authority.new()
    made = trusting(tmp_path, ca)
    with module_proxy(MODULES, tls=ca.server("p.test")) as upstream:
        seen = probed(made, secure(upstream, "p.test"))
    soon = seen.addresses[0].shaken.chain[0].until - timedelta(days=3)
    assert codes(list(judge(seen, "probe", made.say, soon))) == [("tls.expired", "warning")]


@pytest.mark.parametrize(("shift", "words"), [(timedelta(hours=3), "behind"), (timedelta(hours=-3), "ahead")])
def test_a_clock_that_is_off_is_seen_by_the_servers_date(tmp_path: Path, shift: timedelta, words: str) -> None:
    made = world(tmp_path, {})

    def dated(exchange: lab.Exchange, content: bytes | None) -> None:
        exchange.send(200, content or b"", date=email.utils.format_datetime(datetime.now(UTC) + shift, usegmt=True))

    with module_proxy(MODULES, [("*", dated)]) as upstream:
        (found,) = judged(probed(made, at(upstream)), made)
    assert (found.code.value, found.severity.value) == ("tls.expired", "warning")
    assert f"180 minutes {words}" in found.text


def test_http2_that_fails_where_http_1_works_is_found(tmp_path: Path) -> None:
    ca = Authority.new()
    made = trusting(tmp_path, ca)
    both = ca.server("p.test")
    with Http2([Step(reset="INTERNAL_ERROR")], both) as server:
        seen = probed(made, secure(server, "p.test", http="2"))
        assert codes(judged(seen, made)) == [("net.http2", "fatal")]
    with Http2([Step(b'{"Version":"v1.0.0"}')], ca.server("p.test")) as server:
        seen = probed(made, secure(server, "p.test", http="2"))
    assert judged(seen, made) == []
    assert probed_url(seen, made.now()).http == "2"


def test_redirects_are_told_hop_by_hop_and_a_login_page_is_named(tmp_path: Path) -> None:
    made = world(tmp_path, {})
    with (
        Upstream(lambda exchange: exchange.send(200, b"<html>log in", content_type="text/html")) as portal,
        module_proxy(MODULES, [("*", lab.redirect(f"http://localhost:{portal.port}/login"))]) as upstream,
    ):
        seen = probed(made, at(upstream))
    (found,) = judged(seen, made)
    assert found.code.value == "proxy.bad_response"
    assert "a network that wants a login first" in found.text
    assert [hop.status for hop in probed_url(seen, made.now()).hops] == [302, 200]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "407"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "403"),
    ],
)
def test_a_forward_proxy_that_refuses_is_named(tmp_path: Path, answer: bytes, words: str) -> None:
    with ForwardProxy({"*": answer}) as proxy:
        made = world(tmp_path, {"HTTPS_PROXY": f"http://user:secret@127.0.0.1:{proxy.port}"})
        found = judged(probed(made, Wish("https://goproxy.test/")), made)
    assert codes(found) == [("net.http_proxy", "fatal")]
    assert words in found[0].evidence[1].text
    assert "secret" not in "".join(one.text for one in found[0].evidence)


def to(port: int) -> Callable[[str, int], socket.socket]:
    """A forward proxy's connections lead to this port, whatever it is asked for."""
    return lambda host, _: socket.create_connection(("127.0.0.1", port), 10)


@pytest.mark.parametrize("kind", [ForwardProxy, Socks5])
def test_behind_a_forward_proxy_the_certificate_is_the_one_that_is_seen_through_it(
    tmp_path: Path, kind: type[ForwardProxy | Socks5]
) -> None:
    ca = Authority.new()
    file = ca.write(tmp_path / "ca.pem")
    scheme = "http" if kind is ForwardProxy else "socks5"
    with module_proxy(MODULES, tls=ca.server("goproxy.cn")) as upstream, kind(connect=to(upstream.port)) as proxy:
        variables = {"HTTPS_PROXY": f"{scheme}://127.0.0.1:{proxy.port}", "SSL_CERT_DIR": "/nowhere"}
        wish = Wish(f"https://goproxy.cn{INFO}", limits=LONG)
        trusting = world(tmp_path, {**variables, "SSL_CERT_FILE": str(file)})
        sound = probed(trusting, wish)
        doubting = world(tmp_path, {**variables, "SSL_CERT_FILE": "/nowhere"})
        broken = probed(doubting, wish)
    part = probed_url(sound, trusting.now())
    assert judged(sound, trusting) == []
    assert (part.status, part.chain[0].names, part.addresses[0].tls_version) == (200, ("goproxy.cn",), "TLSv1.3")
    assert part.addresses[0].phases.connect is not None
    (found,) = judged(broken, doubting)
    assert (found.code.value, found.severity.value) == ("tls.unknown_authority", "fatal")
    assert "looks into TLS" in found.text
    assert "Corp Example Root CA" in found.text
    assert any("x509" in one.text for one in found.evidence)
    assert probed_url(broken, doubting.now()).chain[0].names == ("goproxy.cn",)
    assert set(proxy.asked) == {"goproxy.cn:443"}


def test_http2_is_spoken_through_a_forward_proxy(tmp_path: Path) -> None:
    ca = Authority.new()
    with (
        Http2([Step(b'{"Version":"v1.0.0"}')], ca.server("p.test")) as server,
        ForwardProxy(connect=to(server.port)) as proxy,
    ):
        made = world(
            tmp_path,
            {
                "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}",
                "SSL_CERT_FILE": str(ca.write(tmp_path / "ca.pem")),
                "SSL_CERT_DIR": "/nowhere",
            },
        )
        seen = probed(made, Wish(f"https://p.test{INFO}", http="2", limits=LONG))
    part = probed_url(seen, made.now())
    assert (judged(seen, made), part.http, part.status) == ([], "2", 200)


def test_an_address_that_is_of_no_use_beside_one_that_works_is_a_warning(tmp_path: Path) -> None:
    ca = Authority.new()
    file = ca.write(tmp_path / "ca.pem")
    variables = {"SSL_CERT_FILE": str(file), "SSL_CERT_DIR": "/nowhere"}
    with (
        Upstream(Answers(MODULES, []), tls=ca.server("p.test"), address=("127.0.0.21", 0)) as upstream,
        place(tmp_path, {"p.test": "127.0.0.22 127.0.0.21"}, **variables) as lab_place,
    ):
        seen = probed(lab_place.world, Wish(f"https://p.test:{upstream.port}{INFO}", limits=LONG))
        found = judged(seen, lab_place.world)
    assert codes(found) == [("net.connect_refused", "warning")]
    assert "1 of 2 addresses of p.test" in found[0].text
    assert [bool(one.code) for one in probed_url(seen, lab_place.world.now()).addresses] == [True, False]


def test_a_dead_ipv6_path_is_named_as_one(tmp_path: Path) -> None:
    with (
        Upstream(Answers(MODULES, []), address=("127.0.0.23", 0)) as upstream,
        place(tmp_path, {"p.test": "127.0.0.23 ::1"}) as lab_place,
    ):
        seen = probed(lab_place.world, Wish(f"http://p.test:{upstream.port}{INFO}", limits=LONG))
        found = judged(seen, lab_place.world)
    assert found[0].severity.value == "warning"
    assert "is not to be had over IPv6" in found[0].text


def test_an_ipv6_path_that_swallows_every_packet_is_named_as_one(tmp_path: Path) -> None:
    with (
        Upstream(Answers(MODULES, []), address=("127.0.0.24", 0)) as upstream,
        Swallowing(("::1", upstream.port)),
        place(tmp_path, {"p.test": "127.0.0.24 ::1"}) as lab_place,
    ):
        limits = Limits(connect=1, tls=20, first_byte=20, stall=20)
        seen = probed(lab_place.world, Wish(f"http://p.test:{upstream.port}{INFO}", limits=limits))
        found = judged(seen, lab_place.world)
    assert codes(found) == [("net.connect_timeout", "warning")]
    assert "swallows" in found[0].text
    assert [one.code for one in probed_url(seen, lab_place.world.now()).addresses] == ["", "net.connect_timeout"]


def test_a_name_that_does_not_resolve_is_found(tmp_path: Path) -> None:
    with place(tmp_path, {}) as lab_place:
        found = judged(probed(lab_place.world, Wish("https://p.test/")), lab_place.world)
    assert codes(found) == [("dns.nxdomain", "fatal")]


def test_a_wrong_endpoint_is_answered_with_the_right_one(tmp_path: Path) -> None:
    made = world(tmp_path, {})
    with module_proxy(MODULES) as upstream:
        (found,) = judged(probed(made, at(upstream, "/example.com/m/@v/latest")), made)
    assert found.code.value == "proxy.not_found"
    assert found.text.endswith("/example.com/m/@latest")


def test_a_request_that_failed_is_tried_again_where_that_is_wished(tmp_path: Path) -> None:
    made = world(tmp_path, {})
    with module_proxy(MODULES, [("*", lab.first(2, lab.reset))]) as upstream:
        seen = probed(made, at(upstream, retry=2))
    assert seen.main is not None
    assert (seen.main.status, seen.main.tries, seen.code) == (200, 3, None)
    assert probed_url(seen, made.now()).tries == 3


def test_method_and_headers_are_those_wished(tmp_path: Path) -> None:
    made = world(tmp_path, {})
    with module_proxy(MODULES) as upstream:
        probed(made, at(upstream, method="HEAD", headers=(("Disable-Module-Fetch", "true"),)))
    (exchange,) = upstream.exchanges
    assert (exchange.method, exchange.headers["disable-module-fetch"]) == ("HEAD", "true")


SETTINGS: Callable[..., GoEnv] = lambda **values: GoEnv({"GOPROXY": "https://u:p@a.example/x,direct", **values})  # noqa: E731


@pytest.mark.parametrize(
    ("module", "version", "variables", "expected"),
    [
        (
            "rsc.io/quote",
            "",
            {},
            ["https://a.example/x/rsc.io/quote/@v/list", "https://a.example/x/rsc.io/quote/@latest"],
        ),
        (
            "rsc.io/Quote",
            "v1.5.2",
            {},
            [f"https://a.example/x/rsc.io/%21quote/@v/v1.5.2.{kind}" for kind in ("info", "mod", "zip")],
        ),
        ("rsc.io/quote", "v1.5.2", {"GOPRIVATE": "rsc.io"}, ["https://rsc.io/quote?go-get=1"]),
        ("rsc.io/quote", "", {"GOPROXY": "direct"}, ["https://rsc.io/quote?go-get=1"]),
        ("rsc.io/quote", "", {"GOPROXY": "off"}, []),
    ],
)
def test_a_module_is_asked_for_where_go_would_ask_first(
    module: str, version: str, variables: Mapping[str, str], expected: list[str]
) -> None:
    assert list(endpoints(module, version, SETTINGS(**variables))) == expected


def test_percentiles_are_of_what_was_measured() -> None:
    found = spread([5, 1, 2, 3, 4, 6, 7, 8, 9, 100])
    assert found is not None
    assert (found.least, found.median, found.p95, found.greatest, sum(found.bars)) == (1, 5, 100, 100, 10)
    assert spread([]) is None
    one = spread([2])
    assert one is not None
    assert (one.median, one.p95, one.bars) == (2, 2, (1, 0, 0, 0, 0, 0, 0, 0))
