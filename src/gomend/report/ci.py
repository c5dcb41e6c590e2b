"""What CI systems read: GitHub's workflow commands, JUnit."""

from collections.abc import Sequence
from html import escape

from gomend.report import phrases
from gomend.report.clean import one_line
from gomend.report.layout import Screen
from gomend.report.model import Cause, Explanation, Finding, RunReport
from gomend.report.place import GoMod, line_of
from gomend.report.text import verdict_screen
from gomend.texts import text

_UNKNOWN = Cause(code="unknown", certainty="unsure")


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def github(document: Explanation | RunReport, lang: str, gomod: GoMod | None = None) -> str:
    """Annotations as GitHub Actions' workflow commands; "" where there is nothing to say.

    Escaping: `%`, CR, LF in the text, `:` and `,` too in properties (github.com/actions/toolkit, command.ts).
    """
    verdict = phrases.verdict_of(document)
    level = "error" if verdict.outcome == "failed" else "warning"
    step = f"{text(lang, 'screens.verdict/next')}: {phrases.next_step(document, lang)}"
    lines = []
    for at, root in enumerate(verdict.roots):
        said = _said(root, lang)
        lines.append(
            _annotation(level, root, said if at else [phrases.first_line(document, lang), *said[1:], step], gomod)
        )
    if not verdict.roots and verdict.outcome != "ok":
        lines.append(_annotation(level, _UNKNOWN, [phrases.first_line(document, lang), step], gomod))
    lines += [_annotation("warning", one, _said(one, lang), gomod) for one in verdict.warnings]
    return "".join(f"{line}\n" for line in lines)


def _said(cause: Cause, lang: str) -> list[str]:
    rows = [f"{source}: {one_line(words)}" for source, words in phrases.evidence(cause, lang, go=False)[:4]]
    return [phrases.headline(cause, lang), phrases.code_line(cause, lang), *rows]


def annotations(findings: Sequence[Finding], step: str, lang: str, gomod: GoMod | None = None) -> str:
    """Annotations of what checks or probes found; the first also says what to do now (`step`)."""
    lines = []
    for at, one in enumerate(findings):
        said = [one.text, phrases.code_line(one, lang)]
        said += [f"{source}: {one_line(words)}" for source, words in phrases.facts(one, lang)[:4]]
        if step and not at:
            said.append(f"{text(lang, 'screens.verdict/next')}: {step}")
        lines.append(_annotation("error" if one.severity == "fatal" else "warning", one, said, gomod))
    return "".join(f"{line}\n" for line in lines)


def _annotation(level: str, cause: Cause | Finding, said: list[str], gomod: GoMod | None) -> str:
    line = line_of(cause, gomod)
    place = f"file={_property(gomod.path)},line={line}," if gomod and line else ""
    return f"::{level} {place}title={_property(cause.code)}::{_data(chr(10).join(said))}"


def junit(document: Explanation | RunReport, lang: str) -> str:
    """A JUnit file: one failed case for each root cause; one passed case where nothing failed."""
    verdict = phrases.verdict_of(document)
    name = escape(phrases.name_of(document, lang))
    seconds = document.seconds if isinstance(document, RunReport) else 0.0
    screen = escape(verdict_screen(document, lang, Screen()))
    failures = errors = 0
    cases = []
    if verdict.outcome == "failed":
        for cause in verdict.roots or (_UNKNOWN,):
            body = escape("\n".join(_said(cause, lang))) if failures else screen
            failures += 1
            said = escape(phrases.headline(cause, lang))
            about = phrases.subject(cause)
            title = escape(f"{cause.code} {about}" if about else cause.code)
            failure = f'<failure type="{escape(cause.code)}" message="{said}">{body}</failure>'
            cases.append(case(name, title, seconds, failure))
    elif verdict.outcome == "undetermined":
        errors = 1
        said = escape(phrases.first_line(document, lang))
        cases.append(case(name, name, seconds, f'<error type="undetermined" message="{said}">{screen}</error>'))
    else:
        cases.append(case(name, name, seconds, f"<system-out>{screen}</system-out>" if screen else ""))
    return suites(cases, failures, errors, seconds)


def suites(cases: Sequence[str], failures: int, errors: int, seconds: float, skipped: int = 0) -> str:
    """A whole JUnit file around cases that are XML already."""
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}"'
    counts += (f' skipped="{skipped}"' if skipped else "") + f' time="{seconds:.3f}"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites {counts}>\n  <testsuite name="gomend" {counts}>\n{"".join(cases)}  </testsuite>\n</testsuites>\n'
    )


def case(class_name: str, name: str, seconds: float, body: str) -> str:
    """One case; all but `seconds` is XML already."""
    return f'    <testcase classname="{class_name}" name="{name}" time="{seconds:.3f}">{body}</testcase>\n'
