"""Physical lines of a log: numbered, bounded in length, and where the log is long only those that can matter."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from gomend.explain.reading.fast import Chooser

_BLOCK: Final = 1 << 19  # bytes that are looked through at once
_WHOLE: Final = 1 << 18  # so much of a log's beginning is handed over whole
_TAIL_LINES: Final = 64  # so many last lines too
_LONGEST: Final = 1 << 16  # bytes of a line that are kept: its head and its tail


class Physical(NamedTuple):
    """One line as it stands in the log, without its end."""

    number: int
    raw: bytes
    last: int = 0  # where lines were joined: the number of the last


class LineFeed:
    """Cuts bytes into physical lines and skips, in bulk, those of a long log in which nothing can matter."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._number = 0  # of the last line that was cut off
        self._bytes = 0  # that were cut into lines
        self._searched = 0  # bytes of the pending line known to hold no line end
        self._chooser = Chooser()

    def feed(self, chunk: bytes) -> Iterator[Physical]:
        """Takes the next bytes; gives lines that are complete and matter."""
        self._pending += chunk
        if len(self._pending) < _BLOCK:
            return
        cut = self._pending.rfind(b"\n", self._searched)
        if cut < 0:
            self._shorten()
            return
        # The last lines are held back: they matter if nothing comes after them.
        for _ in range(_TAIL_LINES):
            earlier = self._pending.rfind(b"\n", 0, cut)
            if earlier < 0:
                break
            cut = earlier
        block = bytes(self._pending[: cut + 1])
        del self._pending[: cut + 1]
        self._searched = 0
        yield from self._lines_of(block)

    def finish(self) -> Iterator[Physical]:
        """The lines that were held back, all of them."""
        if not self._pending:
            return
        rest = bytes(self._pending)
        self._pending.clear()
        body = rest
        if len(rest) > _WHOLE:
            cut = len(rest)
            for _ in range(_TAIL_LINES + 1):
                cut = max(0, rest.rfind(b"\n", 0, cut))
            body, rest = rest[: cut + 1], rest[cut + 1 :]
            yield from self._lines_of(body)
            body = rest
        yield from self._all(body)

    def left_out(self) -> list[tuple[Physical, int]]:
        """Of each kind of line that came too often to hand over every one: one, and how many were left out."""
        return [(Physical(0, raw), times) for raw, times in self._chooser.left_out()]

    def _shorten(self) -> None:
        """Drops the middle of a line that is longer than is ever looked at."""
        del self._pending[_LONGEST:-_LONGEST]
        self._searched = len(self._pending)

    def _lines_of(self, block: bytes) -> Iterator[Physical]:
        if self._bytes < _WHOLE:
            cut = block.find(b"\n", min(len(block) - 1, _WHOLE - self._bytes)) + 1 or len(block)
            yield from self._all(block[:cut])
            block = block[cut:]
        if block:
            yield from self._chosen(block)

    def _all(self, block: bytes) -> Iterator[Physical]:
        self._bytes += len(block)
        lines = block.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for raw in lines:
            self._number += 1
            yield Physical(self._number, _bounded(raw))

    def _chosen(self, block: bytes) -> Iterator[Physical]:
        self._bytes += len(block)
        block = block.removesuffix(b"\n")
        lines = block.split(b"\n")
        for index in self._chooser.choose(block, lines):
            yield Physical(self._number + index + 1, _bounded(lines[index]))
        self._number += len(lines)


def _bounded(raw: bytes) -> bytes:
    if len(raw) <= _LONGEST:
        return raw
    half = _LONGEST // 2
    return raw[:half] + " … ".encode() + raw[-half:]
