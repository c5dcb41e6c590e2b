"""Switches in the environment: `0`, `off`, `false` and `no` mean the same everywhere.

Light: it is read before a command starts.
"""

OFF = frozenset({"0", "off", "false", "no"})


def is_off(words: str) -> bool:
    """Whether a switch is set to off; one that is not set is not."""
    return words.strip().lower() in OFF
