"""What can be wrong in a module cache, and whether go would notice.

The last column was seen with real runs of go; source: cmd/go/internal/modfetch (fetch.go: DownloadDir, checkMod,
checkGoMod; cache.go: readDiskStat) and modcmd (verify.go).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Severity = Literal["fatal", "warning"]


class Kind(StrEnum):
    """What is wrong."""

    ZIP_DAMAGED = "zip_damaged"  # no zip that can be read whole
    ZIP_MISMATCH = "zip_mismatch"  # whole, but not what is recorded
    ZIPHASH_WRONG = "ziphash_wrong"  # not the hash of the zip beside it, or not what go.sum says
    ZIPHASH_UNREADABLE = "ziphash_unreadable"  # no hash at all: cut, or full of NULs
    ZIPHASH_MISSING = "ziphash_missing"
    MOD_MISMATCH = "mod_mismatch"  # not what go.sum says, or not the go.mod inside the zip
    INFO_DAMAGED = "info_damaged"
    INFO_WRONG = "info_wrong"  # tells of another version
    FOLDER_ALTERED = "folder_altered"  # files changed, missing or added since they were unpacked
    FOLDER_UNFINISHED = "folder_unfinished"  # go was ended while it unpacked
    FOLDER_ALONE = "folder_alone"  # neither zip nor hash: nothing says what it should hold
    UNFINISHED = "unfinished"  # an interrupted download
    FOREIGN = "foreign"  # nothing that go keeps here
    CASE_COLLISION = "case_collision"
    UNREADABLE = "unreadable"
    CLONE_DAMAGED = "clone_damaged"
    SUMDB_DAMAGED = "sumdb_damaged"


class Notices(StrEnum):
    """How go comes across it."""

    BUILD = "build"  # the commands that need this version fail
    VERIFY = "verify"  # only `go mod verify`; builds use what is there
    HEALS = "heals"  # go puts it right by itself when it needs it
    NEVER = "never"


_SEVERITY: dict[Kind, Severity] = {
    Kind.ZIPHASH_UNREADABLE: "warning",
    Kind.ZIPHASH_MISSING: "warning",
    Kind.INFO_DAMAGED: "warning",
    Kind.FOLDER_UNFINISHED: "warning",
    Kind.FOLDER_ALONE: "warning",
    Kind.UNFINISHED: "warning",
    Kind.FOREIGN: "warning",
    Kind.CASE_COLLISION: "warning",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `module` and `version` are empty where it belongs to none."""

    kind: Kind
    notices: Notices
    path: str  # below GOMODCACHE
    module: str = ""
    version: str = ""
    wanted: str = ""  # the hash that should be
    found: str = ""  # the hash that is
    source: str = ""  # what says so: the path of a go.sum, `ziphash`, `zip`, or a checksum database's name
    files: tuple[str, ...] = ()  # what differs in a folder; at most ten
    detail: str = ""  # the system's or go's own words

    @property
    def severity(self) -> Severity:
        """`fatal` for what makes builds fail or differ, `warning` for the rest."""
        return _SEVERITY.get(self.kind, "fatal")
