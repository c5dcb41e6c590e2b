"""The screen of recorded runs, and of what got slower between two of them."""

from collections.abc import Sequence
from datetime import datetime

from gomend.report import phrases
from gomend.report.amounts import size
from gomend.report.clean import one_line
from gomend.report.layout import Screen, columns, pad, wrap
from gomend.report.waterfall import waterfall
from gomend.texts import text
from gomend.trace.difference import Change, Difference
from gomend.trace.model import Trace
from gomend.trace.runs import RunEntry, RunList


def screen_of(document: Trace | RunList | Difference, lang: str, screen: Screen) -> str:
    """The screen of one run with all its requests, of the list of runs, or of what got slower."""
    if isinstance(document, Trace):
        return waterfall(document, document.requests, lang, screen)
    if isinstance(document, Difference):
        return difference_screen(document, lang, screen)
    return runs_screen(document, lang, screen)


def runs_screen(document: RunList, lang: str, screen: Screen) -> str:
    """Every recorded run, the newest first, and how to look at one."""
    if not document.runs:
        return "".join(f"{line}\n" for line in wrap(text(lang, "trace.list/none"), screen.prose))
    keys = ("run", "started", "exit", "requests", "size", "seconds", "command")
    rows = [[text(lang, f"trace.list/{key}") for key in keys], *(_row(one) for one in document.runs)]
    widths = [max(columns(row[at]) for row in rows) + 2 for at in range(len(keys) - 1)]
    lines = []
    for row in rows:
        front = "".join(
            pad(cell, width) if at < 2 else " " * (width - 2 - columns(cell)) + cell + "  "
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        lines.append((front + _kept(row[-1], screen.width - columns(front))).rstrip())
    following = pad(text(lang, "screens.verdict/next"), widths[0]) + "gomend trace last"
    return "".join(f"{screen.spell(line)}\n" for line in [*lines, following])


def _row(one: RunEntry) -> list[str]:
    return [
        one.run,
        when(one.started),
        str(one.exit),
        str(one.requests) if one.traced else "–",
        size(one.bytes) if one.traced else "–",
        f"{phrases.seconds(one.seconds)}",
        one_line(" ".join(one.command)),
    ]


def when(started: str) -> str:
    """A UTC moment as the machine's own clock would show it; as it came where it is none."""
    try:
        return f"{datetime.fromisoformat(started).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return started


def _kept(words: str, width: int) -> str:
    """As many words as fit; the list is for choosing a run, its record holds the rest."""
    if columns(words) <= max(width, 12):
        return words
    while columns(words) > max(width, 12) - 1:
        words = words[:-1]
    return words + "…"


_FILES = 10


def difference_screen(document: Difference, lang: str, screen: Screen) -> str:
    """What got slower: phases, hosts, and the files that changed most."""
    seconds = [f"{value:.2f}" for value in (document.seconds_before, document.seconds_after)]
    said = text(
        lang,
        "trace.diff/facts",
        before=document.before,
        after=document.after,
        seconds_before=seconds[0],
        seconds_after=seconds[1],
        slower=f"{document.seconds_after - document.seconds_before:+.2f}",
    )
    lines = wrap(screen.spell(said), screen.prose)
    files = sorted(document.files, key=lambda one: -abs(one.slower))[:_FILES]
    for key, changes in (("phases", document.phases), ("hosts", document.hosts), ("files", files)):
        if changes:
            lines += _change_rows(text(lang, f"trace.diff/{key}"), key, changes, lang, screen)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _change_rows(head: str, key: str, changes: Sequence[Change], lang: str, screen: Screen) -> list[str]:
    columns_of = [text(lang, f"trace.diff/{one}") for one in ("before", "after", "slower")]
    width = screen.prose - 30
    lines = [pad(head, width) + "".join(" " * (10 - columns(one)) + one for one in columns_of)]
    for one in changes:
        name = text(lang, f"trace.phase/{one.name}") if key == "phases" else one_line(one.name)
        cells = [screen.spell("–") if value is None else f"{value:.2f}" for value in (one.before, one.after)]
        kept = _kept(name, width - 3)
        row = pad("  " + (kept if screen.unicode else kept.replace("…", "~")), width)
        lines.append(row + "".join(cell.rjust(10) for cell in [*cells, f"{one.slower:+.2f}"]))
    return lines
