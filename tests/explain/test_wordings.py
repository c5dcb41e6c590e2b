"""Every wording is found in its own example, and no other layer takes it."""

import re
from itertools import chain
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from gomend.causes import Code
from gomend.explain import foreign, golog, meaning, notices, peel, shapes
from gomend.explain.wordings import LAYERS, Wording, classify
from gomend.explain.wordings.wording import LONGEST_TEXT

WORDINGS = [pytest.param(wording, id=f"{wording.code}-{at}") for at, wording in enumerate(chain.from_iterable(LAYERS))]
BY_STRUCTURE = {
    Code.PROGRESS_DOWNLOAD,
    Code.PROXY_NOT_FOUND,
    Code.PROXY_SERVER_ERROR,
    Code.PROXY_RATE_LIMITED,
    Code.PROXY_UNAUTHORIZED,
    Code.CHECKSUM_SUMDB_NOT_FOUND,
    Code.MODULE_RETRACTED,
    Code.UNKNOWN,
}
"""Codes that a status, a place or a notice tells, not a wording."""


@pytest.mark.parametrize("wording", WORDINGS)
def test_an_example_is_found_by_its_wording(wording: Wording) -> None:
    assert wording.find(wording.example) is not None


@pytest.mark.parametrize("wording", WORDINGS)
def test_no_other_wording_reads_an_example_differently(wording: Wording) -> None:
    found = classify(wording.example)
    assert found is not None
    assert found.wording.code is wording.code


def test_every_code_has_a_wording_or_is_told_by_structure() -> None:
    worded = {wording.code for wording in chain.from_iterable(LAYERS)}
    assert worded | BY_STRUCTURE == set(Code)


def test_what_only_follows_gives_way_to_a_reason() -> None:
    text = "cannot find module providing package a.io/b: module lookup disabled by GOPROXY=off"
    found = classify(text)
    assert found is not None
    assert found.wording.code is Code.PROXY_OFF


def test_the_middle_of_a_long_text_is_not_looked_at() -> None:
    hidden = "a" * LONGEST_TEXT + " no space left on device " + "b" * LONGEST_TEXT
    assert classify(hidden) is None
    assert classify(hidden[LONGEST_TEXT:]) is not None


def _patterns() -> list[Any]:
    found = {}
    for module in (foreign, golog, meaning, notices, peel, shapes):
        for name, value in vars(module).items():
            values = value if isinstance(value, tuple) else (value,)
            for at, pattern in enumerate(values):
                if isinstance(pattern, re.Pattern):
                    found[f"{module.__name__.rpartition('.')[2]}.{name}.{at}"] = pattern
    for at, wording in enumerate(chain.from_iterable(LAYERS)):
        if wording.pattern is not None:
            found[f"wordings.{wording.code}.{at}"] = wording.pattern
    return [pytest.param(pattern, id=name) for name, pattern in found.items()]


def _most_steps(tree: Any) -> int:
    """How often a parsed pattern's innermost part may be tried from one start: repeats inside repeats multiply."""
    most = 1
    for kind, value in tree:
        if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT):
            _, high, inner = value
            assert high is not constants.MAXREPEAT, "a repeat without an end"
            steps = int(high) * _most_steps(inner)
        elif kind is constants.BRANCH:
            steps = max(_most_steps(branch) for branch in value[1])
        elif kind is constants.SUBPATTERN:
            steps = _most_steps(value[-1])
        elif kind in (constants.ASSERT, constants.ASSERT_NOT):
            steps = _most_steps(value[1])
        else:
            steps = 1
        most = max(most, steps)
    return most


@pytest.mark.parametrize("pattern", _patterns())
def test_no_pattern_repeats_without_an_end(pattern: re.Pattern[str]) -> None:
    assert _most_steps(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)) <= LONGEST_TEXT
