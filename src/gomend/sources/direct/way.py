"""How git gets to a remote, where something stands between."""

from dataclasses import dataclass
from typing import Protocol

from gomend.causes import Code


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a connection did not come about, in the words of who dialled."""

    code: Code
    words: str


class Way(Protocol):
    """Sees git's connections, which git itself only knows as a proxy's refusal."""

    def refused(self, url: str) -> Fault | None:
        """Why a repository's URL is not given to git at all."""

    def begun(self) -> float:
        """The moment at which a call begins, for `fault`."""

    def fault(self, url: str, since: float) -> Fault | None:
        """Why `url` could not be reached in a call that began then; None where that was not for a connection."""
