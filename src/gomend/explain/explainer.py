"""The way of a log: bytes → lines → statements → verdict."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from gomend.causes import Verdict
from gomend.explain.channel import Channel
from gomend.explain.fixes import fixes_for
from gomend.explain.lines import Line, LineKind
from gomend.explain.outcome import judge
from gomend.explain.reader import LogReader
from gomend.explain.statements import Statement
from gomend.explain.steps import Steps

MOST_CHANNELS: Final = 64


class Explainer:
    """Explains one log, fed piece by piece. Memory is bounded whatever the log holds; no content raises anything.

    `command` is the command that wrote it, `settings` are effective `go env` values; None where not known.
    """

    def __init__(self, *, command: Sequence[str] | None = None, settings: Mapping[str, str] | None = None) -> None:
        self._command = command
        self._settings = settings
        self._reader = LogReader()
        self._steps = Steps()
        self._channels: dict[str, Channel] = {}

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes of the log."""
        for line in self._reader.feed(chunk):
            self._take(line)

    def finish(self, exit_status: int | None = None, settings: Mapping[str, str] | None = None) -> Verdict:
        """The verdict; call it once, at the end. `exit_status` is the whole command's, None leaves it to the log."""
        for line in self._reader.finish():
            self._take(line)
        for name, channel in self._channels.items():
            self._say(name, channel.finish())
        for lines, times in self._reader.left_out():
            self._steps.left_out(_said_alone(lines), times)
        verdict = judge(self._steps.all(), exit_status)
        effective = settings if settings is not None else self._settings
        fixes = fixes_for(verdict.roots, verdict.warnings, effective, self._command)
        return Verdict(verdict.outcome, verdict.roots, verdict.warnings, verdict.harmless, fixes)

    def _take(self, line: Line) -> None:
        channel = self._channel(line.channel)
        if line.kind is LineKind.OUTPUT:
            self._say(line.channel, channel.feed(line))
            if line.text.strip():
                self._steps.line(line.channel, line.text[:4000], (line.number, line.last))
            return
        self._say(line.channel, channel.finish())
        if line.kind is LineKind.COMMAND:
            self._steps.command(line.channel, line.text[:1000])
        else:
            self._steps.exit(line.channel, line.status)

    def _channel(self, name: str) -> Channel:
        channel = self._channels.get(name)
        if channel is None:
            if len(self._channels) >= MOST_CHANNELS:
                oldest = next(iter(self._channels))
                self._say(oldest, self._channels.pop(oldest).finish())
            channel = self._channels[name] = Channel()
        return channel

    def _say(self, channel: str, statements: Iterator[Statement]) -> None:
        for statement in statements:
            self._steps.add(channel, statement)


def _said_alone(lines: Iterable[Line]) -> Iterator[Statement]:
    channel = Channel()
    for line in lines:
        if line.kind is LineKind.OUTPUT:
            yield from channel.feed(line)
    yield from channel.finish()


def explain(
    chunks: Iterable[bytes],
    *,
    command: Sequence[str] | None = None,
    exit_status: int | None = None,
    settings: Mapping[str, str] | None = None,
) -> Verdict:
    """The verdict on a log given as pieces of bytes."""
    explainer = Explainer(command=command, settings=settings)
    for chunk in chunks:
        explainer.feed(chunk)
    return explainer.finish(exit_status)


def explain_text(log: str | bytes, *, command: Sequence[str] | None = None, exit_status: int | None = None) -> Verdict:
    """The verdict on a whole log. `command` is what wrote it and `exit_status` how that ended, where known.

    Never raises over what a log holds.
    """
    data = log.encode("utf-8", "surrogatepass") if isinstance(log, str) else log
    return explain([data], command=command, exit_status=exit_status)
