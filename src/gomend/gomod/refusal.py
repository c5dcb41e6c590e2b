"""The family of errors of this part: go itself refuses a value."""

from gomend.errors import GomendError


class GoRefusalError(GomendError):
    """Go refuses this value. `str()` is go's own text, without the wrappers that name command, file or module."""
