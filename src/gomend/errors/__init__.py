"""Errors that gomend raises itself. Facts are fields; a text for people is made from them last."""


class GomendError(Exception):
    """gomend itself could not do what was asked (exit status 125 when wrapping a command)."""


class UsageError(GomendError):
    """The command line, a setting or an input is not what gomend takes (exit status 2)."""
