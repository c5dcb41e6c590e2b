"""resolv.conf, the hosts file and nsswitch.conf are read as Go's own resolver reads them."""

import pytest

from gomend.net.dns.hostsfile import parse_hosts
from gomend.net.dns.resolvconf import NameServer, parse_resolv_conf


def test_servers_keep_their_order_and_line_and_are_three_at_most() -> None:
    conf = parse_resolv_conf(
        "# made by dhcp\nnameserver 192.0.2.53\n;nameserver 192.0.2.1\nnameserver resolver.example\n"
        "nameserver 2001:db8::53\nnameserver 192.0.2.54\nnameserver 192.0.2.55\n"
    )
    assert conf.servers == (NameServer("192.0.2.53", 2), NameServer("2001:db8::53", 5), NameServer("192.0.2.54", 6))
    assert (conf.search, conf.ndots, conf.timeout, conf.attempts, conf.unknown_option) == ((), 1, 5, 2, "")


def test_without_a_file_go_asks_the_machine_itself() -> None:
    conf = parse_resolv_conf(None, "build7.corp.example")
    assert conf.missing
    assert conf.servers == (NameServer("127.0.0.1", 0), NameServer("::1", 0))
    assert conf.search == ("corp.example.",)


def test_options_are_read_with_their_bounds() -> None:
    conf = parse_resolv_conf(
        "options ndots:99 timeout:0 attempts:x rotate single-request use-vc edns0\nsearch a.example b.\n"
    )
    assert (conf.ndots, conf.timeout, conf.attempts) == (15, 1, 1)
    assert (conf.rotate, conf.single_request, conf.use_tcp, conf.unknown_option) == (True, True, True, "")
    assert conf.search == ("a.example.", "b.")


@pytest.mark.parametrize(("line", "word"), [("options debug", "debug"), ("sortlist 10.0.0.0", "sortlist")])
def test_what_go_does_not_know_is_named(line: str, word: str) -> None:
    assert parse_resolv_conf(f"nameserver 192.0.2.1\n{line}\n").unknown_option == word


@pytest.mark.parametrize(
    ("name", "ndots", "tried"),
    [
        ("goproxy.cn", 1, ("goproxy.cn.", "goproxy.cn.svc.example.")),
        ("goproxy.cn", 5, ("goproxy.cn.svc.example.", "goproxy.cn.")),
        ("goproxy.cn.", 5, ("goproxy.cn.",)),
        ("proxy", 1, ("proxy.svc.example.", "proxy.")),
        ("x.onion", 1, ("x.onion.svc.example.",)),
        ("a" * 255, 1, ()),
    ],
)
def test_names_are_tried_in_the_order_of_ndots(name: str, ndots: int, tried: tuple[str, ...]) -> None:
    conf = parse_resolv_conf(f"search svc.example\noptions ndots:{ndots}\n")
    assert conf.names_tried(name) == tried


def test_the_hosts_file_gives_all_addresses_of_a_name_and_the_first_line() -> None:
    found = parse_hosts(
        "127.0.0.1 localhost\n10.0.0.7 Proxy.Corp.example proxy # old\nnonsense x\n10.0.0.8\n::7 proxy.corp.example.\n"
    )
    assert found["proxy.corp.example"].addresses == ("10.0.0.7", "::7")
    assert (found["proxy.corp.example"].line, found["proxy"].line) == (2, 2)
    assert set(found) == {"localhost", "proxy.corp.example", "proxy"}
