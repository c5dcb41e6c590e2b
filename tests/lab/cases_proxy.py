"""Answers of module proxies that end a download, and settings of GOPROXY that cannot work."""

from tests.lab.case import Case, Root
from tests.lab.setups import CORP, do, host, project, proxy, run, sumdb, write
from tests.lab.upstream import Act, first, page, serve, status
from tests.lab.world import LARGE, USUAL

_HERE = {"GOPROXY": f"https://{CORP}"}
_EMPTY = write("go.mod", "module git.corp.example/shop/checkout\n\ngo 1.21\n")
_NOT_FOUND = 'not found: module github.com/corp-example/ledgr: no matching versions for query "latest"'
_GOLANG_404 = "not found: github.com/google/uuid@v1.6.99: invalid version: unknown revision v1.6.99"


def _one(
    code: str, name: str, fault: str, command: str, setup: object, module: str = "", version: str = "", **more: object
) -> Case:
    server = more.pop("host", CORP)
    also = more.pop("also", ())
    roots = [] if more.get("outcome", "failed") != "failed" else [Root(code, module, version, server, also)]
    return Case(code, name, fault, command, setup, roots, **{"env": _HERE, **more})


def _zap(act: Act, what: str = "*") -> tuple[str, Act]:
    return (f"/go.uber.org/zap/{what}", act)


def _two(first_act: Act, second_act: Act):
    return do(proxy("mirror.corp.example", ("*", first_act)), proxy(CORP, ("*", second_act)))


_BOTH = {"GOPROXY": f"https://mirror.corp.example,https://{CORP}"}
_PIPE = {"GOPROXY": f"https://mirror.corp.example|https://{CORP}"}
_NGINX = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 "
    "Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


