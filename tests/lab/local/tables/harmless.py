# fmt: off
# ruff: noqa: E501
"""Commands that succeed although their logs look alarming, and logs in which alarming words belong to somebody else."""

from tests.lab.local.case import Case, gomod, program, root

_PROXY = {"GOPROXY": "https://proxy.golang.org"}
_MOD = {**_PROXY, "GOFLAGS": "-mod=mod"}
_CORP_FIRST = {"GOPROXY": "https://goproxy.corp.example,https://proxy.golang.org", "GOFLAGS": "-mod=mod"}
_TARBALL = "H4sIAAAAAAAC/+3NuwoCMRBG4TyKTK0x0ewWvs2gUbxlw2a1Ed/dqIVgLSJ4vuYMfzNZl3vdxGl+1u5Kl8yHuaoN4dHqvc6F5nXfd+/bWWNGznzBqQza1/fmP10k6THKQg5xPUyyrmQs59iXbZfq6O3cOrkaAAAAAAAAAAAAAAAAAMCvuQHttoELACgAAA=="  # a package.json of left-pad alone
_ERRORS = "github.com/pkg/errors v0.9.1"
_UUID = "github.com/google/uuid v1.6.0"
_NOISY_TEST = """package shop

import (
	"fmt"
	"log"
	"testing"

	_ "github.com/pkg/errors"
)

func TestTimeout(t *testing.T) {
	log.Println(`Get "https://api.example.com/v1": dial tcp 10.0.0.7:443: connect: connection refused`)
	fmt.Println("fatal: could not read Username for 'https://git.example.com': terminal prompts disabled")
}

func TestNotFound(t *testing.T) {
	t.Log("reading https://shop.example.com/items/9: 404 Not Found")
	t.Log("x509: certificate signed by unknown authority (wanted)")
}

func TestChecksumMismatch(t *testing.T) {
	t.Log("verifying item@7: checksum mismatch")
}
"""


def _gone(times: int | None = None, status: int = 404, path: str = "", host: str = "goproxy.corp.example") -> dict[str, object]:
    fault: dict[str, object] = {"host": host, "path": path, "status": status, "body": "not found: module unknown" if status == 404 else "upstream is not available"}
    if times is not None:
        fault["times"] = times
    return {"faults": [fault]}


_LOOP = 'for try in 1 2 3; do go mod download && exit 0; echo "attempt $try failed, trying again" >&2; done; echo "giving up after 3 attempts" >&2; exit 1'


