"""One resolver asked over UDP, TCP, TLS and HTTPS: every way in which it fails has its own code and words."""

import asyncio
import base64
import contextlib
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from tests.lab import dns as lab
from tests.lab.certificates import Authority
from tests.lab.dns import Resolver
from tests.lab.listener import Silent, refused_port
from tests.lab.upstream import Exchange, Upstream

from gomend.causes import Code
from gomend.net.client import Client
from gomend.net.dns.asking import Asker
from gomend.net.dns.reply import Reply
from gomend.net.dns.server import Over, ResolverAddressError, Server, server_of
from gomend.net.roots import client_context

NAMES = {
    "goproxy.cn": "198.51.100.7 2001:db8::7",
    "v4.example": "198.51.100.8",
    "www.example": f"{lab.ALIAS} cdn.example 198.51.100.9",
    "blocked.example": f"{lab.BLOCKED} {lab.NXDOMAIN}",
    "large.example": f"{lab.CUT} 198.51.100.10",
    "old.example": f"{lab.NO_EDNS} 198.51.100.11",
    "deaf.example": f"{lab.DEAF_TO_EDNS} 198.51.100.12",
    "spoofed.example": f"{lab.WRONG_ID} 198.51.100.13",
    "lost.example": lab.SILENT,
    "broken.example": lab.SERVFAIL,
    "denied.example": lab.REFUSED,
}


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    with Resolver(NAMES, tcp=True) as made:
        yield made


def asked(act: Callable[[Asker], Awaitable[Reply]], seconds: float = 20, tls: Path | None = None) -> Reply:
    async def run() -> Reply:
        context = client_context({"SSL_CERT_FILE": str(tls)} if tls else {})
        made: list[Client] = []

        def client() -> Client:
            made.append(Client(tls=context, clock=time.monotonic, record=lambda _: None))
            return made[-1]

        try:
            return await act(Asker(time.monotonic, lambda: context, client, seconds))
        finally:
            for one in made:
                await one.close()

    return asyncio.run(run())


def udp(resolver: Resolver) -> Server:
    return Server(resolver.host, resolver.port)


def test_addresses_aliases_and_lifetimes_are_told(resolver: Resolver) -> None:
    found = asked(lambda asker: asker.ask(udp(resolver), "goproxy.cn"))
    assert (found.rcode, found.addresses, found.ttl, found.code) == ("NOERROR", ("198.51.100.7",), 60, None)
    assert asked(lambda asker: asker.ask(udp(resolver), "goproxy.cn", "AAAA")).addresses == ("2001:db8::7",)
    found = asked(lambda asker: asker.ask(udp(resolver), "www.example"))
    assert (found.addresses, found.aliases, found.ttl) == (("198.51.100.9",), ("cdn.example",), 30)
    assert asked(lambda asker: asker.ask(udp(resolver), "v4.example", "AAAA")).words == "no records of this kind"


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("missing.example", Code.DNS_NXDOMAIN, "no such host"),
        ("broken.example", Code.DNS_SERVER_FAILURE, "server misbehaving (SERVFAIL)"),
        ("denied.example", Code.DNS_SERVER_FAILURE, "server misbehaving (REFUSED)"),
        ("lost.example", Code.DNS_TIMEOUT, "i/o timeout"),
        ("spoofed.example", Code.DNS_TIMEOUT, "i/o timeout; 3 packets with another id came"),
        ("a" * 64 + ".example", Code.DNS_NXDOMAIN, "no name that can be asked for"),
    ],
)
def test_each_fault_has_its_code(resolver: Resolver, name: str, code: Code, words: str) -> None:
    found = asked(lambda asker: asker.ask(udp(resolver), name, tries=3), 0.6 if code is Code.DNS_TIMEOUT else 20)
    assert (found.code, found.words, found.addresses) == (code, words, ())


def test_a_silent_resolver_is_asked_as_often_as_said_and_then_once_without_edns(resolver: Resolver) -> None:
    found = asked(lambda asker: asker.ask(udp(resolver), "lost.example", tries=3), 0.6)
    assert (found.is_silent, found.tries, found.without_edns) == (True, 3, "")
    assert resolver.asked == ["lost.example"] * 4


@pytest.mark.parametrize(("name", "said"), [("old.example", "FORMERR"), ("deaf.example", "silent")])
def test_a_resolver_that_cannot_do_edns_is_told_apart_from_a_dead_one(resolver: Resolver, name: str, said: str) -> None:
    found = asked(lambda asker: asker.ask(udp(resolver), name), 2 if said == "silent" else 20)
    assert (found.without_edns, found.code, len(found.addresses)) == (said, None, 1)


def test_an_extended_error_is_quoted(resolver: Resolver) -> None:
    found = asked(lambda asker: asker.ask(udp(resolver), "blocked.example"))
    assert (found.rcode, found.extended) == ("NXDOMAIN", ("15 blocked: by policy",))


