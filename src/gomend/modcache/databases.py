"""What go keeps of a checksum database: signed answers to lookups, and the tiles that prove them.

Only what lies in the cache is used: an answer whose tiles are not all there can be checked by its signature alone.
Source: golang.org/x/mod/sumdb (client.go); cmd/go/internal/modfetch (sumdb.go: ReadCache).
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gomend.gomod.gosum import GoSum, MalformedGoSumError, parse_gosum
from gomend.gomod.note import NoteError, Verifier, open_note
from gomend.gomod.tlog import (
    HASH_BYTES,
    LogError,
    Node,
    Tile,
    Tree,
    parse_record,
    parse_tile,
    parse_tree,
    proved,
    record_hash,
    tiles_for,
)
from gomend.modcache.reading import read

_DATABASES = "cache/download/sumdb"


@dataclass(slots=True)
class Database:
    """What was found. `faults` are paths with what is wrong; `sums` hold the hashes that were proved."""

    name: str
    faults: list[tuple[Path, str]] = field(default_factory=list)
    sums: list[GoSum] = field(default_factory=list)


def look_at(cache: Path, folder: Path, verifiers: Mapping[str, Verifier]) -> Database:
    """Look at one database's folder. Without a verifier of its name only the forms are checked."""
    name = folder.relative_to(cache / _DATABASES).as_posix()
    found = Database(name)
    tiles = _Tiles(folder, found)
    tiles.check_sizes()
    for path in _files(folder / "lookup"):
        try:
            data = read(path)
            record = parse_record(data)
            if name not in verifiers:
                continue
            tree = parse_tree(open_note(record.note, verifiers[name]))
            if tiles.prove(record.number, record_hash(record.text), tree):
                found.sums.append(parse_gosum(record.text, file=str(path)))
        except (NoteError, LogError, MalformedGoSumError) as error:
            found.faults.append((path, str(error)))
        except OSError as error:
            found.faults.append((path, error.strerror or str(error)))
    return found


class _Tiles:
    def __init__(self, folder: Path, found: Database) -> None:
        self._folder = folder
        self._found = found
        self._bad: set[Path] = set()

    def check_sizes(self) -> None:
        """Each tile has as many hashes as its name says."""
        for path in _files(self._folder / "tile"):
            below = path.relative_to(self._folder).as_posix()
            try:
                size = path.stat().st_size
                wanted = parse_tile(below).width * HASH_BYTES
            except (OSError, LogError) as error:
                self._found.faults.append((path, str(error)))
                continue
            if size != wanted:
                self._bad.add(path)
                self._found.faults.append((path, f"{size} B, {wanted} B"))

    def prove(self, number: int, digest: bytes, tree: Tree) -> bool:
        """Whether all tiles for it are there and prove the record. Raises LogError where they prove the contrary."""
        if number >= tree.size:
            raise LogError(f"cannot validate record {number} in tree of size {tree.size}")
        contents = {}
        for tile in tiles_for([Node(0, number)], tree.size):
            data = self._read(tile)
            if data is None:
                return False
            contents[tile] = data
        (found,) = proved([Node(0, number)], tree, contents)
        if found != digest:
            raise LogError("cannot authenticate record data in server response")
        return True

    def _read(self, tile: Tile) -> bytes | None:
        for one in dict.fromkeys((tile, tile.full)):
            path = self._folder / one.path
            if path in self._bad or not path.is_file():
                continue
            return read(path)[: tile.width * HASH_BYTES]
        return None


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            if not re.search(r"\d\.tmp\Z", name):
                yield Path(place, name)
