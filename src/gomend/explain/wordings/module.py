"""How go words a module, version or package that is not what was asked for."""

import re
from typing import Final

from gomend.causes import Certainty, Code
from gomend.explain.wordings.wording import Wording

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "errors parsing ",
        "errors parsing go.mod:\ngo.mod:6: malformed module path \"<<<<<<<\": invalid char '<'",
        "modload/init.go",
        re.compile(r"errors parsing (?P<file>[^\n:]{0,500}go\.mod):\n[^\n]{1,500}(?:malformed module path|usage: )"),
    ),
    Wording(
        Code.MODULE_PATH_MISMATCH,
        "declares its path as",
        "parsing go.mod:\n\tmodule declares its path as: rsc.io/a\n\t        but was required as: rsc.io/b",
        "modload/modfile.go",
        re.compile(r"declares its path as: [^\s]{1,500}(?:\s{1,40}but was required as: (?P<module>[^\s]{1,500}))?"),
    ),
    Wording(
        Code.MODULE_PATH_MISMATCH,
        "unexpected module path",
        'parsing go.mod: unexpected module path "rsc.io/a"',
        "modload/load.go up to Go 1.14",
    ),
    Wording(
        Code.MODULE_PATH_MISMATCH,
        "used for two different module paths",
        "rsc.io/a@v1.0.0 used for two different module paths (rsc.io/b and rsc.io/c)",
        "modload/load.go",
    ),
    Wording(
        Code.MODULE_AMBIGUOUS_IMPORT,
        "ambiguous import",
        "ambiguous import: found package a.io/b/c in multiple modules:\n\ta.io/b v1.0.0 (/x)\n\ta.io/b/c v1.0.0 (/y)",
        "modload/import.go",
        re.compile(r"found (?:package )?(?P<package>[^\s]{1,500}) in multiple"),
    ),
    Wording(
        Code.MODULE_REPLACE_MISSING,
        "replacement directory",
        "replacement directory ../x does not exist",
        "modload/import.go",
        re.compile(r"replacement directory (?P<file>[^\n:]{1,500}?)(?: does not exist|: )"),
    ),
    Wording(
        Code.MODULE_REPLACE_MISSING,
        "replace",
        "a.io/b@v1.0.0 (replaced by ../x): reading ../x/go.mod: open /src/x/go.mod: no such file or directory",
        "modload/modfile.go",
        re.compile(
            r"replaced by [^\n]{1,500}: reading (?P<file>[^\n:]{1,500}go\.mod): [^\n]{0,500}"
            r"(?:no such file|cannot find the|not a directory|系统找不到)"
        ),
    ),
    Wording(
        Code.MODULE_REPLACE_MISSING,
        "go.mod: ",
        "parsing ../x/go.mod: open /src/x/go.mod: no such file or directory",
        "modload/load.go up to Go 1.15; a replacement that is a directory",
        re.compile(
            r"(?:parsing|reading) (?P<file>(?:\.|/|[A-Za-z]:)[^\n:]{0,500}go\.mod): open [^\n]{1,500}(?:no such file"
            r"|cannot find the|系统找不到)"
        ),
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "should be v",
        'version "v2.0.1" invalid: should be v0 or v1, not v2',
        "x/mod/module",
        re.compile(
            r"(?:require (?P<module>[^\s:]{1,500}): version \"(?P<version>[^\"\n]{1,200})\" invalid: )?"
            r"should be v\d[^\n]{0,300}(?:, not v\d|incompatible|\(or module)"
        ),
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "major version",
        'invalid version: module contains a go.mod file, so module path must match major version ("rsc.io/a/v2")',
        "modfetch/coderepo.go",
        re.compile(
            r"must match major version|major version must match|\+incompatible suffix not allowed|major version "
            r"without preceding"
        ),
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "go.mod has ",
        'go.mod has post-v1 module path "rsc.io/a/v2" at revision v1.0.0',
        "modfetch/coderepo.go",
        re.compile(r"go\.mod has (?:post-v\d{1,9}|non-[^\s]{1,20}|malformed) module path"),
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "at revision",
        "missing rsc.io/a/go.mod at revision v1.0.0",
        "modfetch/coderepo.go",
        re.compile(
            r"missing [^\s]{1,500}go\.mod(?: and [^\s]{1,500})? at revision|is missing module path"
            r"|both have [^\n]{1,300} module paths"
        ),
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "invalid pseudo-version",
        "invalid pseudo-version: does not match version-control timestamp (expected 20200101000000)",
        "modfetch/coderepo.go",
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "does not match",
        "does not match version-control timestamp (expected 20200101000000)",
        "modfetch/coderepo.go",
        re.compile(r"does not match (?:version-control timestamp|short name of revision)"),
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "than canonical",
        "revision is shorter than canonical (expected 0123456789ab)",
        "modfetch/coderepo.go",
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "preceding tag",
        "preceding tag (v1.2.2) not found",
        "modfetch/coderepo.go",
    ),
    Wording(Code.MODULE_INVALID_VERSION, "disallowed version string", "disallowed version string", "x/mod/module"),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "malformed module path",
        'malformed module path "foo/bar": missing dot in first path element',
        "x/mod/module",
        re.compile(r"malformed (?:module|import) path \"(?P<module>[^\"\n]{1,500})\""),
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "invalid module path",
        'invalid module path "a.io/b/v1": major version suffixes must be in the form of /vN',
        "modload/init.go",
        re.compile(r"invalid module path \"(?P<module>[^\"\n]{1,500})\""),
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "malformed import path",
        "malformed import path \"foo bar\": invalid char ' '",
        "x/mod/module",
    ),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "invalid module version",
        'invalid module version "latest": version must be of the form v1.2.3',
        "x/mod/modfile; go get",
        re.compile(r"invalid module version|must be of the form v"),
    ),
    Wording(Code.MODULE_INVALID_VERSION, "must be of the form v", "must be of the form v1.2.3", "x/mod/modfile"),
    Wording(Code.MODULE_INVALID_VERSION, "is not canonical", "version v1.0 is not canonical", "modfetch"),
    Wording(
        Code.MODULE_INVALID_VERSION,
        "can't request ",
        'can\'t request explicit version "v1" of standard library package fmt',
        "modget/query.go",
        re.compile(r"can't request (?:explicit )?version"),
    ),
    Wording(
        Code.MODULE_NO_MATCHING_VERSION,
        "no matching versions for query",
        'no matching versions for query ">=v9.0.0"',
        "modload/query.go",
        re.compile(r"no matching versions for query \"(?P<version>[^\"\n]{1,200})\""),
    ),
    Wording(
        Code.MODULE_NO_MATCHING_VERSION,
        "requires ",
        "rsc.io/quote@v1.5.2 requires rsc.io/sampler@v1.3.0, not rsc.io/sampler@v1.0.0",
        "modget/get.go, mvs: two requirements that no version meets",
        re.compile(
            r"requires (?P<module>[^\s@]{1,500})@(?P<version>[^\s,]{1,200})(?: \([^)\n]{1,200}\))?, (?:not |but "
            r"[^\s]{1,200} is requested)"
        ),
    ),
    Wording(
        Code.MODULE_NO_MATCHING_VERSION,
        "conflict",
        "example.com/a@v1.0.0: version constraints conflict:",
        "mvs, modget/get.go",
        re.compile(r"version constraints conflict|@[^\s]{1,200} conflicts with "),
    ),
    Wording(
        Code.MODULE_NO_MATCHING_VERSION,
        "excluded by go.mod",
        "rsc.io/quote@v1.5.0: excluded by go.mod",
        "modload/modfile.go",
    ),
    Wording(
        Code.MODULE_NO_MATCHING_VERSION,
        "specify a different version",
        "a.io/b/...@v0.1.0 matches packages in a.io/b@v0.2.0 but not a.io/b@v0.1.0: specify a different version "
        "for module a.io/b",
        "modget/get.go",
    ),
    Wording(
        Code.MODULE_NO_MATCHING_VERSION,
        "can't query version",
        'can\'t query version "patch" of module rsc.io/a: no existing version is required',
        "modload/query.go, modget/query.go",
        re.compile(r"can't query version \"[^\"\n]{1,200}\" of module (?P<module>[^\s:]{1,500})"),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "but does not contain package",
        "module rsc.io/a@latest found (v1.5.2), but does not contain package rsc.io/a/b",
        "modload/query.go",
        re.compile(
            r"module (?P<module>[^\s@]{1,500})@(?:[^\s]{1,200}) found(?: "
            r"\((?P<version>[^\s,)]{1,200})[^)\n]{0,500}\))?, but does not contain"
        ),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "does not contain package",
        "main module (a.io/b) does not contain package a.io/b/c",
        "modload/import.go",
        re.compile(r"does not contain packages?(?:\s{1,20}(?P<package>[^\s]{1,500}))?"),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "at latest version",
        "package rsc.io/a/b provided by rsc.io/a at latest version v1.5.2 but not at required version v1.5.0",
        "modload/import.go",
        re.compile(r"package (?P<package>[^\s]{1,500}) provided by (?P<module>[^\s]{1,500}) at latest version"),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "no required module provides package",
        "no required module provides package rsc.io/quote; to add it:\n\tgo get rsc.io/quote",
        "modload/import.go",
        re.compile(r"no required module provides package (?P<package>[^\s;:]{1,500})"),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "cannot find module providing package",
        "cannot find module providing package rsc.io/quote/x",
        "modload/import.go",
        re.compile(r"cannot find module providing package (?P<package>[^\s;:]{1,500})"),
        certainty=Certainty.LIKELY,
        follows=True,
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "cannot find module for path",
        "cannot find module for path rsc.io/quote/x",
        "modload/import.go up to Go 1.13",
        re.compile(r"cannot find module for path (?P<package>[^\s;:]{1,500})"),
        certainty=Certainty.LIKELY,
        follows=True,
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "is not in ",
        "package foo/bar is not in std (/usr/local/go/src/foo/bar)",
        "modload/import.go; GOROOT up to Go 1.20",
        re.compile(r"package (?P<package>[^\s]{1,500}) is not in (?:std|GOROOT)"),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "not a known dependency",
        "module rsc.io/a: not a known dependency",
        "modload/list.go",
        re.compile(r"(?:module (?P<module>[^\s:]{1,500}): )?not a known dependency"),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "is replaced but not required",
        "module rsc.io/a provides package rsc.io/a/b and is replaced but not required; to add it:\n\tgo get rsc.io/a",
        "modload/import.go",
        re.compile(r"module (?P<module>[^\s]{1,500}) provides package"),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "is a program, not an importable package",
        'import "rsc.io/a" is a program, not an importable package',
        "load/pkg.go",
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "from implicitly required module",
        "package a imports b from implicitly required module; to add missing requirements, run:\n\tgo get b@v1",
        "modload/import.go",
        re.compile(r"imports (?P<package>[^\s]{1,500}) from implicitly"),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "issing module for import",
        "missing module for import: rsc.io/a@v1.0.0 provides rsc.io/a/b",
        "modload/import.go",
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "is not a package in module rooted at",
        "./x is not a package in module rooted at /src",
        "modget/query.go",
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "cannot import absolute path",
        'import "/src/a/cmd": cannot import absolute path',
        "go/build: a folder given where an import path is wanted",
    ),
    Wording(Code.MODULE_PACKAGE_MISSING, "directory not found", "package ./x: directory not found", "modload"),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "outside main module",
        "directory ../x outside main module or its selected dependencies",
        "modload/load.go",
    ),
    Wording(Code.MODULE_PACKAGE_MISSING, "no packages loaded from", "no packages loaded from ./...", "go run"),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "not provided by module",
        "package cmd/go not provided by module a.io/b@v1.0.0",
        "go install",
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "o Go files in",
        "no Go files in /src",
        "go/build",
        re.compile(r"no (?:non-test )?Go files in (?P<file>[^\s]{1,500})"),
    ),
    Wording(
        Code.MODULE_PACKAGE_MISSING,
        "matched no packages",
        'go: "x/..." matched no packages',
        "search",
        certainty=Certainty.LIKELY,
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "replace directives",
        "The go.mod file for the module providing named packages contains one or\n\tmore replace directives.",
        "load/pkg.go",
        re.compile(r"(?:replace|exclude) directives"),
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "more replace directives",
        "more replace directives. It must not contain directives that would cause",
        "load/pkg.go",
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "errors parsing ",
        "errors parsing go.mod:\n/src/go.mod:3: unknown directive: foo",
        "modload/init.go",
        re.compile(r"errors parsing (?P<file>[^\n:]{0,500}go\.mod)"),
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "error reading ",
        "error reading go.mod: missing module declaration. To specify the module path:\n\tgo mod edit "
        "-module=example.com/mod",
        "modload/init.go",
        re.compile(r"error (?:reading|loading) (?P<file>[^\n:]{0,500}go\.mod)"),
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "no module declaration in",
        "no module declaration in go.mod. To specify the module path:\n\tgo mod edit -module=example.com/mod",
        "modload/init.go: a go.mod that go.work lists, and in Go up to 1.20 the main module's",
        re.compile(r"no module declaration in (?P<file>[^\n:]{0,500}go\.mod)"),
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "go.mod:",
        "go.mod:5: unknown directive: foo",
        "x/mod/modfile",
        re.compile(
            r"go\.mod:\d{1,9}(?::\d{1,9})?: (?:unknown |usage: |invalid |unexpected |repeated |syntax |require "
            r"|malformed |string |no |replace|"
            r"exclude|module |unterminated|unquoted|newline|unmatched|expected|misplaced|reading|redundant)"
        ),
    ),
    Wording(Code.MODULE_GOMOD_INVALID, "unknown directive", "unknown directive: foo", "x/mod/modfile"),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "invalid go version",
        "invalid go version 'abc': must match format 1.23",
        "x/mod/modfile",
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "use of removed godebug",
        'go.mod:3: use of removed godebug "x509sha1"',
        "modload/init.go since Go 1.27",
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "go.mod file indicates",
        "go.mod file indicates replace for a.io/b",
        "older tools",
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "case-insensitive import collision",
        'go.mod: case-insensitive import collision: "a.io/b" and "a.io/B"',
        "modcmd, load/pkg.go",
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID, "conflicting replacements", "conflicting replacements for a.io/b", "modload/init.go"
    ),
    Wording(
        Code.MODULE_GOMOD_INVALID,
        "already exists",
        "/src/go.mod already exists",
        "modload/init.go",
        re.compile(r"go\.mod already exists"),
    ),
)
