"""Writes docs/codes/: one page a cause code, in English and Chinese, from what gomend itself says of the code; and the
table of fixes, docs/reference/fixes.md.

The words come from the catalogs, the fixes from the table that `gomend explain` uses, the example from a log in
tests/cases/ that a real client wrote (docs/codes/examples.toml says which). `python docs/render.py` writes the pages;
a test fails when they are out of date.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from gomend.causes import Code, Fix, Level
from gomend.explain.fixes import example_fixes
from gomend.mend.ability import can_apply
from gomend.texts import LANGUAGES, text

ROOT = Path(__file__).resolve().parent.parent
CODES = ROOT / "docs" / "codes"
FIXES = ROOT / "docs" / "reference" / "fixes.md"
CASES = ROOT / "tests" / "cases"
WIDEST = 2000  # characters of one example

LABELS = {
    "en": {
        "index": "Cause codes",
        "intro": "Why a line is red: one code per kind of cause. A code is `layer.kind`; the layer is where on the way "
        "from the go command to the module's bytes the fault sits. A code is never renamed or reused. "
        "`gomend explain CODE` shows the same page offline.",
        "other": "[中文](zh/{name})",
        "code": "Code",
        "title": "What happened",
        "see": "What you see",
        "made": "Written by {client} {version}, `{command}`:",
        "why": "Why go does this",
        "check": "What to check",
        "fixes": "Fixes",
        "levels": "`safe`: tells no name to anybody new; what `gomend fix` writes, `gomend undo` takes back. "
        "`careful`: writes a setting or a file that should be weighed first, or lets somebody see names who did "
        "not before. `manual`: a person's act. Names below are invented.",
        "none": "None is needed.",
        "not": "What it is not",
        "all": "[All codes](README.md)",
    },
    "zh": {
        "index": "原因代码",
        "intro": "一行为什么是红的：每类原因一个代码。代码的形式是 `层.种类`，"
        "“层”指从 go 命令到模块内容的路径上故障所在的位置。代码不会改名，也不会挪作他用。"
        "`gomend explain 代码` 可离线显示同样的内容。",
        "other": "[English](../{name})",
        "code": "代码",
        "title": "发生了什么",
        "see": "看到的现象",
        "made": "由 {client} {version} 写出，`{command}`：",
        "why": "go 为什么这样做",
        "check": "检查什么",
        "fixes": "解决办法",
        "levels": "`safe`（安全）：不向新的对象透露名称；`gomend fix` 写入的内容可用 `gomend undo` 撤销。"
        "`careful`（须谨慎）：写入需要先斟酌的设置或文件，或让原先看不到名称的一方看到。`manual`（需人工）：要由人来做。以下名称均为虚构。",
        "none": "不需要。",
        "not": "它不是什么",
        "all": "[全部代码](README.md)",
    },
}


def folder(language: str) -> Path:
    """Where a language's pages lie."""
    return CODES if language == "en" else CODES / language


def linked(words: str, this: Code | None = None) -> str:
    """The text with each other code in it made a link to its page."""
    return re.sub(
        r"(?<![\w.`/])[a-z0-9]+\.[a-z0-9_]+(?![\w/])",
        lambda found: f"[{found[0]}]({found[0]}.md)" if found[0] in set(Code) - {this} else found[0],
        words,
    )


def fence(words: str, kind: str) -> list[str]:
    """A fenced block around lines that may hold fences of their own."""
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    marks = "`" * max(3, longest + 1)
    return [f"{marks}{kind}", *words.splitlines(), marks]


def example(code: Code) -> dict[str, str] | None:
    """What a real client wrote: `log` (an excerpt), `client`, `version`, `command`; None if no case is named."""
    named = tomllib.loads((CODES / "examples.toml").read_text(encoding="utf-8")).get(code)
    if named is None:
        return None
    case = CASES / code / named["case"]
    facts = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    lines = (case / "log").read_text(encoding="utf-8").splitlines()
    first, last = named["lines"]
    return {
        "log": "\n".join(line.rstrip() for line in lines[first - 1 : last])[:WIDEST],
        "client": facts["client"],
        "version": facts["client_version"],
        "command": facts["command"],
    }


def page(code: Code, language: str) -> str:
    """The page of one code, as Markdown."""
    labels = LABELS[language]
    say = {part: text(language, f"codes.{code}/{part}") for part in ("title", "what", "see", "why", "check", "not")}
    lines = [f"# {code}", "", f"**{say['title']}.**" if language == "en" else f"**{say['title']}。**", ""]
    lines += [linked(say["what"], code), "", f"## {labels['see']}", "", *fence(say["see"], "text"), ""]
    if (real := example(code)) is not None:
        lines += [labels["made"].format_map(real), "", *fence(real["log"], "text"), ""]
    for part in ("why", "check"):
        lines += [f"## {labels[part]}", "", linked(say[part], code), ""]
    lines += [f"## {labels['fixes']}", "", *fixes(code, language)]
    lines += [f"## {labels['not']}", "", linked(say["not"], code), ""]
    lines += [f"{labels['all']} · {labels['other'].format(name=f'{code}.md')}"]
    return "\n".join(lines) + "\n"


def fixes(code: Code, language: str) -> Iterator[str]:
    """The fixes of one code, as Markdown."""
    found = example_fixes(code)
    yield LABELS[language]["levels" if found else "none"]
    yield ""
    for fix in found:
        title = text(language, f"fixes.{fix.key}/title", **fix.params)
        yield f"{fix.id}. `{fix.level}` {linked(title, code)}"
        yield ""
        if fix.commands:
            yield from (f"   {line}" for line in fence("\n".join(fix.commands), "sh"))
            yield ""


def index(language: str) -> str:
    """The list of all codes, as Markdown."""
    labels = LABELS[language]
    lines = [
        f"# {labels['index']}",
        "",
        labels["intro"],
        "",
        f"| {labels['code']} | {labels['title']} |",
        "| --- | --- |",
    ]
    lines += [f"| [{code}]({code}.md) | {text(language, f'codes.{code}/title')} |" for code in Code]
    lines += ["", labels["other"].format(name="README.md")]
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """Every file of docs/codes/ that is made here, with its content."""
    made = {}
    for language in LANGUAGES:
        made[folder(language) / "README.md"] = index(language)
        made |= {folder(language) / f"{code}.md": page(code, language) for code in Code}
    return made


def fix_table() -> str:
    """The table code → fixes of the reference, as Markdown."""
    lines = [
        "# Fixes",
        "",
        "What can be done about each [cause code](../codes/README.md), in the order in which it is offered as far",
        "as it applies. **Bold**: `gomend fix N` does it itself and then runs again what had failed; `gomend undo`",
        "takes back what it changed. The rest is a command to run, or a person's act. Levels as in",
        "[Documents](documents.md).",
        "",
        "| code | fixes |",
        "| --- | --- |",
    ]
    for code in Code:
        cells = [_in_table(fix) for fix in example_fixes(code)]
        if cells:
            lines.append(f"| [{code}](../codes/{code}.md) | {' · '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _in_table(fix: Fix) -> str:
    by_gomend = fix.level is not Level.MANUAL and can_apply(fix.key, fix.about)
    return f"**`{fix.key}`** {fix.level}" if by_gomend else f"`{fix.key}` {fix.level}"


def main() -> None:
    """Write every page, and remove pages of codes that are none."""
    FIXES.write_text(fix_table(), encoding="utf-8")
    made = pages()
    for path, content in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    for path in CODES.rglob("*.md"):
        if path not in made:
            path.unlink()


if __name__ == "__main__":
    main()
