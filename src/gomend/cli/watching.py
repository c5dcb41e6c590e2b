"""Watches over a go command behind its door: the live line, and the end of a wait in which nothing moves.

It is asked by the loop that passes the output on, so that nothing is printed between two parts of a line of go's.
"""

import os
import signal
from time import monotonic

from gomend.gocmd import process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gomend.net.exchange import Exchange
    from gomend.relay.session import Session
    from gomend.settings.load import Loaded

_SILENCE_SECONDS = 2.0  # before the live line shows
_LOG_SECONDS = 30.0  # between two lines of a log
_GRACE_SECONDS = 3.0  # between SIGINT and SIGTERM
_ERASE = "\r\x1b[K"


class Watch(process.Watch):
    """`options` gives the options in force; it is called once there is something to wait for."""

    interval = 0.5  # seconds between two ticks while nothing is printed

    def __init__(self, door: "Session", options: "Callable[[], Loaded]", environment: "Mapping[str, str]") -> None:
        self._door = door
        self._options = options
        self._environment = environment
        self._is_terminal = os.isatty(2) and environment.get("TERM") != "dumb"
        self._loaded: Loaded | None = None
        self._painted = False
        self._silent_since = monotonic()
        self._logged_at = 0.0
        self._moved: tuple[int, ...] = ()
        self._moved_at = 0.0
        self._last_tick = 0.0
        self._bytes = 0
        self._rate = 0.0
        self._asked_to_end_at = 0.0
        self.stalled: Exchange | None = None  # the request that ended the run

    def clear(self) -> None:
        """The command is about to print."""
        self._silent_since = monotonic()
        if self._painted:
            self._painted = False
            self._write(_ERASE)

    def tick(self, *, at_line_start: bool) -> int:
        """Time has passed. Returns a signal to send to the command, 0 for none."""
        now = monotonic()
        exchanges = self._door.record.exchanges
        if not exchanges or now - self._silent_since < _SILENCE_SECONDS:
            return 0
        from gomend.relay.live import live_line, longest, moved, open_exchanges  # noqa: PLC0415 - go has long started

        exchanges = list(exchanges)
        if self._loaded is None:
            self._loaded = self._options()
        waiting = longest(open_exchanges(exchanges, list(self._door.record.waiting)))
        state = moved(exchanges)
        if waiting is None or state != self._moved:
            self._moved, self._moved_at = state, now
        self._measure(sum(one.bytes for one in exchanges), now)
        limit = self._loaded.number("stall")
        if self.stalled is not None:
            return self._end_again(now)
        if waiting is not None and limit and now - self._moved_at >= limit:
            self.clear()
            self.stalled = waiting.exchange
            self._asked_to_end_at = now
            return signal.SIGINT
        if at_line_start and not self._loaded.switch("quiet"):
            record, lang = self._door.record, self._language()
            words = waiting and live_line(exchanges, waiting, now, lang, expected=record.expected, rate=self._rate)
            self._show(words or "", now)
        return 0

    def _end_again(self, now: float) -> int:
        if self._asked_to_end_at and now - self._asked_to_end_at >= _GRACE_SECONDS:
            self._asked_to_end_at = 0.0
            return signal.SIGTERM
        return 0

    def _measure(self, size: int, now: float) -> None:
        if self._last_tick:
            latest = (size - self._bytes) / max(now - self._last_tick, 0.01)
            self._rate = latest if not self._rate else 0.7 * self._rate + 0.3 * latest
        self._bytes, self._last_tick = size, now

    def _language(self) -> str:
        from gomend.cli.language import choose  # noqa: PLC0415

        return choose(self._loaded.text("lang") if self._loaded else "", self._environment)

    def _show(self, words: str, now: float) -> None:
        if not self._is_terminal:
            if words and now - max(self._logged_at, self._silent_since) >= _LOG_SECONDS:
                self._logged_at = now
                self._write(f"gomend: {words}\n")
            return
        if not words:
            if self._painted:
                self._painted = False
                self._write(_ERASE)
            return
        from gomend.report.layout import columns  # noqa: PLC0415

        room = os.get_terminal_size(2).columns - 1
        line = f"gomend: {words}"
        while columns(line) > room > 0:
            line = line[:-1]
        self._painted = True
        self._write(f"{_ERASE}{line}")

    def _write(self, words: str) -> None:
        from gomend.cli.saying import write  # noqa: PLC0415

        write(2, words)
