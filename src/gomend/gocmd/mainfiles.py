"""The go.work and go.mod in force for work in a folder. Source: cmd/go/internal/modload (init.go: FindGoWork)."""

import os
from dataclasses import dataclass

from gomend.gocmd.toolchain import deciding_files


@dataclass(frozen=True, slots=True)
class MainFiles:
    """Absolute paths; "" for none. `folder` is where a go command is run."""

    folder: str
    gowork: str = ""
    gomod: str = ""  # the nearest one; what a go.work uses may be others

    @property
    def root(self) -> str:
        """The folder of the go.work or go.mod in force, else the working folder."""
        deciding = self.gowork or self.gomod
        return os.path.dirname(deciding) if deciding else self.folder


def main_files(folder: str, gowork: str) -> MainFiles:
    """`gowork` is GOWORK as set: "" to search upwards, `off`, or a file."""
    folder = os.path.abspath(folder)
    found = deciding_files(folder, gowork)
    gomod = next((path for path in found if os.path.basename(path) == "go.mod"), "")
    return MainFiles(folder, next((path for path in found if path != gomod), ""), gomod)