def test_a_closed_port_is_told_apart_from_silence() -> None:
    for over in (Over.UDP, Over.TCP):
        server = Server("127.0.0.1", refused_port(), over)
        found = asked(lambda asker, server=server: asker.ask(server, "goproxy.cn"))
        assert (found.code, found.words) == (Code.DNS_SERVER_FAILURE, "connection refused")


def test_a_cut_answer_is_asked_for_again_over_tcp(resolver: Resolver) -> None:
    found = asked(lambda asker: asker.ask(udp(resolver), "large.example"))
    assert (found.truncated, found.addresses, found.code) == (True, ("198.51.100.10",), None)


def test_a_cut_answer_without_tcp_is_a_fault() -> None:
    with Resolver(NAMES) as closed:
        found = asked(lambda asker: asker.ask(udp(closed), "large.example"))
    assert (found.truncated, found.code) == (True, Code.DNS_SERVER_FAILURE)
    assert found.words == "the answer was cut, and TCP failed: connection refused"


def test_tcp_that_is_accepted_and_never_answered_is_silence() -> None:
    with Silent() as silent:
        found = asked(lambda asker: asker.ask(Server(silent.host, silent.port, Over.TCP), "goproxy.cn"), 0.3)
    assert found.code is Code.DNS_TIMEOUT


def test_a_resolver_over_tls_is_judged_by_its_certificate(tmp_path: Path) -> None:
    ca = Authority.new()
    trusted = ca.write(tmp_path / "ca.pem")
    with Resolver(NAMES, tls=ca.server("127.0.0.1")) as good, Resolver(NAMES, tls=ca.server("dns.example")) as other:
        found = asked(lambda asker: asker.ask(Server("127.0.0.1", good.port, Over.DOT), "goproxy.cn"), tls=trusted)
        assert found.addresses == ("198.51.100.7",)
        found = asked(lambda asker: asker.ask(Server("127.0.0.1", good.port, Over.DOT), "goproxy.cn"))
        assert found.code is Code.TLS_UNKNOWN_AUTHORITY
        found = asked(lambda asker: asker.ask(Server("127.0.0.1", other.port, Over.DOT), "goproxy.cn"), tls=trusted)
        assert found.code is Code.TLS_HOSTNAME_MISMATCH


@contextlib.contextmanager
def over_https(resolver: Resolver, tls: ssl.SSLContext, *, status: int = 200) -> Iterator[Server]:
    def answer(exchange: Exchange) -> None:
        query = exchange.target.partition("?dns=")[2]
        question = base64.urlsafe_b64decode(query + "=" * (-len(query) % 4))
        exchange.send(status, resolver._reply(question, over_tcp=True), content_type="application/dns-message")

    with Upstream(answer, tls=tls) as upstream:
        yield Server("127.0.0.1", upstream.port, Over.DOH, f"{upstream.url}/dns-query")


def test_a_resolver_over_https_is_asked_by_get(resolver: Resolver, tmp_path: Path) -> None:
    ca = Authority.new()
    trusted = ca.write(tmp_path / "ca.pem")
    with over_https(resolver, ca.server("127.0.0.1")) as server:
        assert asked(lambda asker: asker.ask(server, "goproxy.cn"), 20, trusted).addresses == ("198.51.100.7",)
        assert asked(lambda asker: asker.ask(server, "goproxy.cn"), 20).code is Code.TLS_UNKNOWN_AUTHORITY
    with over_https(resolver, ca.server("127.0.0.1"), status=403) as server:
        found = asked(lambda asker: asker.ask(server, "goproxy.cn"), 20, trusted)
    assert (found.code, found.words) == (Code.DNS_SERVER_FAILURE, "HTTP 403")


@pytest.mark.parametrize(
    ("written", "server", "shown"),
    [
        ("192.0.2.53", Server("192.0.2.53", 53), "192.0.2.53"),
        ("192.0.2.53:5353", Server("192.0.2.53", 5353), "192.0.2.53:5353"),
        ("2001:db8::53", Server("2001:db8::53", 53), "2001:db8::53"),
        ("tcp://[2001:db8::53]:54", Server("2001:db8::53", 54, Over.TCP), "[2001:db8::53]:54"),
        ("tls://dns.example", Server("dns.example", 853, Over.DOT), "dns.example"),
        ("https://1.1.1.1", Server("1.1.1.1", 443, Over.DOH, "https://1.1.1.1/dns-query"), "1.1.1.1"),
        ("https://dns.example/q", Server("dns.example", 443, Over.DOH, "https://dns.example/q"), "dns.example"),
    ],
)
def test_a_resolver_is_named_as_people_write_it(written: str, server: Server, shown: str) -> None:
    assert (server_of(written), server_of(written).shown) == (server, shown)


@pytest.mark.parametrize("written", ["dns.example", "udp://dns.example", "ftp://192.0.2.1", "192.0.2.1:x", ""])
def test_what_names_no_resolver_is_refused(written: str) -> None:
    with pytest.raises(ResolverAddressError):
        server_of(written)
