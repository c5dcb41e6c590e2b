"""go.mod and go.sum as a go command leaves them, as steps of a mend. The command works on copies (`-modfile`)."""

import shlex
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from gomend.errors import GomendError
from gomend.mend.steps import Edit, Step

_FILES = ("go.mod", "go.sum")


class NoModuleError(GomendError):
    """There is no go.mod, or no go.work that is asked for, in `root`."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.root = root


class CommandFailedError(GomendError):
    """The go command ended with `status`, so that its work was not taken; it said itself why."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def steps(root: Path, scratch: Path, command: str, run: Callable[[Sequence[str]], int]) -> list[Step]:
    """The steps that leave go.mod and go.sum in `root` as `command` (go …, quoted for a POSIX shell) would.

    `run` runs a go command there, without a go.work (with one go takes no other go.mod), and gives its exit status;
    `scratch` is an empty folder. Raises NoModuleError, CommandFailedError, OSError.
    """
    if not (root / "go.mod").is_file():
        raise NoModuleError(str(root))
    for name in _FILES:
        if (root / name).exists():
            shutil.copyfile(root / name, scratch / name)
    status = run(on_copy(shlex.split(command), scratch / "go.mod"))
    if status:
        raise CommandFailedError(status)
    return [step for name in _FILES if (step := _edit(root / name, scratch / name)) is not None]


def on_copy(words: Sequence[str], copy: Path) -> list[str]:
    """The command, working on another go.mod. Source: `go help modules` (-modfile), `go help mod edit`."""
    verb = 3 if words[1] == "mod" else 2
    if list(words[1:3]) == ["mod", "edit"]:
        return [*words, str(copy)]
    return [*words[:verb], f"-modfile={copy}", *words[verb:]]


def _edit(path: Path, copy: Path) -> Edit | None:
    place = path.resolve()
    before = place.read_bytes() if place.exists() else None
    after = copy.read_bytes() if copy.exists() else None
    return None if before == after else Edit(str(place), before, after)
