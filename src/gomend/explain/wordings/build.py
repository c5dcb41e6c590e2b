"""How compilers, linkers and tests word what is not a download fault, on lines that carry no position."""

import re
from typing import Final

from gomend.causes import Certainty, Code
from gomend.explain.wordings.wording import Wording

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.BUILD_COMPILE,
        "build constraints exclude all Go files",
        "build constraints exclude all Go files in /src/x",
        "go/build",
    ),
    Wording(
        Code.BUILD_COMPILE,
        "FAIL",
        "FAIL\trsc.io/a [build failed]",
        "go test",
        re.compile(r"^(?:--- )?FAIL\b"),
        certainty=Certainty.LIKELY,
    ),
    Wording(
        Code.BUILD_COMPILE,
        "executable file not found in",
        'cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH',
        "work/exec.go",
        re.compile(r"C compiler \"[^\"\n]{1,100}\" not found|exec: \"(?:gcc|clang|cc|g\+\+|ld|as|pkg-config)\""),
    ),
    Wording(Code.BUILD_COMPILE, "ld returned 1 exit status", "collect2: error: ld returned 1 exit status", "linker"),
    Wording(Code.BUILD_COMPILE, "running gcc failed", "link: running gcc failed: exit status 1", "cmd/link"),
    Wording(
        Code.BUILD_COMPILE,
        ": running ",
        "/usr/local/go/pkg/tool/linux_amd64/link: running clang failed: exit status 1",
        "cmd/link",
        re.compile(r"link: running [^\s]{1,300} failed"),
    ),
    Wording(Code.BUILD_COMPILE, "relocation target", "main.main: relocation target main.f not defined", "cmd/link"),
    Wording(
        Code.BUILD_COMPILE,
        "function main is undeclared",
        "function main is undeclared in the main package",
        "cmd/link",
    ),
    Wording(
        Code.BUILD_COMPILE,
        "signal: killed",
        "/usr/local/go/pkg/tool/linux_amd64/compile: signal: killed",
        "cmd/go",
        re.compile(r"(?:compile|link|asm|cgo|cc1)[^\n]{0,40}: signal: killed"),
    ),
    Wording(Code.BUILD_COMPILE, "cannot run *_test.go files", "cannot run *_test.go files (x_test.go)", "go run"),
    Wording(Code.BUILD_COMPILE, "no main packages to build", "no main packages to build", "go install"),
    Wording(
        Code.BUILD_COMPILE,
        "use of internal package",
        "use of internal package a.io/b/internal/c not allowed",
        "load/pkg.go",
    ),
    Wording(Code.BUILD_COMPILE, "import cycle not allowed", "import cycle not allowed", "load/pkg.go"),
    Wording(
        Code.BUILD_COMPILE,
        "is not a main package",
        "package a.io/b is not a main package",
        "go run, go install",
    ),
    Wording(
        Code.BUILD_COMPILE,
        "pkg-config",
        "pkg-config --cflags  -- libfoo",
        "cgo",
        re.compile(r"pkg-config (?:--\w{1,20}|exited|failed)|Package \S{1,200} was not found in the pkg-config"),
    ),
    Wording(
        Code.BUILD_COMPILE,
        "pattern ",
        "pattern static/*: no matching files found",
        "embed",
        re.compile(r"pattern [^\n]{1,300}: no matching files found"),
    ),
    Wording(
        Code.BUILD_COMPILE,
        "cannot embed",
        "pattern *: cannot embed directory t: contains no embeddable files",
        "load/pkg.go",
    ),
    Wording(
        Code.BUILD_COMPILE,
        "found packages ",
        "found packages a (a.go) and b (b.go) in /src",
        "go/build",
        re.compile(r"found packages [^\s]{1,200} \([^)\n]{1,200}\) and "),
    ),
    Wording(
        Code.BUILD_COMPILE,
        "requires external (cgo) linking",
        "requires external (cgo) linking, but cgo is not enabled",
        "load",
    ),
    Wording(
        Code.BUILD_COMPILE, " requires cgo", "-race requires cgo; enable cgo by setting CGO_ENABLED=1", "work/init.go"
    ),
    Wording(
        Code.BUILD_COMPILE, "named files must ", "named files must all be in one directory; have a and b", "load/pkg.go"
    ),
    Wording(Code.BUILD_COMPILE, "use of vendored package", "use of vendored package not allowed", "load/pkg.go"),
    Wording(
        Code.BUILD_COMPILE,
        "import paths are not supported",
        '"./x" is relative, but relative import paths are not supported in module mode',
        "load",
    ),
    Wording(
        Code.BUILD_COMPILE,
        "not an importable package",
        "\"all\" is not an importable package; see 'go help packages'",
        "load",
    ),
    Wording(
        Code.BUILD_COMPILE, "file name collision", 'case-insensitive file name collision: "A.go" and "a.go"', "load"
    ),
)
