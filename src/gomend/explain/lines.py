"""A line of a log as the rest of `explain` sees it: freed of what a terminal or a CI system put around it."""

from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What a line is to its log."""

    OUTPUT = "output"  # written by a program
    COMMAND = "command"  # the wrapper or shell shows the command it is about to run; text is the command
    EXIT = "exit"  # the wrapper or shell tells how a command ended; status says how


@dataclass(frozen=True, slots=True)
class Line:
    """One logical line. A line that was wrapped over several physical ones spans `number` to `last`."""

    number: int  # first physical line of the input, 1-based
    last: int
    text: str  # no escape sequences, no time stamp, no wrapper's prefix; tabs kept
    channel: str = ""  # the job, step or service that the wrapper names; "" where there is one only
    kind: LineKind = LineKind.OUTPUT
    status: int | None = None  # for EXIT: the exit status, where told
