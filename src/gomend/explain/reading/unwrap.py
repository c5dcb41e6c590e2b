"""From physical lines to logical ones: wrappers off, parts joined, commands and exits recognised."""

import re
from collections.abc import Iterator
from typing import Final

from gomend.explain.lines import Line, LineKind
from gomend.explain.reading.commands import command_in
from gomend.explain.reading.decode import text_of
from gomend.explain.reading.exits import exit_in
from gomend.explain.reading.jobs import JobState
from gomend.explain.reading.jsonlines import unwrap_json
from gomend.explain.reading.physical import Physical
from gomend.explain.reading.powershell import PowerShellRecord
from gomend.explain.reading.prefixes import Peeled, peel
from gomend.explain.reading.terminal import clean, segments

_DEPTH: Final = 4
_STEP: Final = re.compile(r"(#\d{1,4}) (?:\[|DONE |ERROR: |CACHED|CANCELED|sha256:|transferring |exporting )")
_ECHO_STATUS: Final = re.compile(
    r"echo (?:\"?\$\?\"?|%errorlevel%|\$LASTEXITCODE|.{0,40}\$\?\"?)$|\$LASTEXITCODE$", re.IGNORECASE
)
_STATUS: Final = re.compile(r"(?:\D{0,40}\b)?(\d{1,3})$")
_LONGEST_JOINED: Final = 1 << 16
_PARTS_OPEN: Final = 256


class Unwrapper:
    """Takes physical lines in order; gives logical ones in order."""

    def __init__(self) -> None:
        self._jobs = JobState()
        self._record = PowerShellRecord()
        self._parts: dict[str, Line] = {}  # by channel: a line whose rest is still to come
        self._joinable: Line | None = None  # the last line of a log whose wrapper marks what goes on it
        self._asked_status = False  # the last command printed the exit status of the one before

    def take(self, line: Physical) -> Iterator[Line]:
        """The logical lines that are complete with this physical one."""
        for piece in segments(text_of(line.raw)):
            for peeled in _peeled(piece):
                for text in peeled.text.split("\n") if "\n" in peeled.text else (peeled.text,):
                    yield from self._logical(line, text, peeled)

    def finish(self) -> Iterator[Line]:
        """Lines whose rest never came."""
        yield from self._flush()
        yield from self._record.finish()
        for line in self._parts.values():
            yield self._of_kind(line)
        self._parts.clear()

    def _logical(self, physical: Physical, text: str, peeled: Peeled) -> Iterator[Line]:
        channel = peeled.channel
        if text.startswith("#") and (step := _STEP.match(text)):
            channel = f"{channel}/{step[1]}" if channel else step[1]
        kept = self._jobs.take(text, channel)
        if kept is None:
            yield from self._record.close(text)
            return
        last = physical.last or physical.number
        line = Line(physical.number, last, kept, channel)
        open_part = self._parts.pop(channel, None) if self._parts else None
        if open_part:
            line = Line(open_part.number, last, (open_part.text + kept)[:_LONGEST_JOINED], channel)
        if peeled.part and len(self._parts) < _PARTS_OPEN:
            self._parts[channel] = line
            return
        if not peeled.joinable:
            yield from self._flush()
            yield from self._whole(line)
        elif peeled.join and self._joinable and len(self._joinable.text) < _LONGEST_JOINED:
            earlier = self._joinable
            self._joinable = Line(earlier.number, last, earlier.text + kept, earlier.channel)
        else:
            yield from self._flush()
            self._joinable = line

    def _flush(self) -> Iterator[Line]:
        if self._joinable:
            line, self._joinable = self._joinable, None
            yield from self._whole(line)

    def _whole(self, line: Line) -> Iterator[Line]:
        for whole in self._record.take(line):
            yield self._of_kind(whole)

    def _of_kind(self, line: Line) -> Line:
        text = line.text
        if self._asked_status and text.strip():
            self._asked_status = False
            if told := _STATUS.match(text.strip()):
                return Line(line.number, line.last, text, line.channel, LineKind.EXIT, int(told[1]))
        ended, status = exit_in(text)
        if ended:
            return Line(line.number, line.last, text, line.channel, LineKind.EXIT, status)
        command = command_in(text)
        if command is None:
            return line
        self._asked_status = _ECHO_STATUS.match(command) is not None
        return Line(line.number, line.last, command, line.channel, LineKind.COMMAND)


def _peeled(piece: str) -> Iterator[Peeled]:
    """The pieces of a physical line with all wrappers off, also those within each other's JSON."""
    line = peel(piece)
    for _ in range(_DEPTH):
        if not line.text.startswith(("{", " {")):
            break
        found = unwrap_json(line.text)
        if found is None:
            break
        message, channel, whole = found
        inner = peel(clean(message)) if "\n" not in message else Peeled(_each_clean(message))
        inner.channel = "/".join(name for name in (line.channel, channel, inner.channel) if name)
        inner.part = inner.part or not whole
        line = inner
    yield line


def _each_clean(message: str) -> str:
    return "\n".join(peel(clean(part)).text for part in message.split("\n"))
