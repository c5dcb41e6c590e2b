"""How go words a setting that is invalid or missing."""

import re
from typing import Final

from gomend.causes import Code
from gomend.explain.wordings.wording import Wording

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.ENV_INVALID,
        "exists but should not",
        "$GOPATH/go.mod exists but should not",
        "modload/init.go: the module's folder is GOPATH itself",
    ),
    Wording(
        Code.ENV_INVALID,
        "neither GO",
        "module cache not found: neither GOMODCACHE nor GOPATH is set",
        "modfetch/cache.go",
        re.compile(r"neither (?:GOMODCACHE nor GOPATH is|GOPATH nor GOMODCACHE are) set"),
    ),
    Wording(
        Code.ENV_INVALID,
        "is relative; must be absolute",
        'GOMODCACHE entry is relative; must be absolute path: "rel".',
        "main.go, modfetch/cache.go, work/init.go",
    ),
    Wording(
        Code.ENV_INVALID, "GOPATH entry ", "GOPATH entry cannot start with shell metacharacter '~': \"~/go\"", "main.go"
    ),
    Wording(
        Code.ENV_INVALID, "unknown environment setting", "unknown environment setting GO111MODULE=x", "modload/init.go"
    ),
    Wording(Code.ENV_INVALID, "parsing $GOFLAGS", "parsing $GOFLAGS: unknown flag -x", "base/goflags.go"),
    Wording(
        Code.ENV_INVALID,
        "GOSUMDB",
        "invalid GOSUMDB: malformed verifier id",
        "modfetch/sumdb.go",
        re.compile(r"(?:invalid|missing) GOSUMDB"),
    ),
    Wording(Code.ENV_INVALID, "invalid sumdb name", "invalid sumdb name (must be host[/path]): x", "modfetch/sumdb.go"),
    Wording(
        Code.ENV_INVALID,
        "GOAUTH",
        "GOAUTH encountered an empty command (GOAUTH=;)",
        "auth/auth.go",
        re.compile(r"GOAUTH (?:encountered an empty|cannot be)|GOAUTH=(?:git|off) |cannot parse GOAUTH"),
    ),
    Wording(
        Code.ENV_INVALID,
        "GOCACHE is not defined",
        "build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor "
        "$HOME are defined",
        "cache/default.go",
    ),
    Wording(
        Code.ENV_INVALID,
        "build cache is ",
        "build cache is disabled by GOCACHE=off, but required as of Go 1.12",
        "cache/default.go",
        re.compile(r"build cache is (?:required, but|disabled by)"),
    ),
    Wording(
        Code.ENV_INVALID,
        "environment variable",
        "GOTMPDIR environment variable is relative; must be absolute path: x",
        "work/init.go",
        re.compile(r"environment variable (?:could not be parsed|is relative)"),
    ),
    Wording(
        Code.ENV_INVALID,
        "can only be set using the OS environment",
        "GOENV can only be set using the OS environment",
        "envcmd/env.go",
    ),
    Wording(Code.ENV_INVALID, "missing $GOPATH", "could not locate sumdb file: missing $GOPATH", "modfetch/sumdb.go"),
    Wording(Code.ENV_INVALID, "cannot find GOROOT", "cannot find GOROOT directory: /nope", "main.go"),
    Wording(
        Code.ENV_INVALID,
        "GOROOT",
        "package fmt is not in GOROOT: 'go' binary is trimmed and GOROOT is not set",
        "cfg",
        re.compile(r"GOROOT is not set|\$GOROOT (?:not set|is)"),
    ),
    Wording(Code.ENV_INVALID, "GO111MODULE value", 'invalid GO111MODULE value "zz"', "envcmd/env.go"),
    Wording(Code.ENV_INVALID, "cmdgonetlimit", "network disabled by cmdgonetlimit=0", "base/limit.go"),
    Wording(Code.ENV_INVALID, "unsupported GOOS/GOARCH", "unsupported GOOS/GOARCH pair linux/foo", "work/build.go"),
    Wording(Code.ENV_INVALID, "unknown GOEXPERIMENT", "unknown GOEXPERIMENT bad", "internal/buildcfg"),
    Wording(Code.ENV_INVALID, "unknown go command variable", "unknown go command variable GOPROXYS", "envcmd/env.go"),
    Wording(
        Code.ENV_INVALID,
        "cannot be modified",
        "GOVERSION cannot be modified",
        "envcmd/env.go",
        re.compile(r"\bGO[A-Z]{1,40} cannot be modified"),
    ),
)
