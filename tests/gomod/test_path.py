"""Paths: the same answers as golang.org/x/mod/module."""

import pytest
from gomod_text import some
from hypothesis import given
from hypothesis import strategies as st

from gomend.gomod.path import (
    InvalidEscapeError,
    InvalidPathError,
    candidate_modules,
    check_file_path,
    check_import_path,
    check_module_path,
    escape_path,
    escape_version,
    split_major,
    unescape_path,
    unescape_version,
    wire_form,
)
from gomend.gomod.refusal import GoRefusalError

PATHS = [
    "", "/", "-x.y", "a", "a.b", "a.b/", "a.b//c", "a.b/.c", "a.b/c.", "a.b/...", "A.b/c", "a.b/C", "a_b.c/d",
    "github.com/Azure/azure-sdk", "a.b/con", "a.b/CON.txt", "a.b/com1", "a.b/com10", "a.b/x~1", "a.b/x~1.y", "a.b/x~",
    "a.b/x~1y", "a.b/v1", "a.b/v2", "a.b/v0", "a.b/v02", "a.b/v2.1", "a.b/v", "a.b/v10", "/v2", "v2", "a.b/c d",
    "a.b/c+d", "a.b/c!d", "a.b/é", "a.b/日本", "a.b/\udcff", "gopkg.in/yaml.v2", "gopkg.in/yaml", "gopkg.in/yaml.v0",
    "gopkg.in/yaml.v01", "gopkg.in/yaml.v0-unstable", "gopkg.in/yaml.v3-unstable", "gopkg.in/u/yaml.v1",
    "gopkg.in/a.v",
    "-a.b/c", "a.-b/c", "..", "a.b/..", "a.b/c\nd", "a.b/c'd", "a.b/c\\d", "a.b/[x]", "a.b/x{y}", "a.b/v2/",
    "a.b/vv2",
    "example.com/nul.go", "example.com/COM¹", "a.b/ſcom", "a.b/\u212a", "a.b/v2.", "a.b/v.2", "xn--a.b/c",
    "a.b/c~1~22",
]  # fmt: skip


def answers(function, text):
    try:
        return ["ok", function(text)]
    except GoRefusalError as error:
        return ["error", str(error)]


ALL = [
    *PATHS,
    *some("aA1v./-_~!+é \udcff:n", 600),
    *some(["a.b", "/", "/", "/", "v2", "v1", "gopkg.in/", "x.v3", "CON", "x~2", "Aa", "..", ".x"], 800, longest=6),
]


@pytest.mark.parametrize(
    ("operation", "function"),
    [("check_path", check_module_path), ("check_import", check_import_path), ("check_file", check_file_path)],
)
def test_a_path_is_refused_with_gos_words_or_accepted(oracle, operation, function):
    wanted = [answer[0] for answer in oracle((operation, path) for path in ALL)]
    got = ["" if found[0] == "ok" else found[1] for found in (answers(function, path) for path in ALL)]
    assert dict(zip(ALL, got, strict=True)) == dict(zip(ALL, wanted, strict=True))
    assert "" in got and any(got)


@pytest.mark.parametrize(
    ("operation", "function"),
    [
        ("escape_path", escape_path),
        ("unescape_path", unescape_path),
        ("escape_version", escape_version),
        ("unescape_version", unescape_version),
    ],
)
def test_escapes_are_gos(oracle, operation, function):
    texts = [*ALL, "github.com/!azure/x", "a.b/!", "a.b/!A", "v1.0.0-!r!c1", "v1.0.0-RC1", "v1!", "a.b/!1"]
    wanted = oracle((operation, text) for text in texts)
    assert {text: answers(function, text) for text in texts} == dict(zip(texts, wanted, strict=True))


def test_the_major_suffix_is_split_off_as_go_does(oracle):
    for path, (prefix, major, ok) in zip(ALL, oracle(("split", path) for path in ALL), strict=True):
        assert split_major(path) == ((prefix, major) if ok == "true" else None), path


@given(st.from_regex(r"\A[a-z]{1,3}\.[a-z]{1,3}(/[A-Za-z][A-Za-z0-9_-]{0,5}){0,3}\Z"))
def test_what_was_escaped_comes_back(path):
    try:
        escaped = escape_path(path)
    except InvalidPathError:
        return
    assert escaped == escaped.lower()
    assert unescape_path(escaped) == path


def test_errors_carry_their_facts():
    with pytest.raises(InvalidPathError) as caught:
        check_module_path("a.b/C D")
    assert (caught.value.kind, caught.value.path, caught.value.reason) == ("module", "a.b/C D", "invalid char ' '")
    with pytest.raises(InvalidEscapeError) as other:
        unescape_path("a.b/!!")
    assert (other.value.what, other.value.escaped) == ("module path", "a.b/!!")


def test_on_the_wire_only_what_must_be_is_percent_encoded():
    assert wire_form("github.com/!azure/x") == "github.com/%21azure/x"
    assert wire_form("v2.0.0+incompatible") == "v2.0.0+incompatible"
    assert wire_form("a#b~c@d=e$f&g,h") == "a%23b~c@d=e$f&g%2Ch"


def test_candidates_are_the_prefixes_that_may_be_modules():
    assert candidate_modules("github.com/a/b/v1/c") == (
        "github.com/a/b/v1/c",
        "github.com/a/b",
        "github.com/a",
        "github.com",
    )
    assert candidate_modules("x.y/a/b", main_modules={"x.y/a"}) == ("x.y/a/b", "x.y")
