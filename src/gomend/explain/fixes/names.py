"""Strict checks on names and commands that come from a log, before they may stand in a command that a person copies."""

import re
from collections.abc import Sequence
from typing import Final

_HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63}){0,20}\.?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?"
)
_PATH_ELEMENT = re.compile(r"[A-Za-z0-9_~-](?:[A-Za-z0-9._~-]{0,254}[A-Za-z0-9_~-])?")
_FIRST_ELEMENT = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,254}[a-z0-9-])?")
_VERSION = re.compile(
    r"v\d{1,20}\.\d{1,20}\.\d{1,20}(?:-[0-9A-Za-z-]{1,100}(?:\.[0-9A-Za-z-]{1,100}){0,20})?(?:\+incompatible)?"
)

_ARGUMENT = re.compile(r"[A-Za-z0-9._~/@+:=,-]{1,300}")
_REPEATABLE: Final = frozenset({"build", "get", "install", "list", "mod", "test", "vet", "work"})
_FLAG = re.compile(
    r"-{1,2}(?:C|a|count|deps|e|json|m|mod|modcacherw|n|p|race|run|short|tags|test|timeout|trimpath|u|v|versions|x)(?:=.*)?"
)


def is_module_path(path: str) -> bool:
    """Whether go could download `path`: plain ASCII, a dot in the first element, none at an element's ends."""
    first, *rest = path.split("/")
    return (
        "." in first
        and _FIRST_ELEMENT.fullmatch(first) is not None
        and all(_PATH_ELEMENT.fullmatch(element) for element in rest)
    )


def is_version(version: str) -> bool:
    """Whether `version` is a canonical version (`v1.2.3`, a pre-release, a pseudo-version, `+incompatible`)."""
    return _VERSION.fullmatch(version) is not None


def is_host(host: str) -> bool:
    """Whether `host` is a host name or address, with or without a port."""
    return _HOST.fullmatch(host) is not None


def is_repeatable(command: Sequence[str]) -> bool:
    """Whether `command` is a go command that runs no program named by its arguments, in plain words."""
    if len(command) < 2 or command[0].replace("\\", "/").rpartition("/")[2] not in ("go", "go.exe"):
        return False
    words = list(command[1:])
    if words[0] == "-C" and len(words) > 2:
        words = words[2:]
    if words[0] not in _REPEATABLE:
        return False
    return all(
        _ARGUMENT.fullmatch(word) is not None and (not word.startswith("-") or _FLAG.fullmatch(word) is not None)
        for word in command[1:]
    )


def escaped(name: str) -> str:
    """A path or version as the module cache writes it: each capital as `!` and its small letter."""
    return "".join(f"!{letter.lower()}" if letter.isupper() else letter for letter in name)
