"""How go words bytes that are not what go.sum or the checksum database says, and a checksum database that fails."""

import re
from typing import Final

from gomend.causes import Certainty, Code
from gomend.explain.wordings.wording import Wording

TABLE: Final[tuple[Wording, ...]] = (
    Wording(
        Code.CHECKSUM_GOSUM_MISMATCH,
        "checksum mismatch",
        "checksum mismatch\n\tdownloaded: h1:a=\n\tgo.sum:     h1:b=",
        "modfetch/fetch.go; another file name in a workspace",
        re.compile(r"downloaded: {0,20}\S{1,200}\s{1,20}(?:\S{0,500}go(?:\.work)?\.sum|go\.modverify): "),
    ),
    Wording(
        Code.CHECKSUM_SUMDB_MISMATCH,
        "checksum mismatch",
        "checksum mismatch\n\tdownloaded: h1:a=\n\tsum.golang.org: h1:b=",
        "modfetch/fetch.go",
        re.compile(r"downloaded: {0,20}\S{1,200}\s{1,20}(?P<host>[\w.-]{1,200}(?:/[\w./-]{1,200})?): "),
    ),
    Wording(
        Code.CHECKSUM_SUMDB_MISMATCH,
        "does NOT match the one reported by the checksum server",
        "This download does NOT match the one reported by the checksum server.",
        "modfetch/fetch.go",
    ),
    Wording(
        Code.CHECKSUM_GOSUM_MISMATCH,
        "does NOT match an earlier download recorded in go.sum",
        "This download does NOT match an earlier download recorded in go.sum.",
        "modfetch/fetch.go",
    ),
    Wording(
        Code.CHECKSUM_SUMDB_MISMATCH,
        "checksum missing from sumdb response",
        "checksum missing from sumdb response",
        "modfetch/fetch.go since Go 1.26",
    ),
    Wording(
        Code.CHECKSUM_GOSUM_MISMATCH,
        "checksum mismatch",
        "checksum mismatch",
        "modfetch/fetch.go, its details cut off",
        certainty=Certainty.LIKELY,
    ),
    Wording(
        Code.CHECKSUM_SUMDB_UNTRUSTED,
        "misbehavior detected",
        "go.sum database server misbehavior detected!",
        "x/mod/sumdb",
    ),
    Wording(Code.CHECKSUM_SUMDB_UNTRUSTED, "misbehaving server", "security error: misbehaving server", "x/mod/sumdb"),
    Wording(
        Code.CHECKSUM_SUMDB_UNTRUSTED,
        "no verifiable signatures",
        "reading tree note: note has no verifiable signatures",
        "x/mod/sumdb/note",
    ),
    Wording(
        Code.CHECKSUM_SUMDB_UNTRUSTED,
        "invalid signature for key",
        "invalid signature for key sum.golang.org+033de0ae",
        "note",
    ),
    Wording(
        Code.CHECKSUM_SUMDB_UNTRUSTED,
        "malformed ",
        "reading tree note: malformed note",
        "x/mod/sumdb: HTML or rubbish instead of a note or a record",
        re.compile(r"malformed (?:note|record data|tree)"),
    ),
    Wording(
        Code.CHECKSUM_SUMDB_UNTRUSTED,
        "bad result slice",
        "TileReader returned bad result slice (tile/8/0/000.p/55 len=6400, want 1760)",
        "x/mod/sumdb/tlog",
    ),
    Wording(Code.CHECKSUM_SUMDB_UNTRUSTED, "inconsistent tile", "downloaded inconsistent tile", "x/mod/sumdb/tlog"),
    Wording(
        Code.CHECKSUM_SUMDB_UNTRUSTED,
        "cannot authenticate record data",
        "cannot authenticate record data in server response",
        "x/mod/sumdb",
    ),
    Wording(
        Code.CHECKSUM_SUMDB_UNTRUSTED,
        "cannot validate record",
        "cannot validate record 5 in tree of size 3",
        "x/mod/sumdb",
    ),
    Wording(
        Code.CHECKSUM_SUMDB_UNTRUSTED,
        "checking tree#",
        "checking tree#5 against tree#7: missing records",
        "x/mod/sumdb",
    ),
    Wording(Code.CHECKSUM_SUMDB_UNTRUSTED, "fork detected", "database fork detected", "x/mod/sumdb"),
    Wording(
        Code.CHECKSUM_SUMDB_UNREACHABLE,
        "GOSUMDB=off",
        "checksum database disabled by GOSUMDB=off",
        "modfetch/sumdb.go: a toolchain is checked whatever GOSUMDB says",
    ),
    Wording(
        Code.CHECKSUM_MISSING,
        "missing go.sum entry",
        "missing go.sum entry for module providing package rsc.io/quote; to add:\n\tgo mod download rsc.io/quote",
        "modload/import.go, modfile.go",
        re.compile(
            r"missing go\.sum entry(?: (?:for module providing|needed to verify) package (?P<package>[^\s;]{1,500}))?"
        ),
    ),
    Wording(
        Code.CHECKSUM_MISSING,
        "updates to go.sum needed",
        "updates to go.sum needed, disabled by -mod=readonly",
        "modfetch/fetch.go",
    ),
    Wording(
        Code.CHECKSUM_MISSING,
        "checksum not found in go.sum",
        "github.com/a/b@v1.0.0: checksum not found in go.sum",
        "other readers of go.sum",
    ),
    Wording(
        Code.CHECKSUM_CACHE_CORRUPT,
        "malformed go.sum",
        "malformed go.sum:\n/src/go.sum:3: wrong number of fields 2",
        "modfetch/fetch.go",
    ),
    Wording(
        Code.CHECKSUM_CACHE_CORRUPT,
        "has been modified",
        "rsc.io/quote v1.5.2: dir has been modified (/root/go/pkg/mod/rsc.io/quote@v1.5.2)",
        "modcmd/verify.go",
        re.compile(
            r"(?P<module>[^\s:]{1,500}) (?P<version>v[^\s:]{1,200}): (?:dir"
            r"|zip) has been modified \((?P<file>[^)\n]{1,1000})"
        ),
    ),
    Wording(
        Code.CHECKSUM_CACHE_CORRUPT,
        "missing ziphash",
        "rsc.io/quote v1.5.2: missing ziphash: open /x: no such file or directory",
        "modcmd/verify.go",
        re.compile(r"(?:(?P<module>[^\s:]{1,500}) (?P<version>v[^\s:]{1,200}): )?missing ziphash"),
    ),
    Wording(
        Code.CHECKSUM_CACHE_CORRUPT,
        "not a valid zip file",
        "rsc.io/quote v1.5.2: zip: not a valid zip file",
        "modcmd/verify.go",
        re.compile(r"^(?P<module>[^\s:]{1,500}) (?P<version>v[^\s:]{1,200}): zip: not a valid"),
    ),
    Wording(
        Code.CHECKSUM_CACHE_CORRUPT,
        "unzip ",
        "unzip /root/go/pkg/mod/cache/download/rsc.io/quote/@v/v1.5.2.zip: zip: not a valid zip file",
        "modfetch/fetch.go: the cached zip had passed its check when it came",
        re.compile(r"unzip (?P<file>[^\n]{1,1000}): zip: "),
        certainty=Certainty.LIKELY,
    ),
    Wording(Code.CHECKSUM_CACHE_CORRUPT, "unexpected ziphash", 'unexpected ziphash: "x"', "modfetch/fetch.go"),
    Wording(
        Code.CHECKSUM_CACHE_CORRUPT,
        "pkg/mod/",
        "open /root/go/pkg/mod/rsc.io/quote@v1.5.2/quote.go: no such file or directory",
        "any tool that reads an extracted module",
        re.compile(
            r"open (?P<file>[^\s:]{1,500}pkg[/\\]mod[/\\][^\s:]{1,500}@v[^\s:]{1,500}): (?:no such file|The "
            r"system cannot find)"
        ),
        certainty=Certainty.LIKELY,
    ),
)
