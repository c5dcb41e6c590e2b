"""What CI systems, containers and loggers put before each line of a program: taken off, layer by layer.

Sources: the logs that these systems print, and their documented formats (RFC 3164 and 5424, CRI log format,
`gh run view --log`, BuildKit's plain progress, docker compose, kubectl --prefix, GitLab's timestamped lines).
"""

import html
import re
from dataclasses import dataclass
from typing import Final

_DEPTH: Final = 8  # wrappers within wrappers that are taken off

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"

GH_DOWNLOAD: Final = re.compile(r"(?P<job>[^\t]{1,200})\t(?P<step>[^\t]{1,200})\t\ufeff?(?=\d{4}-\d\d-\d\dT\d\d:)")
_STAMP: Final = re.compile(
    rf"\[?\d{{4}}[-/]\d\d[-/]\d\d[T ]{_CLOCK}{_ZONE}(?: ?[AP]M)?\]?(?: ?[|:>]? |\t|$)"
    rf"|\[?{_CLOCK}{_ZONE}(?: ?[AP]M)?\]:?(?:[ \t]|$)"
    rf"|{_CLOCK}(?: ?[AP]M)?:? "
    rf"|{_MONTH} {{1,2}}\d{{1,2}} (?:\d{{4}} )?{_CLOCK} "
    rf"|\[ {{0,6}}\d{{1,6}}\.\d{{1,6}}s?\] "
    rf"|\d{{1,3}}/{_MONTH}/\d{{4}}:{_CLOCK}{_ZONE} "
    r"|\d{1,4}\.\d{1,3}(?: (?=[^\d\s]|\t|  |$)|$)"  # BuildKit, where it repeats the last lines of a step that failed
)
_AFTER_STAMP: Final = (
    re.compile(
        r"(?P<origin>[0-9a-f]{2}[EO])(?P<join>[ +])"
    ),  # GitLab: stream number, out or err, joined to the line before
    re.compile(r"(?:stdout|stderr) (?P<tag>[FP]) "),  # CRI: F for a full line, P for a part of one
    re.compile(r"(?P<host>[\w.-]{1,64}) (?P<program>[\w./@:-]{1,64})\[\d{1,7}\]: "),  # syslog, journald
    re.compile(r"\[(?:stdout|stderr|INFO|ERROR|WARN|DEBUG)\] ?"),
)
_RFC5424: Final = re.compile(
    r"<\d{1,3}>(?:1 \S{1,40} \S{1,255} (?P<program>\S{1,48}) \S{1,128} \S{1,32} (?:-|\[[^\]]{0,512}\]) ?\ufeff?|"
    rf"{_MONTH} {{1,2}}\d{{1,2}} {_CLOCK} \S{{1,64}} \S{{1,64}}: )"
)
_TEAMCITY: Final = re.compile(r"\[\d\d:\d\d:\d\d\][WEFi: ]{0,3}[ \t]*(?:\[[^\]]{1,80}\] )?")
_BUILDKIT: Final = re.compile(r"(?P<channel>#\d{1,4}) (?P<time>\d{1,5}\.\d{1,3})(?: |$)")
_COMPOSE: Final = re.compile(r"(?P<channel>[a-z0-9][\w.-]{0,62}?) {0,24}\| ")
_KUBECTL: Final = re.compile(r"\[(?P<channel>(?:pod|deployment|job)/[\w.-]{1,128}(?:/[\w.-]{1,64})?)\] ")
_CLOUD_BUILD: Final = re.compile(r"(?P<channel>Step #\d{1,3}(?: - \"[^\"]{1,64}\")?): ")
_CODEBUILD: Final = re.compile(rf"\[Container\] (?:\d{{4}}/\d\d/\d\d {_CLOCK} )?")
_WOODPECKER: Final = re.compile(r"\[(?P<channel>[\w. -]{1,64}):(?:L?\d{1,7})(?::\d{1,7}s)?\] ?")
_QUOTE: Final = re.compile(r"(?:>(?: |$|(?=>))){1,8}(?!\[)")
_NUMBER: Final = re.compile(
    r" {0,6}\d{1,6}(?:[:|]| \|)? {0,4}\t? ?(?=go: |fatal: |npm (?:ERR!|error) |\$ |##\["
    r"|curl: \(\d|WARNING: Retrying |ERROR: (?:Could not find a version|No matching distribution))"
)
_LEVEL: Final = re.compile(
    r"(?:(?:INFO|ERROR|WARN|WARNING|DEBUG|FATAL|INFO\[\d{1,6}\]|ERRO\[\d{1,6}\]|"
    r"WARN\[\d{1,6}\])[:\s-]{1,3}){1,2}(?=go: |fatal: |npm )"
)
# Any short label, when what follows can only be the beginning of a program's own line.
_LABEL: Final = re.compile(
    r"(?P<channel>[^\s\"'`(=][^\"'`(=]{0,159}?)(?:[:|>\])-]|\]:|=>) {0,3}(?=fatal: |ssh: |npm (?:ERR!|error) code"
    r"|ERROR: (?:Could not find a version|No matching distribution))"
)
_NPM_DEBUG: Final = re.compile(
    r"\d{1,6} (?=error (?:code |errno |syscall |network |self|unable to |request to |[45]\d\d ))"
)
"""npm-debug.log numbers what npm prints with its name before."""
_LABEL_MARKS: Final = (
    "go: ",
    "fatal: ",
    "ssh: ",
    " error ",
    "npm ",
    "msg=",
    "$ ",
    "ERROR: ",
)  # in all that a label is taken off from
_INDENT: Final = re.compile(
    r"[ \t]{1,24}(?=go: (?:downloading|finding|extracting|found|added|warning: |\S{1,200}@v\d|module |cannot |"
    r"updates |go\.mod |error ))"
)
_CLIENT_INDENT: Final = re.compile(
    r"[ \t]{1,24}(?=npm (?:ERR!|error|WARN|warn) |curl: \(\d|WARNING: Retrying |"
    r"ERROR: (?:Could not find a version|No matching) )"
)
_TEKTON: Final = re.compile(r"\[(?P<channel>[\w.-]{1,64} : [\w.-]{1,64})\] ")
_LOGFMT: Final = re.compile(
    r"(?:time|ts|level|lvl|t)=(?:\"[^\"]{0,64}\"|\S{0,64}) (?:[\w.]{1,32}=(?:\"[^\"]{0,64}\"|"
    r"\S{0,64}) ){0,6}(?:msg|message)=\"(?P<text>(?:[^\"\\]|\\.){1,8192})\""
    r"(?: (?:error|err)=\"(?P<why>(?:[^\"\\]|\\.){1,8192}))?"
)
_WORKFLOW_COMMAND: Final = re.compile(r"::(?:error|warning|notice|debug)(?: [^:]{0,256})?::")
_ACTIONS_MARK: Final = re.compile(r"##\[(?:error|warning|debug|notice|info|section)\]")
_ENTITY: Final = re.compile(r"&(?:quot|lt|gt|amp|apos|nbsp|#\d{2,4}|#x[0-9a-fA-F]{2,4});")
_GITLAB_SECTION: Final = re.compile(r"section_(?:start|end):\d{1,12}:[\w.-]{1,128}(?:\[[^\]]{0,128}\])?")
_STREAM: Final = re.compile(r"(?:stderr|stdout): (?=[^\s])")  # a program that quotes another's output
_TRAVIS: Final = re.compile(r"(?:travis_fold:(?:start|end):[\w.-]{1,128}|travis_time:(?:start|end)[\w:=,.-]{1,200})")
_BY_FIRST: Final = {
    "#": (_BUILDKIT, _ACTIONS_MARK),
    "[": (_KUBECTL, _WOODPECKER, _TEKTON, _CODEBUILD),
    "S": (_CLOUD_BUILD,),
    ">": (_QUOTE,),
    "s": (_GITLAB_SECTION, _STREAM),
    "t": (_TRAVIS,),
}
"""Patterns by the character that a line begins with."""


