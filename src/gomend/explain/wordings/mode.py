"""How go words a module mode, vendor directory or workspace that does not fit what was asked."""

import re
from typing import Final

from gomend.causes import Certainty, Code
from gomend.explain.wordings.wording import Wording

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.MODE_WORKSPACE,
        "outside available modules",
        "pattern ./...: directory prefix . outside available modules",
        "search up to Go 1.18: the directory is in none of the modules of go.work",
        certainty=Certainty.LIKELY,
    ),
    Wording(
        Code.MODE_WORKSPACE,
        "go.mod: ",
        "open /src/y/go.mod: no such file or directory",
        "modload/init.go of Go 1.18 and 1.19: a directory that go.work lists",
        re.compile(r"^open (?P<file>[^\n:]{1,500}[/\\]go\.mod): (?:no such file|The system cannot find)"),
        certainty=Certainty.LIKELY,
    ),
    Wording(
        Code.MODE_WORKSPACE,
        "go.work",
        "current directory is contained in a module that is not one of the workspace modules listed in go.work. You "
        "can add the "
        "module to the workspace using:\n\tgo work use .",
        "modload/load.go, init.go",
        re.compile(
            r"not one of the workspace modules|listed in go\.work|no go\.work file|outside modules listed in "
            r"go\.work|errors parsing [^\n]{0,300}go\.work"
            r"|(?:error )?(?:loading|reading|parsing) [^\n]{0,300}go\.work|go\.work lists go|invalid GOWORK"
            r"|go\.work:\d{1,9}: |go\.work file\b"
        ),
    ),
    Wording(
        Code.MODE_WORKSPACE,
        "workspace",
        '-mod may only be set to readonly or vendor when in workspace mode, but it is set to "mod"',
        "modload/init.go",
        re.compile(r"in workspace mode|current workspace|times in workspace|workspace modules? |workspace mode"),
    ),
    Wording(Code.MODE_WORKSPACE, "invalid GOWORK", "invalid GOWORK: not an absolute path", "modload/init.go"),
    Wording(
        Code.MODE_NO_MODULE,
        "go.mod file not found",
        "go.mod file not found in current directory or any parent directory; see 'go help modules'",
        "modload/init.go",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "cannot find main module",
        "cannot find main module, but found .git/config in /src",
        "modload/init.go",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "is not part of a module",
        "no required module provides package rsc.io/quote: working directory is not part of a module",
        "modload/import.go of Go 1.16",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "only valid when using modules",
        "build flag -mod=readonly only valid when using modules",
        "modload/init.go",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "outside a module",
        "'go get' is no longer supported outside a module.",
        "modget/get.go",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "no modules specified",
        "no modules specified (see 'go help mod download')",
        "modcmd/download.go",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "when current directory is not in a module",
        "'go install' requires a version when current directory is not in a module",
        "work/build.go",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "GO111MODULE=off",
        "modules disabled by GO111MODULE=off; see 'go help modules'",
        "modload/init.go",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "modules disabled",
        "modules disabled inside GOPATH/src by GO111MODULE=auto",
        "Go 1.11, 1.12",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "(from $GO",
        'cannot find package "rsc.io/quote" in any of:\n\t/usr/local/go/src/rsc.io/quote (from $GOROOT)',
        "go/build in GOPATH mode",
        re.compile(r"cannot find package \"(?P<package>[^\"\n]{1,500})\" in"),
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "cannot find package",
        'cannot find package "rsc.io/quote" in any of:',
        "go/build in GOPATH mode",
        re.compile(r"cannot find package \"(?P<package>[^\"\n]{1,500})\" in any of"),
    ),
    Wording(Code.MODE_NO_MODULE, "path@version syntax", "cannot use path@version syntax in GOPATH mode", "get"),
    Wording(
        Code.MODE_NO_MODULE,
        "cannot determine module path",
        "cannot determine module path for source directory /src",
        "modload",
    ),
    Wording(
        Code.MODE_NO_MODULE,
        "does not contain main module",
        "pattern ./...: directory prefix . does not contain main module or its selected dependencies",
        "modload/load.go: outside a module, or for a folder outside of it",
        certainty=Certainty.LIKELY,
    ),
    Wording(
        Code.MODE_VENDOR,
        "inconsistent vendoring",
        "inconsistent vendoring in /src:\n\ta.io/b@v1.0.0: is explicitly required in go.mod, but not marked as "
        "explicit in "
        "vendor/modules.txt",
        "modload/vendor.go",
    ),
    Wording(
        Code.MODE_VENDOR,
        "-mod=vendor",
        "import lookup disabled by -mod=vendor",
        "modload/import.go, query.go",
        re.compile(r"disabled by -mod=vendor|due to -mod=vendor|-mod=vendor"),
    ),
    Wording(
        Code.MODE_VENDOR,
        "vendor",
        "a.io/b@v1.0.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod",
        "modload",
        re.compile(
            r"not marked as (?:explicit|replaced) in vendor|marked as explicit in vendor|reading modules\.txt"
            r"|vendored module |"
            r"using the vendor directory|cannot find package \"\.\" in:\s|listed in vendor/modules\.txt|is "
            r"vendored|vendor directory does not exist"
        ),
    ),
    Wording(
        Code.MODE_VENDOR,
        "/vendor/",
        'cannot find package "." in:\n\t/src/vendor/a.io/b',
        "go/build with a vendor directory",
        re.compile(r"cannot find package \"[^\"\n]{1,500}\" in:\s{1,20}[^\s]{0,500}/vendor/"),
    ),
    Wording(
        Code.MODE_READONLY,
        "updates to go.mod needed",
        "updates to go.mod needed, disabled by -mod=readonly; to update it:\n\tgo mod tidy",
        "modload/init.go",
    ),
    Wording(
        Code.MODE_READONLY,
        "updating go.mod: ",
        "updating go.mod: existing contents have changed since last read",
        "modload",
    ),
    Wording(
        Code.MODE_READONLY,
        "-mod=",
        "import lookup disabled by -mod=readonly",
        "modload/import.go",
        re.compile(r"disabled by -mod=|due to -mod=|-mod=readonly"),
    ),
)
