"""Logs in which all is well though they may look alarming, logs that were cut off, and long logs with one fault."""

from tests.lab.case import Case, Root
from tests.lab.modules import Module
from tests.lab.setups import CORP, blackhole, do, project, proxy, resetting, sumdb, write
from tests.lab.site import Site
from tests.lab.upstream import first, hang_up, page, serve, silent, slow, status, truncated
from tests.lab.world import LARGE, USUAL

_HERE = {"GOPROXY": f"https://{CORP}"}
_C = "progress.download"
_EMPTY = write("go.mod", "module git.corp.example/shop/checkout\n\ngo 1.21\n")
_BOTH = {"GOPROXY": f"https://mirror.corp.example,https://{CORP}"}
_PIPE = {"GOPROXY": f"https://mirror.corp.example|https://{CORP}|direct"}


def _well(name: str, what: str, command: str, setup: object, *, warnings: tuple[str, ...] = (), **more: object) -> Case:
    return Case(_C, name, what, command, setup, outcome="ok", warnings=warnings, **{"env": _HERE, **more})


def _cut(name: str, what: str, command: str, setup: object, cut: str | float, **more: object) -> Case:
    return Case(_C, name, what, command, setup, outcome="undetermined", status=None, cut=cut, **{"env": _HERE, **more})


def _hung(name: str, what: str, command: str, setup: object, **more: object) -> Case:
    return Case(_C, name, what, command, setup, outcome="undetermined", status=None, limit=8, **{"env": _HERE, **more})


def _long(code: str, name: str, what: str, command: str, setup: object, root: Root, **more: object) -> Case:
    return Case(code, name, what, command, setup, [root], **{"env": _HERE, **more})


def _retracting(site: Site) -> None:
    site.world.add(Module("github.com/corp-example/ledger", "v1.1.0"))
    site.world.add(Module("github.com/corp-example/ledger", "v1.2.0", extra="retract v1.1.0 // rounds amounts wrongly"))


def _deprecating(site: Site) -> None:
    site.world.add(
        Module(
            "github.com/corp-example/oldlog",
            "v1.0.1",
            extra="// Deprecated: use github.com/corp-example/newlog instead.",
        )
    )


def _workspace(site: Site) -> None:
    site.write("go.work", "go 1.21\n\nuse (\n\t./api\n\t./worker\n)\n")
    for name, paths in (("api", USUAL), ("worker", ("github.com/spf13/cobra", "golang.org/x/sync"))):
        site.write(f"{name}/go.mod", site.world.go_mod(f"git.corp.example/shop/{name}", paths))
        site.write(f"{name}/go.sum", site.world.go_sum(paths))
        imports = "".join(f'\t_ "{path}"\n' for path in paths)
        site.write(f"{name}/main.go", f"package main\n\nimport (\n{imports})\n\nfunc main() {{}}\n")


def _test_file(site: Site) -> None:
    site.write("price_test.go", 'package main\n\nimport "testing"\n\nfunc TestTotal(t *testing.T) {}\n')


