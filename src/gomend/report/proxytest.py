"""`gomend proxy test`: sources of modules as they were measured, as a document and as a screen."""

from collections.abc import Sequence

import msgspec

from gomend.report.amounts import size
from gomend.report.clean import one_line
from gomend.report.ending import finding_lines, marked, next_line
from gomend.report.layout import Screen
from gomend.report.parts import Finding, Fix
from gomend.report.table import table
from gomend.texts import text

_NEEDED = ("info", "mod", "zip")
_SIGNS = {"ok": "✓", "problem": "✗", "neutral": "·"}


class MeasuredEndpoint(msgspec.Struct, frozen=True):
    """One request for list, latest, info, mod or zip: `status` 0 where no answer came, `code` empty for a good one."""

    kind: str
    status: int
    seconds: float
    code: str
    words: str


class MeasuredSource(msgspec.Struct, frozen=True):
    """One source. `then` is any, not_found or empty for the last; `told` the module version it was asked for.

    `sumdb` is yes, no or empty where it was not asked; times in seconds, `rate` in bytes a second, 0 where too small.
    """

    number: int
    source: str
    known: str
    then: str
    told: str
    status: str  # ok, problem, or neutral where it was not asked
    note: str
    endpoints: tuple[MeasuredEndpoint, ...]
    sumdb: str
    measured: int
    least: float
    median: float
    p95: float
    rate: float
    h1: str


class Conclusion(msgspec.Struct, frozen=True):
    """One plain sentence; `sign` is ✓, !, ✗ or · (for your information)."""

    sign: str
    text: str


class ProxyTest(msgspec.Struct, frozen=True):
    """`gomend proxy test`. `outcome` is ok, or problems where a finding is fatal; `recommended` a GOPROXY list."""

    schema: str
    outcome: str
    module: str
    version: str
    sources: tuple[MeasuredSource, ...]
    conclusions: tuple[Conclusion, ...]
    recommended: str
    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    next: str


def proxytest_screen(document: ProxyTest, lang: str, screen: Screen) -> str:
    """A row for each source, then plain sentences, then what was found; last what to do now."""
    head = [text(lang, f"proxytest.column/{name}") for name in ("source", "then")]
    rows = [["", *head, *(f".{kind}" for kind in _NEEDED), "sumdb", "p50", ""]]
    rows += [_row(one, lang) for one in document.sources]
    if not any(one.then for one in document.sources):  # side by side, no chain
        rows = [[*row[:2], *row[3:]] for row in rows]
    last = len(rows[0]) - 2
    about = f"{document.module} {document.version}".strip()
    lines = [screen.paint(one_line(about), "bold"), *table(rows, screen, right={last})]
    rates = [
        f"{one.number} {size(int(one.rate))}/s" for one in document.sources if one.rate
    ]  # fmt: skip
    if rates:
        lines.append(f"   .zip  {' · '.join(rates)}")
    for one in document.conclusions:
        lines += marked(one.sign, one.text, screen)
    for finding in document.findings:
        lines += finding_lines(finding, lang, screen)
    if document.next:
        lines += next_line(document.next, lang, screen)
    return "".join(f"{line}\n" for line in lines)


def _row(one: MeasuredSource, lang: str) -> list[str]:
    by_kind = {endpoint.kind: endpoint for endpoint in one.endpoints}
    cells = [_cell(by_kind.get(kind)) for kind in _NEEDED]
    then = text(lang, f"proxy.then/{one.then}") if one.then else "–"
    sumdb = text(lang, f"proxy.sumdb/{one.sumdb}") if one.sumdb else "–"
    took = _time(one.median) if one.measured else "–"
    number = str(one.number) if one.number else "·"
    shown = one_line(one.source).partition("://")[2] or one_line(one.source)
    return [number, shown, then, *cells, sumdb, took, f"{_SIGNS[one.status]} {one_line(one.note)}".rstrip()]


def _cell(endpoint: MeasuredEndpoint | None) -> str:
    if endpoint is None:
        return "–"
    return "ok" if not endpoint.code else str(endpoint.status or "–")


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def proxy_test(
    *,
    module: str,
    version: str,
    sources: Sequence[MeasuredSource],
    conclusions: Sequence[Conclusion],
    recommended: str,
    found: Sequence[Finding],
    fixes: Sequence[Fix],
    problems: bool,
    step: str,
) -> ProxyTest:
    """The document."""
    return ProxyTest(
        schema="gomend.proxy_test/1",
        outcome="problems" if problems else "ok",
        module=module,
        version=version,
        sources=tuple(sources),
        conclusions=tuple(conclusions),
        recommended=recommended,
        findings=tuple(found),
        fixes=tuple(fixes),
        next=step,
    )
