"""Which fixes gomend can do itself, by their keys. Light: every verdict's screen asks."""

from collections.abc import Mapping
from typing import Final

LASTING: Final = frozenset(
    {
        *("move_on", "move_on_public", "add_direct", "make_private", "use_goproxy_cn", "use_a_proxy", "allow_network"),
        *("drop_own_goproxy", "repair_goproxy", "repair_goflags", "sumdb_mirror", "allow_toolchain", "modules_on"),
        *("store", "unstore"),
    }
)
"""Values stored in go's own settings; `mend.lasting` has them."""
QUARANTINES: Final = frozenset({"remove_version", "remove_version_if_same", "remove_sumdb_answers"})
PROJECT: Final = frozenset({"tidy", "add_sum", "leave_retracted", "drop_replace"})
WORKSPACES: Final = frozenset({"join_workspace", "raise_workspace", "drop_missing_use"})
VENDORS: Final = frozenset({"vendor_again"})
GITS: Final = frozenset({"git_over_ssh"})
PINS: Final = frozenset({"pin_name"})
RUNS: Final = frozenset({"run_again", "run_again_later"})
APPLICABLE: Final = LASTING | QUARANTINES | PROJECT | WORKSPACES | VENDORS | GITS | PINS | RUNS
"""All of them."""

_NEEDED: Final[Mapping[str, str]] = {
    "remove_version": "version",
    "remove_version_if_same": "version",
    "make_private": "module",
    "store": "setting",
    "unstore": "setting",
    "repair_goflags": "setting",
    "pin_name": "host",
    "git_over_ssh": "host",
}


def can_apply(key: str, about: Mapping[str, str]) -> bool:
    """Whether gomend can do the fix itself, as far as the fix alone tells."""
    if key in _NEEDED and not about.get(_NEEDED[key]):
        return False
    return key in APPLICABLE


def changes_something(key: str, about: Mapping[str, str]) -> bool:
    """Whether gomend can do the fix itself, and it is more than running something again."""
    return can_apply(key, about) and key not in RUNS
