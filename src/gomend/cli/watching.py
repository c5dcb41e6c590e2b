"""Watches over a go command behind its door: the live line, and the end of a wait in which nothing moves.

It is asked by the loop that passes the output on, so that nothing is printed between two parts of a line of go's.
"""

import os
import signal
from time import monotonic

from gomend.gocmd import process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    from gomend.gocmd.offspring import Process
    from gomend.net.exchange import Exchange
    from gomend.relay.live import Moment, Waiting
    from gomend.relay.session import Record
    from gomend.settings.load import Loaded

    class Display(Protocol):
        """Where what is waited for is shown."""

        is_terminal: bool

        def clear(self, now: float) -> None: ...
        def is_due(self, now: float) -> bool: ...
        def make_way(self) -> None: ...
        def show(self, moments: "Sequence[Moment]", now: float) -> None: ...


_GRACE_SECONDS = 3.0  # between SIGINT and SIGTERM


def offspring_of_gomend() -> "Sequence[Process]":
    """The processes below this one."""
    from gomend.gocmd.offspring import offspring  # noqa: PLC0415 - once there is something to wait for

    return offspring(os.getpid())


class Watch(process.Watch):
    """Over one go command, what passes its door being `record`.

    `options` gives the options in force; it is called once there is something to wait for. `look` tells the processes
    below this one, `clock` seconds.
    """

    interval = 0.5  # seconds between two ticks while nothing is printed

    def __init__(
        self,
        record: "Record",
        options: "Callable[[], Loaded]",
        display: "Display",
        *,
        clock: "Callable[[], float]" = monotonic,
        look: "Callable[[], Sequence[Process]]" = offspring_of_gomend,
    ) -> None:
        self._record = record
        self._options = options
        self._display = display
        self._clock = clock
        self._look = look
        self._child = 0
        self._moved: tuple[int, ...] = ()
        self._moved_at = 0.0
        self._last_tick = 0.0
        self._bytes = 0
        self._rate = 0.0
        self._asked_to_end_at = 0.0
        self.stalled: Exchange | None = None  # the request that ended the run

    def began(self, child: int) -> None:
        """The command runs."""
        self._child = child

    def clear(self) -> None:
        """The command is about to print."""
        self._display.clear(self._clock())

    def tick(self, *, at_line_start: bool) -> int:
        """Time has passed. Returns a signal to send to the command, 0 for none."""
        now = self._clock()
        exchanges = list(self._record.exchanges)
        if not exchanges and not self._display.is_due(now):
            return 0
        from gomend.relay.live import longest, moved, open_exchanges  # noqa: PLC0415 - go has long started

        waiting = longest(open_exchanges(exchanges, list(self._record.waiting)))
        state = moved(exchanges)
        if waiting is None or state != self._moved:
            self._moved, self._moved_at = state, now
        self._measure(sum(one.bytes for one in exchanges), now)
        if self.stalled is not None:
            return self._end_again(now)
        limit = self._options().number("stall")
        if waiting is not None and limit and now - self._moved_at >= limit:
            self.clear()
            self.stalled = waiting.exchange
            self._asked_to_end_at = now
            return signal.SIGINT
        if at_line_start and self._display.is_due(now):
            self._show(exchanges, waiting, now)
        return 0

    def _show(self, exchanges: "list[Exchange]", waiting: "Waiting | None", now: float) -> None:
        from gomend.gocmd.helpers import helper_of  # noqa: PLC0415
        from gomend.relay.live import moment, paused  # noqa: PLC0415

        processes = self._look()
        if self._display.is_terminal and any(one.prompts for one in processes):
            self._display.make_way()
            return
        found = (
            waiting or paused(exchanges, list(self._record.waiting)) or helper_of(processes, os.getpid(), self._child)
        )
        expected, rate = self._record.expected, self._rate
        moments = [] if found is None else [moment(exchanges, found, now, expected=expected, rate=rate)]
        self._display.show(moments, now)

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