CASES = [
    *(
        _well(
            f"build-{go.replace('.', '-')}",
            "a first build; all modules arrive",
            "go build ./...",
            do(proxy(), project(*LARGE)),
            go=go,
            seen=["go: downloading"],
        )
        for go in ("1.21", "1.24", "1.27")
    ),
    _well(
        "get-added",
        "go get adds modules, with the checksum database",
        "go get github.com/gin-gonic/gin@latest github.com/spf13/cobra@v1.8.1",
        do(proxy(), sumdb(), _EMPTY),
        go="1.25",
        seen=["go: added"],
    ),
    _well(
        "get-upgrades",
        "go get -u upgrades",
        "go get -u ./...",
        do(proxy(), sumdb(), project("github.com/google/uuid@v1.5.0", "golang.org/x/text@v0.14.0")),
        go="1.23",
        seen=["go: upgraded"],
    ),
    _well(
        "tidy-finds",
        "go mod tidy finds modules for imports",
        "go mod tidy",
        do(
            proxy(),
            sumdb(),
            _EMPTY,
            write(
                "main.go",
                (
                    'package main\n\nimport (\n\t_ "github.com/BurntSushi/toml"\n\t_ "go.uber.org/zap"\n'
                    ")\n\nfunc main() {}\n"
                ),
            ),
        ),
        go="1.26",
        seen=["go: finding module for package", "go: found"],
    ),
    _well(
        "download-x-large",
        "every request of a large download shown, all answered",
        "go mod download -x",
        do(proxy(), project(*LARGE)),
        go="1.22",
        seen=["200 OK"],
    ),
    _well(
        "download-silent", "a download that says nothing", "go mod download", do(proxy(), project(*USUAL)), go="1.26"
    ),
    _well(
        "download-json",
        "the documents of a download that went well",
        "go mod download -json",
        do(proxy(), project(*USUAL)),
        go="1.24",
        seen=['"Sum"'],
    ),
    _well(
        "verify",
        "download and verification",
        "go mod download && go mod verify",
        do(proxy(), project(*USUAL)),
        go="1.25",
        seen=["all modules verified"],
    ),
    _well(
        "vendor-v",
        "vendoring, module by module",
        "go mod vendor -v",
        do(proxy(), project(*USUAL)),
        go="1.21",
        seen=["# go.uber.org/zap v1.27.0"],
    ),
    _well(
        "test-passes",
        "downloads, then tests that pass",
        "go vet ./... && go test -v ./...",
        do(
            proxy(),
            project("go.uber.org/zap", "github.com/google/uuid"),
            _test_file,
            write("main.go", "package main\n\nfunc main() {}\n"),
        ),
        go="1.26",
        seen=["PASS"],
    ),
    _well(
        "run",
        "downloads, then the program runs",
        "go run .",
        do(proxy(), project(*USUAL)),
        go="1.23",
        seen=["checkout"],
    ),
    _well(
        "workspace-build",
        "a workspace of two modules is built",
        "go work sync; go build ./api ./worker",
        do(proxy(), sumdb(), _workspace),
        go="1.25",
        seen=["go: downloading"],
    ),
    _well(
        "retracted-get",
        "the version that was asked for is retracted by its author",
        "go get github.com/corp-example/ledger@v1.1.0",
        do(_retracting, proxy(), _EMPTY),
        env={**_HERE, "GOSUMDB": "off"},
        go="1.26",
        warnings=("module.retracted",),
        seen=["retracted by module author"],
    ),
    _well(
        "deprecated-get",
        "the module is deprecated by its author",
        "go get github.com/corp-example/oldlog@latest",
        do(_deprecating, proxy(), _EMPTY),
        env={**_HERE, "GOSUMDB": "off"},
        go="1.22",
        warnings=("module.retracted",),
        seen=["is deprecated"],
    ),
    _well(
        "two-404-proxies-before",
        "two proxies know nothing, the third has all",
        "go mod download -x",
        do(
            proxy("mirror.corp.example", ("*", status(404, "not found: temporarily unavailable"))),
            proxy("goproxy.cn", ("*", status(410, "gone"))),
            proxy(),
            project(*USUAL),
        ),
        env={"GOPROXY": f"https://mirror.corp.example,https://goproxy.cn,https://{CORP}"},
        go="1.27",
        seen=["404 Not Found", "410 Gone"],
    ),
    _well(
        "reset-then-second",
        "the first proxy resets all, the second serves; then a build",
        "go mod download -x && go build -v ./...",
        do(resetting("mirror.corp.example"), proxy(), project("go.uber.org/zap")),
        env=_PIPE,
        go="1.24",
        seen=["connection reset by peer"],
    ),
    _well(
        "truncated-then-second",
        "zips of the first proxy break off, the second serves them",
        "go mod download -x",
        do(proxy("mirror.corp.example", ("*.zip", truncated())), proxy(), project(*USUAL)),
        env=_PIPE,
        go="1.25",
        seen=["200 OK"],
    ),
    _well(
        "html-info-then-second",
        "the first proxy answers info with a page, the second is right",
        "go mod download -x go.uber.org/zap@v1.27.0",
        do(proxy("mirror.corp.example", ("*.info", page("<html></html>"))), proxy(), sumdb(), _EMPTY),
        env=_PIPE,
        go="1.26",
        seen=["200 OK"],
    ),
    _well(
        "retractions-unreachable",
        "after go get, the look for retractions fails without harm",
        "go get -x go.uber.org/zap@v1.27.0",
        do(proxy(CORP, ("/*/@v/list", status(500, "list is broken"))), sumdb(), _EMPTY),
        go="1.23",
        seen=["500 Internal Server Error", "go: added"],
    ),
    # cut off
    _cut(
        "cut-in-downloads",
        "the log ends among the downloads",
        "go build ./...",
        do(proxy(), project(*LARGE)),
        0.4,
        go="1.22",
    ),
    _cut("cut-in-x", "the log ends among requests", "go mod download -x", do(proxy(), project(*LARGE)), 0.6, go="1.25"),
    _cut(
        "cut-after-404",
        "the log ends after a 404 that a later source may have answered",
        "go mod download -x",
        do(proxy("mirror.corp.example", ("*", status(404, "not found"))), proxy(), project(*USUAL)),
        "404 Not Found",
        env=_BOTH,
        go="1.24",
    ),
    _cut(
        "cut-after-timeout",
        "the log ends after a time-out that a later source may have answered",
        "go mod download -x",
        do(blackhole("mirror.corp.example"), proxy(), project("github.com/google/uuid")),
        "i/o timeout",
        env=_PIPE,
        go="1.26",
    ),
    _cut(
        "cut-mid-line",
        "the log ends in the middle of a line",
        "go get -x github.com/gin-gonic/gin@latest",
        do(proxy(), sumdb(), _EMPTY),
        "# get https://goproxy.corp.example/github.com/gin-gonic/gin/@v/v1.10.0.i",
        go="1.27",
    ),
    _hung(
        "hangs-silent-proxy-x",
        "the proxy accepts and never answers; the job was ended from outside",
        "go mod download -x",
        do(proxy(CORP, ("*", silent)), project(*USUAL)),
        go="1.23",
        seen=["# get"],
    ),
    _hung(
        "hangs-in-zip",
        "a zip stalls; the job was ended from outside",
        "go build ./...",
        do(proxy(CORP, ("*.zip", slow(2000, 0.5))), project(*USUAL)),
        go="1.26",
        seen=["go: downloading"],
    ),
    # long logs with one fault
    _long(
        "proxy.server_error",
        "large-x-one-502",
        "one zip of many is answered 502",
        "go mod download -x",
        do(proxy(CORP, ("/k8s.io/apimachinery/*.zip", status(502))), project(*LARGE)),
        Root("proxy.server_error", "k8s.io/apimachinery", "v0.32.0", CORP),
        go="1.25",
        seen=["502 Bad Gateway"],
    ),
    _long(
        "proxy.not_found",
        "large-x-among-fallbacks",
        "all modules come from the second proxy, but for one that neither has",
        "go mod download -x",
        do(
            proxy("mirror.corp.example", ("*", status(404, "not in the mirror"))),
            proxy(
                CORP,
                ("/github.com/docker/*.zip", status(404, "not found: github.com/docker/docker@v27.4.1+incompatible")),
            ),
            project(*LARGE),
        ),
        Root("proxy.not_found", "github.com/docker/docker", "v27.4.1+incompatible", CORP),
        env=_BOTH,
        go="1.26",
        seen=["404 Not Found", "200 OK"],
    ),
    _long(
        "net.reset",
        "large-build-one-eof",
        "one zip of many is never answered; the connection ends",
        "go build -v ./...",
        do(proxy(CORP, ("/google.golang.org/grpc/*.zip", hang_up)), project(*LARGE)),
        Root("net.reset", "google.golang.org/grpc", "v1.69.2", CORP),
        go="1.24",
        seen=["EOF"],
    ),
    _long(
        "proxy.rate_limited",
        "large-tidy-halfway",
        "the proxy limits after fifteen requests",
        "go mod tidy",
        do(
            proxy(CORP, ("*", first(15, serve, status(429, "rate limit exceeded: 15 requests per minute")))),
            sumdb(),
            project(*LARGE, sums=False),
        ),
        Root("proxy.rate_limited", host=CORP),
        go="1.23",
        seen=["429"],
    ),
    _long(
        "proxy.unauthorized",
        "workspace-one-403",
        "a workspace; one module is forbidden",
        "go build ./api ./worker",
        do(
            proxy(CORP, ("/github.com/spf13/cobra/*", status(403, "license policy: Apache-2.0 not approved"))),
            _workspace,
        ),
        Root("proxy.unauthorized", "github.com/spf13/cobra", "v1.8.1", CORP),
        go="1.27",
        seen=["403 Forbidden"],
    ),
    _long(
        "checksum.gosum_mismatch",
        "workspace",
        "a workspace; a module's bytes changed after go.sum was written",
        "go build ./api ./worker",
        do(
            _workspace,
            lambda site: site.world.add(
                Module(
                    "go.uber.org/zap",
                    "v1.27.0",
                    {"go.uber.org/multierr": "v1.10.0"},
                    {"zap.go": "package zap\n\nvar X int\n"},
                )
            ),
            proxy(),
        ),
        Root("checksum.gosum_mismatch", "go.uber.org/zap", "v1.27.0"),
        go="1.26",
        seen=["SECURITY ERROR"],
    ),
    _long(
        "dns.nxdomain",
        "second-of-three-commands",
        "download and vet go well; a later get asks a host that does not exist",
        "go mod download -x && go vet ./... ; GOPROXY=direct go get git.corp.example/platform/tracing@v0.7.0",
        do(proxy(), project("github.com/google/uuid")),
        Root("dns.nxdomain", "git.corp.example/platform/tracing", "v0.7.0", "git.corp.example"),
        env={**_HERE, "GONOSUMDB": "git.corp.example"},
        go="1.25",
        seen=["no such host", "200 OK"],
    ),
    _long(
        "proxy.server_error",
        "several-failures-one-cause",
        "the second half of the mirror's modules is answered 500",
        "go build ./...",
        do(proxy(CORP, ("/g[o-z]*.zip", status(500, "blob store unavailable"))), project(*LARGE)),
        Root("proxy.server_error", host=CORP),
        go="1.22",
        seen=["500 Internal Server Error"],
    ),
]
