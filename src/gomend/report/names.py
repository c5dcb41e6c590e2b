"""`gomend dns check`: what becomes of host names here, as a document and as a screen."""

from collections.abc import Iterable, Sequence

import msgspec

from gomend.report.clean import one_line
from gomend.report.ending import finding_lines, marked, next_line
from gomend.report.layout import Screen
from gomend.report.parts import Finding, Fix
from gomend.report.table import table
from gomend.texts import text

_SIGNS = {"ok": "✓", "warning": "!", "problem": "✗", "neutral": "·"}


class ResolverRow(msgspec.Struct, frozen=True):
    """One resolver and what it said. `whose` is system, public, named or authority; `place` counts resolv.conf's.

    `status` is ok, warning, problem or neutral (not asked, or without effect here); `seconds` null where not asked.
    """

    resolver: str
    over: str
    whose: str
    place: int
    asked: bool
    status: str
    answer: str
    note: str
    seconds: float | None
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    ttl: int | None = None
    rcode: str = ""
    extended: tuple[str, ...] = ()
    truncated: bool = False
    code: str = ""


class GoLookup(msgspec.Struct, frozen=True):
    """What go gets. `way` is go or cgo (the C library), `why` says what decided, `source` is hosts, dns or libc.

    `seconds` is what go itself would wait, `wasted` the part of it that brings nothing; `names` are those asked for.
    """

    way: str
    why: str
    source: str
    status: str
    addresses: tuple[str, ...]
    seconds: float
    wasted: float
    names: tuple[str, ...]
    note: str
    code: str = ""


class ComparedAddress(msgspec.Struct, frozen=True):
    """An address of the name that was connected to, to see whose certificate is there; `code` empty where it fits."""

    address: str
    go_gets_it: bool
    issuer: str
    code: str
    words: str


class NameLine(msgspec.Struct, frozen=True):
    """One host. `private` says why it stays inside: pattern, own_proxy, short, ending, address, or empty for public."""

    host: str
    private: str
    proxy: str  # the forward proxy that looks it up in go's place
    resolvers: tuple[ResolverRow, ...]
    go: GoLookup
    compared: tuple[ComparedAddress, ...] = ()
    notes: tuple[str, ...] = ()
    steps: tuple[ResolverRow, ...] = ()  # with --trace: the servers from the root down


class NameReport(msgspec.Struct, frozen=True):
    """`gomend dns check`. `outcome` is ok, or problems where a name does not lead where it should."""

    schema: str
    outcome: str
    hosts: tuple[NameLine, ...]
    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    next: str


def name_report(
    hosts: Iterable[NameLine], found: Sequence[Finding], fixes: Sequence[Fix], *, problems: bool, step: str
) -> NameReport:
    """The document."""
    return NameReport(
        schema="gomend.dns/1",
        outcome="problems" if problems else "ok",
        hosts=tuple(hosts),
        findings=tuple(found),
        fixes=tuple(fixes),
        next=step,
    )


def names_screen(document: NameReport, lang: str, screen: Screen) -> str:
    """A table for each name, then what was found; the last line says what to do now."""
    lines: list[str] = []
    for one in document.hosts:
        lines += [*([""] if lines else []), *_host_lines(one, lang, screen)]
    if document.findings:
        for finding in document.findings:
            lines += finding_lines(finding, lang, screen)
    else:
        count = len(document.hosts)
        said = (
            text(lang, "dns.verdict/fine", host=one_line(document.hosts[0].host))
            if count == 1
            else text(lang, "dns.verdict/fine_many", count=count)
        )
        lines += marked("✓", said, screen)
    if document.next:
        lines += next_line(document.next, lang, screen)
    return "".join(f"{line}\n" for line in lines)


def _host_lines(one: NameLine, lang: str, screen: Screen) -> list[str]:
    head = [text(lang, f"dns.column/{name}") for name in ("resolver", "over", "answer", "time")]
    rows = [[*head, ""]]
    rows += (_row(row, screen) for row in (*one.steps, *_told_apart(one.resolvers, lang)))
    go = one.go
    answer = _cut(", ".join(go.addresses) or "–", screen)
    name = text(lang, "dns.go/way_go" if go.way == "go" else "dns.go/way_cgo")
    rows.append([name, "–", answer, _milliseconds(go.seconds), f"{_SIGNS[go.status]} {one_line(go.note)}"])
    lines = [screen.paint(one_line(one.host), "bold"), *table(rows, screen, right={3}, indent=2)]
    for note in one.notes:
        lines += marked("·", note, screen)
    return [_signed(line, screen) for line in lines]


def _told_apart(rows: Sequence[ResolverRow], lang: str) -> list[ResolverRow]:
    """The rows, but those of public resolvers that were not asked, or all out of reach, in one."""
    public = [row for row in rows if row.whose == "public"]
    idle = [row for row in public if not row.asked or (row.code and row.status == "neutral")]
    if len(idle) < 2 or len(idle) < len(public):
        return list(rows)
    seconds = [row.seconds for row in idle if row.seconds is not None]
    note = idle[0].note if not idle[0].asked else text(lang, "dns.note/all_out_of_reach")
    whole = msgspec.structs.replace(
        idle[0],
        resolver=text(lang, "dns.row/public", count=len(idle)),
        over="–",
        note=note,
        seconds=max(seconds, default=None),
    )
    return [*(row for row in rows if row.whose != "public"), whole]


def _row(row: ResolverRow, screen: Screen) -> list[str]:
    took = "" if row.seconds is None else _milliseconds(row.seconds)
    shown = (one_line(row.answer) or "–") if row.asked else ""
    note = f"{_SIGNS[row.status]} {one_line(row.note)}"
    return [one_line(row.resolver), row.over, _cut(shown, screen), took, note]


def _cut(answer: str, screen: Screen) -> str:
    """The answer, of many addresses only the first ones: all stand in the document."""
    words = answer.split(", ")
    most = 2 if screen.width < 100 else 4
    return answer if len(words) <= most else f"{', '.join(words[: most - 1])}, +{len(words) - most + 1}"


def _signed(line: str, screen: Screen) -> str:
    for sign in ("✓", "✗"):
        if f"  {sign} " in line:
            return line.replace(f"  {sign} ", f"  {screen.symbol(sign)} ", 1)
    return line


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.0f} s"
