"""Patterns: the same answers as path.Match and MatchPrefixPatterns."""

import itertools

import pytest
from gomod_text import some

from gomend.gomod.globs import BadPatternError, match
from gomend.gomod.private import faults, matches

PATTERNS = [
    "", "*", "**", "a*", "*a", "*a*", "a?c", "a[bc]", "a[^b]", "a[b-d]*", "[", "[]", "[]a]", "[^]a]", "[a-]",
    "[-a]", "[a-c",
    "\\", "a\\", "\\*", "\\a", "[\\]]", "[\\-x]", "a[", "a*[", "[x", "?", "???", "é", "?é", "[é-ü]", "*é",
    "\udcff", "[\udcff]",
    "*.corp.example", "rsc.io/quo*", "a/b/c", "a/*/c", "a.io, b.io", "a.io,b.io/", "a.io//", "/", ",", ",,a", "none",
    "*[\ufffd]", "*?", "*??", "a*b*c", "*a*b", "[a]*[b]", "*/b", "a/b*", "[a-b-c]", "[a\\", "[^", "[^a", "a*\\",
]  # fmt: skip
NAMES = [
    "", "a", "b", "abc", "abcd", "a/b", "a/b/c", "a/x/c/d", "git.corp.example/x/y", "corp.example",
    "rsc.io/quote", "é", "éa", "aé",
    "a.io", "b.io/x", "*", "[", "-", "]", "ü", "\udcff", "a\udcffb", "\ufffd", "/", "a//b", "日本", "a*", "\\",
]  # fmt: skip


def pairs():
    yield from itertools.product(PATTERNS, NAMES)
    yield from zip(
        some("ab*?[]^-\\/é\udcff", 4000, longest=7), some("ab-]é/\udcff", 4000, longest=5, seed=2), strict=True
    )


def test_one_pattern_matches_as_path_match_does(oracle):
    asked = list(pairs())
    seen = set()
    for pair, (wanted, fault) in zip(asked, oracle(("match", *pair) for pair in asked), strict=True):
        try:
            got = (str(match(*pair)).lower(), "")
        except BadPatternError as error:
            got = ("false", str(error))
        assert got == (wanted, fault), pair
        seen.add(got)
    assert len(seen) == 3


def test_a_list_of_patterns_covers_what_go_says(oracle):
    lists = [*PATTERNS, *some([*PATTERNS, ",", ","], 300, longest=4), *some("ab*/,?.", 1500, longest=8)]
    targets = [*NAMES, *some("ab/.", 20)]
    asked = [*itertools.product(lists[:120], targets), *zip(lists, itertools.cycle(targets), strict=False)]
    got = [str(matches(*pair)).lower() for pair in asked]
    wanted = [answer[0] for answer in oracle(("prefix_patterns", *pair) for pair in asked)]
    assert [pair for pair, g, w in zip(asked, got, wanted, strict=True) if g != w] == []
    assert {"true", "false"} == set(wanted)


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [("a.io, b.io", ((" b.io", "blank"),)), ("a.io,[x", (("[x", "malformed"),)), ("a.io,*.b.io/", ())],
)
def test_patterns_that_cannot_do_what_was_meant_are_named(patterns, wanted):
    assert faults(patterns) == wanted
