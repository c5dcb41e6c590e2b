"""How lines of one client are gathered: a block opens with a line that only this client prints."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from gomend.explain.lines import Line
from gomend.explain.statements import Statement

MOST_LINES = 60


@dataclass(slots=True)
class Block:
    """Lines that one client printed together."""

    first: int
    last: int
    lines: list[str] = field(default_factory=list)

    @property
    def where(self) -> tuple[int, int]:
        """First and last line of the input."""
        return self.first, self.last


class Client(Protocol):
    """Knows the lines of one client, and what a block of them says. May remember earlier blocks of the same channel."""

    def opens(self, text: str) -> bool:
        """Whether only this client begins a message so."""

    def goes_on(self, block: Block, text: str) -> bool:
        """Whether a line belongs to the open block."""

    def read(self, block: Block) -> Iterator[Statement]:
        """What a whole block says."""


def add(block: Block, line: Line, text: str) -> None:
    """Puts a line to a block; of a very long one only the beginning is kept."""
    if len(block.lines) < MOST_LINES:
        block.lines.append(text)
    block.last = line.last
