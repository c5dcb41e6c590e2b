"""The screen that ends a run, or that explains a log: what failed, why, on what evidence, what to do now."""

from gomend.report import phrases
from gomend.report.clean import one_line
from gomend.report.layout import Screen, columns, pad, wrap
from gomend.report.model import Cause, Explanation, Fix, InputError, RunReport, VerdictPart
from gomend.texts import text

MOST_LINES = 20

_LABEL = 12  # two blanks, the label, at least two blanks
_INDENT = "  "
_MOST_EVIDENCE = 4
_MOST_QUOTED = 6  # lines of one quotation
_MOST_ALSO = 3
# Together with the last two these leave the evidence at least one line of the twenty.
_MOST_OPENING_LINES, _MOST_CAUSE_LINES, _MOST_WAYS_LINES, _MOST_ALSO_LINES = 4, 3, 6, 4


def verdict_screen(document: Explanation | RunReport, lang: str, screen: Screen) -> str:
    """At most 20 lines; the last says what to do now. "" for a run in which nothing looked alarming."""
    verdict = phrases.verdict_of(document)
    if verdict.outcome == "ok":
        lines = _success(document, verdict, lang, screen)
    else:
        lines = _trouble(document, verdict, lang, screen)
    return "".join(f"{line}\n" for line in lines)


def error_screen(document: InputError, lang: str, screen: Screen) -> str:
    """One sentence: which input could not be read, and why."""
    said = text(lang, "screens.explanation/error", input=document.input, message=document.message)
    return "".join(f"{line}\n" for line in _opening("✗", said, screen))


def _opening(symbol: str, sentence: str, screen: Screen) -> list[str]:
    lines = wrap(screen.spell(sentence), screen.prose - 2)
    style = {"✗": "red", "!": "yellow"}.get(symbol, "")
    painted = [screen.paint(line, style) if style else line for line in lines] or [""]
    sign = screen.symbol(symbol)
    return [f"{sign} {painted[0]}", *(f"{_INDENT}{line}" for line in painted[1:])]


def _row(label: str, content: str, screen: Screen, *, style: str = "", whole: bool = False) -> list[str]:
    return screen.block(f"{_INDENT}{label}", content, label_width=_LABEL, style=style, whole=whole)


def _success(
    document: Explanation | RunReport, verdict: VerdictPart | Explanation, lang: str, screen: Screen
) -> list[str]:
    rescued = document.exchanges.rescued if isinstance(document, RunReport) else 0
    seen = phrases.harmless(verdict.harmless, rescued, lang)
    if isinstance(document, RunReport) and not seen and not verdict.warnings:
        return []
    sentence = phrases.first_line(document, lang)
    count = sum(verdict.harmless.values())
    if count:
        on_stderr = isinstance(document, RunReport) and phrases.is_go(document.command)
        sentence += _gap(lang) + _harmless_sentence(count, lang, on_stderr=on_stderr)
    lines = _opening("✓", sentence, screen)
    if seen:
        lines.append(_INDENT + screen.paint(screen.spell(_fitting(seen, screen.prose - 2, lang)), "dim"))
    if verdict.warnings:
        lines += _opening("!", text(lang, "screens.verdict/warned"), screen)
        end = [*_ways_out(document, lang, screen)[:_MOST_WAYS_LINES], *_last_lines(document, lang, screen)]
        lines = [*lines, *_warnings(verdict.warnings, lang, screen)][: MOST_LINES - len(end)] + end
    return lines


def _gap(lang: str) -> str:
    return "" if lang == "zh" else " "


def _harmless_sentence(count: int, lang: str, *, on_stderr: bool) -> str:
    if count == 1:
        return text(lang, "screens.verdict/harmless_stderr_one" if on_stderr else "screens.verdict/harmless_one")
    return text(lang, "screens.verdict/harmless_stderr" if on_stderr else "screens.verdict/harmless", count=count)


def _fitting(seen: list[str], width: int, lang: str) -> str:
    """As many phrases as fit on one line."""
    for kept in range(len(seen), 0, -1):
        rest = [text(lang, "screens.verdict/more", count=len(seen) - kept)] if kept < len(seen) else []
        line = " · ".join([*seen[:kept], *rest])
        if columns(line) <= width or kept == 1:
            return line
    return ""


def _warnings(warnings: tuple[Cause, ...], lang: str, screen: Screen) -> list[str]:
    lines: list[str] = []
    for warning in warnings[:_MOST_ALSO]:
        lines += _row(text(lang, "screens.verdict/cause"), phrases.code_line(warning, lang), screen)
        for place, words in phrases.evidence(warning, lang, go=False)[:1]:
            lines += _evidence_row("", place, words, columns(place) + 3, screen)
    if len(warnings) > _MOST_ALSO:
        lines += _row("", text(lang, "screens.verdict/more", count=len(warnings) - _MOST_ALSO), screen)
    return lines


