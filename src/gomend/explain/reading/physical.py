"""Physical lines of a log: numbered, bounded in length, and where the log is long only those that can matter."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from gomend.explain.triggers import FOLLOWING, NEEDLES, NEEDLES_BEYOND_ASCII

_BLOCK: Final = 1 << 19  # bytes that are looked through at once
_WHOLE: Final = 1 << 18  # so much of a log's beginning is handed over whole
_TAIL_LINES: Final = 64  # so many last lines too
_LONGEST: Final = 1 << 16  # bytes of a line that are kept: its head and its tail
_BEFORE: Final = 3
_FREE_CONTEXT: Final = 4000  # lines; beyond, context is given in proportion to what was read
_PROGRESS: Final = re.compile(rb"go: (?:downloading|extracting|finding|found|added|upgraded) ")
# Where commands begin and end in a wrapper's own words; needed besides what programs say.
_MARKS: Final = (
    b"##[",
    b"[command]",
    b"xit code",
    b"xit status",
    b"]$ ",
    b"\x1b[32;1m$ ",
    b" + go ",
    b"Finished: ",
    b"Traceback",
)
_NOISE: Final = re.compile(
    rb"(?:^|[ \t])(?:=== (?:RUN|PAUSE|CONT) |--- PASS|ok  \t|\?   \t|Get:\d+ |Hit:\d+ |Ign:\d+ |Unpacking |Setting up |Selecting |Preparing to unpack)"
)
_QUICK: Final = (b"ok  \t", b".go:")


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
        self._handed = 0
        self._searched = 0  # bytes of the pending line known to hold no line end
        self.long = False  # whether lines may have been skipped

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
            self.long = True
            yield from self._chosen(block)

    def _all(self, block: bytes) -> Iterator[Physical]:
        self._bytes += len(block)
        lines = block.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for raw in lines:
            self._number += 1
            self._handed += 1
            yield Physical(self._number, _bounded(raw))

    def _chosen(self, block: bytes) -> Iterator[Physical]:
        self._bytes += len(block)
        spans = _spans(block, generous=self._handed < _FREE_CONTEXT + (self._number >> 4))
        at, number = 0, self._number
        for start, stop in spans:
            number += block.count(b"\n", at, start)
            at = start
            for raw in block[start:stop].split(b"\n")[: -1 if block[stop - 1 : stop] == b"\n" else None]:
                number += 1
                self._handed += 1
                yield Physical(number, _bounded(raw))
            at = stop
        self._number = number + block.count(b"\n", at) + (not block.endswith(b"\n"))


def _spans(block: bytes, *, generous: bool) -> list[tuple[int, int]]:
    """Start and stop of the stretches of whole lines that are handed over, in order, not overlapping."""
    hits = sorted(_hits(block))
    spans: list[tuple[int, int]] = []
    done = 0
    for position, trouble in hits:
        if position < done:
            if trouble:
                stop = _lines_on(block, position, FOLLOWING if generous else 2)
                if stop > done:
                    spans[-1] = (spans[-1][0], stop)
                    done = stop
            continue
        start = block.rfind(b"\n", 0, position) + 1
        stop = block.find(b"\n", position) + 1 or len(block)
        if trouble:
            for _ in range(_BEFORE if generous else 1):
                if start > done:
                    start = max(done, block.rfind(b"\n", 0, start - 1) + 1)
            stop = _lines_on(block, position, FOLLOWING if generous else 2)
        if spans and start == spans[-1][1]:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((start, stop))
        done = stop
    return spans


def _hits(block: bytes) -> list[tuple[int, bool]]:
    """Where something that can matter stands; whether its neighbours matter too."""
    hits: list[tuple[int, bool]] = []
    needles = NEEDLES + _MARKS if block.isascii() else NEEDLES + _MARKS + NEEDLES_BEYOND_ASCII
    for needle in needles:
        at = block.find(needle)
        while at >= 0:
            start = block.rfind(b"\n", 0, at) + 1
            after = block.find(b"\n", at)
            if after < 0:
                after = len(block)
            if not _NOISE.search(block, start, min(after, start + 256)):
                hits.append((at, not _PROGRESS.search(block, start, min(after, start + 256))))
            at = block.find(needle, after)
    return hits


def _lines_on(block: bytes, position: int, lines: int) -> int:
    """Where the line `lines` after the one at `position` ends."""
    at = position
    for _ in range(lines + 1):
        found = block.find(b"\n", at)
        if found < 0:
            return len(block)
        at = found + 1
    return at


def _bounded(raw: bytes) -> bytes:
    if len(raw) <= _LONGEST:
        return raw
    half = _LONGEST // 2
    return raw[:half] + " … ".encode() + raw[-half:]
