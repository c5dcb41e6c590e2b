"""What a mend is made of: steps that each change one thing, and can be told from the file system to be done or not.

**How an action is added.** A step is a msgspec struct with a `tag` (it is kept as JSON) that holds all it needs to go
both ways, and has these methods; list it in `Step` below, nothing else needs to know of it:

- `check(files, moved_away)` raises `NotAsPlannedError` where the world is not as it was planned for. It changes
  nothing but the set of paths that the steps checked so far will have moved away.
- `forward(files)` does it; `backward(files)` takes it back. Each may be called again after a crash at any point of
  either and then brings the whole new or the whole old state: it looks at what is there and does what is left to do.
- `may_go_back(files)` raises `ChangedSinceError` where taking it back would undo what somebody else did; it changes
  nothing.
- `backward` returns what it came to: the state before to the byte, or only its own part of it.

A caller builds the steps (an `Edit` of a file's bytes, a `Move` of a file or a whole folder, a `MakeFolder`) and hands
them to `Journal.apply`, in their order and with the locks that are to be held; `gomend undo` does the rest.
"""

import difflib
import os
from enum import StrEnum
from pathlib import Path

import msgspec

from gomend.errors import GomendError
from gomend.masking import mask
from gomend.mend import forms
from gomend.mend.files import Files, is_between

_MOST_DIFF_LINES = 40


