"""The screen of recorded runs, and of what got slower between two of them."""

from datetime import datetime

from gomend.report import phrases
from gomend.report.clean import one_line
from gomend.report.layout import Screen, columns, pad, wrap
from gomend.report.waterfall import size, waterfall
from gomend.texts import text
from gomend.trace.model import Trace
from gomend.trace.runs import RunEntry, RunList


def screen_of(document: Trace | RunList, lang: str, screen: Screen) -> str:
    """The screen of one run with all its requests, or of the list of runs."""
    if isinstance(document, Trace):
        return waterfall(document, document.requests, lang, screen)
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
