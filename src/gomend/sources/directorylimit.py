"""A zip that comes from anywhere, read without letting the length of its list of files decide how much memory is used.

go reads a list of any length, and holds it. It does so for the one who asked; a server does it for all at once.
"""

from io import SEEK_END
from typing import BinaryIO, cast

from gomend.gomod.ziparchive import ZipContentError

MAX_DIRECTORY = 32 << 20  # bytes: two hundred thousand files with long names


class _Limited:
    """Refuses to be read in one piece larger than the limit: so lists of files are read, and nothing else is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        """As of a file. Raises ZipContentError."""
        if size < 0:
            at = self.tell()
            size = self.seek(0, SEEK_END) - at
            self.seek(at)
        if size > MAX_DIRECTORY:
            words = f"its list of files takes {size} bytes, and this server reads {MAX_DIRECTORY} at most"
            raise ZipContentError(words)
        return self._file.read(size)


def limited(file: BinaryIO) -> BinaryIO:
    """The same file, with that limit."""
    return cast("BinaryIO", _Limited(file))
