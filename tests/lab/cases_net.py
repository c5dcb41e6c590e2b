"""Faults of TCP, of answers that stop or never come, of HTTP/2, and of forward proxies."""

import threading

from tests.lab.case import Case, Root
from tests.lab.listener import Listener, Talker
from tests.lab.modules import Module
from tests.lab.setups import (
    CORP,
    blackhole,
    do,
    host,
    project,
    proxy,
    resetting,
    server,
    unroutable,
    write,
)
from tests.lab.site import Site, ip
from tests.lab.upstream import hang_up, reset, truncated
from tests.lab.upstream import silent as mute
from tests.lab.world import USUAL

_HERE = {"GOPROXY": f"https://{CORP}"}
_EMPTY = write("go.mod", "module git.corp.example/shop/checkout\n\ngo 1.21\n")


def _root(code: str, name: str = CORP, *, of: str = "", version: str = "", also: tuple[str, ...] = ()) -> list[Root]:
    return [Root(code, host=name, module=of, version=version, also=also)]


def _unacknowledged(site: Site) -> None:
    """The server's address vanishes once the connection stands: no answer, and keep-alive probes are lost."""
    address = site.host(CORP)
    gone = threading.Event()

    def vanish(connection: object) -> None:
        if not gone.is_set():
            gone.set()
            ip("route", "replace", "table", "local", "blackhole", f"{address}/32")
        listener.closing.wait()

    listener = site.start(Listener(vanish, (address, 80)))


def _v6(site: Site) -> None:
    site.names[CORP] = "2001:db8:40::15"


def _no_such_route(site: Site) -> None:
    site.names["proxy.golang.org"] = "198.18.70.141"


def _one(code: str, name: str, fault: str, command: str, setup: object, roots: list[Root], **more: object) -> Case:
    return Case(code, name, fault, command, setup, roots, **{"env": _HERE, **more})


def _big(site: Site) -> None:
    lines = "".join(f"{n * 7919 % 99991:05d}\n" for n in range(60000))
    files = {"data.go": f"package blob\n\nvar Data = `{lines}`\n"}
    site.world.add(Module("git.corp.example/platform/blob", "v2.1.0+incompatible", {}, files))


_ZIP = "*/@v/*.zip"