@dataclass(slots=True)
class Peeled:
    """A line without its wrappers."""

    text: str
    channel: str = ""
    join: bool = False  # goes on the line before it of the same channel
    framed: bool = False  # the wrapper marks what is a whole line; within it nothing was taken off yet
    part: bool = False  # the next line of the channel goes on it


def peel(text: str) -> Peeled:
    """Takes stamps, channels and marks off a line; what they say is kept beside the text."""
    line = Peeled(text)
    for _ in range(_DEPTH):
        before = line.text
        if not before:
            break
        _peel_once(line)
        if line.text == before or line.framed:
            break
    if "&" in line.text and _ENTITY.search(line.text):
        line.text = html.unescape(line.text).replace("\xa0", " ")
    return line


def _peel_once(line: Peeled) -> None:
    text = line.text
    first = text[0]
    if first.isdigit() or first in "[<" or first.isupper():
        _peel_stamp(line)
        if line.text != text:
            return
    if "\t" in text and (found := GH_DOWNLOAD.match(text)):
        _into(line, text[found.end() :], f"{found['job']}/{found['step']}")
        return
    for pattern in _BY_FIRST.get(first, ()):
        if found := pattern.match(text):
            _into(line, text[found.end() :].lstrip() if first in "st" else text[found.end() :], _channel(found))
            return
    if first == ":" and (found := _WORKFLOW_COMMAND.match(text)):
        line.text = text[found.end() :].replace("%0A", "\n").replace("%0D", "").replace("%25", "%")
    elif "| " in text and (found := _COMPOSE.match(text)) and not found["channel"].isdigit():
        _into(line, text[found.end() :], found["channel"])
    else:
        _peel_label(line)


def _channel(found: re.Match[str]) -> str:
    return found.groupdict().get("channel") or ""


def _peel_stamp(line: Peeled) -> None:
    text = line.text
    if text[0] == "<" and (found := _RFC5424.match(text)):
        line.text = text[found.end() :]
        return
    found = _STAMP.match(text) or (_TEAMCITY.match(text) if text[0] == "[" else None)
    if not found:
        return
    rest = text[found.end() :]
    for pattern in _AFTER_STAMP:
        if after := pattern.match(rest):
            rest = rest[after.end() :]
            groups = after.groupdict()
            line.framed = "join" in groups or "tag" in groups
            line.join = groups.get("join") == "+"
            line.part = groups.get("tag") == "P"
            break
    line.text = rest


def _peel_label(line: Peeled) -> None:
    text = line.text
    if text[0] in " \t" and (found := _CLIENT_INDENT.match(text)):
        line.text = text[found.end() :]
        return
    if not any(mark in text for mark in _LABEL_MARKS):
        return
    if found := _INDENT.match(text) or _NUMBER.match(text) or _LEVEL.match(text):
        line.text = text[found.end() :]
    elif "msg" in text and (found := _LOGFMT.match(text)):
        said = f"{found['text']}: {found['why']}" if found["why"] else found["text"]
        line.text = said.replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
    elif found := _NPM_DEBUG.match(text):
        line.text = "npm " + text[found.end() :]
    elif not text.startswith(("go: ", "fatal: ", "npm ", "go ")) and (found := _LABEL.match(text)):
        _into(line, text[found.end() :], found["channel"].strip())


def _into(line: Peeled, text: str, channel: str) -> None:
    line.text = text
    line.channel = f"{line.channel}/{channel}" if line.channel and channel else line.channel or channel
