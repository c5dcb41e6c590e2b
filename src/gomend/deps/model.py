"""What is known about one module of a build list."""

from dataclasses import dataclass, field
from enum import StrEnum

from gomend.gomod.buildlist import Version


class Role(StrEnum):
    """Why a module is in the build list."""

    DIRECT = "direct"  # required by a main module, and not marked `// indirect`
    INDIRECT = "indirect"  # needed for packages of others
    GRAPH = "graph"  # named by others; no package of it is needed


class Sums(StrEnum):
    """What go.sum says of a version."""

    BOTH = "both"  # the zip and the go.mod
    GOMOD = "gomod"  # the go.mod alone: no package of it is needed, or it was never downloaded
    NONE = "none"  # nothing: go will refuse it, or ask the checksum database
    UNNEEDED = "unneeded"  # nothing, and go needs nothing: it is named in the graph alone
    REPLACED = "replaced"  # by a folder, which has no sum


class Told(StrEnum):
    """Where the newest version is known from."""

    ONLINE = "online"
    CACHE = "cache"  # of what lies in the module cache; there may be newer ones
    NOWHERE = ""


@dataclass(slots=True)
class Dependency:
    """One module of the build list. Empty strings stand for "none", or, with `newest_told`, for "not known"."""

    module: str
    version: str
    role: Role
    path: tuple[Version, ...]  # of requirements, from a main module to this version
    wanted: dict[str, list[Version]]  # version → who requires that version
    requires: tuple[str, ...] = ()  # modules
    newest: str = ""
    newest_told: Told = Told.NOWHERE
    retracted: str | None = None  # the author's reason, which may be empty; None: not retracted, as far as is known
    deprecated: str = ""  # the author's words
    moved_to: str = ""  # the path that a newer go.mod declares
    replaced_by: str = ""
    incompatible: bool = False
    pseudo: str = ""  # when the commit was made (RFC 3339), of a pseudo-version
    sums: Sums = Sums.NONE
    go: str = ""  # the go line of its go.mod
    needs_newer_go: bool = False  # than the one at hand
    private: bool = False
    zip_bytes: int | None = None  # None: not in the module cache
    licence: str | None = None  # the name of the file; "" for none, None: not known
    source: str = ""  # the host that served its zip, by gomend's records
    unknown: str = ""  # why nobody could be asked for the newest version

    @property
    def has_trouble(self) -> bool:
        """Whether a build will fail, or should not use this version."""
        return self.retracted is not None or self.needs_newer_go or self.sums is Sums.NONE

    @property
    def deserves_a_look(self) -> bool:
        """Whether its authors, or what it is, give reason to change it some day."""
        return bool(self.has_trouble or self.deprecated or self.moved_to or self.replaced_by)


@dataclass(slots=True)
class Health:
    """A whole build list. `unread` are versions whose go.mod is not in the cache: what they require is not known."""

    mains: tuple[str, ...]
    go: str  # what the main module asks for
    local_go: str  # the go at hand
    dependencies: list[Dependency] = field(default_factory=list)
    unread: tuple[Version, ...] = ()
    online: bool = False
