"""A name looked up as go looks it up: files and resolvers in their order, search domains, what waiting costs."""

import asyncio
import time
from collections.abc import Mapping

import pytest
from tests.lab import dns as lab
from tests.lab.dns import Resolver

from gomend.causes import Code
from gomend.net.dns.asking import Asker
from gomend.net.dns.lookup import Looked, look_up
from gomend.net.dns.machine import Machine
from gomend.net.roots import client_context

PORT = 5399  # of no service; both lab resolvers listen there, each at its own address


def looked(name: str, machine: Machine) -> Looked:
    async def run() -> Looked:
        asker = Asker(time.monotonic, lambda: client_context({}), _no_client, seconds=1)

        async def libc(_: str) -> tuple[tuple[str, ...], Code | None, str]:
            return ("203.0.113.1",), None, ""

        return await look_up(name, machine, asker.ask, libc, time.monotonic)

    return asyncio.run(run())


def _no_client() -> None:
    raise AssertionError


def machine(conf: str, hosts: str = "", nsswitch: str | None = None, **more: object) -> Machine:
    return Machine(conf, hosts, nsswitch, port=more.pop("port", PORT), **more)  # type: ignore[arg-type]


def two(first: Mapping[str, str], second: Mapping[str, str]) -> tuple[Resolver, Resolver]:
    one = Resolver(first, ("127.0.53.1", 0))
    return one, Resolver(second, ("127.0.53.2", one.port))


CONF = "nameserver 127.0.53.1\nnameserver 127.0.53.2\noptions timeout:5 attempts:2\n"


def test_the_first_resolver_that_answers_is_believed_also_when_it_says_that_there_is_no_such_name() -> None:
    one, other = two({"a.example": "198.51.100.1"}, {"a.example": "198.51.100.2", "b.example": "198.51.100.3"})
    with one, other:
        found = looked("a.example", machine(CONF, port=one.port))
        assert (found.addresses, found.source, found.code) == (("198.51.100.1",), "dns", None)
        assert looked("b.example", machine(CONF, port=one.port)).code is Code.DNS_NXDOMAIN
        assert other.asked == []


def test_a_silent_first_resolver_costs_what_go_waits_for_it() -> None:
    one, other = two({"*": lab.SILENT}, {"a.example": "198.51.100.2"})
    with one, other:
        found = looked("a.example", machine(CONF, port=one.port))
    assert found.addresses == ("198.51.100.2",)
    assert found.server is not None
    assert found.server.host == "127.0.53.2"
    assert 5 <= found.wasted <= found.seconds < 6


@pytest.mark.parametrize("fault", [lab.SERVFAIL, lab.REFUSED])
def test_a_resolver_that_fails_is_passed_over_at_once(fault: str) -> None:
    one, other = two({"*": fault}, {"a.example": "198.51.100.2"})
    with one, other:
        found = looked("a.example", machine(CONF, port=one.port))
        assert found.addresses == ("198.51.100.2",)
        assert looked("a.example", machine(CONF.replace("127.0.53.2", "127.0.53.1"), port=one.port)).code is (
            Code.DNS_SERVER_FAILURE
        )


@pytest.mark.parametrize(
    ("word", "code"), [(lab.DEAF_TO_EDNS, Code.DNS_TIMEOUT), (lab.NO_EDNS, Code.DNS_SERVER_FAILURE)]
)
def test_a_resolver_that_cannot_do_edns_is_of_no_use_to_go(word: str, code: Code) -> None:
    one, other = two({"a.example": f"{word} 198.51.100.1"}, {"a.example": "198.51.100.2"})
    with one, other:
        assert looked("a.example", machine("nameserver 127.0.53.1\n", port=one.port)).code is code
        assert looked("a.example", machine(CONF, port=one.port)).addresses == ("198.51.100.2",)


def test_search_domains_are_tried_before_a_name_with_few_dots() -> None:
    one, other = two({"goproxy.cn": "198.51.100.1"}, {})
    with one, other:
        conf = "nameserver 127.0.53.1\nsearch a.svc b.svc\noptions ndots:5\n"
        found = looked("goproxy.cn", machine(conf, port=one.port))
        assert found.names == ("goproxy.cn.a.svc", "goproxy.cn.b.svc", "goproxy.cn")
        assert 0 < found.wasted < found.seconds
        assert looked("goproxy.cn", machine("nameserver 127.0.53.1\n", port=one.port)).wasted == 0


def test_the_hosts_file_goes_first_unless_nsswitch_says_otherwise() -> None:
    one, other = two({"a.example": "198.51.100.1"}, {})
    with one, other:
        hosts = "10.0.0.9 a.example only.example\n"
        assert looked("a.example", machine(CONF, hosts, port=one.port)).source == "hosts"
        dns_first = machine(CONF, hosts, "hosts: dns files\n", port=one.port)
        assert looked("a.example", dns_first).addresses == ("198.51.100.1",)
        assert looked("only.example", dns_first).addresses == ("10.0.0.9",)
        files_only = machine(CONF, hosts, "hosts: files\n", port=one.port)
        assert looked("b.example", files_only).code is Code.DNS_NXDOMAIN
        assert "b.example" not in one.asked


def test_what_go_leaves_to_the_c_library_is_asked_there() -> None:
    found = looked("a.example", machine(CONF + "options debug\n", cgo=True))
    assert (found.source, found.addresses) == ("libc", ("203.0.113.1",))
