"""How a Go that is too old, or a toolchain that cannot be had, is worded."""

import re
from typing import Final

from gomend.causes import Certainty, Code
from gomend.explain.wordings.wording import Wording

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.TOOLCHAIN_TOO_OLD,
        "requires go >= ",
        "module rsc.io/a@v1.0.0 requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)",
        "gover/toolchain.go",
        re.compile(
            r"(?:(?:module )?(?P<module>[^\s@:]{1,500})@(?P<version>[^\s:]{1,200}) )?requires go >= [^\s]{1,50} "
            r"\(running go"
        ),
    ),
    Wording(
        Code.TOOLCHAIN_TOO_OLD,
        "module requires Go 1.",
        "note: module requires Go 1.30",
        "work/exec.go up to Go 1.20",
    ),
    Wording(
        Code.TOOLCHAIN_TOO_OLD,
        "go.mod file indicates go ",
        "go.mod file indicates go 1.21, but maximum version supported by tidy is 1.20",
        "modload/load.go of Go 1.15 to 1.20",
        re.compile(
            r"go\.mod file indicates go [^\s]{1,20}, but maximum (?:supported version|version supported by tidy) is"
        ),
    ),
    Wording(
        Code.TOOLCHAIN_TOO_OLD,
        "must match format 1.",
        "invalid go version '1.21.0': must match format 1.23",
        "x/mod/modfile of a Go before 1.21, reading a version that came with 1.21",
        re.compile(r"invalid go version '1\.(?:2[1-9]|[3-9]\d)(?:\.\d{1,4}|rc\d{1,3})[^']{0,20}': must match format"),
    ),
    Wording(
        Code.TOOLCHAIN_TOO_OLD,
        "unknown directive: ",
        "unknown directive: toolchain",
        "x/mod/modfile of a Go before 1.21 (toolchain), 1.23 (godebug), 1.24 (tool), 1.25 (ignore)",
        re.compile(r"unknown directive: (?:toolchain|godebug|tool|ignore)\b"),
    ),
    Wording(
        Code.TOOLCHAIN_TOO_OLD,
        "unknown block type: ",
        "unknown block type: tool",
        "x/mod/modfile",
        re.compile(r"unknown block type: (?:toolchain|godebug|tool|ignore)\b"),
    ),
    Wording(
        Code.TOOLCHAIN_TOO_OLD,
        "cannot load module graph",
        "requested Go version 1.16 cannot load module graph (requires Go >= 1.17)",
        "modload",
    ),
    Wording(
        Code.TOOLCHAIN_TOO_OLD,
        "lower than",
        "the Go language version (go1.20) used to build the tool is lower than the targeted Go version (1.21.0)",
        "tools built with an older Go",
    ),
    Wording(
        Code.TOOLCHAIN_TOO_OLD, "requires newer Go version", "package requires newer Go version go1.30", "go/types"
    ),
    Wording(
        Code.TOOLCHAIN_UNAVAILABLE,
        "toolchain not available",
        "download go1.99 for linux/amd64: toolchain not available",
        "toolchain/select.go: for any kind of not found, also a failed look-up in direct mode",
        re.compile(r"(?:download (?P<version>go[^\s:]{1,50}) for [^\s:]{1,50}: )?toolchain not available"),
        certainty=Certainty.LIKELY,
        follows=True,
    ),
    Wording(
        Code.TOOLCHAIN_UNAVAILABLE,
        "cannot find ",
        'cannot find "go1.99" in PATH',
        "toolchain/select.go",
        re.compile(r"cannot find \"(?P<version>go[^\"\n]{1,100})\" in PATH"),
    ),
    Wording(
        Code.TOOLCHAIN_UNAVAILABLE,
        "nvalid toolchain",
        'invalid toolchain "foo" in go.mod',
        "toolchain/select.go",
    ),
    Wording(Code.TOOLCHAIN_UNAVAILABLE, "invalid GOTOOLCHAIN", 'invalid GOTOOLCHAIN "x"', "toolchain/select.go"),
    Wording(
        Code.TOOLCHAIN_UNAVAILABLE,
        "no releases found for go",
        "no releases found for go >= 1.99",
        "toolchain/switch.go",
    ),
    Wording(
        Code.TOOLCHAIN_UNAVAILABLE, "too many toolchain switches", "too many toolchain switches", "toolchain/select.go"
    ),
    Wording(
        Code.TOOLCHAIN_UNAVAILABLE,
        " invoked to provide ",
        "toolchain go1.26 invoked to provide go1.27",
        "toolchain/select.go",
    ),
    Wording(
        Code.TOOLCHAIN_UNAVAILABLE,
        "exec go1.",
        "exec go1.99: permission denied",
        "toolchain/select.go",
        re.compile(r"exec (?P<version>go1\.[^\s:]{1,50}): "),
    ),
    Wording(
        Code.TOOLCHAIN_UNAVAILABLE,
        "invalid toolchain: ",
        "invalid toolchain: go1.22 is a language version but not a toolchain version (go1.22.x)",
        "toolchain/select.go",
    ),
)
