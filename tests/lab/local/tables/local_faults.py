# fmt: off
# ruff: noqa: E501
"""Full disks, folders that may not be written, settings that are wrong, and failures that are not a download's."""

from tests.lab.local.case import ZH, Case, gomod, program, root

_PROXY = {"GOPROXY": "https://proxy.golang.org"}
_MOD = {**_PROXY, "GOFLAGS": "-mod=mod"}
_ERRORS = "github.com/pkg/errors v0.9.1"
_PARTS = [f"github.com/acme/part{n:02d} v1.{n}.0" for n in range(1, 25)]


def _disk(size: str, inodes: int = 0) -> str:
    more = f",nr_inodes={inodes}" if inodes else ""
    return f"mkdir -p /home/dev/go/pkg/mod; mount -t tmpfs -o size={size}{more} none /home/dev/go/pkg/mod"


_READ_ONLY = "mkdir -p /home/dev/go/pkg/mod; mount -t tmpfs -o ro none /home/dev/go/pkg/mod"
_FOREIGN = "mkdir -p /home/dev/go/pkg/mod/cache; mkdir -p /srv; mount -t tmpfs none /srv; mkdir -p /srv/gomod/cache; chmod -R 755 /srv/gomod"


CASES = [
    Case("disk.full", "download-many", "the module cache's disk is full", "go mod download", [root("disk.full")], {"go.mod": gomod(*_PARTS)}, _MOD, before=_disk("200k")),
    Case("disk.full", "build-many-go121", "the module cache's disk is full", "go build ./...", [root("disk.full")], {"go.mod": gomod(*_PARTS[:12]), "main.go": program(*(p.split()[0] for p in _PARTS[:12]))}, _MOD, before=_disk("160k"), go="1.21"),
    Case("disk.full", "inodes", "no inodes are left in the module cache's file system", "go mod download", [root("disk.full")], {"go.mod": gomod(*_PARTS)}, _MOD, before=_disk("4m", 40), go="1.25"),
    Case("disk.full", "get-x", "the disk is full; with -x", "go get -x github.com/stretchr/testify@v1.9.0", [root("disk.full")], {"go.mod": gomod()}, _PROXY, before=_disk("16k"), go="1.24"),
    Case("disk.full", "tmpdir-full-build", "the disk of TMPDIR is full while compiling", "go build ./...", [root("disk.full")], {"go.mod": gomod(), "main.go": program()}, {**_PROXY, "TMPDIR": "/home/dev/tmp"}, before="mkdir -p /home/dev/tmp; mount -t tmpfs -o size=4k,nr_inodes=3 none /home/dev/tmp"),
    Case("disk.full", "git-clone", "the disk is full while cloning", "git clone https://github.com/acme/public.git small/public", [root("disk.full")], client="git", before="mkdir small; mount -t tmpfs -o size=60k none small"),
    Case("disk.full", "git-clone-zh", "the disk is full while go clones; git speaks Chinese", "go mod download", [root("disk.full")], {"go.mod": gomod("github.com/acme/public v1.1.0")}, {"GOPROXY": "direct", **ZH}, before=_disk("48k")),
    Case("disk.permission", "read-only-cache", "the module cache is mounted read-only", "go mod download", [root("disk.permission")], {"go.mod": gomod(_ERRORS, "github.com/google/uuid v1.6.0")}, _MOD, before=_READ_ONLY),
    Case("disk.permission", "read-only-cache-build-go122", "the module cache is mounted read-only", "go build ./...", [root("disk.permission")], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, _MOD, before=_READ_ONLY, go="1.22"),
    Case("disk.permission", "foreign-cache", "the module cache belongs to root", "go mod download", [root("disk.permission")], {"go.mod": gomod(_ERRORS)}, {**_MOD, "GOMODCACHE": "/srv/gomod"}, before=_FOREIGN, user=1001),
    Case("disk.permission", "gopath-not-writable-get", "GOPATH of an image may not be written by the build's user", "go get github.com/google/uuid@v1.6.0", [root("disk.permission")], {"go.mod": gomod()}, {**_PROXY, "GOPATH": "/srv/go"}, before="mount -t tmpfs none /srv; mkdir -p /srv/go; chmod 755 /srv/go", user=1001, go="1.23", replace={"/srv/go": "/go"}),
    Case("disk.permission", "gocache-not-writable", "the build cache may not be written: HOME is /", "go build ./...", [root("disk.permission")], {"go.mod": gomod(), "main.go": program()}, {**_PROXY, "HOME": "/", "GOCACHE": "/.cache/go-build"}, user=1001),
    Case("disk.permission", "gomod-read-only", "go.mod itself may not be written", "go get github.com/google/uuid@v1.6.0", [root("disk.permission")], {"go.mod": gomod()}, _PROXY, before="mount --bind . .; mount -o remount,ro,bind /home/dev/app", go="1.26"),
    Case("disk.permission", "modcache-is-a-file", "a file stands where the module cache should be", "go mod download", [root("disk.permission", also=["env.invalid", "unknown"])], {"go.mod": gomod(_ERRORS), "/home/dev/go/pkg/mod": "not a folder\n"}, _MOD, go="1.25"),
    Case("disk.permission", "git-clone-denied", "git clone into a folder of another user", "git clone https://github.com/acme/public.git /srv/checkout/public", [root("disk.permission")], client="git", user=1001, before="mount -t tmpfs none /srv; mkdir /srv/checkout; chmod 755 /srv/checkout"),
    # settings
    Case("env.invalid", "no-gopath-no-home", "a unit without HOME", "/usr/local/go/bin/go mod download", [root("env.invalid")], {"go.mod": gomod(_ERRORS)}, {**_PROXY, "HOME": "-"}),
    Case("env.invalid", "no-home-build", "a unit without HOME: no build cache", "/usr/local/go/bin/go build ./...", [root("env.invalid")], {"go.mod": gomod(), "main.go": program()}, {**_PROXY, "HOME": "-", "GOPATH": "/home/dev/go"}, go="1.24"),
    Case("env.invalid", "gopath-relative", "GOPATH is relative", "go mod download", [root("env.invalid")], {"go.mod": gomod(_ERRORS)}, {**_PROXY, "GOPATH": "./go"}),
    Case("env.invalid", "gomodcache-relative-go121", "GOMODCACHE is relative", "go build ./...", [root("env.invalid")], {"go.mod": gomod(_ERRORS), "main.go": program("github.com/pkg/errors")}, {**_MOD, "GOMODCACHE": ".cache/mod"}, go="1.21"),
    Case("env.invalid", "go111module-typo", "a typo in GO111MODULE", "go get github.com/pkg/errors", [root("env.invalid")], {"go.mod": gomod()}, {**_PROXY, "GO111MODULE": "enable"}),
    Case("env.invalid", "goflags-unknown", "GOFLAGS holds an unknown flag", "go mod tidy", [root("env.invalid")], {"go.mod": gomod()}, {**_PROXY, "GOFLAGS": "-insecure-proxy"}, go="1.25"),
    Case("env.invalid", "goflags-not-a-flag", "GOFLAGS holds a word", "go test ./...", [root("env.invalid")], {"go.mod": gomod()}, {**_PROXY, "GOFLAGS": "mod=vendor"}, go="1.22"),
    Case("env.invalid", "goos-unknown", "GOOS/GOARCH of no platform", "go build ./...", [root("env.invalid", also=["unknown", "build.compile"])], {"go.mod": gomod(), "main.go": program()}, {**_PROXY, "GOOS": "linux", "GOARCH": "x86_64"}),
    # the modules arrived
    Case("build.compile", "after-download", "the code calls a function that the new version has no more", "go build ./...", [root("build.compile")], {"go.mod": gomod("github.com/acme/widget v1.4.0", _ERRORS), "main.go": 'package main\n\nimport (\n\t"github.com/acme/widget"\n\t_ "github.com/pkg/errors"\n)\n\nfunc main() { widget.F() }\n'}, _MOD),
    Case("build.compile", "dependency-does-not-compile", "a dependency does not compile", "go build ./...", [root("build.compile")], {"go.mod": gomod("github.com/acme/broken v0.2.0"), "main.go": program("github.com/acme/broken")}, _MOD, go="1.24"),
    Case("build.compile", "test-fails", "a test fails", "go test ./...", [root("build.compile")], {"go.mod": gomod(_ERRORS), "a.go": 'package shop\n\nimport _ "github.com/pkg/errors"\n', "a_test.go": 'package shop\n\nimport "testing"\n\nfunc TestPrice(t *testing.T) { t.Errorf("price = %d, want %d", 3, 4) }\n'}, _MOD),
    Case("build.compile", "test-fails-network-words", "a test fails and says that its server refused the connection", "go test -v ./...", [root("build.compile")], {"go.mod": gomod(_ERRORS), "a.go": 'package shop\n\nimport _ "github.com/pkg/errors"\n', "a_test.go": 'package shop\n\nimport (\n\t"net"\n\t"testing"\n)\n\nfunc TestStore(t *testing.T) {\n\tif _, err := net.Dial("tcp", "127.0.0.1:5432"); err != nil {\n\t\tt.Fatalf("store: %v", err)\n\t}\n}\n'}, _MOD, go="1.23"),
    Case("build.compile", "test-build-failed", "a test file does not compile", "go test ./...", [root("build.compile")], {"go.mod": gomod("github.com/google/uuid v1.6.0"), "a.go": 'package shop\n\nimport _ "github.com/google/uuid"\n', "a_test.go": 'package shop\n\nimport "testing"\n\nfunc TestPrice(t *testing.T) { price() }\n'}, _MOD, go="1.21"),
    Case("build.compile", "vet-printf", "go vet finds a wrong format", "go vet ./...", [root("build.compile")], {"go.mod": gomod(_ERRORS), "main.go": 'package main\n\nimport (\n\t"fmt"\n\n\t_ "github.com/pkg/errors"\n)\n\nfunc main() { fmt.Printf("%d\\n", "x") }\n'}, _MOD),
    Case("build.compile", "run-program-fails", "the program that go run built ends with 3", "go run .", [root("build.compile")], {"go.mod": gomod("github.com/google/uuid v1.6.0"), "main.go": 'package main\n\nimport (\n\t"fmt"\n\t"os"\n\n\t_ "github.com/google/uuid"\n)\n\nfunc main() {\n\tfmt.Fprintln(os.Stderr, "config.yaml: no such file or directory")\n\tos.Exit(3)\n}\n'}, _MOD),
    Case("build.compile", "run-program-panics", "the program that go run built panics over a refused database", "go run .", [root("build.compile")], {"go.mod": gomod("github.com/google/uuid v1.6.0"), "main.go": 'package main\n\nimport (\n\t"net"\n\n\t_ "github.com/google/uuid"\n)\n\nfunc main() {\n\tif _, err := net.Dial("tcp", "127.0.0.1:6379"); err != nil {\n\t\tpanic(err)\n\t}\n}\n'}, _MOD, go="1.25"),
    Case("build.compile", "generate-fails", "a generator is not installed", "go generate ./...", [root("build.compile", also=["unknown"])], {"go.mod": gomod(), "main.go": "package main\n\n//go:generate mockgen-x -source=main.go\n\nfunc main() {}\n"}, _PROXY),
    Case("build.compile", "cgo-header-missing", "a C header is missing", "go build ./...", [root("build.compile")], {"go.mod": gomod(), "main.go": "package main\n\n// #include <librdkafka/rdkafka.h>\nimport \"C\"\n\nfunc main() {}\n"}, {**_PROXY, "CGO_ENABLED": "1"}, go="1.26"),
    Case("build.compile", "linker-undefined", "the linker finds a function without a body", "go build -o /home/dev/shop .", [root("build.compile")], {"go.mod": gomod(), "a.s": "\n", "main.go": "package main\n\nfunc missing()\n\nfunc main() { missing() }\n"}, _PROXY),
    Case("build.compile", "import-cycle", "two packages import each other", "go build ./...", [root("build.compile", also=["unknown"])], {"go.mod": gomod(), "main.go": program("example.com/shop/a"), "a/a.go": 'package a\n\nimport _ "example.com/shop/b"\n', "b/b.go": 'package b\n\nimport _ "example.com/shop/a"\n'}, _PROXY, go="1.24"),
    # none of the causes
    Case("unknown", "unknown-subcommand", "a command that go does not have", "go mod fetch", [root("unknown")], {"go.mod": gomod()}, _PROXY),
    Case("unknown", "flag-not-defined", "a flag that go does not have", "go mod download -verbose", [root("unknown")], {"go.mod": gomod()}, _PROXY, go="1.24"),
    Case("unknown", "internal-package", "a package that is internal to another module", "go build ./...", [root("unknown", also=["build.compile", "module.package_missing"])], {"go.mod": gomod("github.com/acme/internalized v1.0.0"), "main.go": program("github.com/acme/internalized/internal/secret")}, _MOD),
    Case("unknown", "build-constraints", "all files of the package are excluded by build constraints", "go build ./winonly", [root("unknown", also=["build.compile"])], {"go.mod": gomod(), "winonly/a_windows.go": "package winonly\n"}, _PROXY, go="1.23"),
    Case("unknown", "directory-not-found", "a directory that is not there", "go build ./cmd/server", [root("unknown", also=["module.package_missing", "build.compile"])], {"go.mod": gomod(), "main.go": program()}, _PROXY),
    Case("unknown", "git-not-a-repository", "git describe outside a repository", "git describe --tags --always", [root("unknown", also=["vcs.local_git"])], {"go.mod": gomod()}, client="git"),
    Case("unknown", "npm-script-fails", "a script of package.json fails", "npm run build", [root("unknown", also=["build.compile"])], {"package.json": '{"name": "web", "version": "1.0.0", "scripts": {"build": "node build.js"}}'}, client="npm"),
]
