"""With GOPRIVATE set, nothing that looks tells a private name to a resolver or a proxy that go itself would not ask."""

import asyncio
from pathlib import Path

import pytest
from tests.diagnose.nameslab import place
from tests.diagnose.worlds import check
from tests.lab import upstream as lab
from tests.lab.forwardproxy import ForwardProxy
from tests.lab.modules import Module
from tests.lab.modules import World as Modules
from tests.lab.upstream import module_proxy

from gomend.diagnose.names.looking import Names
from gomend.diagnose.probing.probe import Prober, Wish
from gomend.diagnose.probing.targets import endpoints
from gomend.diagnose.proxies.measuring import measure_chain, measure_public
from gomend.gomod.proxylist import parse_proxy_list

PRIVATE = ("git.secret.example/team/lib", "github.com/secret/tool", "secret.internal/x")
MODULES = Modules([Module("github.com/pkg/errors", "v0.9.1"), *(Module(path, "v1.0.0") for path in PRIVATE)])
GOMOD = "module m.example\n\ngo 1.21\n\nrequire (\n" + "".join(f"\t{path} v1.0.0\n" for path in PRIVATE) + ")\n"
GOPRIVATE = "*.secret.example,github.com/secret,secret.internal"


@pytest.mark.parametrize("separator", [",", "|"])
@pytest.mark.parametrize("first", ["sound", "404", "500"])
def test_no_private_name_reaches_anybody_new(tmp_path: Path, separator: str, first: str) -> None:
    act = {"sound": lab.serve, "404": lab.status(404), "500": lab.status(500)}[first]
    (tmp_path / "go.mod").write_text(GOMOD)
    closed = {"*": b"HTTP/1.1 502 Bad Gateway\r\n\r\n"}
    with (
        module_proxy(MODULES, [("*", act)]) as one,
        module_proxy(MODULES) as other,
        ForwardProxy(closed) as outside,
    ):
        goproxy = f"http://localhost:{one.port}{separator}http://127.0.0.1:{other.port}|direct"
        variables = {"GOPROXY": goproxy, "GOPRIVATE": GOPRIVATE, "GOSUMDB": "sum.golang.org"}
        variables["HTTPS_PROXY"] = f"http://127.0.0.1:{outside.port}"  # all that is asked by https, git's too, is seen
        hosts = {"localhost": "127.0.0.1", "*": "93.184.216.34"}
        with place(tmp_path, hosts, public=hosts, **variables) as at:

            async def run() -> list[str]:
                world = at.world
                urls: list[str] = []
                try:
                    await check("names").look()(world)
                    for path in PRIVATE:
                        await Names(world, seconds=5).see(path.partition("/")[0])
                        urls += endpoints(path, "v1.0.0", world.settings)
                        entries = parse_proxy_list(goproxy, world.settings.get("GONOPROXY"))
                        await measure_chain(world, entries, path, "v1.0.0", 1, named=True)
                    await measure_public(world, [one.url, other.url], 1)
                    await Names(world, seconds=5).see("rsc.io")
                    await Prober(world).probe(Wish(f"{one.url}/"))
                finally:
                    await world.close()
                return urls

            urls = asyncio.run(run())
    assert one.requests
    assert other.requests
    assert not [path for path in (*one.requests, *other.requests) if "secret" in path]
    assert set(outside.asked) == {"git.secret.example:443", "github.com:443", "secret.internal:443"}  # their own hosts
    assert set(at.public.asked) == {"rsc.io", "github.com"}  # as a host it is public
    assert urls == [f"https://{path}?go-get=1" for path in PRIVATE]
    assert {name for name in at.system[0].asked if "secret" in name} == {"git.secret.example", "secret.internal"}