class NotAsPlannedError(GomendError):
    """What `path` holds is not what the plan was made for: somebody changed it meanwhile. Nothing was done."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} has changed meanwhile")
        self.path = path


class ChangedSinceError(GomendError):
    """`path` was changed by somebody else since; `keys` says what of it, `diff` how, secrets masked."""

    def __init__(self, path: str, keys: tuple[str, ...] = (), diff: str = "") -> None:
        super().__init__(f"{path} was changed since")
        self.path = path
        self.keys = keys
        self.diff = diff


class Returned(StrEnum):
    """What taking a step back came to."""

    WHOLE = "whole"  # as it was before, to the byte
    OWN = "own"  # its own part as before; other changes made since stay
    NOTHING = "nothing"  # it was not done, or taken back already


class Edit(msgspec.Struct, frozen=True, tag="edit"):
    """A file's content, `before` and `after` (None: no file). `path` is absolute and no link; `form` is one of `forms`.

    `mode` is that of a file which is made.
    """

    path: str
    before: bytes | None
    after: bytes | None
    form: str = forms.WHOLE
    mode: int = 0o666

    def check(self, files: Files, moved_away: set[str]) -> None:  # noqa: ARG002 - as every step's
        """Raises NotAsPlannedError where the file does not hold `before`."""
        self._check(files)

    def _check(self, files: Files) -> None:
        if files.read(Path(self.path)) != self.before:
            raise NotAsPlannedError(self.path)

    def forward(self, files: Files) -> None:
        """Gives the file its new content. Raises OSError, NotAsPlannedError."""
        files.tidy(Path(self.path))
        if files.read(Path(self.path)) != self.after:
            self._check(files)
            self._put(files, self.after)

    def may_go_back(self, files: Files) -> None:
        """Raises ChangedSinceError."""
        self._wanted(files.read(Path(self.path)))

    def backward(self, files: Files) -> Returned:
        """Gives the file its old content, or its own keys their old values. Raises OSError, ChangedSinceError."""
        files.tidy(Path(self.path))
        found = files.read(Path(self.path))
        if found == self.before:
            return Returned.NOTHING
        wanted = self._wanted(found)
        self._put(files, wanted)
        return Returned.WHOLE if wanted == self.before else Returned.OWN

    def _wanted(self, found: bytes | None) -> bytes | None:
        old, new = self.before or b"", self.after or b""
        if found is not None and (is_between(found, old, new) or is_between(found, new, old)):
            return self.before
        try:
            return forms.put_back(self.form, self.before, self.after, found)
        except forms.ForeignChangeError as error:
            raise ChangedSinceError(self.path, error.keys, self._diff(found)) from error

    def _diff(self, found: bytes | None) -> str:
        left, right = ((one or b"").decode("utf-8", "replace").splitlines() for one in (self.after, found))
        lines = difflib.unified_diff(left, right, "written by gomend", "there now", lineterm="", n=0)
        return mask("\n".join(list(lines)[:_MOST_DIFF_LINES]))

    def _put(self, files: Files, content: bytes | None) -> None:
        if content is None:
            files.remove(Path(self.path))
        else:
            files.write(Path(self.path), content, mode=self.mode)


class Move(msgspec.Struct, frozen=True, tag="move"):
    """A file or a whole folder from `source` to `target` on the same file system, by one rename.

    `mode` is its own; a read-only folder is made writable for the rename and read-only again. `inode`, which a rename
    keeps, tells where it is. Taking it back, whatever stands at `source` by then is put beside `target` (with `.since`
    at the end of its name): nothing is lost.
    """

    source: str
    target: str
    mode: int
    inode: int

    @classmethod
    def of(cls, source: Path, target: Path) -> "Move":
        """The move of what is at `source` now. Raises OSError where there is nothing."""
        there = source.lstat()
        return cls(str(source), str(target), there.st_mode & 0o7777, there.st_ino)

    def check(self, files: Files, moved_away: set[str]) -> None:  # noqa: ARG002 - as every step's
        """Raises NotAsPlannedError where it is not there, or something is in its way."""
        if not self._is_at(self.source):
            raise NotAsPlannedError(self.source)
        if self.target not in moved_away and _inode(self.target) is not None:
            raise NotAsPlannedError(self.target)
        moved_away.discard(self.target)
        moved_away.add(self.source)

    def forward(self, files: Files) -> None:
        """Moves it. Raises OSError."""
        if self._is_at(self.target):
            files.restore_mode(Path(self.target), self.mode)
        else:
            files.rename(Path(self.source), Path(self.target), self.mode)

    def may_go_back(self, files: Files) -> None:  # noqa: ARG002 - as every step's
        """Raises ChangedSinceError where what was moved is gone."""
        if not self._is_at(self.target) and not self._is_at(self.source):
            raise ChangedSinceError(self.target)

    def backward(self, files: Files) -> Returned:
        """Moves it back. Raises OSError, ChangedSinceError."""
        source, target = Path(self.source), Path(self.target)
        self.may_go_back(files)
        if self._is_at(self.source):
            files.restore_mode(source, self.mode)
            return Returned.NOTHING
        if _inode(self.source) is not None:
            files.rename(source, target.with_name(f"{target.name}.since"), source.lstat().st_mode & 0o7777)
        files.rename(target, source, self.mode)
        return Returned.WHOLE

    def _is_at(self, path: str) -> bool:
        return _inode(path) == self.inode


class MakeFolder(msgspec.Struct, frozen=True, tag="folder"):
    """A folder that is not there yet; its parent is. Taking it back removes it where it is empty."""

    path: str
    mode: int = 0o777

    def check(self, files: Files, moved_away: set[str]) -> None:
        """Raises nothing: a folder that is there by now will do."""

    def forward(self, files: Files) -> None:
        """Makes it. Raises OSError."""
        files.make_folder(Path(self.path), self.mode)

    def may_go_back(self, files: Files) -> None:
        """Raises nothing: what lies in it stays."""

    def backward(self, files: Files) -> Returned:
        """Removes it if it is empty."""
        files.remove_folder(Path(self.path))
        return Returned.WHOLE


Step = Edit | Move | MakeFolder


def folders_for(path: Path, mode: int = 0o777) -> list[MakeFolder]:
    """The steps that make the missing folders above `path`, the outermost first."""
    missing: list[MakeFolder] = []
    for folder in path.parents:
        if folder.is_dir():
            break
        missing.insert(0, MakeFolder(str(folder), mode))
    return missing


def _inode(path: str) -> int | None:
    try:
        return os.lstat(path).st_ino
    except OSError:
        return None
