"""The hashes that module versions should have, and who says so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gomend.gomod.gosum import GoSum, parse_gosum

_LEFT_OUT = {"vendor", "node_modules", "testdata"}
_Hashes = dict[tuple[str, str], dict[str, str]]  # (module, version) → hash → who says it


@dataclass(slots=True)
class Recorded:
    """Hashes of several sources; one of them is enough."""

    zips: _Hashes = field(default_factory=dict)
    gomods: _Hashes = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)

    def add(self, sums: GoSum, source: str) -> None:
        """Take over the hashes of a go.sum, or of a checksum database's record."""
        if source not in self.sources:
            self.sources.append(source)
        for kept, new in ((self.zips, sums.zips), (self.gomods, sums.gomods)):
            for key, hashes in new.items():
                for one in hashes:
                    kept.setdefault(key, {}).setdefault(one, source)

    def differs(self, kind: str, key: tuple[str, str], digest: str) -> tuple[str, str] | None:
        """The recorded hash and who says it, where `digest` is none of those recorded; None where all is well."""
        known = {one: who for one, who in self._of(kind).get(key, {}).items() if one.startswith("h1:")}
        if not known or digest in known:
            return None
        return next(iter(known.items()))

    def knows(self, kind: str, key: tuple[str, str]) -> bool:
        """Whether anybody says what the `zip` or `mod` of a version should be."""
        return key in self._of(kind)

    def _of(self, kind: str) -> _Hashes:
        return self.zips if kind == "zip" else self.gomods


def from_files(files: Iterable[Path]) -> Recorded:
    """The hashes in these go.sum files, each once. Raises OSError and MalformedGoSumError."""
    found = Recorded()
    for path in files:
        found.add(parse_gosum(path.read_bytes(), file=str(path)), str(path))
    return found


def sums_below(folder: Path) -> Iterator[Path]:
    """Every go.sum and go.work.sum in a folder and below; hidden and vendored folders are left out."""
    for one in sorted(folder.iterdir()):
        if one.name in ("go.sum", "go.work.sum") and one.is_file():
            yield one
        elif one.is_dir() and not one.is_symlink() and not one.name.startswith(".") and one.name not in _LEFT_OUT:
            try:
                yield from sums_below(one)
            except PermissionError:
                continue
