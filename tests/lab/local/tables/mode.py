# fmt: off
# ruff: noqa: E501
"""Where the go command stands: outside a module, read-only, vendored, in a workspace, too old."""

from tests.lab.local.case import Case, gomod, program, root

_PROXY = {"GOPROXY": "https://proxy.golang.org"}
_MOD = {**_PROXY, "GOFLAGS": "-mod=mod"}
_ERRORS = "github.com/pkg/errors v0.9.1"
_TOO_OLD = {**_PROXY, "GOTOOLCHAIN": "local"}


CASES = [
    # no module
    Case("mode.no_module", "download-outside", "no go.mod here or above", "go mod download", [root("mode.no_module")], {"main.go": program()}, _PROXY),
    Case("mode.no_module", "get-outside-go121", "go get outside a module", "go get github.com/pkg/errors", [root("mode.no_module")], {}, _PROXY, go="1.21"),
    Case("mode.no_module", "build-outside", "go build ./... outside a module", "go build ./...", [root("mode.no_module")], {"main.go": program()}, _PROXY, go="1.24"),
    Case("mode.no_module", "git-config-found", "a repository without go.mod", "go mod tidy", [root("mode.no_module")], {"main.go": program()}, _PROXY, before="git init -q ."),
    Case("mode.no_module", "module-mode-off", "GO111MODULE=off is left over in the environment", "go mod download", [root("mode.no_module")], {"go.mod": gomod(_ERRORS)}, {**_PROXY, "GO111MODULE": "off"}),
    Case("mode.no_module", "gopath-mode-build", "GO111MODULE=off: go looks into GOPATH", "go build .", [root("mode.no_module")], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, {**_PROXY, "GO111MODULE": "off"}, go="1.23"),
    Case("mode.no_module", "install-without-version", "go install of a path without @version outside a module", "go install golang.org/x/tools/cmd/stringer", [root("mode.no_module")], {}, _PROXY, go="1.22"),
    Case("mode.no_module", "run-without-module", "go run of a package path outside a module", "go run github.com/acme/cmdonly/cmd/hello", [root("mode.no_module", also=["module.package_missing"])], {}, _PROXY),
    # read-only
    Case("mode.readonly", "updates-needed-download", "go.mod lacks an indirect requirement, -mod=readonly", "go build ./...", [root("mode.readonly")], {"go.mod": gomod("rsc.io/quote v1.5.2"), "main.go": program("rsc.io/quote")}, {**_PROXY, "GOFLAGS": "-mod=readonly", "GONOSUMDB": "*"}, before="go mod tidy; sed -i /sampler/d go.mod"),
    Case("mode.readonly", "updates-needed-build-go121", "go.mod is out of date and may not be written", "go build ./...", [root("mode.readonly")], {"go.mod": gomod("rsc.io/quote v1.5.2"), "main.go": program("rsc.io/quote")}, {**_PROXY}, go="1.21", before="go mod tidy; sed -i /sampler/d go.mod"),
    Case("mode.readonly", "go-line-missing-test", "go test in CI with -mod=readonly and a stale go.mod", "go test -mod=readonly ./...", [root("mode.readonly")], {"go.mod": gomod("rsc.io/quote v1.5.2"), "main.go": program("rsc.io/quote")}, {**_PROXY}, go="1.25", before="go mod tidy; sed -i /sampler/d go.mod"),
    Case("mode.readonly", "import-lookup-vendor", "an import that the vendor directory does not hold", "go build -mod=vendor ./...", [root("mode.readonly", also=["mode.vendor", "module.package_missing"])], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, _PROXY, before='go mod tidy; go mod vendor; sed -i \'s#_ "github.com/pkg/errors"#_ "github.com/pkg/errors"; _ "github.com/gorilla/mux"#\' main.go'),
    Case("mode.vendor", "list-versions-vendored", "go list -m of a version while vendoring", "go list -m -versions github.com/pkg/errors", [root("mode.vendor", also=["mode.readonly"])], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, _PROXY, before="go mod tidy; go mod vendor", go="1.24"),
    # vendor
    Case("mode.vendor", "version-changed", "go.mod was updated, vendor was not", "go build ./...", [root("mode.vendor")], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, _PROXY, before="go mod tidy; go mod vendor; sed -i s/v0.9.1/v0.9.0/ go.mod"),
    Case("mode.vendor", "new-requirement-go121", "a requirement was added, vendor was not updated", "go test ./...", [root("mode.vendor")], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, _PROXY, before="go mod tidy; go mod vendor; go mod edit -require github.com/google/uuid@v1.6.0", go="1.21"),
    Case("mode.vendor", "replace-not-in-vendor", "a replace was added, vendor was not updated", "go vet ./...", [root("mode.vendor")], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, _PROXY, before="go mod tidy; go mod vendor; go mod edit -replace github.com/pkg/errors=github.com/pkg/errors@v0.9.0", go="1.26"),
    Case("mode.vendor", "vendor-without-modules-txt", "vendor/ holds files but no modules.txt", "go build -mod=vendor ./...", [root("mode.vendor")], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors"), "vendor/github.com/pkg/errors/e.go": "package errors\n"}, _PROXY, before="sed -i 's/^require (/require (\\n\\tgithub.com\\/google\\/uuid v1.6.0/' go.mod", go="1.23"),
    # workspaces
    Case("mode.workspace", "not-listed-build", "the module is not listed in go.work", "go build ./...", [root("mode.workspace")], {"go.mod": gomod(), "main.go": program(), "../go.work": "go 1.21\n\nuse ./other\n", "../other/go.mod": gomod(path="example.com/other")}, _PROXY, folder="/home/dev/mono/app"),
    Case("mode.workspace", "listed-folder-missing", "go.work lists a folder that was not checked out", "go mod download", [root("mode.workspace")], {"go.work": "go 1.21\n\nuse (\n\t./api\n\t./web\n)\n", "api/go.mod": gomod(path="example.com/api"), "api/a.go": "package api\n"}, _PROXY, go="1.24"),
    Case("mode.workspace", "older-go-line", "a module needs a newer go line than go.work has", "go build ./api/...", [root("mode.workspace", also=["toolchain.too_old"])], {"go.work": "go 1.21\n\nuse ./api\n", "api/go.mod": gomod(path="example.com/api", go="1.23"), "api/a.go": "package api\n"}, _PROXY, go="1.25"),
    Case("mode.workspace", "mod-flag", "-mod=mod in a workspace", "go build -mod=mod ./...", [root("mode.workspace")], {"go.work": "go 1.21\n\nuse ./api\n", "api/go.mod": gomod(path="example.com/api"), "api/a.go": "package api\n"}, _PROXY, go="1.22"),
    Case("mode.workspace", "broken-gowork", "go.work cannot be parsed", "go list ./...", [root("mode.workspace")], {"go.work": "go 1.21\n\nuses ./api\n", "api/go.mod": gomod(path="example.com/api")}, _PROXY),
    Case("mode.workspace", "pattern-outside", "a pattern that matches no listed module", "go test ./...", [root("mode.workspace", also=["mode.no_module"])], {"go.work": "go 1.21\n\nuse ./api\n", "api/go.mod": gomod(path="example.com/api"), "api/a.go": "package api\n"}, _PROXY, go="1.23"),
    # too old
    Case("toolchain.too_old", "own-gomod", "the project wants a newer go than the image has", "go build ./...", [root("toolchain.too_old")], {"go.mod": gomod(go="1.25.0"), "main.go": program()}, _TOO_OLD, go="1.23"),
    Case("toolchain.too_old", "own-gomod-download-go121", "the project wants a newer go than the image has", "go mod download", [root("toolchain.too_old")], {"go.mod": gomod(_ERRORS, go="1.24.0"), "main.go": program()}, _TOO_OLD, go="1.21"),
    Case("toolchain.too_old", "install-tools", "the latest tool wants a newer go", "go install golang.org/x/tools/cmd/stringer@latest", [root("toolchain.too_old", "golang.org/x/tools", "v0.39.0")], {}, _TOO_OLD, go="1.22"),
    Case("toolchain.too_old", "get-dependency", "a dependency's latest version wants a newer go", "go get golang.org/x/crypto@latest", [root("toolchain.too_old", "golang.org/x/crypto", "v0.45.0")], {"go.mod": gomod()}, _TOO_OLD, go="1.23"),
    Case("toolchain.too_old", "indirect-tidy", "a dependency of a dependency wants a newer go", "go mod tidy", [root("toolchain.too_old", "github.com/acme/newer", "v1.2.0")], {"go.mod": gomod("github.com/acme/usesnewer v1.0.0"), "main.go": program("github.com/acme/usesnewer")}, _TOO_OLD),
    Case("toolchain.too_old", "gowork-go122", "go.work wants a newer go", "go build ./...", [root("toolchain.too_old")], {"go.work": "go 1.26.0\n\nuse .\n", "go.mod": gomod(), "main.go": program()}, _TOO_OLD, go="1.22"),
    Case("toolchain.too_old", "required-build-go124", "a required module wants go 1.25", "go build -mod=mod ./...", [root("toolchain.too_old", "github.com/acme/wants125")], {"go.mod": gomod("github.com/acme/wants125 v0.3.0"), "main.go": program("github.com/acme/wants125")}, _TOO_OLD, go="1.24"),
]
