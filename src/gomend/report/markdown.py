"""Markdown, for a job's summary or an issue. Words of a log stand in code spans and fences, where nothing is markup."""

import re
from collections.abc import Sequence

from gomend.report import phrases
from gomend.report.clean import one_line
from gomend.report.model import Cause, Explanation, Fix, RunReport
from gomend.texts import text

# What can begin markup, an autolink or a mention; a full stop only where a list item or a bare address needs it.
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~&@:$]|(?<=www)\.|(?<=^\d)\.)", re.IGNORECASE)
_TICKS = re.compile(r"`+")


def plain(words: str) -> str:
    """The words so that Markdown shows them as they are: a backslash before what could be markup (CommonMark §2.4)."""
    return _MARKUP.sub(r"\\\1", one_line(words))


def code(words: str) -> str:
    """A code span, its ticks longer than any within."""
    words = one_line(words)
    if not words:
        return ""
    ticks = _fence(words, 1)
    gap = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{gap}{words}{gap}{ticks}"


def block(words: str, kind: str = "") -> str:
    """A fenced code block, its fence longer than any within."""
    fence = _fence(words, 3)
    return f"{fence}{kind}\n{words}\n{fence}\n"


def _fence(words: str, least: int) -> str:
    longest = max((len(ticks) for ticks in _TICKS.findall(words)), default=0)
    return "`" * max(least, longest + 1)


def markdown(document: Explanation | RunReport, lang: str) -> str:
    """The verdict in the order of the screen; "" for a run in which nothing looked alarming."""
    verdict = phrases.verdict_of(document)
    rescued = document.exchanges.rescued if isinstance(document, RunReport) else 0
    seen = phrases.harmless(verdict.harmless, rescued, lang)
    if isinstance(document, RunReport) and verdict.outcome == "ok" and not seen and not verdict.warnings:
        return ""
    symbol = {"ok": "✅", "failed": "❌"}.get(verdict.outcome, "⚠️")
    parts = [f"### {symbol} {plain(phrases.first_line(document, lang))}\n"]
    for root in verdict.roots:
        parts += _cause(root, lang)
    if verdict.warnings:
        parts.append(f"**{text(lang, 'screens.report/warnings')}**\n")
        for warning in verdict.warnings:
            parts += _cause(warning, lang)
    parts += fixes(verdict.fixes, lang)
    if seen:
        parts.append(f"{text(lang, 'screens.report/harmless')}: {plain(' · '.join(seen))}\n")
    step = phrases.next_step(document, lang)
    if step:
        parts.append(f"**{text(lang, 'screens.verdict/next')}** {code(step)}\n")
    return "\n".join(parts)


def fixes(listed: Sequence[Fix], lang: str) -> list[str]:
    """The ways out, each with its commands."""
    parts = [f"**{text(lang, 'screens.report/fixes')}**\n"] if listed else []
    for fix in listed:
        parts.append(f"{fix.id}. {plain(fix.title)} ({text(lang, f'screens.level/{fix.level}')})\n")
        if fix.commands:
            parts.append(block("\n".join(one_line(one) for one in fix.commands), "sh"))
    return parts


def _cause(cause: Cause, lang: str) -> list[str]:
    about = phrases.subject(cause)
    certainty = text(lang, f"screens.certainty/{cause.certainty}")
    said = [f"{code(cause.code)}, {certainty}" + (f" · {code(about)}" if about else "") + "\n"]
    rows = phrases.evidence(cause, lang, go=False)
    if rows:
        said.append("\n".join(f"- {plain(source)}: {code(words)}" for source, words in rows) + "\n")
    return said
