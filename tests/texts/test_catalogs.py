"""Both languages say the same things: equal keys, equal placeholders."""

import re
import tomllib
from importlib.resources import files
from string import Formatter
from typing import Any

import pytest

from gomend.causes import Code
from gomend.explain.fixes.remedies import FOR_SETTINGS, remedies_for
from gomend.texts import LANGUAGES

FILES = sorted(entry.name for entry in files("gomend.texts").joinpath("en").iterdir() if entry.name.endswith(".toml"))
PARTS = ["title", "headline", "headline_bare", "what", "see", "why", "check", "not"]


def catalog(language: str, name: str) -> dict[str, Any]:
    return tomllib.loads(files("gomend.texts").joinpath(language, name).read_text(encoding="utf-8"))


def flat(table: dict[str, Any], at: str = "") -> dict[str, str]:
    entries: dict[str, str] = {}
    for key, value in table.items():
        entries |= flat(value, f"{at}{key}/") if isinstance(value, dict) else {f"{at}{key}": value}
    return entries


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", FILES)
def test_the_languages_hold_the_same_keys_with_the_same_placeholders(name: str) -> None:
    english, *others = (flat(catalog(language, name)) for language in LANGUAGES)
    for other in others:
        assert list(other) == list(english)
        for key, text in english.items():
            assert placeholders(other[key]) == placeholders(text), key


def test_the_languages_have_the_same_files() -> None:
    for language in LANGUAGES:
        found = sorted(entry.name for entry in files("gomend.texts").joinpath(language).iterdir())
        assert [name for name in found if name.endswith(".toml")] == FILES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_every_part(language: str) -> None:
    codes = catalog(language, "codes.toml")
    assert list(codes) == list(Code)
    for code, parts in codes.items():
        assert list(parts) == PARTS, code
        for part, words in parts.items():
            allowed = {"module", "version", "host", "url", "file"} if part == "headline" else set()
            assert placeholders(words) <= allowed, (code, part)
            assert words.strip() == words
            assert words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fix_of_the_table_has_a_title_and_no_title_is_left_over(language: str) -> None:
    titles = {key: entry["title"] for key, entry in catalog(language, "fixes.toml").items()}
    remedies = [*FOR_SETTINGS, *(remedy for code in Code for remedy in remedies_for(code))]
    named = {remedy.key: set(remedy.names) for remedy in remedies}
    assert set(titles) == set(named)
    assert {key: placeholders(title) for key, title in titles.items()} == named


@pytest.mark.parametrize("name", ["codes.toml", "fixes.toml"])
def test_chinese_text_is_written_with_chinese_marks(name: str) -> None:
    for key, words in flat(catalog("zh", name)).items():
        if not key.endswith("/see"):
            assert not re.search(r"[\u4e00-\u9fff][,;!]|[,;!][\u4e00-\u9fff]", words), key
