"""Strict checks on names and commands that come from a log, before they may stand in a command that a person copies."""

import re
from collections.abc import Sequence
from typing import Final

from gomend.gomod.path import InvalidPathError, check_module_path
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.version import canonical, check

_HOST = re.compile(
    r"(?:[A-Za-z0-9][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63}){0,20}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?"
)
_PATH = re.compile(r"(?:/[A-Za-z0-9._@!+~-]{1,255}){1,40}")
_ARGUMENT = re.compile(r"[A-Za-z0-9._~/@+:=,-]{1,300}")
_REPEATABLE: Final = frozenset({"build", "get", "install", "list", "mod", "test", "vet", "work"})
_FLAG = re.compile(
    r"-{1,2}(?:C|a|count|deps|e|json|m|mod|modcacherw|n|p|race|run|short|tags|test|timeout|trimpath|u|v|versions|x)(?:=.*)?"
)


def is_module_path(path: str) -> bool:
    """Whether go accepts `path` as that of a module that it may fetch."""
    try:
        check_module_path(path)
    except InvalidPathError:
        return False
    return True


def is_version_of(path: str, version: str) -> bool:
    """Whether `version` is canonical and go accepts it for the module `path`."""
    try:
        check(path, version)
    except GoRefusalError:
        return False
    return canonical(version) == version.removesuffix("+incompatible")


def is_host(host: str) -> bool:
    """Whether `host` is a host name or address, with or without a port."""
    return _HOST.fullmatch(host) is not None


def is_plain_path(path: str) -> bool:
    """Whether `path` is an absolute path without blanks, signs of the shell, or a way upwards."""
    return _PATH.fullmatch(path) is not None and "/../" not in f"{path}/"


def is_repeatable(command: Sequence[str]) -> bool:
    """Whether `command` is a go command that starts no program named by its arguments, in plain words."""
    if len(command) < 2 or command[0].replace("\\", "/").rpartition("/")[2] not in ("go", "go.exe"):
        return False
    words = command[3:] if command[1] == "-C" else command[1:]
    if not words or words[0] not in _REPEATABLE:
        return False
    return all(
        _ARGUMENT.fullmatch(word) is not None and (not word.startswith("-") or _FLAG.fullmatch(word) is not None)
        for word in command[1:]
    )
