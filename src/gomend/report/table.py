"""Rows of cells, aligned in columns of a terminal."""

from collections.abc import Collection, Sequence

from gomend.report.layout import Screen, columns, pad, wrap

_GAP = 2
_LEAST_LAST = 16  # columns that the last cell gets, however wide the others are


def table(rows: Sequence[Sequence[str]], screen: Screen, *, right: Collection[int] = (), indent: int = 0) -> list[str]:
    """The rows as lines; cells are never cut, and the last one of a row is wrapped under itself.

    `right` holds the numbers of columns that are aligned to the right, `indent` is how many blanks stand before all.
    """
    width = max((len(row) for row in rows), default=0)
    spelled = [[screen.spell(cell) for cell in row] for row in rows]
    widths = [max((columns(row[at]) for row in spelled if at < len(row) - 1), default=0) for at in range(width - 1)]
    lines: list[str] = []
    for row in spelled:
        front = " " * indent
        for at, cell in enumerate(row[:-1]):
            blanks = " " * (widths[at] - columns(cell))
            front += (blanks + cell if at in right else cell + blanks) + " " * _GAP
        room = max(_LEAST_LAST, screen.width - columns(front))
        last = wrap(row[-1], room) if row else []
        lines.append((front + (last[0] if last else "")).rstrip())
        lines += [pad("", columns(front)) + line for line in last[1:]]
    return lines
