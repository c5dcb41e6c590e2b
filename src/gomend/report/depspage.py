"""A build list as one HTML file: no network, no script, readable in light and dark."""

from html import escape

from gomend.report.clean import one_line
from gomend.report.deps import DependencyEntry, Deps, deserves_a_look, has_trouble, newest_cell, notes
from gomend.report.html import STYLE, data_block, page
from gomend.texts import text

_STYLE = (
    STYLE
    + """
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: normal; } .trouble { color: var(--red); } .look { color: var(--amber); }
"""
)


def html(document: Deps, lang: str) -> str:
    """All modules in one table, those in trouble first, and the document itself for other programs."""
    columns = ("module", "version", "newest", "role", "notes")
    head = "".join(f"<th>{escape(text(lang, f'deps.column/{name}'))}</th>" for name in columns)
    order = {"direct": 0, "indirect": 1, "graph": 2}
    modules = sorted(
        document.modules,
        key=lambda one: (not has_trouble(one), not deserves_a_look(one), order[one.role], one.module),
    )
    rows = "".join(_row(one, lang, document.local_go) for one in modules)
    title = ", ".join(map(one_line, document.mains))
    body = (
        f"<main>\n<h1>{escape(title)}</h1>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
        f"<footer>gomend · <code>{escape(document.schema)}</code></footer>\n</main>\n"
    )
    return page(title, lang, body + data_block(document, "document"), _STYLE)


def _row(one: DependencyEntry, lang: str, local_go: str) -> str:
    mark = "trouble" if has_trouble(one) else "look" if deserves_a_look(one) else ""
    sign = {"trouble": "✗ ", "look": "! ", "": ""}[mark]
    said = " · ".join(notes(one, lang, local_go))
    cells = (
        f"<code>{escape(one.module)}</code>",
        f"<code>{escape(one.version)}</code>",
        escape(newest_cell(one)),
        escape(text(lang, f"deps.role/{one.role}")),
        f'<span class="{mark}">{escape(sign + said)}</span>' if mark else escape(said),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"
