"""What a forward proxy is asked for where a filter stands: nothing that this machine finds at a private address."""

import asyncio
import socket
import ssl
import time
from collections.abc import Sequence

import pytest
from tests.lab.listener import Listener

from gomend.causes import Code
from gomend.gomod.weburl import parse_url
from gomend.net.addressfilter import AddressFilter
from gomend.net.client import Ask, Client, Limits
from gomend.net.dial import Dialer
from gomend.net.exchange import Exchange, Phases
from gomend.net.faults import AddressRefusedError, WireError
from gomend.net.forward import ForwardProxies, ForwardProxy
from gomend.net.timing import AddressInfo
from gomend.net.unseen import Unseen, _Apart

NAMED = AddressFilter(lambda host: host == "named.example")


class Names:
    """A resolver that knows these, and how often it was asked."""

    def __init__(self, **known: str) -> None:
        self.known = {name.replace("_", "."): addresses.split() for name, addresses in known.items()}
        self.asked: list[str] = []

    async def addresses(self, host: str, port: int) -> Sequence[AddressInfo]:
        self.asked.append(host)
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, host, (one, port)) for one in self.known[host]]


class Mute:
    """A resolver that never answers."""

    async def addresses(self, host: str, port: int) -> Sequence[AddressInfo]:
        await asyncio.Event().wait()
        raise AssertionError


def is_refused(unseen: Unseen, host: str) -> bool:
    async def checked() -> bool:
        try:
            await unseen.check(host)
        except AddressRefusedError:
            return True
        return False

    return asyncio.run(checked())


@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("public.example", False),
        ("inside.example", True),
        ("metadata.example", True),
        ("both.example", True),
        ("named.example", False),
        ("only-the-proxy-knows.example", False),
        ("127.0.0.1", True),
    ],
)
def test_a_name_is_judged_by_what_this_machine_finds_if_it_finds_anything(host: str, refused: bool) -> None:
    names = Names(
        public_example="93.184.216.34", inside_example="10.1.2.3", metadata_example="169.254.169.254",
        both_example="93.184.216.34 192.168.0.1", named_example="10.1.2.3",
    )  # fmt: skip
    assert is_refused(Unseen(NAMED, names), host) is refused


def test_a_resolver_that_never_answers_holds_up_once_and_leaves_it_to_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gomend.net.unseen._SECONDS", 0.01)

    async def twice() -> list[str]:
        waits: list[str] = []

        class Counted(Mute):
            async def addresses(self, host: str, port: int) -> Sequence[AddressInfo]:
                waits.append(host)
                return await super().addresses(host, port)

        unseen = Unseen(NAMED, Counted())
        for _ in range(2):
            await unseen.check("slow.example")
        return waits

    assert asyncio.run(twice()) == ["slow.example"]


def test_names_are_looked_up_as_the_system_does_and_a_fault_of_that_is_the_askers() -> None:
    async def both() -> None:
        found = await _Apart().addresses("localhost", 443)
        assert {str(one[4][0]) for one in found} <= {"127.0.0.1", "::1"} and found
        with pytest.raises(OSError):
            await _Apart().addresses("127.0.0.1", "no-such-service")  # type: ignore[arg-type]  # what getaddrinfo refuses

    asyncio.run(both())


def test_a_client_and_a_dialler_ask_no_proxy_for_it() -> None:
    names = Names(inside_example="10.1.2.3")

    async def refused_by_both(proxy: str) -> list[Code | None]:
        exchanges: list[Exchange] = []
        client = Client(
            tls=ssl.create_default_context(), clock=time.monotonic, record=exchanges.append, resolver=names,
            permitted=NAMED, proxy_for=ForwardProxies({"HTTPS_PROXY": proxy}).for_url,
        )  # fmt: skip
        with pytest.raises(WireError) as by_client:
            async with client.get(Ask("https://inside.example/"), Limits(connect=5)):
                pass
        await client.close()
        dialer = Dialer(
            ssl.create_default_context, time.monotonic, Limits(connect=5), permitted=NAMED, unseen=Unseen(NAMED, names)
        )
        tunnel = Exchange("https://inside.example", "tunnel", -1, 1, Phases(0))
        with pytest.raises(WireError) as by_dialler:
            await dialer.through(ForwardProxy(parse_url(proxy)), "inside.example", 443, tunnel, "git")
        return [by_client.value.code, by_dialler.value.code]

    with Listener(lambda _: None) as proxy:
        codes = asyncio.run(refused_by_both(f"http://127.0.0.1:{proxy.port}"))
        assert codes == [Code.VCS_DISALLOWED] * 2
        assert proxy.connections == 0
