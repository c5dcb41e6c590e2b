"""go.sum: which hashes are recorded for which module version.

Source: cmd/go/internal/modfetch (fetch.go: readGoSum, haveModSumLocked); https://go.dev/ref/mod#go-sum-files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gomend.gomod.refusal import GoRefusalError

EMPTY_GOMOD_HASH = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="  # go drops such lines: an old version wrote them


class MalformedGoSumError(GoRefusalError):
    """A line has not three fields; every go command but `go mod tidy` stops there."""

    def __init__(self, file: str, line: int, fields: int) -> None:
        super().__init__(f"malformed go.sum:\n{file}:{line}: wrong number of fields {fields}")
        self.file = file
        self.line = line
        self.fields = fields


@dataclass(slots=True)
class GoSum:
    """The hashes of a go.sum. A version may have several."""

    zips: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # (module, version) → hashes of the zip
    gomods: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # (module, version) → hashes of the go.mod
    lines: dict[tuple[str, str, str], int] = field(default_factory=dict)  # (module, version[/go.mod], hash) → line

    def has_zip(self, module: str, version: str) -> bool:
        """Whether a hash of the zip is recorded: go may then use it without the checksum database."""
        return (module, version) in self.zips

    def has_gomod(self, module: str, version: str) -> bool:
        """Whether a hash of the go.mod is recorded."""
        return (module, version) in self.gomods

    def modules(self) -> Iterator[tuple[str, str]]:
        """Every (module, version) that is named, in the file's order."""
        return iter(dict.fromkeys((module, version.removesuffix("/go.mod")) for module, version, _ in self.lines))


def parse_gosum(data: bytes, *, file: str = "go.sum", tidy: bool = False) -> GoSum:
    """Read a go.sum. Raises MalformedGoSumError; with `tidy` malformed lines are skipped, as `go mod tidy` does."""
    found = GoSum()
    for number, line in enumerate(data.split(b"\n"), 1):
        fields = line.decode("utf-8", "surrogateescape").split()
        if not fields:
            continue
        if len(fields) != 3:
            if tidy:
                continue
            raise MalformedGoSumError(file, number, len(fields))
        module, version, digest = fields
        if digest == EMPTY_GOMOD_HASH:
            continue
        found.lines.setdefault((module, version, digest), number)
        if version.endswith("/go.mod"):
            found.gomods.setdefault((module, version.removesuffix("/go.mod")), []).append(digest)
        else:
            found.zips.setdefault((module, version), []).append(digest)
    return found


def agrees(recorded: list[str], digest: str) -> bool | None:
    """Whether a hash stands among those recorded: False for another of the same algorithm (go stops), None for none."""
    if digest in recorded:
        return True
    algorithm = digest.partition(":")[0] + ":"
    return False if any(other.startswith(algorithm) for other in recorded) else None
