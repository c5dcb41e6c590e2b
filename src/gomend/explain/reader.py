"""Reads any log: bytes in, logical lines out."""

from collections.abc import Iterable, Iterator
from typing import Final

from gomend.explain.lines import Line
from gomend.explain.reading.decode import Recoder
from gomend.explain.reading.paste import prepared
from gomend.explain.reading.physical import LineFeed, Physical
from gomend.explain.reading.unwrap import Unwrapper

_PASTE_BYTES: Final = 1 << 18  # what a person pastes is shorter; GitHub's own limit for an issue is 64 KiB


class LogReader:
    """Turns the bytes of a log, handed over piece by piece, into logical lines in order.

    Of a log longer than 256 KiB lines may be left out: those in which nothing can matter, and those of which there are
    very many, which `left_out` tells afterwards. Numbers are those of the log.
    Memory stays bounded whatever the bytes are.
    """

    def __init__(self) -> None:
        self._recoder = Recoder()
        self._feed = LineFeed()
        self._unwrapper = Unwrapper()
        self._early: list[Physical] | None = []  # all lines so far, while the log may still be a person's paste
        self._early_bytes = 0

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """Takes the next bytes; gives the lines that are complete by now."""
        for line in self._feed.feed(self._recoder.feed(chunk)):
            yield from self._take(line)

    def finish(self) -> Iterator[Line]:
        """The lines that were still held back. The reader is used up afterwards."""
        for line in self._feed.feed(self._recoder.finish()):
            yield from self._take(line)
        for line in self._feed.finish():
            yield from self._take(line)
        if self._early is not None:
            early, self._early = self._early, None
            for line in prepared(early):
                yield from self._unwrapper.take(line)
        yield from self._unwrapper.finish()

    def left_out(self) -> Iterator[tuple[list[Line], int]]:
        """Lines of which a long log has very many: what one of them reads as by itself, and how many were left out."""
        for line, times in self._feed.left_out():
            alone = Unwrapper()
            yield [*alone.take(line), *alone.finish()], times

    def _take(self, line: Physical) -> Iterator[Line]:
        if self._early is None:
            yield from self._unwrapper.take(line)
            return
        self._early.append(line)
        self._early_bytes += len(line.raw) + 1
        if self._early_bytes > _PASTE_BYTES:
            early, self._early = self._early, None
            for held in early:
                yield from self._unwrapper.take(held)


def read_lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    """The logical lines of a log, in order. Bytes may be anything; nothing is raised for their content."""
    reader = LogReader()
    for chunk in chunks:
        yield from reader.feed(chunk)
    yield from reader.finish()
