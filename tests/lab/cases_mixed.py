"""Faults that hide one another, and faults met by rarer commands."""

from tests.lab.case import Case, Root
from tests.lab.setups import (
    CORP,
    blackhole,
    do,
    foreign,
    forward,
    host,
    module,
    project,
    proxy,
    resetting,
    sumdb,
    tls,
    write,
)
from tests.lab.upstream import serve, status
from tests.lab.world import USUAL

_HERE = {"GOPROXY": f"https://{CORP}"}
_EMPTY = write("go.mod", "module git.corp.example/shop/checkout\n\ngo 1.21\n")
_LEDGER = "github.com/corp-example/ledger"
_UUID = ("github.com/google/uuid", "v1.6.0")
_DB = "sum.golang.org"
_407 = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_404 = proxy(CORP, ("*", status(404, "not found")))


def _one(fault: str, name: str, command: str, setup: object, *roots: Root, at: str, **more: object) -> Case:
    return Case(at, name, fault, command, setup, roots, **{"env": _HERE, **more})


CASES = [
    _one(
        "the proxy swallows packets, and direct then cannot resolve github.com",
        "pipe-direct-git",
        f"go mod download -x {_LEDGER}@v0.3.1",
        do(blackhole(), _EMPTY),
        Root("dns.nxdomain", _LEDGER, "v0.3.1", also=("net.connect_timeout",)),
        at="dns.nxdomain",
        env={"GOPROXY": f"https://{CORP}|direct", "GOSUMDB": "off"},
        go="1.25",
        seen=["i/o timeout", "Could not resolve host"],
    ),
    _one(
        "the proxy answers 404 and direct cannot resolve the module's host",
        "comma-direct-after-404",
        "go mod download git.corp.example/platform/authkit@v1.4.2",
        do(_404, _EMPTY),
        Root("dns.nxdomain", "git.corp.example/platform/authkit", "v1.4.2", "git.corp.example"),
        at="dns.nxdomain",
        env={"GOPROXY": f"https://{CORP},direct"},
        go="1.26",
        seen=["no such host"],
    ),
    _one(
        "nobody listens on the proxy's port",
        "run-at-version",
        "go run golang.org/x/tools/cmd/stringer@latest -h",
        host(),
        Root("net.connect_refused", host=CORP),
        at="net.connect_refused",
        go="1.27",
        seen=["connection refused"],
    ),
    _one(
        "the checksum database's certificate is from an unknown authority",
        "unknown-authority",
        "go get github.com/google/uuid@v1.6.0",
        do(proxy(), tls(foreign("Palo Alto", _DB), name=_DB), _EMPTY),
        Root("checksum.sumdb_unreachable", *_UUID, _DB, ("tls.unknown_authority",)),
        at="checksum.sumdb_unreachable",
        go="1.24",
        seen=["sum.golang.org", "unknown authority"],
    ),
    _one(
        "connections to the checksum database are reset",
        "reset-tidy",
        "go mod tidy",
        do(proxy("goproxy.cn"), resetting(_DB), project("github.com/google/uuid", sums=False)),
        Root("checksum.sumdb_unreachable", host=_DB, also=("net.reset",)),
        at="checksum.sumdb_unreachable",
        env={"GOPROXY": "https://goproxy.cn,direct"},
        go="1.22",
        seen=["sum.golang.org", "connection reset"],
    ),
    _one(
        "a forward proxy wants a login for a plain http module proxy",
        "407-plain-http",
        "go mod download",
        do(forward(any=_407), project("github.com/google/uuid")),
        Root("net.http_proxy", *_UUID, also=("proxy.unauthorized",)),
        at="net.http_proxy",
        env={"GOPROXY": f"http://{CORP}:8081", "HTTP_PROXY": "http://proxy.corp.example:3128"},
        go="1.26",
        seen=["407 Proxy Authentication Required"],
    ),
    _one(
        "a dependency needs a newer Go, whose toolchain the proxy does not have",
        "switching",
        "go get example.com/newer@v1.0.0",
        do(module("example.com/newer", "v1.0.0", go="1.97.0"), proxy(), _EMPTY),
        Root("toolchain.unavailable", also=("toolchain.too_old", "proxy.not_found")),
        at="toolchain.unavailable",
        env={**_HERE, "GOSUMDB": "off"},
        go="1.23",
        seen=["1.97"],
    ),
    _one(
        "git finds the host's certificate expired",
        "git-clone",
        "git clone https://git.corp.example/platform/authkit.git",
        tls(lambda site: site.ca.server("git.corp.example", expired=True), name="git.corp.example"),
        Root("tls.expired", host="git.corp.example", also=("tls.unknown_authority",)),
        at="tls.expired",
        client="git",
        go="",
        env={},
        seen=["certificate"],
    ),
    _one(
        "curl finds the certificate to be for another name",
        "curl",
        f"curl -fsSL https://{CORP}/github.com/google/uuid/@v/list",
        tls(lambda site: site.ca.server("nexus.corp.example")),
        Root("tls.hostname_mismatch"),
        at="tls.hostname_mismatch",
        client="curl",
        go="",
        env={},
        seen=["SSL"],
    ),
    _one(
        "the mirror answers 404 to all, the second proxy forbids",
        "404-then-403",
        "go list -m all",
        do(
            proxy("mirror.corp.example", ("*", status(404))),
            proxy(CORP, ("*", status(403, "token expired"))),
            project(),
        ),
        Root("proxy.unauthorized", host=CORP),
        at="proxy.unauthorized",
        env={"GOPROXY": f"https://mirror.corp.example,https://{CORP}"},
        go="1.25",
        seen=["403 Forbidden"],
    ),
    _one(
        "the first proxy forbids, the second has nothing: the refusal is reported",
        "403-pipe-404-x",
        "go mod download -x",
        do(proxy("mirror.corp.example", ("*", status(403, "no licence"))), _404, project("github.com/google/uuid")),
        Root("proxy.unauthorized", *_UUID, "mirror.corp.example"),
        at="proxy.unauthorized",
        env={"GOPROXY": f"https://mirror.corp.example|https://{CORP}"},
        go="1.21",
        seen=["403 Forbidden", "404 Not Found"],
    ),
    _one(
        "nothing: versions are listed",
        "list-versions",
        "go list -m -versions github.com/google/uuid && go mod graph | head -5",
        do(proxy(), project(*USUAL)),
        at="progress.download",
        outcome="ok",
        go="1.25",
        seen=["v1.5.0 v1.6.0"],
    ),
    _one(
        "nothing: a downgrade was asked for",
        "get-downgrades",
        "go get golang.org/x/text@v0.14.0",
        do(proxy(), sumdb(), project("golang.org/x/text")),
        at="progress.download",
        outcome="ok",
        go="1.27",
        seen=["go: downgraded"],
    ),
    _one(
        "four proxies in a list; two fail in other ways, the third serves",
        "third-of-four-x",
        "go mod download -x",
        do(
            host("a.goproxy.example"),
            proxy("b.goproxy.example", ("*", status(500))),
            proxy(CORP, default=serve),
            project(),
        ),
        at="progress.download",
        outcome="ok",
        env={"GOPROXY": f"https://a.goproxy.example|https://b.goproxy.example|https://{CORP},direct"},
        go="1.26",
        seen=["connection refused", "500 Internal Server Error", "200 OK"],
    ),
]
