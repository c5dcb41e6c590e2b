"""Extracted sources beside the zip they came from: are they still the same, byte for byte?

The zip's contents are in memory anyway while it is hashed, and comparing costs a tenth of hashing.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from gomend.gomod.modzip import digest_of, hash_digests
from gomend.modcache.reading import opener, quiet_flags

MOST_NAMED = 10
_PIECE = 1 << 20
_TOOLCHAIN = "golang.org/toolchain"


class Comparison:
    """One folder against what should lie in it; files are given one after the other."""

    def __init__(self, folder: Path, module: str) -> None:
        self._folder = f"{folder}/"
        self._flags = quiet_flags(folder) | getattr(os, "O_NOFOLLOW", 0)
        self._is_toolchain = module == _TOOLCHAIN
        self._seen: set[str] = set()
        self._differing: list[str] = []

    def whole(self, name: str, data: bytes) -> None:
        """Compare one file of the zip (its name within the module) with its content in one piece.

        Raises OSError where it is there and cannot be read.
        """
        if self._is_toolchain and name.rpartition("/")[2] == "_go.mod":
            # A zip is one module's. After unpacking, go copies these to go.mod (cmd/go/internal/toolchain: Exec).
            copy = f"{name.removesuffix('_go.mod')}go.mod"
            if os.path.lexists(self._folder + copy):
                self._whole(copy, data)
        self._whole(name, data)

    def _whole(self, name: str, data: bytes) -> None:
        file = self._open(name)
        if file is None:
            return
        try:
            if os.read(file, len(data) + 1) != data and not _same(file, data):
                self._differing.append(name)
        finally:
            os.close(file)

    def pieces(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """As `whole`, while the content passes through."""
        file = self._open(name)
        if file is None:
            yield from chunks
            return
        same = True
        try:
            for chunk in chunks:
                same = same and _next(file, len(chunk)) == chunk
                yield chunk
            if not same or os.read(file, 1):
                self._differing.append(name)
        finally:
            os.close(file)

    def close(self) -> list[str]:
        """The files that differ, are missing or should not be there. Raises OSError where the folder cannot be read."""
        self._differing += [name for name in names_in(self._folder) if name not in self._seen]
        return sorted(self._differing)

    def _open(self, name: str) -> int | None:
        """A regular file; None, and it differs, for anything else."""
        self._seen.add(name)
        path = self._folder + name
        try:
            file = os.open(path, self._flags)
        except (FileNotFoundError, NotADirectoryError):
            file = -1
        except OSError:
            if not os.path.islink(path):  # noqa: PTH114 - a text
                raise
            file = -1
        if file >= 0 and stat.S_ISREG(os.fstat(file).st_mode):
            return file
        if file >= 0:
            os.close(file)
        self._differing.append(name)
        return None


def _same(file: int, data: bytes) -> bool:
    """Whether the file holds this, read again: a read may give less than was asked for."""
    os.lseek(file, 0, os.SEEK_SET)
    return _next(file, len(data) + 1) == data


def _next(file: int, size: int) -> bytes:
    data = os.read(file, size)
    while len(data) < size and (more := os.read(file, size - len(data))):
        data += more
    return data


def names_in(folder: str, above: str = "") -> list[str]:
    """Every file in a folder and below, `/` between. Raises OSError."""
    names: list[str] = []
    with os.scandir(folder) as entries:
        for one in entries:
            if one.is_dir(follow_symlinks=False):
                names += names_in(one.path, f"{above}{one.name}/")
            else:
                names.append(above + one.name)
    return names


def hash_folder(folder: Path, prefix: str) -> str:
    """The `h1:` hash of extracted sources (`prefix` is `module@version`), as dirhash.HashDir. Raises OSError."""
    return hash_digests((f"{prefix}/{name}", digest_of(_pieces(folder / name))) for name in names_in(str(folder)))


def _pieces(path: Path) -> Iterator[bytes]:
    with open(path, "rb", opener=opener) as file:
        while piece := file.read(_PIECE):
            yield piece
