"""go's settings for commands of gomend's own that look at them."""

import os

from gomend.gocmd.gosettings import go_settings
from gomend.gocmd.program import CannotRunError, NotFoundError, find_go
from gomend.gomod.goenv import GoEnv
from gomend.settings.load import Loaded

_NOWHERE = "/nowhere/bin/go"  # has no go.env beside it


def settings_of_go(loaded: Loaded) -> GoEnv:
    """The settings in force for the go command that gomend would run; those of the environment where there is none."""
    told = {**os.environ, "GOMEND_GO": loaded.text("go")} if loaded.text("go") else os.environ
    try:
        go = find_go(told)
    except (NotFoundError, CannotRunError):
        go = _NOWHERE
    return go_settings(go, os.environ)
