# fmt: off
# ruff: noqa: E501
"""Mercurial and Subversion, damaged clones in the module cache, and settings that break go before it asks anybody."""

from tests.lab.local.case import Case, gomod, program, root

_ALL = {"GOPRIVATE": "*.corp.example", "GOVCS": "*:all"}
_DIRECT = {"GOPROXY": "direct"}
_PROXY = {"GOPROXY": "https://proxy.golang.org"}
_PUBLIC = "github.com/acme/public v1.1.0"
_FILL = "GOPROXY=direct go mod download github.com/acme/public@v1.0.0; repo=$(ls -d /home/dev/go/pkg/mod/cache/vcs/*[0-9a-f] | grep -v -e info -e lock | head -1); "


def _page(name: str, kind: str, url: str) -> dict[str, object]:
    return {"pages": {f"go.corp.example/{name}": f'<html><head><meta name="go-import" content="go.corp.example/{name} {kind} {url}"></head></html>'}}


CASES = [
    Case("vcs.not_found", "hg-404", "the mercurial repository was removed", "go mod download", [root("vcs.not_found", "go.corp.example/hglib")], {"go.mod": gomod("go.corp.example/hglib v1.0.0")}, _ALL, web=_page("hglib", "hg", "https://git.corp.example/hg/lib")),
    Case("dns.nxdomain", "hg-host-unknown", "the mercurial host does not resolve", "go get go.corp.example/hglib@v1.0.0", [root("dns.nxdomain", "go.corp.example/hglib")], {"go.mod": gomod()}, _ALL, web=_page("hglib", "hg", "https://hg.gone.example/lib"), go="1.25"),
    Case("net.connect_refused", "hg-refused", "nothing listens at the mercurial host", "go mod download", [root("net.connect_refused", "go.corp.example/hglib")], {"go.mod": gomod("go.corp.example/hglib v1.0.0")}, _ALL, web=_page("hglib", "hg", "https://down.corp.example/lib"), go="1.23"),
    Case("vcs.local_git", "cached-clone-without-head", "the clone in the module cache lost its HEAD", "go get github.com/acme/public@v1.1.0", [root("vcs.local_git", "github.com/acme/public", also=["checksum.cache_corrupt", "vcs.unknown_revision"])], {"go.mod": gomod()}, _DIRECT, before=_FILL + "rm $repo/HEAD"),
    Case("env.invalid", "goroot-missing", "GOROOT names a folder that is not there", "go mod download", [root("env.invalid")], {"go.mod": gomod(_PUBLIC)}, {**_PROXY, "GOROOT": "/opt/go1.20"}),
    Case("env.invalid", "gotmpdir-missing", "GOTMPDIR names a folder that is not there", "go build ./...", [root("env.invalid", also=["disk.permission", "unknown"])], {"go.mod": gomod(), "main.go": program()}, {**_PROXY, "GOTMPDIR": "/home/dev/no-such-folder"}, go="1.25"),
    Case("env.invalid", "gocache-relative", "GOCACHE is relative", "go build ./...", [root("env.invalid")], {"go.mod": gomod(), "main.go": program()}, {**_PROXY, "GOCACHE": ".cache"}, go="1.23"),
    Case("env.invalid", "env-w-unknown", "go env -w of a name that go does not know", "go env -w GOPROXYS=https://goproxy.cn,direct", [root("env.invalid")], {"go.mod": gomod()}, _PROXY, go="1.26"),
    Case("env.invalid", "goauth-bad", "GOAUTH names a command that is not there", "go mod download", [root("env.invalid", also=["proxy.unauthorized"])], {"go.mod": gomod("github.com/google/uuid v1.6.0")}, {**_PROXY, "GOFLAGS": "-mod=mod", "GOAUTH": "git relative/dir"}, web={"faults": [{"host": "proxy.golang.org", "path": "", "status": 401, "body": "Unauthorized"}]}),
    Case("mode.workspace", "work-sync-missing-module", "go work sync, a listed folder was deleted", "go work sync", [root("mode.workspace")], {"go.work": "go 1.21\n\nuse (\n\t./api\n\t./gone\n)\n", "api/go.mod": gomod(path="example.com/api")}, _PROXY, go="1.27"),
    Case("vcs.no_go_import", "gopkg-bad-version", "a path of gopkg.in without a version", "go get gopkg.in/yaml@latest", [root("vcs.no_go_import", host="gopkg.in")], {"go.mod": gomod()}, _DIRECT, go="1.24", web={"faults": [{"host": "gopkg.in", "path": "", "status": 404, "body": "GitHub repository at https://github.com/go-yaml/yaml has no branch or tag \"v0\""}]}),
]
