"""PowerShell's red text: the first line that a program writes to standard error becomes an error record.

The record repeats the program's name, is wrapped at the width of the console, and ends with the place in the script
(`At line:1 char:1`, localized), the command, and lines `+ CategoryInfo`, `+ FullyQualifiedErrorId`.
"""

import re
from collections.abc import Iterator
from typing import Final

from gomend.explain.lines import Line

_HEAD: Final = re.compile(r"(?P<program>[\w.-]{1,32}|[A-Za-z]:\\[^:*?\"<>|]{1,200}) : (?=\S)(?P<text>.*)")
_PROGRAMS: Final = re.compile(
    r"(?:.*\\)?(?:go|git|npm|npx|pip|pip3|python|docker|curl|make|node|yarn|pnpm)(?:\.exe|\.cmd|"
    r"\.bat)?$",
    re.IGNORECASE,
)
_END: Final = re.compile(
    r"At (?:line|[A-Za-z]:\\.{1,300}):\d+ char:\d+$|所在位置 |在行:\d+ |位於 |\s*\+ "
    r"CategoryInfo"
)
_LIMIT: Final = 12  # physical lines of one record
_WIDEST: Final = 400


class PowerShellRecord:
    """Joins the lines of a record's message; every other line passes."""

    def __init__(self) -> None:
        self._held: list[Line] = []

    def take(self, line: Line) -> Iterator[Line]:
        """The lines that are complete now: the given one, or a record's first lines if it turned out to be none."""
        if self._held:
            if (
                len(self._held) < _LIMIT
                and line.text.strip()
                and not _HEAD.match(line.text)
                and not _END.match(line.text)
            ):
                self._held.append(line)
                return
            yield from self._given_up()
        found = _HEAD.match(line.text) if " : " in line.text else None
        if found and _PROGRAMS.match(found["program"]):
            self._held = [line]
            return
        yield line

    def close(self, text: str) -> Iterator[Line]:
        """Told of a line that is dropped: a record's end makes its message whole."""
        if self._held and _END.match(text):
            held, self._held = self._held, []
            yield _joined(held)

    def finish(self) -> Iterator[Line]:
        """What is held when the log ends."""
        yield from self._given_up()

    def _given_up(self) -> Iterator[Line]:
        held, self._held = self._held, []
        if held:
            yield _without_head(held[0])
            yield from held[1:]


def _without_head(line: Line) -> Line:
    found = _HEAD.match(line.text)
    return Line(line.number, line.last, found["text"] if found else line.text, line.channel)


def _joined(held: list[Line]) -> Line:
    width = max(len(line.text) for line in held)
    text = _HEAD.sub(r"\g<text>", held[0].text, count=1)
    before = held[0].text
    for line in held[1:]:
        # A full line was cut where the console ended; a shorter one lost the blank that it broke at.
        text += (
            line.text
            if len(before) >= min(width, _WIDEST) or (not before.endswith((",", ":")) and len(before) >= width - 1)
            else f" {line.text}"
        )
        before = line.text
    return Line(held[0].number, held[-1].last, text, held[0].channel)
