"""go's settings changed for good: what `go env -w` and `go env -u` make of go's own file, as steps of a mend.

go itself writes, to a copy: so its own rules and refusals hold, and the new content is known before anything changes.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gomend.errors import GomendError
from gomend.gomod.goenv import user_file
from gomend.mend import copies, forms
from gomend.mend.steps import Edit, Step, folders_for


class NotWritableError(GomendError):
    """`path` may not be written by this user; "" where go has no such file (GOENV=off)."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def settings_file(environment: Mapping[str, str]) -> Path:
    """go's settings file, links followed. Raises NotWritableError where there is none or it may not be written."""
    named = user_file(environment)
    if not named or not Path(named).is_absolute():
        raise NotWritableError(named or "")
    path = Path(named).resolve()
    nearest = next(place for place in (path, *path.parents) if place.exists())
    if not os.access(nearest, os.W_OK):
        raise NotWritableError(str(path))
    return path


def steps(go: str, environment: Mapping[str, str], values: Mapping[str, str | None]) -> list[Step]:
    """The steps that store each value with `go env -w`, or take it out with `go env -u` where it is None.

    Empty where the file holds all that already. Raises NotWritableError, ChangeRefusedError, OSError.
    """
    path = settings_file(environment)
    before = path.read_bytes() if path.exists() else None
    after = written(go, environment, before, values)
    if after == before:
        return []
    return [*folders_for(path), Edit(str(path), before, after, forms.GOENV)]


def written(
    go: str, environment: Mapping[str, str], before: bytes | None, values: Mapping[str, str | None]
) -> bytes | None:
    """What go makes of a settings file that holds `before` (None: there is none). Raises ChangeRefusedError."""
    stored = [f"{name}={value}" for name, value in values.items() if value is not None]
    dropped = [name for name, value in values.items() if value is None]
    with tempfile.TemporaryDirectory(prefix="gomend-") as folder:
        copy = Path(folder, "env")
        if before is not None:
            copy.write_bytes(before)
        # The variables themselves are left out, else go warns that they hide what it writes; that is told elsewhere.
        asked = {name: value for name, value in environment.items() if name not in values}
        asked |= {"GOENV": str(copy), "GOTOOLCHAIN": "local"}
        for flag, words in (("-w", stored), ("-u", dropped)):
            if words and (words is stored or copy.exists()):
                copies.change([go, "env", flag, *words], asked, folder)
        return copy.read_bytes() if copy.exists() else None
