"""What asking one source of GOPROXY came to. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gomend.causes import Code
from gomend.diagnose.asking import Reply
from gomend.diagnose.probing.spread import Spread
from gomend.gomod.protocol import Kind
from gomend.gomod.proxylist import ProxyEntry

ENDPOINTS = (Kind.LIST, Kind.LATEST, Kind.INFO, Kind.MOD, Kind.ZIP)
NEEDED = (Kind.INFO, Kind.MOD, Kind.ZIP)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one source came to. `told` is the module version it was asked for; empty where it was not asked."""

    entry: ProxyEntry
    told: tuple[str, str] = ("", "")
    replies: Mapping[Kind, Reply] = field(default_factory=dict)
    sums: Reply | None = None  # to the question whether it serves the checksum database
    times: Spread | None = None  # of repeated small questions, in seconds
    failed: int = 0  # of the repeated small questions
    h1: str = ""
    rate: float = 0.0  # bytes a second of the zip, 0 where it was too small to tell
    tool: str = ""  # of `direct`: what holds the code, git or another
    tags: int = 0  # of `direct`: the versions that the repository has tags of

    @property
    def is_asked(self) -> bool:
        """Whether it was asked anything."""
        return bool(self.replies)

    @property
    def serves(self) -> bool:
        """Whether all that a version needs came."""
        return all(kind in self.replies and self.replies[kind].code is None for kind in NEEDED)

    @property
    def fault(self) -> Reply | None:
        """The first reply of a needed file that is none."""
        return next((one for kind in NEEDED if (one := self.replies.get(kind)) is not None and one.code), None)

    @property
    def is_dead(self) -> bool:
        """Whether it gave no answer at all."""
        return self.is_asked and all(one.status is None and one.code is not None for one in self.replies.values())

    @property
    def lacks_it(self) -> bool:
        """Whether it works, and has not this module or version."""
        return self.fault is not None and self.fault.code in (Code.PROXY_NOT_FOUND, Code.VCS_UNKNOWN_REVISION)


def disagreement(found: Sequence[Measured]) -> tuple[Measured, Measured] | None:
    """Two sources that serve different bytes for one version; None where all agree."""
    hashed = [one for one in found if one.h1]
    for one in hashed:
        for other in hashed:
            if one.told == other.told and one.h1 != other.h1:
                return one, other
    return None


def code_of_dead(one: Measured) -> Code:
    """Why a dead source gave no answer."""
    return next((reply.code for reply in one.replies.values() if reply.code is not None), Code.UNKNOWN)
