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
        self._held: Line | None = None  # the last line of a log whose wrapper marks what goes on it
        self._asked_status = False  # the last command printed the exit status of the one before

    def take(self, physical: Physical) -> Iterator[Line]:
        """The logical lines that are complete with this physical one."""
        last = physical.last or physical.number
        for piece in segments(text_of(physical.raw)):
            peeled = peel(piece)
            yield from self._framed(Line(physical.number, last, peeled.text, peeled.channel), peeled)

    def finish(self) -> Iterator[Line]:
        """Lines whose rest never came."""
        yield from self._flush()
        for line in self._parts.values():
            yield from self._unframed(line)
        self._parts.clear()
        yield from self._record.finish()

    def _framed(self, line: Line, peeled: Peeled) -> Iterator[Line]:
        """Joins the parts of a line that its wrapper had cut."""
        if not peeled.framed:
            yield from self._flush()
            if line.channel in self._parts:  # its rest never came
                yield from self._unframed(self._parts.pop(line.channel))
            yield from self._unframed(line)
            return
        begun = self._parts.pop(line.channel, None)
        if begun:
            line = _joined(begun, line)
        if peeled.part and len(self._parts) < _PARTS_OPEN:
            self._parts[line.channel] = line
        elif peeled.join and self._held:
            self._held = _joined(self._held, line)
        else:
            yield from self._flush()
            self._held = line

    def _flush(self) -> Iterator[Line]:
        if self._held:
            line, self._held = self._held, None
            yield from self._unframed(line)

    def _unframed(self, line: Line, depth: int = 0) -> Iterator[Line]:
        """Takes off what stands within the wrapper that marked the line's parts: more prefixes, JSON."""
        peeled = peel(line.text)
        channel = _under(line.channel, peeled.channel)
        found = unwrap_json(peeled.text) if depth < _DEPTH and peeled.text.lstrip(" ").startswith("{") else None
        if found is None:
            for text in peeled.text.split("\n") if "\n" in peeled.text else (peeled.text,):
                yield from self._logical(Line(line.number, line.last, text, channel))
            return
        message, name, whole = found
        channel = _under(channel, name)
        begun = self._parts.pop(f"json {channel}", None)
        for index, text in enumerate(message.split("\n")):
            inner = Line(line.number, line.last, clean(text), channel)
            if begun and index == 0:
                inner = _joined(begun, inner)
            if whole is False and index == message.count("\n") and len(self._parts) < _PARTS_OPEN:
                self._parts[f"json {channel}"] = inner
            else:
                yield from self._unframed(inner, depth + 1)

    def _logical(self, line: Line) -> Iterator[Line]:
        channel = line.channel
        if line.text.startswith("#") and (step := _STEP.match(line.text)):
            channel = _under(channel, step[1])
        kept = self._jobs.take(line.text, channel)
        if kept is None:
            yield from self._record.close(line.text)
            return
        for whole in self._record.take(Line(line.number, line.last, kept, channel)):
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


def _under(outer: str, inner: str) -> str:
    return f"{outer}/{inner}" if outer and inner else outer or inner


def _joined(line: Line, rest: Line) -> Line:
    text = line.text + rest.text if len(line.text) < _LONGEST_JOINED else line.text
    return Line(line.number, rest.last, text, line.channel)
