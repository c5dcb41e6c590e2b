"""Named sets of go's settings: `gomend proxy save NAME` and `gomend proxy use NAME`, in a file of gomend's own.

A set may hold a password as go's own file does; the file is for its owner alone.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from gomend.errors import GomendError
from gomend.mend.steps import Edit, Step, folders_for

SETTINGS: Final = ("GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB")
PREVIOUS: Final = "previous"  # what was stored before the last change
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}\Z")
_TAKEN: Final = frozenset({PREVIOUS, "off", "direct", "official", "fastest"})

Values = dict[str, str | None]  # None: not stored, so that the default holds


class BadNameError(GomendError):
    """`name` cannot be that of a profile: lower case letters, digits, - and _; or it means something else."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class DamagedError(GomendError):
    """The file of profiles at `path` is none."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class _File(msgspec.Struct):
    schema: str = "gomend.profiles/1"
    profiles: dict[str, Values] = {}


def place_of(environment: Mapping[str, str]) -> Path | None:
    """The file of profiles: gomend/profiles.json in $XDG_CONFIG_HOME or ~/.config; None where neither is known."""
    folder = environment.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(folder):  # noqa: PTH117 - a text that may be empty
        home = environment.get("HOME", "")
        folder = f"{home}/.config" if home.startswith("/") else ""
    return Path(folder, "gomend", "profiles.json").resolve() if folder else None


def read(path: Path) -> dict[str, Values]:
    """The profiles. Raises DamagedError, OSError."""
    if not path.exists():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File).profiles
    except msgspec.DecodeError as error:
        raise DamagedError(str(path)) from error


def check_name(name: str, known: tuple[str, ...]) -> None:
    """Raises BadNameError for a name that is none, or that a public proxy has."""
    if not _NAME.match(name) or name in _TAKEN or name in known:
        raise BadNameError(name)


def steps(path: Path, changes: Mapping[str, Values]) -> list[Step]:
    """The steps that keep these profiles beside the others. Raises DamagedError, OSError."""
    profiles = {**read(path), **changes}
    after = msgspec.json.format(msgspec.json.encode(_File(profiles=profiles)), indent=2) + b"\n"
    before = path.read_bytes() if path.exists() else None
    return [*folders_for(path, 0o700), Edit(str(path), before, after, mode=0o600)]
