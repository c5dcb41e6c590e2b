"""Every text that the code names exists, with the placeholders it fills; no screen's text is left over."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import gomend

SOURCES = sorted(Path(gomend.__file__).parent.rglob("*.py"))


def flat(table: dict[str, Any], at: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    for key, value in table.items():
        entries |= flat(value, f"{at}{key}/") if isinstance(value, dict) else {f"{at}{key}": value}
    return entries


def catalog() -> dict[str, str]:
    entries: dict[str, str] = {}
    for file in files("gomend.texts").joinpath("en").iterdir():
        if file.name.endswith(".toml"):
            entries |= flat(tomllib.loads(file.read_text(encoding="utf-8")), f"{file.name.removesuffix('.toml')}.")
    return entries


def patterns(key: ast.expr) -> Iterator[str]:
    """Regular expressions for the keys that an expression may give."""
    match key:
        case ast.Constant(value=str(said)):
            yield re.escape(said)
        case ast.IfExp(body=one, orelse=other):
            yield from patterns(one)
            yield from patterns(other)
        case ast.JoinedStr(values=parts):
            yield "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts)


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text":
                for pattern in patterns(node.args[1]) if len(node.args) == 2 else ():
                    yield f"{source.name}:{node.lineno}", node, pattern


def test_there_is_something_to_check() -> None:
    assert len(list(calls())) > 30


@pytest.mark.parametrize(("where", "call", "pattern"), [pytest.param(*one, id=f"{one[0]}-{one[2]}") for one in calls()])
def test_a_text_that_the_code_names_exists_with_its_placeholders(where: str, call: ast.Call, pattern: str) -> None:
    found = {key: words for key, words in catalog().items() if re.fullmatch(pattern, key)}
    assert found, f"{where}: no text {pattern}"
    if ".+" in pattern or any(word.arg is None for word in call.keywords):
        return
    for key, words in found.items():
        needed = {name for _, name, _, _ in Formatter().parse(words) if name}
        assert needed == {word.arg for word in call.keywords}, f"{where}: {key}"


def test_no_text_of_the_screens_is_left_over() -> None:
    used = [pattern for _, _, pattern in calls()]
    assert [
        key
        for key in catalog()
        if key.startswith("screens.") and not any(re.fullmatch(pattern, key) for pattern in used)
    ] == []
