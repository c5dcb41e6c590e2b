"""What a person pasted: a log within Markdown, quoted, indented, cut at a terminal's width."""

from collections.abc import Iterator

from gomend.explain.reading.physical import Physical


def prepared(lines: list[Physical]) -> Iterator[Physical]:
    """The lines that belong to a log, as they were before the paste."""
    yield from lines
