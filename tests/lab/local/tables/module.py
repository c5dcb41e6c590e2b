# fmt: off
# ruff: noqa: E501
"""Modules whose path, version, go.mod or packages are not what was asked for."""

from tests.lab.local.case import Case, gomod, program, root

_PROXY = {"GOPROXY": "https://proxy.golang.org"}
_BOTH = {"GOPROXY": "https://proxy.golang.org,direct"}
_MOD = {**_PROXY, "GOFLAGS": "-mod=mod"}
_DIRECT = {"GOPROXY": "direct"}


CASES = [
    # path
    Case("module.path_mismatch", "sirupsen-get", "the well-known change of case", "go get github.com/Sirupsen/logrus@v1.9.3", [root("module.path_mismatch", "github.com/Sirupsen/logrus", "v1.9.3")], {"go.mod": gomod()}, _PROXY),
    Case("module.path_mismatch", "sirupsen-tidy-go122", "the well-known change of case", "go mod tidy", [root("module.path_mismatch", "github.com/Sirupsen/logrus")], {"go.mod": gomod(), "main.go": program("github.com/Sirupsen/logrus", "github.com/pkg/errors")}, _BOTH, go="1.22"),
    Case("module.path_mismatch", "indirect-build", "a dependency still requires a module under its former path", "go build ./...", [root("module.path_mismatch", "github.com/olduser/kit", "v0.4.0")], {"go.mod": gomod("github.com/acme/usesold v1.1.0"), "main.go": program("github.com/acme/usesold")}, _MOD),
    Case("module.path_mismatch", "lint-get-go124", "the module moved to golang.org/x", "go get -u github.com/golang/lint@v0.0.0-20241112194109-818c5a804067", [root("module.path_mismatch", "github.com/golang/lint")], {"go.mod": gomod()}, _MOD, go="1.24"),
    Case("module.package_missing", "install-moved-tool", "a tool is installed under its former path", "go install github.com/olduser/kit/cmd/kit@latest", [root("module.package_missing", "github.com/olduser/kit")], {}, _PROXY, go="1.23"),
    Case("module.path_mismatch", "fork-without-replace", "a fork keeps the original module path", "go get github.com/forker/widget@v1.5.0", [root("module.path_mismatch", "github.com/forker/widget", "v1.5.0")], {"go.mod": gomod()}, _DIRECT),
    # versions
    Case("module.invalid_version", "v2-without-suffix", "v2 required without /v2 in the path", "go mod download", [root("module.invalid_version", "github.com/acme/widget")], {"go.mod": gomod("github.com/acme/widget v2.0.1")}, _PROXY),
    Case("module.invalid_version", "v2-get-without-suffix-direct", "v2 asked for without /v2 in the path", "go get github.com/acme/majors@v2.0.0", [root("module.invalid_version", "github.com/acme/majors")], {"go.mod": gomod()}, _DIRECT),
    Case("module.invalid_version", "v3-gomod-without-suffix", "tag v3.0.0 on a go.mod without /v3", "go get github.com/acme/majors/v3@v3.0.0", [root("module.invalid_version")], {"go.mod": gomod()}, _DIRECT, go="1.25"),
    Case("module.invalid_version", "pseudo-wrong-time", "a pseudo-version with the wrong time", "go mod download", [root("module.invalid_version", "github.com/acme/untagged")], {"go.mod": gomod("github.com/acme/untagged v0.0.0-20200101000000-HASH12")}, _DIRECT,
         before="h=$(git --git-dir=/run/lab/git/github.com/acme/untagged.git -c safe.directory='*' rev-parse --short=12 main); sed -i s/HASH12/$h/ go.mod"),
    Case("module.invalid_version", "pseudo-short-hash-build", "a pseudo-version with a short commit", "go build ./...", [root("module.invalid_version", "github.com/acme/untagged")], {"go.mod": gomod("github.com/acme/untagged v0.0.0-20240514091244-HASH7"), "main.go": program("github.com/acme/untagged")}, {**_DIRECT, "GOFLAGS": "-mod=mod"}, go="1.22",
         before="h=$(git --git-dir=/run/lab/git/github.com/acme/untagged.git -c safe.directory='*' rev-parse --short=7 main); sed -i s/HASH7/$h/ go.mod"),
    Case("module.invalid_version", "branch-with-slash", "a branch name with a slash", "go get github.com/acme/public@feature/x", [root("module.invalid_version", "github.com/acme/public")], {"go.mod": gomod()}, _PROXY),
    Case("module.invalid_version", "no-dot-in-path", "a path without a dot in its first element", "go get internal-tools/lib@v1.0.0", [root("module.invalid_version")], {"go.mod": gomod()}, _PROXY, go="1.24"),
    Case("module.invalid_version", "not-semver-in-gomod", "a version without v in go.mod, in a vendored build", "go list -m all", [root("module.invalid_version", also=["module.gomod_invalid", "proxy.not_found"])], {"go.mod": gomod("github.com/pkg/errors 0.9.1")}, _PROXY),
    # queries
    Case("module.no_matching_version", "above-latest", "no version above v2", "go get 'github.com/pkg/errors@>=v0.10.0'", [root("module.no_matching_version", "github.com/pkg/errors")], {"go.mod": gomod()}, _PROXY),
    Case("module.no_matching_version", "v3-of-v1-module", "a major version that was never published", "go install github.com/gorilla/mux@v2", [root("module.no_matching_version", "github.com/gorilla/mux")], {}, _PROXY, go="1.23"),
    Case("module.no_matching_version", "patch-of-nothing", "a patch query with a prefix that no version has", "go list -m github.com/google/uuid@v1.9", [root("module.no_matching_version", "github.com/google/uuid")], {"go.mod": gomod()}, _PROXY),
    Case("module.no_matching_version", "below-first-version", "all versions are newer than asked", "go get -x 'github.com/google/uuid@<v1.0.0'", [root("module.no_matching_version", "github.com/google/uuid")], {"go.mod": gomod("github.com/google/uuid v1.6.0")}, _MOD, go="1.21"),
    # packages
    Case("module.package_missing", "renamed-package-get", "the package was removed in the latest version", "go get github.com/acme/widget/old@latest", [root("module.package_missing", "github.com/acme/widget")], {"go.mod": gomod()}, _PROXY),
    Case("module.package_missing", "not-required-build", "an import that go.mod does not require", "go build ./...", [root("module.package_missing")], {"go.mod": gomod(), "main.go": program("github.com/gorilla/mux")}, _PROXY),
    Case("module.package_missing", "not-required-test-go121", "a test imports a package that go.mod does not require", "go test ./...", [root("module.package_missing")], {"go.mod": gomod(), "a.go": "package shop\n", "a_test.go": 'package shop\n\nimport (\n\t"testing"\n\n\t"github.com/stretchr/testify/assert"\n)\n\nfunc TestA(t *testing.T) { assert.Equal(t, 1, 1) }\n'}, _PROXY, go="1.21"),
    Case("module.package_missing", "not-in-std", "an import path without a dot", "go build .", [root("module.package_missing")], {"go.mod": gomod(), "main.go": program("shop/internal/db", "fmt2")}, _PROXY, go="1.24"),
    Case("module.package_missing", "own-package-deleted-vet", "a package of the main module is not there", "go vet ./...", [root("module.package_missing")], {"go.mod": gomod(), "main.go": program("example.com/shop/internal/cache")}, _PROXY),
    Case("module.package_missing", "tidy-removed-package", "the package was removed from the required version", "go mod tidy", [root("module.package_missing", "github.com/acme/widget")], {"go.mod": gomod("github.com/acme/widget v1.4.0"), "main.go": program("github.com/acme/widget/old")}, _PROXY, go="1.26"),
    Case("module.package_missing", "install-no-cmd", "the command is not where it was thought to be", "go install github.com/acme/cmdonly@latest", [root("module.package_missing", "github.com/acme/cmdonly")], {}, _PROXY),
    Case("unknown", "install-library", "a library is installed as if it were a program", "go install github.com/pkg/errors@v0.9.1", [root("unknown", also=["build.compile", "module.package_missing"])], {}, _PROXY, go="1.25"),
    # two modules with one package
    Case("module.ambiguous_import", "genproto", "the split of genproto", "go build ./...", [root("module.ambiguous_import")], {"go.mod": gomod("google.golang.org/genproto v0.0.0-20200526211855-cb27e3aa2013", "google.golang.org/genproto/googleapis/api v0.0.0-20240513163218-0867130af1f8"), "main.go": program("google.golang.org/genproto/googleapis/api/annotations")}, _MOD),
    Case("module.ambiguous_import", "genproto-tidy-go121", "the split of genproto", "go mod tidy", [root("module.ambiguous_import")], {"go.mod": gomod("google.golang.org/genproto v0.0.0-20200526211855-cb27e3aa2013", "google.golang.org/genproto/googleapis/api v0.0.0-20240513163218-0867130af1f8"), "main.go": program("google.golang.org/genproto/googleapis/api/annotations")}, _MOD, go="1.21"),
    Case("module.ambiguous_import", "cloud-metadata-test", "a package that moved into a module of its own", "go test ./...", [root("module.ambiguous_import")], {"go.mod": gomod("cloud.google.com/go v0.26.0", "cloud.google.com/go/compute/metadata v0.3.0"), "main.go": program("cloud.google.com/go/compute/metadata")}, _MOD, go="1.24"),
    Case("module.ambiguous_import", "cloud-metadata-list", "a package that moved into a module of its own", "go list -deps ./...", [root("module.ambiguous_import")], {"go.mod": gomod("cloud.google.com/go v0.26.0", "cloud.google.com/go/compute/metadata v0.3.0"), "main.go": program("cloud.google.com/go/compute/metadata")}, _MOD),
    # retracted, deprecated
    Case("module.retracted", "get-retracted", "a retracted version is asked for by name", "go get github.com/acme/shaky@v1.1.0", [], {"go.mod": gomod()}, _PROXY, warnings=["module.retracted"]),
    Case("module.retracted", "get-retracted-go121", "a retracted version is asked for by name", "go get github.com/acme/shaky@v1.1.0 github.com/pkg/errors@v0.9.1", [], {"go.mod": gomod()}, _PROXY, warnings=["module.retracted"], go="1.21"),
    Case("module.retracted", "get-deprecated", "a deprecated module is asked for", "go get github.com/golang/protobuf@v1.5.4", [], {"go.mod": gomod()}, _PROXY, warnings=["module.retracted"]),
    Case("module.retracted", "get-deprecated-all", "an update passes a deprecated module", "go get -u ./...", [], {"go.mod": gomod("github.com/golang/protobuf v1.5.4", "github.com/google/uuid v1.3.0"), "main.go": program("github.com/golang/protobuf/proto", "github.com/google/uuid")}, _MOD, warnings=["module.retracted"], go="1.25"),
    Case("unknown", "install-not-a-main-package", "a program is installed from a retracted version", "go install github.com/acme/shaky@v1.1.0", [root("unknown", also=["build.compile", "module.package_missing"])], {}, _PROXY),
    # go.mod
    Case("module.gomod_invalid", "merge-markers", "merge markers were left in go.mod", "go mod download", [root("module.gomod_invalid")], {"go.mod": "module example.com/shop\n\ngo 1.22\n\nrequire (\n<<<<<<< HEAD\n\tgithub.com/pkg/errors v0.9.1\n=======\n\tgithub.com/pkg/errors v0.9.0\n>>>>>>> main\n)\n"}, _PROXY),
    Case("module.gomod_invalid", "unknown-directive-go121", "a misspelt directive", "go build ./...", [root("module.gomod_invalid")], {"go.mod": gomod(tail="requires github.com/pkg/errors v0.9.1\n"), "main.go": program()}, _PROXY, go="1.21"),
    Case("module.gomod_invalid", "bad-go-version", "a go line that is no version", "go list ./...", [root("module.gomod_invalid")], {"go.mod": gomod(go="latest")}, _PROXY),
    Case("module.gomod_invalid", "no-module-line", "an empty go.mod", "go build ./...", [root("module.gomod_invalid")], {"go.mod": "", "main.go": program()}, _PROXY, go="1.24"),
    Case("module.gomod_invalid", "install-with-replace", "go install of a module whose go.mod has a replace", "go install github.com/acme/tool@v1.3.0", [root("module.gomod_invalid", "github.com/acme/tool", "v1.3.0")], {}, _PROXY),
    Case("module.gomod_invalid", "dependency-broken", "a dependency's go.mod cannot be parsed", "go build ./...", [root("module.gomod_invalid", "github.com/acme/badmod", "v1.0.0")], {"go.mod": gomod("github.com/acme/badreq v1.4.0"), "main.go": program("github.com/acme/badreq")}, _MOD),
    Case("module.gomod_invalid", "dependency-broken-get-go122", "a dependency's go.mod cannot be parsed", "go get github.com/acme/badreq@v1.4.0", [root("module.gomod_invalid", "github.com/acme/badmod", "v1.0.0")], {"go.mod": gomod()}, _PROXY, go="1.22"),
    Case("module.gomod_invalid", "tool-directive-old-go", "a tool line, which Go 1.23 does not know", "go build ./...", [root("module.gomod_invalid", also=["toolchain.too_old"])], {"go.mod": gomod(tail="tool golang.org/x/tools/cmd/stringer\n"), "main.go": program()}, _PROXY, go="1.23"),
    # replace
    Case("module.replace_missing", "sibling-not-checked-out", "the replacement directory was not checked out", "go mod download", [root("module.replace_missing")], {"go.mod": gomod("github.com/acme/widget v1.4.0", tail="\nreplace github.com/acme/widget => ../widget\n")}, _PROXY),
    Case("module.replace_missing", "sibling-build-go121", "the replacement directory was not checked out", "go build ./...", [root("module.replace_missing")], {"go.mod": gomod("github.com/acme/widget v1.4.0", tail="\nreplace github.com/acme/widget => ../widget\n"), "main.go": program("github.com/acme/widget")}, _PROXY, go="1.21"),
    Case("module.replace_missing", "docker-copy-gomod-only", "only go.mod was copied into the image, not the replaced folder", "go mod tidy", [root("module.replace_missing")], {"go.mod": gomod("example.com/shop/api v0.0.0", tail="\nreplace example.com/shop/api => ./api\n"), "main.go": program("example.com/shop/api")}, _PROXY, go="1.25", replace={"/home/dev/app": "/src"}),
    Case("module.replace_missing", "absolute-path-test", "a replacement with a developer's absolute path", "go test ./...", [root("module.replace_missing")], {"go.mod": gomod("github.com/acme/widget v1.4.0", tail="\nreplace github.com/acme/widget => /Users/jane/src/widget\n"), "main.go": program("github.com/acme/widget")}, _PROXY),
    Case("module.replace_missing", "directory-without-gomod", "the replacement directory has no go.mod", "go list -m all", [root("module.replace_missing")], {"go.mod": gomod("github.com/acme/widget v1.4.0", tail="\nreplace github.com/acme/widget => ./third_party/widget\n"), "third_party/widget/w.go": "package widget\n"}, _PROXY, go="1.24"),
]
