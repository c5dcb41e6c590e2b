"""Puts the lines of one channel together to statements of clients other than go."""

from collections.abc import Iterator
from typing import Final

from gomend.explain.lines import Line
from gomend.explain.otherlogs.blocks import Block, Client, add
from gomend.explain.otherlogs.fetch import Curl, SystemPackages, Wget
from gomend.explain.otherlogs.gitlog import Git
from gomend.explain.otherlogs.npm import Npm
from gomend.explain.otherlogs.pip import Pip
from gomend.explain.statements import Statement

LONGEST_LINE: Final = 4096


class ClientLog:
    """Feed it, in order, the lines of one channel that are not go's own; nothing is raised for their content."""

    def __init__(self) -> None:
        self._clients: tuple[Client, ...] = (Npm(), Wget(), Pip(), Curl(), SystemPackages(), Git())
        self._open: tuple[Client, Block] | None = None

    @property
    def owns(self) -> bool:
        """Whether the line fed last belongs to a block of a known client."""
        return self._open is not None

    def feed(self, line: Line) -> Iterator[Statement]:
        """The statements that this line completes."""
        text = line.text[:LONGEST_LINE]
        if self._open:
            client, block = self._open
            if client.goes_on(block, text):
                add(block, line, text)
                return
            yield from self.finish()
        for client in self._clients:
            if client.opens(text):
                self._open = client, Block(line.number, line.last, [text])
                return

    def finish(self) -> Iterator[Statement]:
        """The statement that is still open, if any."""
        if self._open:
            (client, block), self._open = self._open, None
            yield from client.read(block)