CASES = [
    # not_found
    _one(
        "proxy.not_found",
        "missing-module-download",
        "the proxy does not know one of the modules",
        "go mod download",
        do(proxy(CORP, _zap(status(404, "not found: go.uber.org/zap@v1.27.0"))), project(*USUAL)),
        "go.uber.org/zap",
        "v1.27.0",
        seen=["404 Not Found", "server response:"],
    ),
    _one(
        "proxy.not_found",
        "gone-build",
        "the proxy answers 410 for a zip",
        "go build ./...",
        do(proxy(CORP, _zap(status(410, "gone"), "*.zip")), project(*USUAL)),
        "go.uber.org/zap",
        "v1.27.0",
        go="1.21",
        seen=["410 Gone"],
    ),
    _one(
        "proxy.not_found",
        "unknown-version-get",
        "the version does not exist; proxy.golang.org says so in its text",
        "go get github.com/google/uuid@v1.6.99",
        do(proxy("proxy.golang.org", ("*v1.6.99*", status(404, _GOLANG_404))), _EMPTY),
        "github.com/google/uuid",
        "v1.6.99",
        host="proxy.golang.org",
        env={"GOPROXY": "https://proxy.golang.org"},
        go="1.25",
        seen=["unknown revision"],
        also=("vcs.unknown_revision",),
    ),
    _one(
        "proxy.not_found",
        "misspelt-module",
        "a module path with a typing error, unknown to the only proxy",
        "go get github.com/corp-example/ledgr@latest",
        do(proxy(CORP, ("*", status(404, _NOT_FOUND))), _EMPTY),
        "github.com/corp-example/ledgr",
        go="1.27",
        seen=["404 Not Found"],
    ),
    _one(
        "proxy.not_found",
        "both-of-two",
        "neither of two proxies has the module",
        "go mod download -x github.com/google/uuid@v1.6.0",
        do(_two(status(404), status(404, "no such module here")), _EMPTY),
        "github.com/google/uuid",
        "v1.6.0",
        env=_BOTH,
        go="1.23",
        seen=["404 Not Found", "server response: no such module here"],
    ),
    _one(
        "proxy.not_found",
        "private-through-public-off",
        "a private module, asked of the public proxy only",
        "go mod tidy",
        do(
            proxy(
                "proxy.golang.org",
                (
                    "/git.corp.example/*",
                    status(404, "not found: git.corp.example/platform/authkit@v1.4.2: unrecognized import path"),
                ),
            ),
            project("git.corp.example/platform/authkit", "github.com/google/uuid", sums=False),
            sumdb(),
        ),
        "git.corp.example/platform/authkit",
        "v1.4.2",
        host="proxy.golang.org",
        env={"GOPROXY": "https://proxy.golang.org"},
        go="1.24",
        seen=["404 Not Found"],
        settings=True,
    ),
    _one(
        "proxy.not_found",
        "json",
        "the proxy does not know the module; JSON on standard output",
        "go mod download -json go.uber.org/zap@v1.27.0",
        do(proxy(CORP, _zap(status(404, "no such module"))), _EMPTY),
        "go.uber.org/zap",
        "v1.27.0",
        go="1.26",
        seen=['"Error"', "404"],
    ),
    _one(
        "proxy.not_found",
        "list-missing",
        "the proxy has no list for the module",
        "go list -m -versions go.uber.org/zap",
        do(proxy(CORP, _zap(status(404, ""))), _EMPTY),
        "go.uber.org/zap",
        go="1.22",
        seen=["404 Not Found"],
    ),
    _one(
        "proxy.not_found",
        "test-two-modules",
        "two modules are unknown to the proxy",
        "go test ./...",
        do(
            proxy(CORP, _zap(status(404, "not found")), ("/github.com/sirupsen/*", status(404, "not found"))),
            project(*USUAL),
        ),
        go="1.25",
        seen=["404 Not Found"],
    ),
    _one(
        "proxy.not_found",
        "file-proxy",
        "a file proxy without the module",
        "go mod download",
        do(run("mkdir -p /home/dev/mirror"), project("github.com/google/uuid")),
        "github.com/google/uuid",
        "v1.6.0",
        host="",
        env={"GOPROXY": "file:///home/dev/mirror"},
        go="1.26",
        seen=["no such file or directory"],
    ),
    _one(
        "proxy.not_found",
        "rescued-by-second",
        "the first proxy has none of the modules, the second has all",
        "go mod download -x",
        do(proxy("mirror.corp.example", ("*", status(404, "not found"))), proxy(CORP), project(*USUAL)),
        outcome="ok",
        env=_BOTH,
        go="1.24",
        seen=["404 Not Found", "200 OK"],
    ),
    _one(
        "proxy.not_found",
        "prefix-lookups",
        "go asks every prefix of the import path; only one is a module",
        "go get -x github.com/Azure/azure-sdk-for-go/sdk/azcore@v1.16.0",
        do(proxy(CORP), sumdb(), _EMPTY),
        outcome="ok",
        go="1.27",
        seen=["404 Not Found", "go: added github.com/Azure/azure-sdk-for-go/sdk/azcore v1.16.0"],
    ),
    # server_error
    _one(
        "proxy.server_error",
        "502-nginx",
        "the gateway before the proxy answers 502 with its own page",
        "go mod download",
        do(proxy(CORP, ("*", page(_NGINX, 502))), project()),
        seen=["502 Bad Gateway"],
    ),
    _one(
        "proxy.server_error",
        "500-with-text",
        "the proxy answers 500 and says why",
        "go build ./...",
        do(
            proxy(CORP, _zap(status(500, "internal error: storage: connection pool exhausted"), "*.zip")),
            project(*USUAL),
        ),
        "go.uber.org/zap",
        "v1.27.0",
        go="1.22",
        seen=["500 Internal Server Error", "pool exhausted"],
    ),
    _one(
        "proxy.server_error",
        "503-comma-direct",
        "the first proxy answers 503; direct behind a comma is not tried",
        "go mod tidy",
        do(proxy("goproxy.cn", ("*", status(503, "Service Unavailable"))), project(*LARGE, sums=False)),
        host="goproxy.cn",
        env={"GOPROXY": "https://goproxy.cn,direct"},
        go="1.21",
        seen=["503 Service Unavailable"],
    ),
    _one(
        "proxy.server_error",
        "504-quotes-dns",
        "the proxy answers 504 and quotes its own lookup failure",
        "go mod download -x",
        do(
            proxy(
                CORP,
                (
                    "*",
                    status(
                        504,
                        (
                            'fetch timed out: Get "https://proxy.golang.org/github.com/pkg/errors/@v/v0.9.1.mod": '
                            "dial tcp: lookup proxy.golang.org on 10.0.0.2:53: i/o timeout"
                        ),
                    ),
                ),
            ),
            project("github.com/pkg/errors"),
        ),
        "github.com/pkg/errors",
        "v0.9.1",
        go="1.26",
        seen=["504 Gateway Timeout", "server response"],
    ),
    _one(
        "proxy.server_error",
        "500-pipe-404",
        "the first proxy answers 500, the second 404",
        "go get go.uber.org/zap@v1.27.0",
        do(_two(status(500, "boom"), status(404, "not found")), _EMPTY),
        "go.uber.org/zap",
        "v1.27.0",
        host="mirror.corp.example",
        env=_PIPE,
        go="1.25",
        seen=["500 Internal Server Error"],
    ),
    _one(
        "proxy.server_error",
        "multi-line-text",
        "the proxy answers 500 with several lines, as GOPROXY servers do for a failed git fetch",
        "go mod download git.corp.example/platform/authkit@v1.4.2",
        do(
            proxy(
                CORP,
                (
                    "*",
                    status(
                        500,
                        (
                            "git.corp.example/platform/authkit@v1.4.2: invalid version: git fetch -f origin "
                            "refs/heads/*:refs/heads/*: exit status 128:\n\tfatal: could not read Username "
                            "for 'https://git.corp.example': terminal prompts disabled"
                        ),
                    ),
                ),
            ),
            _EMPTY,
        ),
        "git.corp.example/platform/authkit",
        "v1.4.2",
        go="1.23",
        seen=["server response:", "terminal prompts disabled"],
    ),
    _one(
        "proxy.server_error",
        "tool-install-507",
        "the proxy answers 507",
        "go install golang.org/x/tools/cmd/stringer@v0.28.0",
        do(proxy(CORP, ("*", status(507))), host("sum.golang.org")),
        go="1.27",
        seen=["507"],
        status=None,
    ),
    _one(
        "proxy.server_error",
        "rescued-by-pipe",
        "the first proxy answers 502, the second serves",
        "go mod download -x",
        do(_two(page(_NGINX, 502), serve), project(*USUAL)),
        outcome="ok",
        env=_PIPE,
        go="1.26",
        seen=["502 Bad Gateway", "200 OK"],
    ),
    # rate_limited
    _one(
        "proxy.rate_limited",
        "download",
        "the proxy answers 429 with Retry-After",
        "go mod download",
        do(proxy(CORP, ("*", status(429, "rate limit exceeded", retry_after="30"))), project()),
        seen=["429 Too Many Requests"],
    ),
    _one(
        "proxy.rate_limited",
        "zips-only-build",
        "the proxy limits zips",
        "go build ./...",
        do(proxy(CORP, ("*.zip", status(429, "Too many requests from 198.51.100.4"))), project(*USUAL)),
        go="1.21",
        seen=["429 Too Many Requests"],
    ),
    _one(
        "proxy.rate_limited",
        "comma-direct",
        "the mirror answers 429; direct behind a comma is not tried",
        "go mod tidy",
        do(proxy("goproxy.io", ("*", status(429))), project(*USUAL, sums=False)),
        host="goproxy.io",
        env={"GOPROXY": "https://goproxy.io,direct"},
        go="1.25",
        seen=["429"],
        settings=True,
    ),
    _one(
        "proxy.rate_limited",
        "after-many",
        "the proxy answers 429 after twenty requests",
        "go mod download -x",
        do(proxy(CORP, ("*", first(20, serve, status(429, "slow down")))), project(*USUAL)),
        go="1.27",
        seen=["429", "200 OK"],
    ),
    _one(
        "proxy.rate_limited",
        "rescued-by-second-try",
        "429 for the first requests only; go asks https once more by itself",
        "go mod download -x",
        do(proxy(CORP, ("*", first(1, status(429)))), project()),
        outcome="ok",
        go="1.26",
        seen=["200 OK"],
    ),
    _one(
        "proxy.rate_limited",
        "rescued-by-pipe",
        "the first proxy limits, the second serves",
        "go mod download -x",
        do(_two(status(429, "quota"), serve), project()),
        outcome="ok",
        env=_PIPE,
        go="1.22",
        seen=["429 Too Many Requests", "200 OK"],
    ),
]
