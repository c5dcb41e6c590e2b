"""The files of the project in a folder: go.work, go.mod, go.sum."""

from dataclasses import dataclass
from pathlib import Path

from gomend.gocmd.mainfiles import main_files
from gomend.gomod.gomodfile import parse_gowork


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project's files are. `work` is None outside a workspace."""

    work: Path | None
    mods: tuple[Path, ...]  # the go.mod of each main module

    @property
    def sums(self) -> list[Path]:
        """The go.sum files that are there."""
        files = [one.with_suffix(".sum") for one in self.mods]
        if self.work is not None:
            files.insert(0, self.work.with_name("go.work.sum"))
        return [one for one in files if one.is_file()]


def project_at(folder: Path, gowork: str) -> Project:
    """The project that go would work in here; `gowork` is GOWORK in force. Raises OSError and ModFileErrors."""
    main = main_files(str(folder), gowork)
    if main.gowork:
        work = Path(main.gowork)
        used = [(work.parent / one.path / "go.mod").resolve() for one in parse_gowork(work.read_bytes()).use]
        return Project(work, tuple(used))
    return Project(None, (Path(main.gomod),) if main.gomod else ())


def sums_of_project(folder: Path, gowork: str) -> list[Path]:
    """The go.sum files in force here; none where there is no project. Raises as `project_at`."""
    return project_at(folder, gowork).sums
