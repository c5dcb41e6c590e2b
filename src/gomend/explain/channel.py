"""One channel of a log: each line goes to the first reader that knows it."""

from collections.abc import Iterator

from gomend.explain.foreign import foreign
from gomend.explain.golog import GoLog
from gomend.explain.lines import Line
from gomend.explain.otherlogs import ClientLog
from gomend.explain.statements import Statement


class Channel:
    """The lines of one job, step or service: go's own first, then other clients', then anybody's."""

    def __init__(self) -> None:
        self._go = GoLog()
        self._clients = ClientLog()

    def feed(self, line: Line) -> Iterator[Statement]:
        """The statements that this line completes. Nothing is raised for its content."""
        yield from self._go.feed(line)
        if self._go.took:
            yield from self._clients.finish()
            return
        yield from self._clients.feed(line)
        if not self._clients.owns:
            yield from foreign(line.text, (line.number, line.last))

    def finish(self) -> Iterator[Statement]:
        """The statements that are still open."""
        yield from self._go.finish()
        yield from self._clients.finish()
