"""Which addresses are public, and that a connection goes to the address that was judged."""

import asyncio
import socket
import ssl
import time

import pytest
from tests.lab.listener import Listener, refused_port

from gomend.causes import Code
from gomend.net.addressfilter import AddressFilter, is_public
from gomend.net.client import Ask, Client, Limits
from gomend.net.dial import Dialer
from gomend.net.exchange import Exchange, Phases
from gomend.net.faults import WireError
from gomend.net.forward import ForwardProxies
from gomend.net.timing import AddressInfo, Resolver

NOBODY = AddressFilter(lambda _: False)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.0.9"),
        *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
        *("198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1"),
        *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0"),
        *("fec0::1", "ff02::1", "2001::1", "2001:2::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1"),
        *("4000::1", "5f00::1"),
    ],
)
def test_what_is_not_the_public_internets_is_told_apart(address: str) -> None:
    assert not is_public(address)
    assert not NOBODY.allows("host.example", address)
    assert AddressFilter(lambda host: host == "host.example").allows("host.example", address)


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
        *("128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "223.0.0.1"),
        *("2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2400::1"),
    ],
)
def test_what_is_public_is_allowed(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "::1", "fe80::1%1", "localhost", "a.LOCALHOST."],
)
def test_what_spells_out_such_an_address_is_not_asked_of_a_forward_proxy(host: str) -> None:
    assert not NOBODY.allows_unseen(host)
    assert NOBODY.allows_unseen("host.example") and NOBODY.allows_unseen("8.8.8.8")


class Lying:
    """Public when first asked, this machine afterwards; and how often it was asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def addresses(self, host: str, port: int) -> list[AddressInfo]:
        found = self.answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, host, (one, port)) for one in found.split()]


def get(url: str, resolver: Resolver | None, permitted: AddressFilter, **environment: str) -> WireError:
    exchanges: list[Exchange] = []

    async def asked() -> WireError:
        client = Client(
            tls=ssl.create_default_context(), clock=time.monotonic, record=exchanges.append, resolver=resolver,
            permitted=permitted, proxy_for=ForwardProxies(environment).for_url,
        )  # fmt: skip
        try:
            with pytest.raises(WireError) as error:
                async with client.get(Ask(url), Limits(connect=5)):
                    pass
        finally:
            await client.close()
        assert exchanges[-1].code is error.value.code
        return error.value

    return asyncio.run(asked())


def test_each_connection_is_judged_by_the_address_that_it_goes_to() -> None:
    with Listener(lambda _: None) as canary:
        resolver = Lying("127.0.0.1", "127.0.0.1 127.0.0.2")
        for _ in range(2):
            error = get(f"http://lying.example:{canary.port}/", resolver, NOBODY)
            assert error.code is Code.VCS_DISALLOWED
            assert error.words == "lying.example is not at a public address: this server does not connect to it"
        assert get(f"https://127.0.0.1:{canary.port}/", None, NOBODY).code is Code.VCS_DISALLOWED
        assert canary.connections == 0
        named = AddressFilter(lambda host: host == "lying.example")
        assert get(f"http://lying.example:{canary.port}/", Lying("127.0.0.1"), named).code is Code.NET_RESET
        assert canary.connections == 1


def test_the_way_to_the_forward_proxy_is_free_and_what_spells_an_address_does_not_take_it() -> None:
    with Listener(lambda _: None) as proxy:
        own = f"http://127.0.0.1:{proxy.port}"
        error = get("https://host.example/", Lying("93.184.216.34"), NOBODY, HTTPS_PROXY=own)
        assert error.code is not Code.VCS_DISALLOWED
        assert proxy.connections >= 1
        before = proxy.connections
        assert get("https://169.254.169.254/", None, NOBODY, HTTPS_PROXY=own).code is Code.VCS_DISALLOWED
        assert proxy.connections == before


def test_a_dialler_judges_what_it_dials() -> None:
    async def dial(host: str, port: int, permitted: AddressFilter) -> Code:
        dialer = Dialer(ssl.create_default_context, time.monotonic, Limits(connect=5), permitted=permitted)
        with pytest.raises(WireError) as error:
            await dialer.dial(host, port, Exchange("https://x", "tunnel", -1, 1, Phases(0)))
        return error.value.code

    with Listener(lambda _: None) as canary:
        assert asyncio.run(dial("localhost", canary.port, NOBODY)) is Code.VCS_DISALLOWED
        assert canary.connections == 0
    port = refused_port()
    assert asyncio.run(dial("127.0.0.1", port, AddressFilter(lambda host: True))) is Code.NET_CONNECT_REFUSED
