"""Whether bytes that pass are a zip, told by their end alone, as Go's archive/zip begins to read one. Pure.

Source: archive/zip (reader.go: readDirectoryEnd, findSignatureInBlock).
"""

import struct

_END = struct.Struct(
    "<4s4xHHIIH"
)  # end of central directory: signature, records here and in all, size, offset, comment
_SIGNATURE = b"PK\x05\x06"
_HEADER = b"PK\x01\x02"  # of a record in the directory
_ELSEWHERE = 0xFFFF  # the numbers stand in a zip64 record
_LONGEST = _END.size + 0xFFFF  # a comment may follow


class ZipEnd:
    """Keeps the end of a stream."""

    __slots__ = ("_size", "_tail")

    def __init__(self) -> None:
        self._tail = b""
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """The next bytes."""
        self._size += len(chunk)
        self._tail = (chunk if len(chunk) >= _LONGEST else self._tail + chunk)[-_LONGEST:]

    def is_zip(self) -> bool:
        """Whether all that was added ends as a zip does, as far as that can be told."""
        tail = self._tail
        at = tail.rfind(_SIGNATURE)
        while at >= 0 and (len(tail) < at + _END.size or at + _END.size + _END.unpack_from(tail, at)[5] > len(tail)):
            at = tail.rfind(_SIGNATURE, 0, at)
        if at < 0:
            return False
        _, _, records, size, offset, _ = _END.unpack_from(tail, at)
        if not records or records == _ELSEWHERE:
            return True
        before = self._size - len(tail) + at  # bytes before the record
        if size + offset > before:
            return False
        return size > at or tail.startswith(_HEADER, at - size)
