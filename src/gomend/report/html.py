"""A report as one HTML file: no network, no script, light and dark, fit for print, safe against hostile words."""

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape

import msgspec

from gomend.report import phrases
from gomend.report.clean import one_line
from gomend.report.model import Cause, Exchanges, Explanation, Fix, RunReport
from gomend.texts import text

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1c2024; --soft: #5b6470; --line: #d9dee4; --box: #f5f7f9;
  --red: #b3261e; --green: #1a7f37; --amber: #8a5a00; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171b; --ink: #e6e9ed; --soft: #9aa4b0; --line: #2e353d; --box: #1c2127;
    --red: #ff8a80; --green: #5fd38a; --amber: #f2b84b; --accent: #7cb7ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.45rem; line-height: 1.3; margin: 0 0 .35rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .6rem; }
.symbol { margin-right: .35rem; }
.failed .symbol { color: var(--red); } .ok .symbol { color: var(--green); }
.undetermined .symbol { color: var(--amber); }
.soft { color: var(--soft); }
code, pre { font: .88em/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.box { border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1.1rem; margin: 0 0 .9rem; }
.failed .root { border-left: 4px solid var(--red); }
.undetermined .root, .warning { border-left: 4px solid var(--amber); }
.box p { margin: 0 0 .5rem; } .box > :last-child { margin-bottom: 0; }
.box .why { margin-top: .6rem; }
.next { border-left: 4px solid var(--accent); background: var(--box); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 6px;
  padding: .55rem .8rem; margin: .4rem 0 0; overflow-x: auto; white-space: pre; user-select: all; }
.tag { border: 1px solid var(--line); border-radius: 99px; padding: 0 .55rem; font-size: .82rem; margin-left: .4rem; }
ul, ol { padding-left: 1.4rem; margin: 0; } ol li { margin: 0 0 .8rem; }
footer { margin-top: 3rem; font-size: .85rem; color: var(--soft); }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print {
  :root { color-scheme: light; --ground: #fff; --ink: #000; --soft: #444; --line: #999; --box: #fff;
    --red: #8c1d18; --green: #0f5c27; --amber: #6b4600; --accent: #000; }
  main { max-width: none; padding: 0; } .box { break-inside: avoid; } pre { white-space: pre-wrap; } }
""".strip()

_COMMAND = re.compile(r"`([^`]+)`")
_SYMBOLS = {"ok": "✓", "failed": "✗", "undetermined": "!"}


def page(title: str, lang: str, body: str, style: str = STYLE, script: str = "") -> str:
    """A whole HTML file around a body that is HTML already. Its policy lets in this very style and script alone."""
    policy = f"default-src 'none'; style-src {_digest(style)}; base-uri 'none'; form-action 'none'"
    if script:
        policy += f"; script-src {_digest(script)}"
        body += f"<script>{script}</script>\n"
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _digest(words: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(words.encode()).digest()).decode()}'"


def data_block(data: object, name: str) -> str:
    """Data for other programs inside a page, in a block that no browser runs and no text can end."""
    encoded = msgspec.json.encode(data).decode()
    for sign in "<>&":
        encoded = encoded.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json" id="{escape(name)}">{encoded}</script>\n'


def html(document: Explanation | RunReport, lang: str) -> str:
    """The report of a run, or the explanation of a log, as one file."""
    verdict = phrases.verdict_of(document)
    name = phrases.name_of(document, lang)
    symbol = _SYMBOLS[verdict.outcome]
    first = escape(phrases.first_line(document, lang))
    parts = [
        f'<main class="{verdict.outcome}">\n<h1><span class="symbol" aria-hidden="true">{symbol}</span>{first}</h1>\n'
    ]
    if isinstance(document, RunReport):
        parts.append(f'<p class="soft"><code>{escape(one_line(" ".join(document.command)))}</code></p>\n')
    step = phrases.next_step(document, lang)
    if step:
        label = escape(text(lang, "screens.verdict/next"))
        parts.append(f'<div class="box next"><p class="soft">{label}</p><pre>{escape(step)}</pre></div>\n')
    parts += section("roots", (_cause(root, "root", lang) for root in verdict.roots), lang)
    parts += section("fixes", fixes(verdict.fixes, lang), lang)
    parts += section("warnings", (_cause(warning, "warning", lang) for warning in verdict.warnings), lang)
    rescued = document.exchanges.rescued if isinstance(document, RunReport) else 0
    seen = phrases.harmless(verdict.harmless, rescued, lang)
    parts += section("harmless", _list(seen), lang)
    if isinstance(document, RunReport):
        parts += section("run", [pairs(_run_facts(document, lang))], lang)
        if document.exchanges.count:
            parts += section("exchanges", [pairs(_exchange_facts(document.exchanges, lang))], lang)
    parts.append(f"<footer>gomend · <code>{escape(document.schema)}</code></footer>\n</main>\n")
    parts.append(data_block(document, "document"))
    return page(text(lang, "screens.report/title", name=name), lang, "".join(parts))


def section(key: str, content: Iterable[str], lang: str) -> list[str]:
    """A section under its heading `screens.report/<key>`; none where there is nothing in it. `content` is HTML."""
    inner = "".join(content)
    return [f"<section>\n<h2>{escape(text(lang, f'screens.report/{key}'))}</h2>\n{inner}</section>\n"] if inner else []


def _list(items: list[str]) -> list[str]:
    return ["<ul>\n", *(f"<li>{escape(item)}</li>\n" for item in items), "</ul>\n"] if items else []


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Labels and what belongs to them, both plain text."""
    items = (
        f"<dt>{escape(label)}</dt><dd>{'<br>'.join(map(escape, map(one_line, value.split(chr(10)))))}</dd>\n"
        for label, value in rows
    )
    return f"<dl>\n{''.join(items)}</dl>\n"


def _prose(words: str) -> str:
    """A text of the catalogs, its `commands` set as code."""
    return _COMMAND.sub(r"<code>\1</code>", escape(words))


def _cause(cause: Cause, kind: str, lang: str) -> str:
    certainty = escape(text(lang, f"screens.certainty/{cause.certainty}"))
    rows = [
        (text(lang, f"screens.report/{name}"), value)
        for name, value in (
            ("module", f"{cause.module}@{cause.version}" if cause.version else cause.module),
            ("host", cause.host),
            ("file", cause.file),
            ("url", cause.url),
        )
        if value
    ]
    rows += phrases.evidence(cause, lang, go=False)
    return (
        f'<div class="box {kind}"><p><strong>{escape(phrases.headline(cause, lang))}</strong></p>\n'
        f'<p><code>{escape(cause.code)}</code><span class="tag">{certainty}</span></p>\n{pairs(rows)}'
        f'<p class="soft why">{_prose(text(lang, f"codes.{cause.code}/why"))}</p></div>\n'
    )


def fixes(listed: tuple[Fix, ...], lang: str) -> list[str]:
    """The ways out as a list."""
    if not listed:
        return []
    items = []
    for fix in listed:
        level = escape(text(lang, f"screens.level/{fix.level}"))
        commands = "".join(f"<pre>{escape(one_line(command))}</pre>" for command in fix.commands)
        items.append(f'<li>{escape(one_line(fix.title))}<span class="tag">{level}</span>{commands}</li>\n')
    return ["<ol>\n", *items, "</ol>\n"]


def _run_facts(document: RunReport, lang: str) -> list[tuple[str, str]]:
    def label(key: str) -> str:
        return text(lang, f"screens.report/{key}")

    return [
        (label("id"), document.run),
        (label("exit"), str(document.exit)),
        (label("started"), document.started),
        (label("seconds"), f"{phrases.seconds(document.seconds)} s"),
        (label("relay"), label("yes" if document.relay else "no")),
    ]


def _exchange_facts(exchanges: Exchanges, lang: str) -> list[tuple[str, str]]:
    def label(key: str) -> str:
        return text(lang, f"screens.report/{key}")

    ahead = text(lang, "screens.report/ahead_used", used=exchanges.ahead.used, fetched=exchanges.ahead.fetched)
    return [
        (label("count"), str(exchanges.count)),
        (label("bytes"), f"{exchanges.bytes:,}"),
        (label("attempts"), str(exchanges.attempts)),
        (label("rescued"), str(exchanges.rescued)),
        (label("ahead"), ahead),
    ]
