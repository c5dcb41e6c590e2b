"""Where a go command works, and which module or workspace that is in. Light: asked after every run."""

import os
from collections.abc import Mapping, Sequence

from gomend.gocmd import toolchain


def working_folder(arguments: Sequence[str]) -> str:
    """The folder that `go ARGUMENTS` works in, as its -C says; "." without one. Only leading flags are looked at."""
    words = iter(arguments)
    commands = 0
    for word in words:
        name, equals, value = word.removeprefix("-").removeprefix("-").partition("=")
        if not word.startswith("-"):
            commands += 1
            if commands > 2:  # go mod download: two words may stand before the flag
                break
        elif name == "C":
            return value if equals else next(words, ".")
    return "."


def module_root(folder: str, environment: Mapping[str, str]) -> str:
    """The folder of the go.work, else the go.mod, in force for work in `folder`; `folder` itself where there is none.

    GOWORK counts as it is set in the environment or stands in go's own file. The answer is absolute.
    """
    gowork = environment.get("GOWORK") or toolchain.stored(environment).get("GOWORK", "")
    found = next(iter(toolchain.deciding_files(folder, gowork)), "")
    return os.path.dirname(os.path.abspath(found)) if found else os.path.abspath(folder)
