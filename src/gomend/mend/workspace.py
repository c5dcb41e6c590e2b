"""A go.work put right: `go work edit` changes a copy. `go work use` would look for the folders beside that copy."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomend.gocmd import toolchain
from gomend.gocmd.mainfiles import MainFiles
from gomend.gomod.gomodfile import ModFileErrors, parse_gomod, parse_gowork
from gomend.mend import copies
from gomend.mend.project import NoModuleError
from gomend.mend.steps import Edit, Step

JOIN, RAISE, DROP = "join_workspace", "raise_workspace", "drop_missing_use"


@dataclass(frozen=True, slots=True)
class Used:
    """A folder that go.work uses, as it stands there: the go line of its go.mod, None where that is not there."""

    path: str
    go: str | None


def flags_for(key: str, go: str, used: list[Used], here: Used | None) -> list[str]:
    """The flags of `go work edit` for a fix. `go` is go.work's own line, `here` the module to add, None for none.

    The go line is raised to what the modules ask for, as `go work use` does (https://go.dev/ref/mod#go-work-use).
    """
    dropped = [one for one in used if one.go is None] if key == DROP else []
    joined = [here] if here is not None and here.path not in {one.path for one in used} else []
    asked = [one.go for one in (*used, *joined) if one.go]
    most = max((go, *asked), key=lambda one: toolchain.order(one) or (0, 0, 0, "", 0))
    raised = [f"-go={most}"] if most != go else []
    return [*(f"-dropuse={one.path}" for one in dropped), *(f"-use={one.path}" for one in joined), *raised]


def steps(key: str, go: str, environment: Mapping[str, str], main: MainFiles, scratch: Path) -> list[Step]:
    """The steps that put the go.work right for the module of the go.mod; `scratch` is an empty folder.

    Empty where nothing is left to do. Raises NoModuleError, ChangeRefusedError, ModFileErrors, OSError.
    """
    work, mod = Path(main.gowork).resolve(), Path(main.gomod)
    if not work.is_file() or (key == JOIN and not mod.is_file()):
        raise NoModuleError(str(work.parent))
    before = work.read_bytes()
    told = parse_gowork(before, file=str(work))
    used = [Used(one.path, _go_line(work.parent / one.path / "go.mod")) for one in told.use]
    here = Used(_beside(work, mod), _go_line(mod)) if key == JOIN else None
    flags = flags_for(key, told.go, used, here)
    if not flags:
        return []
    copy = scratch / "go.work"
    copy.write_bytes(before)
    asked = {**environment, "GOWORK": "off", "GOTOOLCHAIN": "local", "GOFLAGS": ""}
    copies.change([go, "work", "edit", *flags, str(copy)], asked, str(scratch))
    return [Edit(str(work), before, copy.read_bytes())]


def _beside(work: Path, mod: Path) -> str:
    path = Path(os.path.relpath(mod.parent.resolve(), work.parent)).as_posix()
    return path if path.startswith("..") else "." if path == "." else f"./{path}"


def _go_line(mod: Path) -> str | None:
    try:
        return parse_gomod(mod.read_bytes(), file=str(mod), lax=True).go
    except FileNotFoundError:
        return None
    except ModFileErrors:
        return ""
