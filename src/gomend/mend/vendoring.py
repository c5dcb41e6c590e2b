"""A vendor folder made anew, as steps of a mend: `go mod vendor` writes another folder, and what differs is taken over.

Only what differs goes through the journal, so that undo brings back every byte.
"""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from gomend.errors import GomendError
from gomend.mend.project import CommandFailedError
from gomend.mend.steps import Edit, MakeFolder, Step, folders_for

MOST_BYTES = 64 << 20  # of old and new files that the journal keeps


class TooLargeError(GomendError):
    """What would change in the folder `path` is more than the journal is to keep."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def steps(root: Path, scratch: Path, command: str, run: Callable[[Sequence[str]], int]) -> list[Step]:
    """The steps that leave the folder `vendor` in `root` as `command` (`go mod vendor`, `go work vendor`) would.

    `run` runs a go command there and gives its exit status; `scratch` is an empty folder. Raises CommandFailedError,
    TooLargeError, OSError.
    """
    made, place = scratch / "vendor", root / "vendor"
    status = run([*shlex.split(command), "-o", str(made)])
    if status:
        raise CommandFailedError(status)
    old, new = _files(place), _files(made)
    edits: list[Step] = []
    folders: dict[str, MakeFolder] = {}
    kept = 0
    for name in sorted({*old, *new}):
        before = old[name].read_bytes() if name in old else None
        after = new[name].read_bytes() if name in new else None
        if before == after:
            continue
        kept += len(before or b"") + len(after or b"")
        if kept > MOST_BYTES:
            raise TooLargeError(str(place))
        folders |= {one.path: one for one in folders_for(place / name)}
        mode = (old.get(name) or new[name]).stat().st_mode & 0o777
        edits.append(Edit(str(place.resolve() / name), before, after, mode=mode))
    return [*sorted(folders.values(), key=lambda one: one.path), *edits]


def _files(folder: Path) -> dict[str, Path]:
    return {one.relative_to(folder).as_posix(): one for one in folder.rglob("*") if one.is_file()}
