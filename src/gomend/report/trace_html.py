"""The requests of a run as one HTML file: a waterfall that needs no script, a filter box where there is one."""

from collections.abc import Iterable, Sequence
from html import escape

from gomend.report import phrases
from gomend.report.amounts import size
from gomend.report.clean import one_line
from gomend.report.html import STYLE, data_block, page
from gomend.report.runs import when
from gomend.report.waterfall import axis, cost_shares, hint_words, label_of
from gomend.report.wirewords import spoken
from gomend.texts import text
from gomend.trace.hints import hints
from gomend.trace.model import Request, Trace
from gomend.trace.timeline import PHASES, came_later, costs, spans

_STYLE = (
    STYLE
    + """
main { max-width: 90rem; }
:root { --dns: #8250df; --connect: #d4730a; --tls: #b8308f; --wait: #8b95a1; --transfer: #0b7285; }
@media (prefers-color-scheme: dark) {
  :root { --dns: #b794f6; --connect: #f5a04c; --tls: #f070c8; --wait: #76818e; --transfer: #3bc9db; } }
.dns { fill: var(--dns); } .connect { fill: var(--connect); } .tls { fill: var(--tls); }
.wait { fill: var(--wait); } .transfer { fill: var(--transfer); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; list-style: none; padding: 0; margin: .6rem 0 0; }
.legend svg { width: .8rem; height: .8rem; vertical-align: -.05rem; margin-right: .4rem; }
svg.costs { display: block; width: 100%; height: 1rem; border-radius: 4px; }
.filter { display: block; margin: 0 0 .8rem; } .filter[hidden] { display: none; }
.filter input { font: inherit; color: inherit; background: var(--box);
  border: 1px solid var(--line); border-radius: 6px; padding: .35rem .7rem; width: min(30rem, 100%); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 46rem; font-size: .86rem;
  font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line); }
th, td { padding: .28rem .6rem .28rem 0; vertical-align: middle; }
tr[hidden] { display: none; } tbody tr:hover { background: var(--box); }
td.what { max-width: 24rem; overflow-wrap: anywhere; }
td.host { min-width: 9rem; max-width: 13rem; overflow-wrap: anywhere; }
td.number, td.time, th.time { text-align: right; white-space: nowrap; } td.status { white-space: nowrap; }
td.line, th.line { width: 45%; padding-right: .6rem; }
th .ends { display: flex; justify-content: space-between; }
td.line svg { display: block; width: 100%; height: .9rem; background: var(--box); }
.note, .fault { color: var(--soft); } .note { margin-left: .6rem; } .fault { display: block; }
.fatal .status { color: var(--red); font-weight: 600; } .saved .status { color: var(--amber); font-weight: 600; }
@media print { table { min-width: 0; font-size: .7rem; } .filter { display: none; }
  svg { print-color-adjust: exact; } }"""
)

# Shows the filter box and hides the rows that do not hold every word in it.
_SCRIPT = """
const box = document.getElementById("filter"), rows = [...document.querySelectorAll("tbody tr")];
const words = rows.map(row => row.textContent.toLowerCase());
const count = document.getElementById("count");
function look() {
  const wanted = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  rows.forEach((row, at) => { row.hidden = !wanted.every(word => words[at].includes(word)); shown += !row.hidden; });
  count.textContent = wanted.length ? `${shown} / ${rows.length}` : "";
}
box.closest("label").hidden = false;
box.addEventListener("input", look);
look();
"""


def trace_html(trace: Trace, lang: str) -> str:
    """The page of a trace whose strings are cleaned, and private names masked if it is to be handed on."""
    command = one_line(" ".join(trace.command))
    shown = trace.requests
    facts = text(
        lang,
        "trace.page/facts",
        run=trace.run,
        started=when(trace.started),
        exit=trace.exit,
        size=size(sum(one.bytes for one in shown)),
        seconds=phrases.seconds(trace.seconds),
        count=len(shown),
    )
    parts = [f'<main>\n<h1>{escape(command)}</h1>\n<p class="soft">{escape(facts)}</p>\n']
    if shown:
        parts.append(f"<h2>{escape(text(lang, 'trace.page/costs'))}</h2>\n{_costs(shown, lang)}")
        said = "".join(f"<li>{escape(one_line(hint_words(hint, lang)))}</li>\n" for hint in hints(shown))
        parts.append(f"<h2>{escape(text(lang, 'trace.page/hints'))}</h2>\n<ul>\n{said}</ul>\n" if said else "")
        parts.append(f"<h2>{escape(text(lang, 'trace.page/requests'))}</h2>\n{_filter(lang)}{_table(trace, lang)}")
    parts.append(f"<footer>gomend · <code>{escape(trace.schema)}</code></footer>\n</main>\n")
    parts.append(data_block(trace, "document"))
    title = text(lang, "screens.report/title", name=command)
    return page(title, lang, "".join(parts), _STYLE, _SCRIPT if shown else "")