def _trouble(
    document: Explanation | RunReport, verdict: VerdictPart | Explanation, lang: str, screen: Screen
) -> list[str]:
    failed = verdict.outcome == "failed"
    opening = _opening("✗" if failed else "!", phrases.first_line(document, lang), screen)
    cause: list[str] = []
    rows: list[list[str]] = []
    if verdict.roots:
        root = verdict.roots[0]
        cause = _row(
            text(lang, "screens.verdict/cause" if failed else "screens.verdict/seen"),
            phrases.code_line(root, lang),
            screen,
        )
        rows = _evidence(root, document, lang, screen)
    others = _also((*verdict.roots[1:], *verdict.warnings), lang, screen)[:_MOST_ALSO_LINES]
    ways, last = _ways_out(document, lang, screen)[:_MOST_WAYS_LINES], _last_lines(document, lang, screen)
    head = [*opening[:_MOST_OPENING_LINES], *cause[:_MOST_CAUSE_LINES]]
    room = MOST_LINES - sum(map(len, (head, ways, others, last)))
    while len(rows) > 1 and sum(map(len, rows)) > room:
        rows.pop()
    told = [line for row in rows for line in row][:room]
    return [*head, *told, *ways, *others, *last]


def _evidence(root: Cause, document: Explanation | RunReport, lang: str, screen: Screen) -> list[list[str]]:
    go = isinstance(document, RunReport) and phrases.is_go(document.command)
    found = phrases.evidence(root, lang, go=go)[:_MOST_EVIDENCE]
    width = max((columns(screen.spell(place)) for place, _ in found), default=0) + 3
    label = text(lang, "screens.verdict/evidence")
    return [
        _evidence_row(label if not at else "", place, words, width, screen) for at, (place, words) in enumerate(found)
    ]


def _evidence_row(label: str, place: str, words: str, width: int, screen: Screen) -> list[str]:
    room = max(20, screen.prose - _LABEL - width)
    lines = _fitted(screen.spell(words), room, screen) or [""]
    head = pad(f"{_INDENT}{screen.spell(label)}", _LABEL) + pad(screen.spell(place), width)
    if columns(lines[0]) > room:
        lines.insert(0, "")
    return [(head + lines[0]).rstrip(), *(_outdented(line, _LABEL + width, screen) for line in lines[1:])]


def _outdented(line: str, indent: int, screen: Screen) -> str:
    """The line at its indent; an address too long for that further left, so that the terminal does not cut it."""
    for left in (indent, _LABEL, len(_INDENT)):
        if left + columns(line) <= screen.width:
            return " " * left + line
    return _INDENT + line


def _fitted(words: str, width: int, screen: Screen) -> list[str]:
    """The words in lines: all of them if these are few, else what is telling, else start and end."""
    lines: list[str] = []
    for kept in (words.split("\n"), phrases.telling(words)):
        lines = [line for one in kept for line in wrap(one, width)]
        if len(lines) <= _MOST_QUOTED:
            return lines
    return [*lines[:2], screen.spell("…"), *lines[-2:]]


def _also(others: tuple[Cause, ...], lang: str, screen: Screen) -> list[str]:
    lines: list[str] = []
    said = list(dict.fromkeys(phrases.code_line(other, lang) for other in others))
    for at, line in enumerate(said[:_MOST_ALSO]):
        lines += _row(text(lang, "screens.verdict/also") if not at else "", line, screen)
    if len(said) > _MOST_ALSO:
        lines += _row("", text(lang, "screens.verdict/more", count=len(said) - _MOST_ALSO), screen)
    return lines


def _ways_out(document: Explanation | RunReport, lang: str, screen: Screen) -> list[str]:
    """The first fix and, where that is none to do at once, the first step that is."""
    fixes, recorded = phrases.verdict_of(document).fixes, phrases.is_recorded(document)
    if not fixes:
        return []
    lines = _fix(fixes[0], lang, screen, recorded=recorded)
    first = phrases.first_step(fixes, recorded=recorded)
    if first and first is not fixes[0]:
        lines += _row(text(lang, "screens.verdict/first"), first.title, screen)
    return lines


def _last_lines(document: Explanation | RunReport, lang: str, screen: Screen) -> list[str]:
    """Where to read on, and last of all what to do now."""
    lines: list[str] = []
    step, page = phrases.next_step(document, lang, here=True), phrases.read_on(document)
    if page and step != page:
        lines += _row(text(lang, "screens.verdict/read_on"), page, screen, whole=True)
    if step:
        lines += _row(text(lang, "screens.verdict/next"), step, screen, style="bold", whole=True)
    return lines


def _fix(fix: Fix, lang: str, screen: Screen, *, recorded: bool) -> list[str]:
    title = text(lang, "screens.verdict/careful", title=fix.title) if fix.level == "careful" else fix.title
    lines = _row(text(lang, "screens.verdict/fix"), title, screen)
    if not phrases.step_of(fix, recorded=recorded):
        for command in fix.commands[:2]:
            lines += _row("", one_line(command), screen, whole=True)
    return lines
