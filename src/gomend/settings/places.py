"""Where the option files lie. Light: a run that finds none of them loads nothing else of this part."""

import os
from collections.abc import Mapping

PROJECT_FILE = ".gomend.toml"
# Read before options are looked at: by the launcher of a checkout, and to find go.
_NO_MATTER = frozenset(
    {"GOMEND_PYTHON", "GOMEND_GO", "GOMEND_LANG", "GOMEND_COLOR", "GOMEND_RELAY", "GOMEND_READAHEAD"}
)


def user_file(environment: Mapping[str, str]) -> str | None:
    """The user's file, if there is one: gomend/config.toml in $XDG_CONFIG_HOME or ~/.config."""
    home = environment.get("HOME", "")
    folder = environment.get("XDG_CONFIG_HOME", "") or (os.path.join(home, ".config") if home else "")
    path = os.path.join(folder, "gomend", "config.toml")
    return path if os.path.isabs(folder) and os.path.isfile(path) else None


def project_file(folder: str) -> str | None:
    """The project's file, if there is one: beside the nearest go.mod or go.work, from `folder` upwards."""
    while True:
        path = os.path.join(folder, PROJECT_FILE)
        if os.path.isfile(path) and any(os.path.isfile(os.path.join(folder, name)) for name in ("go.mod", "go.work")):
            return path
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def all_default(environment: Mapping[str, str], folder: str) -> bool:
    """Whether no variable and no file sets anything that matters to a run with nothing to say."""
    return (
        not any(name.startswith("GOMEND_") and name not in _NO_MATTER for name in environment)
        and user_file(environment) is None
        and project_file(folder) is None
    )
