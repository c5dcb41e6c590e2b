"""Parts of the module cache put away, so that go fetches them again; nothing is deleted.

A folder goes by one rename: go takes an extracted folder of which a part is missing for whole (cmd/go/internal/
modfetch). Its `{version}.lock` is held meanwhile and never removed.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from gomend.gocmd import modcache
from gomend.mend.steps import MakeFolder, Move, Step
from gomend.modcache.scan import OWN

_FIRST, _LAST = ("zip", "ziphash", "partial"), ("mod", "info")  # at any moment go finds what was there, or too little


def of_version(cache: Path, module: str, version: str) -> list[Path]:
    """What there is of a module version: its files and its extracted folder. Raises as `escape_path` does."""
    first, last = ([modcache.downloaded(cache, module, version, kind) for kind in kinds] for kinds in (_FIRST, _LAST))
    places = (*first, modcache.extracted(cache, module, version), *last)
    return [place for place in places if place.exists()]


def locks_of(cache: Path, module: str, version: str) -> list[str]:
    """go's own lock for a module version; none where its folder is not there."""
    lock = modcache.downloaded(cache, module, version, "lock")
    return [str(lock)] if lock.parent.is_dir() else []


def of_database(cache: Path) -> list[Path]:
    """The kept answers of checksum databases."""
    place = cache / "cache" / "download" / "sumdb"
    return [place] if place.is_dir() else []


def size(places: Sequence[Path]) -> int:
    """Bytes of the files among the places: what is downloaded again."""
    return sum(place.stat().st_size for place in places if place.is_file())


def away(cache: Path, places: Sequence[Path]) -> Callable[[str], tuple[Sequence[Step], str]]:
    """For `Journal.apply`: from an entry's id, the steps that put the places into a folder of its own in GOMODCACHE."""

    def steps(entry: str) -> tuple[Sequence[Step], str]:
        folder = cache / OWN / f"fix-{entry}"  # on the same file system; `go clean -modcache` takes it
        made: list[Step] = [] if folder.parent.is_dir() else [MakeFolder(str(folder.parent))]
        made.append(MakeFolder(str(folder)))
        moves = [Move.of(place, folder / f"{number}-{place.name}") for number, place in enumerate(places)]
        return [*made, *moves], str(folder)

    return steps
