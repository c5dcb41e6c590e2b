"""Faults of HTTP/2, and of forward proxies."""

from tests.lab.case import Case, Root
from tests.lab.http2 import Step
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
    socks,
    write,
)
from tests.lab.world import USUAL, WORLD

_HERE = {"GOPROXY": f"https://{CORP}"}
_UUID = WORLD.get("github.com/google/uuid")
_EMPTY = write("go.mod", "module git.corp.example/shop/checkout\n\ngo 1.21\n")


def _root(code: str, name: str = CORP, *, of: str = "", version: str = "", also: tuple[str, ...] = ()) -> list[Root]:
    return [Root(code, host=name, module=of, version=version, also=also)]


def _one(code: str, name: str, fault: str, command: str, setup: object, roots: list[Root], **more: object) -> Case:
    return Case(code, name, fault, command, setup, roots, **{"env": _HERE, **more})


_407 = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="Corp"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)
_403 = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n<h1>Blocked</h1>     "
_THROUGH = {"GOPROXY": "https://proxy.golang.org,direct", "HTTPS_PROXY": "http://proxy.corp.example:3128"}

CASES = [
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
