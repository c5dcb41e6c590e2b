"""Reads any log: bytes in, logical lines out."""

from collections.abc import Iterable, Iterator

from gomend.explain.lines import Line


class LogReader:
    """Turns the bytes of a log, handed over piece by piece, into logical lines in order."""

    def __init__(self) -> None:
        self._rest = b""
        self._number = 0

    def feed(self, chunk: bytes) -> list[Line]:
        """Takes the next bytes; gives the lines that are complete by now."""
        *complete, self._rest = (self._rest + chunk).split(b"\n")
        return [self._line(raw) for raw in complete]

    def finish(self) -> list[Line]:
        """The lines that were still held back. The reader is used up afterwards."""
        rest, self._rest = self._rest, b""
        return [self._line(rest)] if rest else []

    def _line(self, raw: bytes) -> Line:
        self._number += 1
        return Line(self._number, self._number, raw.decode("utf-8", "replace").rstrip("\r"))


def read_lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    """The logical lines of a log, in order. Bytes may be anything; nothing is raised for their content."""
    reader = LogReader()
    for chunk in chunks:
        yield from reader.feed(chunk)
    yield from reader.finish()
