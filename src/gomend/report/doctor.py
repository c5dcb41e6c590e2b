"""What the doctor saw, in every form but JSON: one line a check, detail where something was found, what to do now."""

from collections.abc import Sequence
from html import escape

from gomend.report import ci, html, markdown, phrases, sarif
from gomend.report.clean import one_line
from gomend.report.layout import Screen, columns, pad, wrap
from gomend.report.model import CheckLine, DoctorReport, Finding
from gomend.report.place import GoMod
from gomend.texts import text

_SIGNS = {"ok": "✓", "warning": "!", "problem": "✗", "skipped": "–"}
_MARKS = {"ok": "✅", "warning": "⚠️", "problem": "❌", "skipped": "➖"}
_OUTCOMES = {"ok": "✅", "problems": "❌", "undetermined": "⚠️"}
_CLASSES = {"ok": "ok", "problems": "failed", "undetermined": "undetermined"}
_MOST_EVIDENCE = 3


def screen(document: DoctorReport, lang: str, place: Screen) -> str:
    """The checks in their order; the last line says what to do now, where there is anything to do."""
    width = max((columns(check.title) for check in document.checks), default=0) + 4
    lines: list[str] = []
    for check in document.checks:
        lines += _check(check, [one for one in document.findings if one.check == check.name], width, lang, place)
    lines += ["", *wrap(place.spell(count(document, lang)), place.prose)]
    label = place.spell(text(lang, "screens.verdict/fix"))
    label_width = max(6, columns(label) + 2, columns(text(lang, "screens.verdict/next")) + 2)
    first = document.fixes[0] if document.fixes else None
    if first and phrases.runnable(first) != document.next:
        title = text(lang, "screens.verdict/careful", title=first.title) if first.level == "careful" else first.title
        lines += place.block(label, title, label_width=label_width)
        for command in first.commands[:2]:
            lines += place.block("", one_line(command), label_width=label_width, whole=True)
    if document.next:
        next_label = text(lang, "screens.verdict/next")
        lines += place.block(next_label, document.next, label_width=label_width, style="bold", whole=True)
    return "".join(f"{line}\n" for line in lines)


def _check(check: CheckLine, found: Sequence[Finding], width: int, lang: str, place: Screen) -> list[str]:
    sign = place.symbol(_SIGNS[check.status])
    head = f"{sign} {pad(place.spell(check.title), width - 2)}"
    if not found:
        summary = [check.summary] if check.summary else []
        return _beside(head, summary, width, place, style="dim" if check.status == "skipped" else "")
    rows: list[str] = []
    for one in found:
        sign = place.symbol("✗" if one.severity == "fatal" else "!")
        head = f"{sign} {pad(place.spell(check.title) if not rows else '', width - 2)}"
        rows += _beside(head, [one.text, *_grounds(one, max(30, place.prose - width), lang)], width, place, style="")
    return rows


def _beside(head: str, paragraphs: Sequence[str], width: int, place: Screen, *, style: str) -> list[str]:
    lines = [line for words in paragraphs for line in wrap(place.spell(words), max(30, place.prose - width))] or [""]
    painted = [place.paint(line, style) if style else line for line in lines]
    return [f"{head}{painted[0]}".rstrip(), *(" " * width + line for line in painted[1:])]


