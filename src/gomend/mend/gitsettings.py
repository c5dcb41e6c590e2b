"""The user's own git settings changed: git itself writes, to a copy. Source: git-config(1), FILES and --file."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from gomend.mend import copies
from gomend.mend.goenv import NotWritableError
from gomend.mend.steps import Edit, Step, folders_for


def settings_file(environment: Mapping[str, str]) -> Path:
    """The file that `git config --global` writes, links followed. Raises NotWritableError where there can be none."""
    named = environment.get("GIT_CONFIG_GLOBAL", "")
    home = environment.get("HOME", "")
    beside = environment.get("XDG_CONFIG_HOME") or f"{home}/.config"
    own, other = Path(home, ".gitconfig"), Path(beside, "git", "config")
    path = Path(named) if named else other if other.is_file() and not own.exists() else own
    if not path.is_absolute():
        raise NotWritableError(str(path))
    path = path.resolve()
    nearest = next(place for place in (path, *path.parents) if place.exists())
    if not os.access(nearest, os.W_OK):
        raise NotWritableError(str(path))
    return path


def steps(environment: Mapping[str, str], scratch: Path, words: Sequence[str]) -> list[Step]:
    """The steps that leave git's file as `git config --global WORDS` would; `scratch` is an empty folder.

    Empty where the file holds that already. Raises NotWritableError, ChangeRefusedError, OSError.
    """
    path = settings_file(environment)
    before = path.read_bytes() if path.exists() else None
    copy = scratch / "gitconfig"
    copy.write_bytes(before or b"")
    copies.change(["git", "config", "--file", str(copy), *words], environment, str(scratch))
    after = copy.read_bytes()
    return [] if after == (before or b"") else [*folders_for(path), Edit(str(path), before, after)]