def _filter(lang: str) -> str:
    label = escape(text(lang, "trace.page/filter"))
    return (
        f'<label class="filter" hidden>{label} <input id="filter" type="search" autocomplete="off" spellcheck="false">'
        ' <span id="count" class="soft" aria-live="polite"></span></label>\n'
    )


def _costs(shown: Sequence[Request], lang: str) -> str:
    sums = costs(shown)
    total = sum(sums.values()) or 1.0
    at, rects = 0.0, ""
    for name, seconds in sums.items():
        width = 1000 * seconds / total
        rects += _rect(name, at, width)
        at += width
    shares = cost_shares(shown, lang)
    items = "".join(
        f"<li>{_swatch(name)}{escape(shares.get(name, text(lang, f'trace.phase/{name}')))}</li>\n" for name in PHASES
    )
    label = escape("  ".join(shares.values()))
    return (
        f'<svg class="costs" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f"{rects}</svg>\n"
        f'<ul class="legend">\n{items}</ul>\n'
    )


def _swatch(name: str) -> str:
    return f'<svg viewBox="0 0 10 10" aria-hidden="true">{_rect(name, 0, 10)}</svg>'


def _rect(name: str, start: float, width: float, title: str = "") -> str:
    inner = f"<title>{escape(title)}</title>" if title else ""
    return f'<rect class="{name}" x="{start:.2f}" y="0" width="{width:.2f}" height="10">{inner}</rect>'


def _table(trace: Trace, lang: str) -> str:
    begin, end = axis(trace.requests)
    saved = came_later(trace.requests)
    head = {key: escape(text(lang, f"trace.column/{key}")) for key in ("source", "status", "request", "seconds")}
    rows = "".join(
        _row(number, one, _kind(one, number - 1 in saved, trace), (begin, end), lang)
        for number, one in enumerate(trace.requests, start=1)
    )
    return (
        '<div class="scroll"><table>\n<thead><tr><th scope="col">#</th>'
        f'<th scope="col">{head["source"]}</th><th scope="col">{head["status"]}</th>'
        f'<th scope="col">{head["request"]}</th>'
        f'<th scope="col" class="line"><span class="ends"><span>{begin:g}s</span><span>{end:g}s</span></span></th>'
        f'<th scope="col" class="time">{head["seconds"]}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n'
    )


def _kind(request: Request, came: bool, trace: Trace) -> str:
    if not request.failed:
        return "fine"
    return "saved" if came or not trace.exit else "fatal"


def _row(number: int, one: Request, kind: str, ends: tuple[float, float], lang: str) -> str:
    said = "".join(f' <span class="note">{escape(note)}</span>' for note in _notes(one, lang))
    if one.code:
        said += f' <span class="fault">{escape(one_line(f"{one.code}: {spoken(one.fault, lang)}"))}</span>'
    sign = {"fine": "·" if one.status in (404, 410) else "", "saved": "!", "fatal": "✗"}[kind]
    return (
        f'<tr class="{kind}"><td class="number">{number}</td><td class="host">{escape(one_line(one.host))}</td>'
        f'<td class="status">{one.status or "–"} {sign}</td><td class="what">{escape(label_of(one))}{said}</td>'
        f'<td class="line">{_bar(one, ends, lang)}</td><td class="time">{one.seconds:.3f}</td></tr>\n'
    )


def _notes(one: Request, lang: str) -> Iterable[str]:
    if one.attempt > 1:
        yield text(lang, "trace.page/attempt", number=one.attempt)
    if one.ahead:
        yield text(lang, "trace.page/ahead")


def _bar(one: Request, ends: tuple[float, float], lang: str) -> str:
    begin, end = ends
    scale = 1000 / (end - begin)
    found = spans(one)
    words = "  ".join(f"{text(lang, f'trace.phase/{name}')} {stop - start:.3f} s" for name, start, stop in found)
    rects = "".join(
        _rect(name, (start - begin) * scale, max((stop - start) * scale, 1.2), words) for name, start, stop in found
    )
    label = escape(words)
    return f'<svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="{label}">{rects}</svg>'
