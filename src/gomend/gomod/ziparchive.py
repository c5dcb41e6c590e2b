"""The entries of a zip as Go's archive/zip gives them: names as bytes, contents checked, nothing past what is declared.

Inflating (isal, where it is there) and hashing let other threads run. Source: archive/zip (reader.go).
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from gomend.gomod.refusal import GoRefusalError

_DEFLATE_ERRORS: tuple[type[Exception], ...] = (zlib.error,)
try:
    from isal import igzip_lib
    from isal import isal_zlib as deflate  # two to three times as fast

    _DEFLATE_ERRORS = (zlib.error, igzip_lib.IsalError)  # type: ignore[assignment]  # its stub has it as an instance
except ImportError:  # there is none for this machine
    deflate = zlib  # type: ignore[misc]  # the same functions

_NOT_A_ZIP = "zip: not a valid zip file"
_CUT = "unexpected EOF"
_OTHER_CRC = "zip: checksum error"
_UNKNOWN_METHOD = "zip: unsupported compression algorithm"
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_HAS_DESCRIPTOR = 0x8
_IS_UTF8 = 0x800
_CHUNK = 1 << 20  # bytes taken from the file, or handed on, at once


class ZipContentError(GoRefusalError):
    """Not a zip that go can read. `str()` is go's text where go has one."""


class Entry:
    """One entry. `name` keeps the bytes of the zip (surrogateescape where they are no UTF-8)."""

    __slots__ = ("crc", "has_descriptor", "method", "name", "offset", "packed", "size")

    def __init__(self, info: zipfile.ZipInfo) -> None:
        self.name = _name(info)
        self.size = info.file_size  # bytes unpacked, as declared
        self.packed = info.compress_size
        self.offset = info.header_offset
        self.method = info.compress_type
        self.crc = info.CRC
        self.has_descriptor = bool(info.flag_bits & _HAS_DESCRIPTOR)

    @property
    def is_folder(self) -> bool:
        """Whether it only names a folder."""
        return self.name.endswith("/")


class Archive:
    """A zip in an open file. Not for several threads at once; what `raw` gave may be unpacked in any."""

    def __init__(self, file: BinaryIO) -> None:
        """Reads the list of entries. Raises ZipContentError."""
        self._file = file
        try:
            with zipfile.ZipFile(file) as listed:
                self.entries = tuple(map(Entry, listed.infolist()))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error) as error:
            raise ZipContentError(_NOT_A_ZIP) from error

    def raw(self, entry: Entry) -> bytes:
        """The packed bytes of an entry. Raises ZipContentError where the file ends before."""
        self._seek(entry)
        return self._read(entry.packed)

    def whole(self, entry: Entry) -> bytes | None:
        """The content of a small entry in one piece, as most are; None for one that `content` has to give in pieces."""
        if entry.packed > _CHUNK or entry.size > _CHUNK or entry.is_folder:
            return None
        data = self.raw(entry)
        if entry.method == zipfile.ZIP_DEFLATED:
            inflating = deflate.decompressobj(-15)
            try:
                data = inflating.decompress(data, entry.size + 1)
            except _DEFLATE_ERRORS as error:
                raise ZipContentError("flate: corrupt input") from error
            if len(data) == entry.size and not inflating.eof:
                return None  # more may follow: decided where it is read in pieces
        elif entry.method != zipfile.ZIP_STORED:
            raise ZipContentError(_UNKNOWN_METHOD)
        if len(data) > entry.size:
            raise ZipContentError(_NOT_A_ZIP)
        if len(data) < entry.size:
            raise ZipContentError(_CUT)
        if deflate.crc32(data) != entry.crc and (entry.crc or entry.has_descriptor):
            raise ZipContentError(_OTHER_CRC)
        return data

    def content(self, entry: Entry) -> Iterator[bytes]:
        """The content in pieces of at most 1 MiB. Raises ZipContentError where it is not what the zip declares."""
        if entry.packed <= _CHUNK:
            return unpacked(entry, [self.raw(entry)] if entry.packed else [])
        self._seek(entry)
        return unpacked(entry, self._pieces(entry.packed))

    def _pieces(self, left: int) -> Iterator[bytes]:
        while left:
            piece = self._read(min(left, _CHUNK))
            left -= len(piece)
            yield piece

    def _seek(self, entry: Entry) -> None:
        if entry.offset < 0:  # its beginning is missing
            raise ZipContentError(_NOT_A_ZIP)
        self._file.seek(entry.offset)
        signature, name, extra = _LOCAL_HEADER.unpack(self._read(_LOCAL_HEADER.size))
        if signature != b"PK\x03\x04":
            raise ZipContentError(_NOT_A_ZIP)
        self._file.seek(name + extra, 1)

    def _read(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            raise ZipContentError(_CUT)
        return data


def unpacked(entry: Entry, packed: Iterator[bytes] | list[bytes]) -> Iterator[bytes]:
    """An entry's content from its packed bytes, as `Archive.content`."""
    if entry.is_folder:
        if entry.size:
            raise ZipContentError(_NOT_A_ZIP)
        return
    if entry.method == zipfile.ZIP_STORED:
        pieces = iter(packed)
    elif entry.method == zipfile.ZIP_DEFLATED:
        pieces = _inflated(packed)
    else:
        raise ZipContentError(_UNKNOWN_METHOD)
    crc = length = 0
    for piece in pieces:
        crc = deflate.crc32(piece, crc)
        length += len(piece)
        if length > entry.size:
            raise ZipContentError(_NOT_A_ZIP)
        yield piece
    if length != entry.size:
        raise ZipContentError(_CUT)
    if crc != entry.crc and (entry.crc or entry.has_descriptor):
        raise ZipContentError(_OTHER_CRC)


def _inflated(packed: Iterator[bytes] | list[bytes]) -> Iterator[bytes]:
    inflating = deflate.decompressobj(-15)
    for given in packed:
        waiting = given
        while True:
            try:
                piece = inflating.decompress(waiting, _CHUNK)
            except _DEFLATE_ERRORS as error:
                raise ZipContentError("flate: corrupt input") from error
            yield piece
            if inflating.eof:
                return
            waiting = inflating.unconsumed_tail
            if not waiting and len(piece) < _CHUNK:
                break
    raise ZipContentError(_CUT)


def _name(info: zipfile.ZipInfo) -> str:
    """The name's bytes as UTF-8, whatever the zip's flag says: Go looks at the bytes alone."""
    if info.flag_bits & _IS_UTF8 or info.orig_filename.isascii():
        return info.orig_filename
    return info.orig_filename.encode("cp437").decode("utf-8", "surrogateescape")