CASES = [
    Case("progress.download", "plain-build", "nothing", "go build ./...", [], {"go.mod": gomod(_ERRORS, _UUID, "rsc.io/quote v1.5.2"), "main.go": program("github.com/pkg/errors", "github.com/google/uuid", "rsc.io/quote")}, _MOD, harmless={"progress.download": 4}),
    Case("progress.download", "plain-tidy-go121", "nothing", "go mod tidy", [], {"go.mod": gomod(), "main.go": program("github.com/stretchr/testify/assert", "rsc.io/quote")}, _PROXY, go="1.21"),
    Case("progress.download", "get-update", "nothing: an upgrade and an addition", "go get -u ./... && go get rsc.io/quote@v1.5.1", [], {"go.mod": gomod("github.com/google/uuid v1.3.0", "golang.org/x/sync v0.7.0"), "main.go": program("github.com/google/uuid", "golang.org/x/sync/errgroup")}, _MOD, go="1.24"),
    Case("progress.download", "x-download-ok", "nothing; with -x", "go mod download -x", [], {"go.mod": gomod(_ERRORS, _UUID)}, _MOD, go="1.23"),
    Case("progress.download", "package-called-errors", "nothing: the package is called errors", "go list -deps ./... && go test ./...", [], {"go.mod": gomod(_ERRORS), "errors/errors.go": 'package errors\n\nimport _ "github.com/pkg/errors"\n', "fatal/panic.go": "package fatal\n"}, _MOD),
    Case("progress.download", "noisy-passing-tests", "nothing: passing tests print alarming words", "go test -v ./...", [], {"go.mod": gomod(_ERRORS), "a.go": "package shop\n", "a_test.go": _NOISY_TEST}, _MOD),
    Case("progress.download", "noisy-passing-tests-json-go122", "nothing: passing tests print alarming words; -json", "go test -json ./...", [], {"go.mod": gomod(_ERRORS), "a.go": "package shop\n", "a_test.go": _NOISY_TEST}, _MOD, go="1.22"),
    Case("progress.download", "grep-over-old-log", "nothing: grep shows lines of an old log", "go mod download && grep -n 'timeout\\|refused' old.log", [], {"go.mod": gomod(_ERRORS), "old.log": 'go: example.com/x@v1.0.0: Get "https://proxy.golang.org/example.com/x/@v/v1.0.0.mod": dial tcp 142.250.72.17:443: i/o timeout\ndial tcp 10.0.0.7:443: connect: connection refused\n'}, _MOD),
    Case("progress.download", "program-says-refused", "nothing: the program that ran prints that its database refused, and ends well", "go run .", [], {"go.mod": gomod(_ERRORS), "main.go": 'package main\n\nimport (\n\t"log"\n\n\t_ "github.com/pkg/errors"\n)\n\nfunc main() {\n\tlog.Println("postgres: dial tcp 127.0.0.1:5432: connect: connection refused, using memory")\n}\n'}, _MOD, go="1.25"),
    Case("proxy.not_found", "fallback-after-404-x", "the first proxy knows nothing, the second has all", "go mod download -x", [], {"go.mod": gomod(_ERRORS, _UUID)}, _CORP_FIRST, web=_gone()),
    Case("proxy.not_found", "fallback-after-410-x-go121", "the first proxy answers 410, the second has all", "go build -x ./...", [], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, _CORP_FIRST, web=_gone(status=410), go="1.21"),
    Case("proxy.server_error", "fallback-after-502-pipe-x", "the first proxy answers 502, the list has a bar", "go get -x github.com/google/uuid@v1.6.0", [], {"go.mod": gomod()}, {"GOPROXY": "https://goproxy.corp.example|https://proxy.golang.org"}, web=_gone(status=502)),
    Case("proxy.not_found", "private-falls-to-direct-x", "the proxy does not know a private module, direct has it", "go get -x github.com/acme/public@v1.1.0", [], {"go.mod": gomod()}, {"GOPROXY": "https://proxy.golang.org,direct"}, go="1.26"),
    Case("proxy.server_error", "ci-loop-third-time", "the proxy answers 502 twice; the third attempt of the CI loop passes", _LOOP, [], {"go.mod": gomod(_ERRORS)}, _MOD, web=_gone(2, 502, host="proxy.golang.org")),
    Case("proxy.server_error", "ci-loop-gives-up", "the proxy answers 503 each time; the CI loop gives up", _LOOP, [root("proxy.server_error", "github.com/pkg/errors", "v0.9.1", "proxy.golang.org")], {"go.mod": gomod(_ERRORS)}, _MOD, web=_gone(None, 503, host="proxy.golang.org")),
    Case("proxy.rate_limited", "ci-loop-second-time", "the proxy answers 429 at first; the second attempt passes", _LOOP, [], {"go.mod": gomod(_ERRORS, _UUID)}, _MOD, web=_gone(3, 429, path="[.]mod$", host="proxy.golang.org"), go="1.25"),
    Case("dns.nxdomain", "second-command-mended", "the first command meets a proxy that does not resolve, the second has another proxy", "GOPROXY=https://goproxy.gone.example go mod download || GOPROXY=https://proxy.golang.org go mod download -x", [], {"go.mod": gomod(_ERRORS)}, _MOD),
    Case("net.connect_refused", "first-of-three-commands", "three commands meet a proxy that does not listen", "go mod download; go vet ./...; go build ./...", [root("net.connect_refused", host="down.corp.example")], {"go.mod": gomod(_ERRORS, _UUID), "main.go": program("github.com/pkg/errors", "github.com/google/uuid")}, {"GOPROXY": "https://down.corp.example", "GOFLAGS": "-mod=mod"}),
    Case("proxy.off", "off-download", "GOPROXY=off and an empty cache", "go mod download", [root("proxy.off", "github.com/pkg/errors", "v0.9.1")], {"go.mod": gomod(_ERRORS)}, {"GOPROXY": "off", "GOFLAGS": "-mod=mod"}),
    Case("proxy.not_found", "both-404", "no proxy of the list knows the module", "go mod download", [root("proxy.not_found", "github.com/acme/nowhere", "v1.0.0")], {"go.mod": gomod("github.com/acme/nowhere v1.0.0")}, _CORP_FIRST, web=_gone(path="nowhere")),
    Case("proxy.not_found", "unknown-version-server-block", "the proxy does not know the version and says so in its answer", "go get github.com/gorilla/mux@v1.9.9", [root("proxy.not_found", "github.com/gorilla/mux", "v1.9.9")], {"go.mod": gomod()}, _PROXY, go="1.24"),
    Case("proxy.not_found", "server-block-quotes-git", "the proxy's answer quotes git's words; they are the proxy's", "go mod download", [root("proxy.not_found", "github.com/acme/nowhere", "v1.0.0")], {"go.mod": gomod("github.com/acme/nowhere v1.0.0")}, _MOD),
    Case("module.retracted", "list-u-retracted", "the required version is retracted; go list -m -u says so", "go list -m -u all", [], {"go.mod": gomod("github.com/acme/shaky v1.1.0", "github.com/golang/protobuf v1.5.4")}, _MOD),
    Case("progress.download", "gomod-in-temp-root", "nothing: a go.mod lies in the system's temporary folder", "cd /tmp/job && go env GOMOD && go install github.com/acme/cmdonly/cmd/hello@v1.0.0", [], {}, _PROXY, before="mount -t tmpfs none /tmp; mkdir /tmp/job; echo module x > /tmp/go.mod"),
    Case("progress.download", "all-matched-no-packages", "nothing: an empty module", "go mod download; go vet all; go mod vendor; go mod verify", [], {"go.mod": gomod()}, _PROXY, go="1.24", exit_status=0),
    Case("progress.download", "netdns-trace", "nothing: GODEBUG prints how names are resolved", "go mod download -x", [], {"go.mod": gomod(_UUID)}, {**_MOD, "GODEBUG": "netdns=go+2,http2debug=1"}, go="1.26"),
    Case("progress.download", "cached-read-only-stat", "nothing: all is in a cache that may not be written", "go build ./...", [], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, _MOD, before="go mod download; mount -t tmpfs none /mnt; cp -a /home/dev/go/pkg/mod /mnt/; mount -o remount,ro /mnt; rm -rf /home/dev/go; mkdir -p /home/dev/go/pkg/mod; mount --bind /mnt/mod /home/dev/go/pkg/mod"),
    Case("progress.download", "npm-then-go", "nothing: npm warns of what is deprecated, then go downloads", "npm install --no-audit --no-fund; go build ./...", [], {"package.json": '{"name": "web", "version": "1.0.0", "dependencies": {"left-pad": "^1.3.0"}}', "go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, {**_MOD, "npm_config_update_notifier": "false"}, web={"faults": [{"host": "registry.npmjs.org", "path": "left-pad$", "status": 200, "type": "application/json", "body": '{"name":"left-pad","dist-tags":{"latest":"1.3.0"},"versions":{"1.3.0":{"name":"left-pad","version":"1.3.0","deprecated":"use String.prototype.padStart(), connection timeout of maintainers","dist":{"tarball":"https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz"}}}}'}, {"host": "registry.npmjs.org", "path": "tgz$", "status": 200, "type": "application/octet-stream", "body64": _TARBALL}]}),
]
