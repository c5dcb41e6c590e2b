"""Extracted sources beside the zip they came from: are they still the same, byte for byte?

The zip's contents are in memory anyway while it is hashed, and comparing costs a tenth of hashing.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from gomend.gomod.modzip import digest_of, hash_digests
from gomend.modcache.reading import opener

MOST_NAMED = 10
_PIECE = 1 << 20
_TOOLCHAIN = "golang.org/toolchain"


class Comparison:
    """One folder against what should lie in it; files are given one after the other."""

    def __init__(self, folder: Path, module: str) -> None:
        self._folder = str(folder)
        self._is_toolchain = module == _TOOLCHAIN
        self._seen: set[str] = set()
        self.differing: list[str] = []

    def file(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Compare one file of the zip (its name within the module) while its content passes through."""
        if self._is_toolchain and name.endswith("_go.mod"):
            # go renames them after it has unpacked a toolchain, so that the zip is one module's.
            name = f"{name.removesuffix('_go.mod')}go.mod"
        self._seen.add(name)
        file = _open(os.path.join(self._folder, name))  # noqa: PTH118 - hundreds of thousands of files
        same = file is not None
        try:
            for chunk in chunks:
                if same and file is not None:
                    same = _next(file, len(chunk)) == chunk
                yield chunk
            if same and file is not None:
                same = not os.read(file, 1)
        finally:
            if file is not None:
                os.close(file)
        if not same:
            self.differing.append(name)

    def close(self) -> list[str]:
        """The files that differ, are missing or should not be there. Raises OSError where the folder cannot be read."""
        self.differing += [name for name in names_in(self._folder) if name not in self._seen]
        return sorted(self.differing)


def _open(path: str) -> int | None:
    """A regular file; None for anything else. Raises OSError where it is there and cannot be read."""
    try:
        file = opener(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        if os.path.islink(path):  # noqa: PTH114
            return None
        raise
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        return None
    return file


def _next(file: int, size: int) -> bytes:
    data = os.read(file, size)
    while len(data) < size and (more := os.read(file, size - len(data))):
        data += more
    return data


def names_in(folder: str, above: str = "") -> Iterator[str]:
    """Every file in a folder and below, `/` between. Raises OSError."""
    with os.scandir(folder) as entries:
        for one in entries:
            name = f"{above}{one.name}"
            if one.is_dir(follow_symlinks=False):
                yield from names_in(one.path, f"{name}/")
            else:
                yield name


def hash_folder(folder: Path, prefix: str) -> str:
    """The `h1:` hash of extracted sources (`prefix` is `module@version`), as dirhash.HashDir. Raises OSError."""
    return hash_digests((f"{prefix}/{name}", digest_of(_pieces(folder / name))) for name in names_in(str(folder)))


def _pieces(path: Path) -> Iterator[bytes]:
    with open(path, "rb", opener=opener) as file:
        while piece := file.read(_PIECE):
            yield piece
