"""Faults of TCP, of answers that stop or never come, of HTTP/2, and of forward proxies."""

import threading

from tests.lab.case import Case, Root
from tests.lab.http2 import Step
from tests.lab.listener import Listener, Talker
from tests.lab.modules import Module
from tests.lab.setups import (
    CORP,
    blackhole,
    do,
    foreign,
    forward,
    host,
    http2,
    project,
    proxy,
    resetting,
    server,
    socks,
    unroutable,
    write,
)
from tests.lab.site import Site, ip
from tests.lab.upstream import hang_up, reset, truncated
from tests.lab.upstream import silent as mute
from tests.lab.world import USUAL, WORLD

_HERE = {"GOPROXY": f"https://{CORP}"}
_UUID = WORLD.get("github.com/google/uuid")
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
_407 = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="Corp"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)
_403 = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n<h1>Blocked</h1>     "
_503 = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
_THROUGH = {"GOPROXY": "https://proxy.golang.org,direct", "HTTPS_PROXY": "http://proxy.corp.example:3128"}

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
    # http2
    _one(
        "net.http2",
        "internal-error",
        "the proxy resets every HTTP/2 stream with INTERNAL_ERROR",
        "go mod download",
        do(http2(Step(reset="INTERNAL_ERROR")), project()),
        _root("net.http2"),
        seen=["INTERNAL_ERROR"],
    ),
    _one(
        "net.http2",
        "reset-in-zip",
        "the zip's stream is reset in the middle",
        "go mod download github.com/google/uuid@v1.6.0",
        do(
            http2(Step(_UUID.info), Step(_UUID.go_mod), Step(_UUID.zip[:200], partly=True, reset="INTERNAL_ERROR")),
            project(),
        ),
        _root("net.http2", of="github.com/google/uuid", version="v1.6.0"),
        go="1.23",
        seen=["stream error"],
    ),
    _one(
        "net.http2",
        "goaway",
        "the proxy ends each connection with GOAWAY ENHANCE_YOUR_CALM",
        "go build ./...",
        do(http2(Step(goaway="ENHANCE_YOUR_CALM", debug="too_many_pings")), project("go.uber.org/zap")),
        _root("net.http2", of="go.uber.org/zap"),
        go="1.21",
        seen=["GOAWAY"],
    ),
    _one(
        "net.http2",
        "protocol-error-x",
        "a gateway resets every stream with PROTOCOL_ERROR",
        "go mod download -x",
        do(http2(Step(reset="PROTOCOL_ERROR")), project()),
        _root("net.http2"),
        go="1.27",
        seen=["PROTOCOL_ERROR"],
    ),
    _one(
        "net.http2",
        "goaway-in-body",
        "GOAWAY and the end of the connection in the middle of a zip",
        "go mod download -x github.com/google/uuid@v1.6.0",
        do(
            http2(Step(_UUID.info), Step(_UUID.go_mod), Step(_UUID.zip[:150], partly=True, goaway="INTERNAL_ERROR")),
            project(),
        ),
        _root("net.http2", of="github.com/google/uuid", version="v1.6.0", also=("net.reset",)),
        go="1.25",
        seen=['read "https'],
    ),
    _one(
        "net.http2",
        "rescued-by-pipe",
        "the first proxy resets every stream, the second serves",
        "go mod download -x",
        do(http2(Step(reset="INTERNAL_ERROR")), proxy("goproxy.cn"), project()),
        [],
        outcome="ok",
        env={"GOPROXY": f"https://{CORP}|https://goproxy.cn"},
        go="1.24",
        seen=["INTERNAL_ERROR", "200 OK"],
    ),
    _one(
        "net.http2",
        "git",
        "the git host resets HTTP/2 streams",
        "git clone https://git.corp.example/platform/authkit.git",
        http2(Step(reset="INTERNAL_ERROR"), name="git.corp.example"),
        _root("net.http2", "git.corp.example"),
        client="git",
        go="",
        env={},
        seen=["HTTP/2 stream"],
    ),
    # http_proxy
    _one(
        "net.http_proxy",
        "407",
        "the forward proxy demands a login",
        "go mod download",
        do(forward(any=_407), project()),
        _root("net.http_proxy", ""),
        env=_THROUGH,
        seen=["Proxy Authentication Required"],
        settings=True,
    ),
    _one(
        "net.http_proxy",
        "407-build",
        "the forward proxy demands a login",
        "go build ./...",
        do(forward(any=_407), project(*USUAL)),
        _root("net.http_proxy", ""),
        go="1.22",
        env={**_THROUGH, "GOPROXY": "https://goproxy.cn,direct"},
        seen=["Proxy Authentication Required"],
    ),
    _one(
        "net.http_proxy",
        "refused",
        "nobody listens at the forward proxy's address",
        "go mod tidy",
        do(host("proxy.corp.example"), project(*USUAL, sums=False)),
        _root("net.http_proxy", ""),
        go="1.21",
        env=_THROUGH,
        seen=["proxyconnect tcp", "connection refused"],
    ),
    _one(
        "net.http_proxy",
        "unknown-name",
        "the forward proxy's name does not exist",
        "go get github.com/google/uuid@latest",
        _EMPTY,
        _root("net.http_proxy", ""),
        go="1.25",
        env=_THROUGH,
        seen=["proxyconnect tcp", "no such host"],
    ),
    _one(
        "net.http_proxy",
        "forbidden",
        "the forward proxy refuses the host",
        "go mod download -x",
        do(forward(any=_403), project()),
        _root("net.http_proxy", ""),
        go="1.24",
        env=_THROUGH,
        seen=["Forbidden"],
    ),
    _one(
        "net.http_proxy",
        "timeout",
        "packets to the forward proxy are swallowed",
        "go test ./...",
        do(blackhole("proxy.corp.example", 5), project("go.uber.org/zap")),
        _root("net.http_proxy", ""),
        go="1.23",
        env={"https_proxy": "http://proxy.corp.example:8080", "GOPROXY": "https://proxy.golang.org"},
        seen=["proxyconnect tcp", "i/o timeout"],
    ),
    _one(
        "net.http_proxy",
        "socks-dead",
        "nobody listens at the SOCKS proxy's address",
        "go mod download",
        project(),
        _root("net.http_proxy", ""),
        go="1.26",
        env={"HTTPS_PROXY": "socks5://127.0.0.1:1080"},
        seen=["connection refused"],
    ),
    _one(
        "net.http_proxy",
        "socks-not-allowed",
        "the SOCKS proxy's rules do not allow the connection",
        "go mod download",
        do(socks(2), project()),
        _root("net.http_proxy", ""),
        go="1.27",
        env={"HTTPS_PROXY": "socks5://socks.corp.example:1080"},
        seen=["socks connect"],
    ),
    _one(
        "net.http_proxy",
        "socks-no-method",
        "the SOCKS proxy wants a login",
        "go build ./...",
        do(socks(0, method=255), project("github.com/spf13/cobra")),
        _root("net.http_proxy", ""),
        go="1.22",
        env={"HTTPS_PROXY": "socks5://socks.corp.example:1080"},
        seen=["socks connect"],
    ),
    _one(
        "net.http_proxy",
        "tls-to-proxy",
        "the forward proxy's own certificate is from an unknown authority",
        "go mod download",
        do(
            lambda site: site.proxy(
                "proxy.corp.example", tls=foreign("Corp Proxy CA", "proxy.corp.example")(site), port=8443
            ),
            project(),
        ),
        _root("net.http_proxy", "", also=("tls.unknown_authority",)),
        go="1.25",
        env={"HTTPS_PROXY": "https://proxy.corp.example:8443"},
        seen=["proxyconnect tcp", "x509"],
    ),
    _one(
        "net.http_proxy",
        "tunnel-works",
        "a forward proxy tunnels all; nothing fails",
        "go mod download -x",
        do(proxy("proxy.golang.org"), forward(), project(*USUAL)),
        [],
        outcome="ok",
        env=_THROUGH,
        go="1.26",
        seen=["200 OK"],
    ),
]
