"""What a running server is asked to do, and how it says that it did, whichever way it is reached."""

from gomend.errors import GomendError
from gomend.gomod.path import escape_path, wire_form


class RefusedError(GomendError):
    """A server did not do what it was asked to: `status` (0 where it did not answer) and its words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


def purge_path(module: str) -> str:
    """The path that has what may change about a module forgotten."""
    return f"/-/purge/{wire_form(escape_path(module))}"


def was_known(status: int, words: str) -> bool:
    """Whether there was anything to forget. Raises RefusedError."""
    if status != 200:
        raise RefusedError(status, words)
    return words == "forgotten"
