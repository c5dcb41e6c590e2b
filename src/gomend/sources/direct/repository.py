"""A repository of code, as a module is read from it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

from gomend.causes import Code
from gomend.errors import GomendError
from gomend.gomod.modtree import TreeFile


class DirectError(GomendError):
    """A module, a version or a file could not be had from its repository.

    `words` says it as go does. `is_missing`: it is not there, as far as the repository tells; go then asks its next
    source. `code` is the cause; None where only `output`, what the tool printed, can tell.
    """

    def __init__(self, words: str, *, code: Code | None, is_missing: bool = False, output: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.code = code
        self.is_missing = is_missing
        self.output = output


Take = Callable[[str, IO[bytes]], None]
"""Takes a file's path below its folder, and its content."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit."""

    hash: str
    time: datetime  # of the committer, UTC, whole seconds
    tags: tuple[str, ...]  # sorted
    tag: str = ""  # the tag that it was asked by
    ref: str = ""  # the remote's name for it, where it has one

    @property
    def short(self) -> str:
        """As pseudo-versions name it."""
        return self.hash[:12]


class Repository(Protocol):
    """What a module needs of its repository. Every call raises DirectError."""

    @property
    def url(self) -> str:
        """Where it is fetched from."""

    @property
    def vcs(self) -> str:
        """The tool: git or hg."""

    def in_use(self) -> AbstractAsyncContextManager[None]:
        """While this lasts, what has been fetched stays."""

    async def tags(self, prefix: str) -> Mapping[str, str]:
        """All tags that begin so, each with its commit's hash."""

    async def head(self) -> Commit:
        """The default branch's newest commit."""

    async def commit(self, revision: str) -> Commit:
        """The commit of a tag, a branch or (the first seven and more digits of) a hash."""

    async def read(self, commit: Commit, path: str) -> bytes | None:
        """A file's content; None where there is no such file."""

    async def highest_tag(self, commit: Commit, prefix: str, allowed: Callable[[str], bool]) -> str:
        """Of the tags on `commit` or its ancestors that begin so and are allowed, the highest version; or empty."""

    async def descends(self, commit: Commit, tag: str) -> bool:
        """Whether the tag's commit is among the ancestors of `commit`, or itself."""

    async def tree(self, commit: Commit, folder: str) -> list[TreeFile]:
        """The files below `folder`, links too, each with its path below it. Sizes are those of the stored blobs."""

    async def copy(self, commit: Commit, folder: str, wanted: Collection[str], take: Take) -> None:
        """Hands the contents of those files to `take`, in the tree's order, in another thread."""
