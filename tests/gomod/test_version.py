"""Versions: the same answers as golang.org/x/mod/semver and module."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from gomod_text import some

from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.version import (
    InvalidVersionError,
    PseudoKind,
    Query,
    canonical,
    check,
    check_major,
    compare,
    is_pseudo,
    is_valid,
    major,
    parse,
    parse_pseudo,
    pseudo_version,
    query_kind,
    sort_versions,
)

VERSIONS = [
    "", "v", "v1", "v1.2", "v1.2.3", "1.2.3", "v01.2.3", "v1.02.3", "v1.2.03", "v1.2.3-", "v1.2.3-a", "v1.2.3-01",
    "v1.2.3-0", "v1.2.3-0a", "v1.2.3-a..b", "v1.2.3+", "v1.2.3+a", "v1.2.3+a.01", "v1.2.3-a+b", "v2.0.0+incompatible",
    "v1.2-a", "v1-a", "v1.2+a", "v1.2.3-rc.1", "v1.2.3-rc.10", "v1.2.3-rc.2", "v1.2.3-rc", "v1.2.3-rc.a", "v10.0.0",
    "v9.0.0", "v1.2.3\n", "v1.2.٣", "v0.0.0-20180911141734-db72e6cae808", "v1.2.4-0.20180911141734-db72e6cae808",
    "v1.2.3-pre.0.20180911141734-db72e6cae808", "v1.2.3-pre.0.20180911141734-db72e6cae808+incompatible",
    "v2.0.1-0.20180911141734-db72e6cae808+incompatible", "v2.0.0-20180911141734-db72e6cae808+incompatible",
    "v1.0.0-0.20180911141734-db72e6cae808", "v1.0.0-20180911141734-db72e6cae808", "v1.10.10-0.20180911141734-abc",
    "v1.2.0-0.20181311141734-abc", "v1.2.100-0.20180911141734-abc", "v1.2.3-0.0.20180911141734-abc",
    "v1.2.3-x.20180911141734-abc",
    "v0.0.0-2018091114173-abc", "v1.2.3-0.20180911141734", "v1.2.3-a-b-0.20180911141734-abc",
    "v1.2.3-a.0.20180230000000-abc",
    "v99999999999999999999999.1.1", "master", "v1.2.3-alpha.beta", "v1.2.3-beta.11",
]  # fmt: skip
ALL = [
    *VERSIONS,
    *some(
        [
            "v",
            "1",
            "0",
            "2",
            ".",
            ".",
            "-",
            "+",
            "a",
            "rc",
            "-0.20180911141734-abc",
            "-20180911141734-ab",
            "incompatible",
        ],
        1500,
    ),
    *("v" + text for text in some("0123.-+a", 1500)),
]


def test_versions_are_read_as_go_reads_them(oracle):
    for version, wanted in zip(ALL, oracle(("semver", version) for version in ALL), strict=True):
        parts = parse(version)
        flags = [str(is_valid(version)).lower(), str(is_pseudo(version)).lower()]
        got = [
            flags[0],
            canonical(version),
            major(version),
            parts.prerelease if parts else "",
            parts.build if parts else "",
        ]
        assert [*got, flags[1]] == wanted, version


def test_two_versions_compare_as_go_compares_them(oracle):
    pairs = [(a, b) for a in VERSIONS for b in VERSIONS]
    wanted = [int(answer[0]) for answer in oracle(("compare", *pair) for pair in pairs)]
    assert [compare(*pair) for pair in pairs] == wanted
    assert sort_versions(ALL) == oracle([("sort", *ALL)])[0]


def test_pseudo_versions_are_taken_apart_as_go_does(oracle):
    found = 0
    for version, (base, fault, revision, time) in zip(ALL, oracle(("pseudo", version) for version in ALL), strict=True):
        if fault:
            with pytest.raises(InvalidVersionError) as caught:
                parse_pseudo(version)
            assert str(caught.value) == fault
            assert caught.value.pseudo
            continue
        pseudo = parse_pseudo(version)
        found += 1
        when = pseudo.time.isoformat().removesuffix("+00:00") if pseudo.time else ""
        assert (pseudo.base, pseudo.revision, when) == (base, revision, time), version
    assert found >= 8


def test_pseudo_versions_have_three_kinds():
    end = "20180911141734-db72e6cae808"
    assert parse_pseudo(f"v0.0.0-{end}").kind is PseudoKind.NO_BASE
    assert parse_pseudo(f"v1.2.4-0.{end}").kind is PseudoKind.AFTER_RELEASE
    assert parse_pseudo(f"v1.2.3-pre.0.{end}").kind is PseudoKind.AFTER_PRERELEASE
    assert parse_pseudo(f"v1.2.3-pre.0.{end}").base == "v1.2.3-pre"


def test_pseudo_versions_are_made_as_go_does(oracle):
    when = datetime(2018, 9, 11, 16, 17, 34, tzinfo=timezone(timedelta(hours=2)))
    asked = [(path_major, older) for path_major in ("", "v1", "v2") for older in VERSIONS]
    asked += [("", "v1.2.999"), ("", "v1.2.0"), ("", "v1.2.9"), ("", "v1.2.19"), ("", "v1.2.3+meta")]
    answers = oracle(("pseudo_version", *one, when.isoformat(), "db72e6cae808") for one in asked)
    for one, (wanted,) in zip(asked, answers, strict=True):
        assert pseudo_version(*one, when, "db72e6cae808") == wanted, one
    assert pseudo_version("", "", when.astimezone(UTC), "a") == "v0.0.0-20180911141734-a"


def test_the_major_version_must_fit_the_path_as_go_says(oracle):
    suffixes = ["", "/v2", "/v10", ".v1", ".v2", ".v1-unstable", ".v0"]
    pairs = [(version, suffix) for version in VERSIONS for suffix in suffixes]
    for pair, (wanted,) in zip(pairs, oracle(("check_major", *pair) for pair in pairs), strict=True):
        try:
            check_major(*pair)
            got = ""
        except InvalidVersionError as error:
            got = str(error)
        assert got == wanted, pair


def test_path_and_version_are_checked_together():
    check("example.com/m/v2", "v2.0.0")
    for path, version in [("example.com/m", "v2.0.0"), ("example.com/m", "master"), ("foo", "v1.0.0")]:
        with pytest.raises(GoRefusalError):
            check(path, version)


def test_queries_are_told_apart():
    kinds = {
        "latest": Query.LATEST, "upgrade": Query.UPGRADE, "patch": Query.PATCH, "none": Query.NONE,
        "<v1.2.3": Query.COMPARISON, ">=v1": Query.COMPARISON, "v1.2.3": Query.EXACT, "v1.2.3+meta": Query.EXACT,
        "v1": Query.PREFIX, "v1.2": Query.PREFIX, "master": Query.REVISION, "db72e6c": Query.REVISION,
        "v1.x": Query.REVISION,
    }  # fmt: skip
    assert {query: query_kind(query) for query in kinds} == kinds
