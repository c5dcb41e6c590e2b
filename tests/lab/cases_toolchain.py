"""Toolchains that were asked for and could not be had."""

from tests.lab.case import Case, Root
from tests.lab.setups import CORP, do, host, project, proxy
from tests.lab.upstream import status
from tests.lab.world import USUAL

_HERE = {"GOPROXY": f"https://{CORP}"}
_C = "toolchain.unavailable"


def _one(name: str, fault: str, command: str, setup: object, **more: object) -> Case:
    also = more.pop("also", ())
    return Case(_C, name, fault, command, setup, [Root(_C, also=also)], **{"env": _HERE, **more})


def _newer(line: str = "1.99.0", toolchain: str = ""):
    return project(*USUAL, go=line, extra=f"toolchain {toolchain}" if toolchain else "")


CASES = [
    _one(
        "build-404",
        "the proxy does not have the toolchain that go.mod asks for",
        "go build ./...",
        do(proxy(), _newer()),
        seen=["toolchain not available"],
    ),
    _one(
        "version-404-toolchain-line",
        "even go version fails, for a toolchain line that the proxy cannot serve",
        "go version",
        do(proxy(), _newer("1.21", "go1.98.3")),
        go="1.23",
        seen=["toolchain not available"],
    ),
    _one(
        "proxy-off",
        "GOPROXY=off, and go.mod asks for a newer toolchain",
        "go mod download",
        _newer(),
        env={"GOPROXY": "off"},
        go="1.25",
        seen=["toolchain not available"],
        also=("proxy.off",),
    ),
    _one(
        "direct-no-dns",
        "GOPROXY=direct and no name resolves",
        "go test ./...",
        _newer("1.27.9"),
        env={"GOPROXY": "direct"},
        go="1.24",
        seen=["toolchain not available"],
        also=("dns.nxdomain",),
    ),
    _one(
        "env-toolchain-404",
        "GOTOOLCHAIN names a release that does not exist",
        "go mod tidy",
        do(proxy(), project(*USUAL)),
        env={**_HERE, "GOTOOLCHAIN": "go1.25.99"},
        go="1.26",
        seen=["toolchain not available"],
        settings=False,
    ),
    _one(
        "path-only",
        "GOTOOLCHAIN=path, and no such toolchain on PATH",
        "go build ./...",
        _newer("1.30.0"),
        env={**_HERE, "GOTOOLCHAIN": "path"},
        go="1.22",
        seen=["cannot find"],
    ),
    _one(
        "get-go-latest-410",
        "the proxy refuses the toolchain module",
        "go get go@1.29.4 toolchain@go1.29.4",
        do(
            proxy(CORP, ("/golang.org/toolchain/*", status(410, "blocked by policy"))),
            project("github.com/google/uuid"),
        ),
        go="1.27",
        seen=["go"],
        status=None,
        also=("proxy.not_found",),
    ),
    _one(
        "two-part-version",
        "go.mod says go 1.28, so go1.28 or go1.28.0 is asked for and is not there",
        "go list ./...",
        do(proxy(), _newer("1.28")),
        go="1.21",
        seen=["toolchain not available"],
    ),
    _one(
        "invalid-name",
        "GOTOOLCHAIN holds a name that is none",
        "go version",
        project("github.com/google/uuid"),
        env={**_HERE, "GOTOOLCHAIN": "1.25.1"},
        go="1.25",
        seen=["invalid GOTOOLCHAIN"],
        also=("env.invalid",),
    ),
    Case(
        "net.connect_refused",
        "toolchain-proxy-down",
        "the proxy is down when the toolchain is asked for",
        "go build ./...",
        do(host(), _newer()),
        [Root("net.connect_refused", host=CORP, also=(_C,))],
        env=_HERE,
        go="1.26",
        seen=["download go1.99", "connection refused"],
    ),
    Case(
        "proxy.unauthorized",
        "toolchain-403",
        "the proxy forbids the toolchain module",
        "go env GOVERSION",
        do(
            proxy(CORP, ("/golang.org/toolchain/*", status(403, "golang.org/toolchain is not on the allow list"))),
            _newer(),
        ),
        [Root("proxy.unauthorized", host=CORP, also=(_C,))],
        env=_HERE,
        go="1.24",
        seen=["403 Forbidden"],
    ),
]
