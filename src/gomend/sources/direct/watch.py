"""Who is told of what is done for a module from its repository."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Watch(Protocol):
    """Hears of each piece of work while it lasts. What the block raises is why it failed."""

    def module(self, path: str) -> AbstractContextManager[None]:
        """All that is done for one request about a module, finding its repository too."""

    def call(self, tool: str, command: str, url: str, *, is_remote: bool) -> AbstractContextManager[None]:
        """A call of git or hg works for the repository at `url`. `is_remote`: it talks to it."""


class Nobody:
    """Is told of nothing."""

    def module(self, path: str) -> AbstractContextManager[None]:
        """As of Watch."""
        del path
        return nullcontext()

    def call(self, tool: str, command: str, url: str, *, is_remote: bool) -> AbstractContextManager[None]:
        """As of Watch."""
        del tool, command, url, is_remote
        return nullcontext()
