"""The interface of a source of module files, at the level of the GOPROXY protocol's requests.

A request is a path below a source's address (`github.com/a/b/@v/v1.0.0.zip`, `sumdb/sum.golang.org/supported`); an
answer is a status, headers and a body as the source gave them. What they mean is decided in `gomod.protocol`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """One file asked of a source."""

    path: str  # below the source's address, no leading slash, escaped as on the wire
    purpose: str = "other"  # list, latest, info, mod, zip, sumdb or other
    headers: Mapping[str, str] = field(default_factory=dict)
    attempt: int = 1
    ahead: bool = False  # asked before go did
    may_move_on: bool = False  # go would ask a later entry if this one failed


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file that go is about to ask."""

    path: str  # as in Request
    purpose: str


class Answer(Protocol):
    """An answer whose headers are in."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def reason(self) -> str:
        """The words after the status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; names compare without case."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The body, read once. Raises WireError when it is cut or stalls."""


class Source(Protocol):
    """Answers requests. Raises WireError where no answer came."""

    def get(self, request: Request) -> AbstractAsyncContextManager[Answer]:
        """The answer to one request, open until the block ends."""
