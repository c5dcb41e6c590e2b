"""The live line: one line that is painted over on a terminal, a line now and then in a log.

Times are seconds of the clock of whoever calls.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gomend.relay.live import Moment
    from gomend.settings.load import Loaded

_SILENCE_SECONDS = 2.0  # before it shows
_LOG_SECONDS = 30.0  # between two lines of a log
_TO_LINE_START = "\r"  # where it leaves the cursor: a prompt of somebody else's then stands at the line's beginning
_ERASE_REST = "\x1b[K"


def write_to_stderr(words: str) -> None:
    """Writes to standard error."""
    from gomend.cli.saying import write  # noqa: PLC0415

    write(2, words)


def columns_of_stderr() -> int:
    """The width of the terminal that standard error is."""
    return os.get_terminal_size(2).columns


class LiveLine:
    """Shows what is waited for, in between what the command prints.

    `options` gives the options in force; it is called once there is something to show. `is_terminal` decides between
    the two forms, `width` tells a terminal's columns.
    """

    def __init__(
        self,
        options: "Callable[[], Loaded]",
        environment: "Mapping[str, str]",
        now: float,
        *,
        is_terminal: bool,
        write: "Callable[[str], None]" = write_to_stderr,
        width: "Callable[[], int]" = columns_of_stderr,
    ) -> None:
        self._options = options
        self._environment = environment
        self.is_terminal = is_terminal
        self._write = write
        self._width = width
        self._painted = False
        self._silent_since = now
        self._logged_at = now

    def clear(self, now: float) -> None:
        """The command is about to print."""
        self._silent_since = now
        self._take_away(_TO_LINE_START + _ERASE_REST)

    def is_due(self, now: float) -> bool:
        """Whether it is worth finding out what there is to show."""
        return now - self._silent_since >= _SILENCE_SECONDS

    def make_way(self) -> None:
        """Somebody asks a question on the terminal: what they wrote stays."""
        self._take_away(_ERASE_REST)

    def show(self, moments: "Sequence[Moment]", now: float) -> None:
        """What is waited for now; nothing for no moments."""
        loaded = self._options()
        if not self.is_due(now) or loaded.switch("quiet"):
            return
        from gomend.cli.language import choose  # noqa: PLC0415 - go has long started
        from gomend.relay.live import live_lines  # noqa: PLC0415

        lines = [f"gomend: {line}" for line in live_lines(moments, choose(loaded.text("lang"), self._environment))]
        if not self.is_terminal:
            if lines and now - max(self._logged_at, self._silent_since) >= _LOG_SECONDS:
                self._logged_at = now
                self._write(f"{lines[0]}\n")
        elif lines:
            self._painted = True
            self._write(f"{_TO_LINE_START}{_ERASE_REST}{self._fitting(lines)}{_TO_LINE_START}")
        else:
            self._take_away(_TO_LINE_START + _ERASE_REST)

    def _take_away(self, how: str) -> None:
        if self._painted:
            self._painted = False
            self._write(how)

    def _fitting(self, lines: "Sequence[str]") -> str:
        from gomend.report.layout import columns  # noqa: PLC0415

        room = self._width() - 1
        line = next((line for line in lines if columns(line) <= room), lines[-1])
        while columns(line) > room > 0:
            line = line[:-1]
        return line