def _grounds(finding: Finding, width: int, lang: str) -> list[str]:
    """Code and certainty, and what the finding rests on: beside it where that fits, else below."""
    certainty = text(lang, f"screens.certainty/{finding.certainty}")
    lines = [text(lang, "screens.verdict/certain", code=finding.code, certainty=certainty)]
    for source, words in phrases.facts(finding, lang)[:_MOST_EVIDENCE]:
        fact = _fact(source, words, lang)
        longer = f"{lines[-1]} · {fact}"
        if columns(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(fact)
    return lines


def _fact(source: str, words: str, lang: str) -> str:
    flat = one_line(words)
    if source.isupper():
        return f"{source}={flat}"
    return flat if source != text(lang, "screens.source/output_plain") else f'"{flat}"'


def count(document: DoctorReport, lang: str) -> str:
    """How many problems and warnings there are, how many checks were made, how long it took."""
    problems = sum(one.severity == "fatal" for one in document.findings)
    warnings = len(document.findings) - problems
    said = []
    if problems:
        said.append(_counted("problem", problems, lang))
    if warnings:
        said.append(_counted("warning", warnings, lang))
    calm = "nothing" if document.outcome == "ok" else "nothing_seen"
    done = sum(check.status != "skipped" for check in document.checks)
    key = "made" if done == len(document.checks) else "made_of"
    made = text(
        lang, f"doctor.count/{key}", done=done, all=len(document.checks), seconds=phrases.seconds(document.seconds)
    )
    return text(lang, "doctor.count/between").join([*(said or [text(lang, f"doctor.count/{calm}")]), made])


def _counted(kind: str, number: int, lang: str) -> str:
    return text(lang, f"doctor.count/{kind}" if number == 1 else f"doctor.count/{kind}s", count=number)


def report(document: DoctorReport, form: str, lang: str, gomod: GoMod | None) -> str:
    """The document in a form of `render.FORMATS` that is neither text nor JSON."""
    match form:
        case "markdown":
            return _markdown(document, lang)
        case "sarif":
            return sarif.of_findings(document.findings, lang, gomod)
        case "github":
            return ci.annotations(document.findings, document.next, lang, gomod)
        case "junit":
            return _junit(document, lang)
        case _:
            return _html(document, lang)


def _markdown(document: DoctorReport, lang: str) -> str:
    parts = [f"### {_OUTCOMES[document.outcome]} {markdown.plain(count(document, lang))}\n"]
    rows = [f"| {_MARKS[one.status]} | {_title(one)} | {_cell(one, document)} |" for one in document.checks]
    parts.append("\n".join(["| | | |", "| --- | --- | --- |", *rows]) + "\n")
    for one in document.findings:
        parts.append(f"**{markdown.plain(one.text)}** {markdown.code(one.code)}\n")
        facts = [f"- {markdown.plain(source)}: {markdown.code(words)}" for source, words in phrases.facts(one, lang)]
        if facts:
            parts.append("\n".join(facts) + "\n")
    parts += markdown.fixes(document.fixes, lang)
    if document.next:
        parts.append(f"**{text(lang, 'screens.verdict/next')}** {markdown.code(document.next)}\n")
    return "\n".join(parts)


def _title(check: CheckLine) -> str:
    return markdown.plain(check.title)


def _cell(check: CheckLine, document: DoctorReport) -> str:
    found = [one.text for one in document.findings if one.check == check.name]
    return markdown.plain(" · ".join(found) or check.summary)


def _junit(document: DoctorReport, lang: str) -> str:
    cases = []
    for check in document.checks:
        found = [one for one in document.findings if one.check == check.name]
        said = escape("\n".join("\n".join([one.text, *_grounds(one, 70, lang)]) for one in found) or check.summary)
        if check.status == "problem" and found:
            fatal = next((one for one in found if one.severity == "fatal"), found[0])
            body = f'<failure type="{escape(fatal.code)}" message="{escape(one_line(fatal.text))}">{said}</failure>'
        elif check.status == "skipped":
            body = f'<skipped message="{escape(one_line(check.summary))}"/>'
        else:
            body = f"<system-out>{said}</system-out>" if said else ""
        cases.append(ci.case("gomend doctor", escape(check.name), check.seconds, body))
    failures = sum("<failure" in one for one in cases)
    skipped = sum("<skipped" in one for one in cases)
    return ci.suites(cases, failures, 0, document.seconds, skipped)


def _html(document: DoctorReport, lang: str) -> str:
    state = _CLASSES[document.outcome]
    sign = {"ok": "✓", "failed": "✗"}.get(state, "!")
    said = escape(count(document, lang))
    parts = [f'<main class="{state}">\n<h1><span class="symbol" aria-hidden="true">{sign}</span>{said}</h1>\n']
    parts.append(f'<p class="soft"><code>{escape(one_line(" ".join(document.command)))}</code></p>\n')
    if document.next:
        label = escape(text(lang, "screens.verdict/next"))
        parts.append(f'<div class="box next"><p class="soft">{label}</p><pre>{escape(document.next)}</pre></div>\n')
    parts += html.section("findings", (_box(one, lang) for one in document.findings), lang)
    parts += html.section("fixes", html.fixes(document.fixes, lang), lang)
    rows = [(f"{_SIGNS[one.status]} {one.title}", one.summary) for one in document.checks]
    parts += html.section("checks", [html.pairs(rows)], lang)
    parts.append(f"<footer>gomend · <code>{escape(document.schema)}</code></footer>\n</main>\n")
    parts.append(html.data_block(document, "document"))
    return html.page(text(lang, "screens.report/title", name="doctor"), lang, "".join(parts))


def _box(finding: Finding, lang: str) -> str:
    kind = "root" if finding.severity == "fatal" else "warning"
    certainty = escape(text(lang, f"screens.certainty/{finding.certainty}"))
    return (
        f'<div class="box {kind}"><p><strong>{escape(finding.text)}</strong></p>\n'
        f'<p><code>{escape(finding.code)}</code><span class="tag">{certainty}</span></p>\n'
        f"{html.pairs(phrases.facts(finding, lang))}</div>\n"
    )
