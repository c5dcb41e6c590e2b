"""Steps from which the cases' setups are put together: `setup=do(proxy(...), project(...))`."""

import ssl
from collections.abc import Callable
from typing import Any

from tests.lab.certificates import Authority
from tests.lab.dns import SILENT
from tests.lab.forwardproxy import ForwardProxy, Socks5
from tests.lab.http2 import Http2, Step
from tests.lab.listener import Listener, Silent, Talker, cut
from tests.lab.modules import Module
from tests.lab.site import BLACKHOLE, NO_ROUTE, Site
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Act, Answers, Upstream
from tests.lab.world import SMALL

CORP = "goproxy.corp.example"
"""The usual name of the proxy in these cases."""

Act_ = Callable[[Site], object]


def do(*steps: Act_) -> Callable[[Site], None]:
    """All steps, in order."""

    def setup(site: Site) -> None:
        for step in steps:
            step(site)

    return setup


def proxy(name: str = CORP, *faults: tuple[str, Act], **options: Any) -> Act_:
    """A module proxy (`Site.proxy`)."""
    return lambda site: site.proxy(name, *faults, **options)


def project(*paths: str, **options: Any) -> Act_:
    """A project (`Site.project`), by default a small one."""
    return lambda site: site.project(*(paths or SMALL), **options)


def host(name: str = CORP, address: str = "") -> Act_:
    """A name with an address on which nobody listens."""
    return lambda site: site.host(name, address)


def blackhole(name: str = CORP, last: int = 20) -> Act_:
    """A name whose address swallows packets."""
    return lambda site: site.host(name, f"{BLACKHOLE}{last}")


def unroutable(name: str = CORP, last: int = 20) -> Act_:
    """A name whose address has no route to it."""
    return lambda site: site.host(name, f"{NO_ROUTE}{last}")


def dns(**words: str) -> Act_:
    """Words for the DNS table; `_` in a name stands for `.`, `any` for `*`."""
    table = {("*" if key == "any" else key.replace("_", ".")): word for key, word in words.items()}
    return lambda site: site.names.update(table)


def dead_dns(site: Site) -> None:
    """No name is answered."""
    site.names["*"] = SILENT


def server(make: Callable[[tuple[str, int]], Listener], name: str = CORP, port: int = 443) -> Act_:
    """A server of any kind at a name."""
    return lambda site: site.start(make((site.host(name), port)))


def silent(name: str = CORP, port: int = 443) -> Act_:
    """Accepts and says nothing."""
    return server(Silent, name, port)


def talker(answer: bytes, name: str = CORP, port: int = 443, *, reset: bool = False) -> Act_:
    """Answers the first bytes with these, then closes."""
    return server(lambda where: Talker(answer, reset=reset, address=where), name, port)


def resetting(name: str = CORP, port: int = 443) -> Act_:
    """Resets each connection as soon as it is made."""
    return server(lambda where: Listener(cut, where), name, port)


def tls(make: Callable[[Site], ssl.SSLContext], *faults: tuple[str, Act], name: str = CORP, **options: Any) -> Act_:
    """A module proxy with a TLS context of its own."""
    return lambda site: site.proxy(name, *faults, tls=make(site), **options)


def foreign(organization: str, *names: str) -> Callable[[Site], ssl.SSLContext]:
    """A certificate from a CA that the client does not trust."""
    return lambda site: Authority.new(organization).server(*names)


def http2(*steps: Step, name: str = CORP) -> Act_:
    """An HTTP/2 server that answers by order."""
    return lambda site: site.start(Http2(steps, site.ca.server(name), (site.host(name), 443)))


def forward(name: str = "proxy.corp.example", port: int = 3128, **answers: bytes) -> Act_:
    """A forward proxy; a keyword `any` answers every CONNECT so, else it tunnels by the lab's names."""

    def step(site: Site) -> None:
        table = {("*" if key == "any" else key.replace("_", ".")): raw for key, raw in answers.items()}
        site.start(ForwardProxy(table, address=(site.host(name), port)))

    return step


def socks(reply: int, *, method: int = 0, name: str = "socks.corp.example", port: int = 1080) -> Act_:
    """A SOCKS5 proxy."""
    return server(lambda where: Socks5(reply, method=method, address=where), name, port)


def sumdb(*faults: tuple[str, Act], name: str = "sum.golang.org", tls: str = "", **options: Any) -> Act_:
    """A checksum database at https://NAME that GOSUMDB's key trusts; `options` go to SumDb."""

    def step(site: Site) -> None:
        db = SumDb(site.world, name=name, **options)
        site.env.setdefault("GOSUMDB", db.key)
        answers = Answers(site.world, list(faults), other=db.file)
        site.start(Upstream(answers, tls=site.ca.server(name), address=(site.host(name), 443)))

    return step


def sumdb_key(name: str = "sum.golang.org", **options: Any) -> Act_:
    """Only the database's key: the database itself is elsewhere or dead."""
    return lambda site: site.env.setdefault("GOSUMDB", SumDb([], name=name, **options).key)


def module(*args: Any, **options: Any) -> Act_:
    """One more module in the world."""
    return lambda site: site.world.add(Module(*args, **options))


def run(command: str, **options: Any) -> Act_:
    """A command before the recording."""
    return lambda site: site.run(command, **options)


def write(name: str, text: str) -> Act_:
    """A file."""
    return lambda site: site.write(name, text)
