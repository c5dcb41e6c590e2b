"""What a person pasted: a log within Markdown, quoted, indented, cut at a terminal's width."""

import re
from collections.abc import Iterator
from typing import Final

from gomend.explain.reading.decode import text_of
from gomend.explain.reading.physical import Physical
from gomend.explain.reading.rewrap import rejoined
from gomend.explain.reading.terminal import clean

_FENCE: Final = re.compile(
    r"[ \t]{0,12}(?P<mark>`{3,12}|~{3,12})[ \t]*(?P<info>[\w+#.-]{0,24})(?:[ "
    r"\t{][^`]{0,120})?$"
)
_PRE: Final = re.compile(
    r"[ \t]{0,12}(?:<pre>(?:<code[^>]{0,64}>)?|\{(?:code|noformat)(?::[^}]{0,64})?\})[ \t]*$", re.IGNORECASE
)
_PRE_END: Final = re.compile(r"[ \t]{0,12}(?:(?:</code>)?</pre>|\{(?:code|noformat)\})[ \t]*$", re.IGNORECASE)
_QUOTE: Final = re.compile(r"(?:>(?: |$|(?=>))){1,8}(?!\[)")
_LOG_LINE: Final = re.compile(
    r"\bgo: \S|^go get |@v\d[^\s:]{0,200}: |\bverifying \S{1,300}: |\bfatal: |致命错误|\berror: |\bERROR\b|"
    r"\bnpm (?:ERR!|error) |"
    r"x509: |dial tcp|curl: \(\d|^remote: |"
    r"\bexit (?:status|code) \d|^(?:---? )?FAIL\b|\bmake: \*\*\*|\.go:\d{1,6}:\d{1,5}: |"
    r"^\s{0,4}[\w@:~/\\.-]{0,64}[$>#%] (?:go|git|npm|pip|docker|make|curl) |"
    r"^# get https?://|^#\d{1,3} \d{1,4}\.\d |Could not resolve|\bwget: |正在解析主机|"
    r"WARNING: Retrying|cannot find (?:module|package)|"
    r"no required module provides|missing go\.sum entry|requires go >= |invalid version: |declares its path as|"
    r"does not contain package|no matching versions for query|modules listed in go\.work|no module declaration in"
)
_CI_LINE: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d|##\[|\x1b\[|section_start:|#\d{1,3} \[|\[Pipeline\]|\+ \w"
)
_LINK: Final = re.compile(r"\[(?P<words>[^\]\[\s]{1,1000})\]\(https?://[^\s)]{1,2000}\)")
_ADDRESS: Final = re.compile(r"(?:https?://)?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?:[/:]|\"?$)")
_CODE: Final = re.compile(r"`([^`\n]{6,4000})`")
_BOLD: Final = re.compile(r"\*\*(?=go(?::| get| install| mod| build) )")
_HIDDEN: Final = "…@…"  # sites hide what looks like an address of electronic mail, so also module@version
_MIN_BLOCK: Final = 3  # lines; fewer may be the indented lines of a message
_WHOLE_INDENT: Final = re.compile(r"[ \t]*")


def prepared(lines: list[Physical]) -> Iterator[Physical]:
    """The lines that belong to a log, as they were before the paste."""
    texts = [text_of(line.raw).rstrip("\r") for line in lines]
    if any(
        "```" in text or "~~~" in text or "<pre" in text or "{code" in text or "{noformat" in text for text in texts
    ):
        chosen = _within_fences(texts)
    else:
        chosen = list(range(len(texts)))
    indent = _common_indent([texts[index] for index in chosen])
    for first, last, text in rejoined(
        [(lines[index].number, piece) for index in chosen for piece in _plain(texts[index][indent:])]
    ):
        yield Physical(first, text.encode("utf-8", "replace"), last)


def _plain(text: str) -> list[str]:
    """The lines that a line of Markdown stands for: a link is its words, code within a sentence is a line."""
    if text.startswith(">"):
        text = _QUOTE.sub("", text, count=1)
    if "](" in text:
        text = _LINK.sub(_words_of, text)
    if "[email" in text:
        text = text.replace("[email\xa0protected]", _HIDDEN).replace("[email protected]", _HIDDEN)
    if (bold := _BOLD.search(text)) is not None:
        text = text[bold.end() :].rstrip("*")
    if "`" not in text:
        return [text]
    whole = text.strip()
    if len(whole) > _MIN_BLOCK and whole[0] == whole[-1] == "`" and whole.count("`") == 2:
        return [whole[1:-1]]
    spans = [span for span in _CODE.findall(text) if _LOG_LINE.search(span)]
    return spans or [text]


def _words_of(link: re.Match[str]) -> str:
    words = link["words"]
    return words if _ADDRESS.match(words) else link[0]


def _common_indent(texts: list[str]) -> int:
    """Blanks that stand before every line: those of a Markdown code block or of a list item."""
    fewest = 24
    for text in texts:
        if text.strip():
            found = _WHOLE_INDENT.match(text)
            fewest = min(fewest, found.end() if found else 0)
            if not fewest:
                break
    few = sum(1 for text in texts if text.strip()) < _MIN_BLOCK
    return 0 if few and not all(text.startswith("    ") for text in texts if text.strip()) else fewest


def _within_fences(texts: list[str]) -> list[int]:
    """Indexes of the lines to read: those of the fences that hold a log, when the text around is prose."""
    inside, fences = _fences(texts)
    logs = [fence for fence in fences if any(_LOG_LINE.search(clean(texts[index])) for index in fence)]
    outside = [index for index in range(len(texts)) if index not in inside]
    if not logs or any(_CI_LINE.match(texts[index]) for index in outside):
        return (
            outside
            if not logs and _any_log(texts, outside)
            else [index for index in range(len(texts)) if not _mark(texts[index])]
        )
    return [index for fence in logs for index in fence]


def _any_log(texts: list[str], indexes: list[int]) -> bool:
    return any(_LOG_LINE.search(texts[index]) for index in indexes)


def _mark(text: str) -> bool:
    return bool(_FENCE.match(text) or _PRE.match(text) or _PRE_END.match(text))


def _fences(texts: list[str]) -> tuple[set[int], list[list[int]]]:
    """Indexes of all lines in fences with their marks, and the lines of each fence without."""
    inside: set[int] = set()
    fences: list[list[int]] = []
    current: list[int] | None = None
    opened = ""
    for index, whole in enumerate(texts):
        text = _QUOTE.sub("", whole, count=1) if whole.startswith(">") else whole
        mark = _FENCE.match(text)
        if current is None:
            if mark or _PRE.match(text):
                opened = mark["mark"] if mark else "<"
                current = []
                inside.add(index)
            continue
        inside.add(index)
        closes = (
            mark and not mark["info"] and mark["mark"].startswith(opened) if opened != "<" else _PRE_END.match(text)
        )
        if closes:
            fences.append(current)
            current = None
        else:
            current.append(index)
    if current:
        fences.append(current)
    return inside, fences