CASES = [
    # connect_timeout
    _one(
        "net.connect_timeout",
        "download",
        "packets to the proxy are swallowed",
        "go mod download",
        do(blackhole(), project()),
        _root("net.connect_timeout"),
        seen=["i/o timeout"],
    ),
    _one(
        "net.connect_timeout",
        "default-list-build",
        "packets to proxy.golang.org are swallowed; direct after a comma does not help",
        "go build ./...",
        do(blackhole("proxy.golang.org", 141), project("github.com/BurntSushi/toml")),
        _root("net.connect_timeout", "proxy.golang.org"),
        env={},
        go="1.21",
        seen=["i/o timeout"],
    ),
    _one(
        "net.connect_timeout",
        "direct-meta",
        "packets to the git host are swallowed",
        "go get git.corp.example/platform/authkit@v1.4.2",
        do(blackhole("git.corp.example", 9), _EMPTY),
        _root("net.connect_timeout", "git.corp.example", of="git.corp.example/platform/authkit", version="v1.4.2"),
        env={"GOPRIVATE": "git.corp.example"},
        go="1.25",
        seen=["i/o timeout"],
        settings=True,
    ),
    _one(
        "net.connect_timeout",
        "hidden-behind-pipe-direct",
        "the first proxy times out; direct then fails as the module's host does not answer either",
        "go mod download -x",
        do(blackhole(), blackhole("gopkg.in", 77), project("gopkg.in/check.v1")),
        [Root("net.connect_timeout")],
        env={"GOPROXY": f"https://{CORP}|direct"},
        go="1.24",
        seen=["i/o timeout"],
    ),
    _one(
        "net.connect_timeout",
        "rescued-by-pipe",
        "the first proxy times out on every request, the second serves all",
        "go mod download -x",
        do(blackhole(), proxy("goproxy.cn"), project("github.com/google/uuid")),
        [],
        outcome="ok",
        env={"GOPROXY": f"https://{CORP}|https://goproxy.cn"},
        go="1.22",
        seen=["i/o timeout", "200 OK"],
    ),
    _one(
        "net.connect_timeout",
        "install-latest",
        "packets to the proxy are swallowed",
        "go install github.com/spf13/cobra@latest",
        blackhole("goproxy.io", 31),
        _root("net.connect_timeout", "goproxy.io"),
        env={"GOPROXY": "https://goproxy.io,direct"},
        go="1.27",
        seen=["i/o timeout"],
        status=None,
    ),
    # connect_refused
    _one(
        "net.connect_refused",
        "download",
        "nobody listens on the proxy's port",
        "go mod download",
        do(host(), project()),
        _root("net.connect_refused"),
        seen=["connection refused"],
    ),
    _one(
        "net.connect_refused",
        "localhost-athens",
        "a local proxy that is not running",
        "go mod tidy",
        project(*USUAL, sums=False),
        _root("net.connect_refused", "localhost"),
        env={"GOPROXY": "http://localhost:3000"},
        go="1.23",
        seen=["connection refused"],
    ),
    _one(
        "net.connect_refused",
        "test-21",
        "nobody listens on the proxy's port",
        "go test ./...",
        do(host(), project("go.uber.org/zap")),
        _root("net.connect_refused", of="go.uber.org/zap", version="v1.27.0"),
        go="1.21",
        seen=["connection refused"],
    ),
    _one(
        "net.connect_refused",
        "list-json",
        "nobody listens on the proxy's port; go list -e -json prints the error in its document",
        "go list -m -u -json all",
        do(host(), project()),
        _root("net.connect_refused"),
        go="1.26",
        seen=["connection refused"],
    ),
    _one(
        "net.connect_refused",
        "several-of-a-get",
        "nobody listens; three modules asked for",
        "go get github.com/spf13/cobra@v1.8.1 github.com/google/uuid@v1.6.0 golang.org/x/sync@latest",
        do(host(), _EMPTY),
        _root("net.connect_refused"),
        go="1.25",
        seen=["connection refused"],
        settings=True,
    ),
    _one(
        "net.connect_refused",
        "rescued-by-direct-list",
        "the first of two proxies is down, the second serves",
        "go build -v -x ./... 2>&1 | grep -v '^mkdir\\|^WORK\\|^cat' && true",
        do(host(), proxy("goproxy.cn"), project("github.com/google/uuid")),
        [],
        outcome="ok",
        env={"GOPROXY": f"https://{CORP}|https://goproxy.cn"},
        go="1.26",
        seen=["connection refused"],
    ),
    # unreachable
    _one(
        "net.unreachable",
        "no-route",
        "no route to the proxy",
        "go mod download",
        do(unroutable(), project()),
        _root("net.unreachable"),
        go="1.24",
        seen=["no route to host"],
    ),
    _one(
        "net.unreachable",
        "network",
        "the machine has no network beyond its own",
        "go build ./...",
        do(_no_such_route, project(*USUAL)),
        _root("net.unreachable", "proxy.golang.org"),
        env={},
        go="1.22",
        seen=["network is unreachable"],
    ),
    _one(
        "net.unreachable",
        "ipv6-only-name",
        "the proxy has an IPv6 address only, and the machine no IPv6",
        "go mod download -x",
        do(_v6, project()),
        _root("net.unreachable"),
        go="1.27",
        seen=["network is unreachable", "2001:db8"],
    ),
    _one(
        "net.unreachable",
        "tidy-ipv6",
        "the proxy has an IPv6 address only, and the machine no IPv6",
        "go mod tidy",
        do(_v6, project("github.com/spf13/cobra", sums=False)),
        _root("net.unreachable"),
        go="1.25",
        seen=["network is unreachable"],
        status=None,
    ),
    _one(
        "net.unreachable",
        "git-direct",
        "no route to github.com",
        "go get github.com/corp-example/ledger@v0.3.1",
        do(unroutable("github.com", 3), _EMPTY),
        _root(
            "net.unreachable",
            "github.com",
            of="github.com/corp-example/ledger",
            also=("net.connect_refused", "net.connect_timeout"),
        ),
        env={"GOPROXY": "direct", "GOSUMDB": "off"},
        go="1.23",
        seen=["github.com port 443"],
    ),
    # reset
    _one(
        "net.reset",
        "in-handshake",
        "a firewall resets each TLS handshake",
        "go mod download",
        do(resetting(), project()),
        _root("net.reset"),
        go="1.26",
        seen=["connection reset by peer"],
    ),
    _one(
        "net.reset",
        "before-answer",
        "the proxy resets instead of answering",
        "go build ./...",
        do(proxy(CORP, ("*", reset)), project("go.uber.org/zap")),
        _root("net.reset", of="go.uber.org/zap", version="v1.27.0"),
        go="1.23",
        seen=["connection reset by peer"],
    ),
    _one(
        "net.reset",
        "eof",
        "the proxy closes instead of answering",
        "go mod download -json github.com/google/uuid@v1.6.0",
        do(proxy(CORP, ("*", hang_up)), project()),
        _root("net.reset", of="github.com/google/uuid", version="v1.6.0"),
        go="1.25",
        seen=["EOF"],
    ),
    _one(
        "net.reset",
        "truncated-zip",
        "one zip ends before its announced length",
        "go mod download",
        do(proxy(CORP, ("/go.uber.org/zap/@v/*.zip", truncated())), project(*USUAL)),
        _root("net.reset", of="go.uber.org/zap", version="v1.27.0", also=("proxy.bad_response",)),
        go="1.24",
        seen=["unexpected EOF"],
    ),
    _one(
        "net.reset",
        "reset-in-zip",
        "a reset in the middle of a zip",
        "go build ./...",
        do(_big, proxy(CORP, (_ZIP, truncated(0.4, reset=True))), project("git.corp.example/platform/blob")),
        _root("net.reset", of="git.corp.example/platform/blob", version="v2.1.0+incompatible"),
        go="1.22",
        seen=["connection reset by peer"],
    ),
    _one(
        "net.reset",
        "direct-meta-eof",
        "the git host closes in the handshake",
        "go get git.corp.example/platform/authkit@latest",
        do(
            server(
                lambda where: Talker(b"", address=where),
                "git.corp.example",
            ),
            _EMPTY,
        ),
        _root("net.reset", "git.corp.example", of="git.corp.example/platform/authkit"),
        env={"GOPRIVATE": "*.corp.example"},
        go="1.27",
        seen=["EOF"],
    ),
    _one(
        "net.reset",
        "rescued-by-pipe",
        "the first proxy resets, the second serves",
        "go mod download -x",
        do(resetting(), proxy("goproxy.cn"), project(*USUAL)),
        [],
        outcome="ok",
        env={"GOPROXY": f"https://{CORP}|https://goproxy.cn"},
        go="1.21",
        seen=["connection reset by peer"],
    ),
    # response_timeout
    _one(
        "net.response_timeout",
        "insecure-meta",
        "the git host accepts and never answers the go-get page; GOINSECURE gives it five seconds",
        "go get -x git.corp.example/platform/authkit@v1.4.2",
        do(proxy("git.corp.example", ("*", mute)), _EMPTY),
        _root(
            "net.response_timeout",
            "git.corp.example",
            of="git.corp.example/platform/authkit",
            version="v1.4.2",
            also=("net.connect_refused",),
        ),
        env={"GOPROXY": "direct", "GOINSECURE": "git.corp.example", "GOSUMDB": "off"},
        go="1.26",
        seen=["Client.Timeout"],
    ),
    _one(
        "net.response_timeout",
        "machine-vanishes",
        "the proxy's machine vanishes once the connection stands",
        "go mod download",
        do(_unacknowledged, project("github.com/google/uuid")),
        _root("net.response_timeout", of="github.com/google/uuid", version="v1.6.0", also=("net.connect_timeout",)),
        env={"GOPROXY": f"http://{CORP}"},
        go="1.25",
        seen=["timed out"],
        limit=280,
    ),
    _one(
        "net.response_timeout",
        "curl",
        "the proxy accepts and never answers",
        "curl -sS -m 5 https://goproxy.corp.example/github.com/google/uuid/@v/list",
        proxy(CORP, ("*", mute)),
        _root("net.response_timeout", ""),
        client="curl",
        go="",
        env={},
        seen=["timed out"],
    ),
    _one(
        "net.response_timeout",
        "git-low-speed",
        "the git host accepts and never answers; git's low-speed limit ends it",
        "git -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=4 clone https://git.corp.example/platform/authkit.git",
        proxy("git.corp.example", ("*", mute)),
        _root("net.response_timeout", "git.corp.example"),
        client="git",
        go="",
        env={},
        seen=["too slow"],
    ),
    _one(
        "net.response_timeout",
        "pip-read",
        "the index accepts and never answers",
        (
            "python3 -m pip download --no-cache-dir --timeout 3 --retries 1 --index-url "
            "https://pypi.corp.example/simple requests==2.32.3"
        ),
        do(
            proxy("pypi.corp.example", ("*", mute)),
            lambda site: site.env.update(PIP_CERT="/etc/ssl/certs/ca-certificates.crt"),
        ),
        _root("net.response_timeout", "", also=()),
        client="pip",
        go="",
        env={},
        seen=["timed out"],
    ),
]
