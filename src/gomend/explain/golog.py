"""Reads what go prints: lines in, statements out."""

import json
import re
from collections.abc import Iterator
from typing import Final

from gomend.causes import Certainty, Code, Subject
from gomend.explain.lines import Line
from gomend.explain.meaning import Meaning, meaning_of
from gomend.explain.notices import notice
from gomend.explain.shapes import GO, Shape, belongs, member_of, shape_of
from gomend.explain.statements import Role, Speaker, Statement
from gomend.explain.wordings import classify, disk

LONGEST_LINE: Final = 16_384
MOST_QUOTED: Final = 256
MOST_LINES: Final = 48
"""A statement keeps so many lines at most; what belongs to it beyond them is read and dropped."""

_REQUEST: Final = re.compile(r"# get (?P<url>https?://[^\s]{1,3000}?)(?:: (?P<answer>[^\n]{1,3000}))?$")
_ANSWERED: Final = re.compile(r"(?P<status>\d{3}) [^\n]{0,80}?\(\d")
_SUCCESS: Final = re.compile(
    r"all modules verified|Job succeeded|Finished: SUCCESS|Process completed with exit code 0\b|: (?:Deactivated "
    r"successfully|Succeeded)\.$"
)
_OUTPUT_MEMBER: Final = re.compile(r"\"(?:stderr|stdout)\": ?(\"(?:[^\"\\]|\\.){1,8000}\")")
_DIGITS: Final = str.maketrans("123456789", "000000000")
_STDERR: Final = '"stderr": "'
_BARE_STATUS: Final = re.compile(r"exit status \d{1,3}$")
_STATUS: Final = re.compile(r"exit status (?P<status>\d{1,3})$")
_OF_A_TOOL: Final = re.compile(r"(?:package|imports) [^\s:]{1,500}: exit status \d{1,3}$")
_LOOKS_BROKEN: Final = re.compile(
    r"(?i)\b(?:error|errors|cannot|can't|could not|couldn't|failed|failure|fatal|invalid|malformed|missing|no such"
    r"|not found|not |denied"
    r"|refused|unable|unknown|unexpected|unrecognized|disabled|mismatch|timeout|timed out|exceeded|exit status"
    r"|bad |corrupt|x509|unsupported|conflict)"
)


class GoLog:
    """Puts the lines of one channel together to statements. Feed them in order; nothing is raised for their content."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._shape = Shape.ERROR
        self._first = 0
        self._last = 0
        self._under_package = False  # right after a `# import/path` line
        self._frame = ""  # what another program puts before each line, its digits made 0: they may be times
        self._took = False
        self._members: dict[str, str] = {}

    def feed(self, line: Line) -> Iterator[Statement]:
        """The statements that this line completes; `took` tells then whether the line itself was go's."""
        text = line.text if len(line.text) <= LONGEST_LINE else line.text[:LONGEST_LINE]
        self._took = True
        if not self._lines and text.startswith("go: downloading "):
            yield Statement(Role.PROGRESS, Code.PROGRESS_DOWNLOAD, (line.number, line.last), text)
            return
        width = len(self._frame)
        framed = width > 0 and text[:width].translate(_DIGITS) == self._frame
        if framed:
            text = text[width:]
        elif not self._lines:
            self._frame = ""
        if self._lines and belongs(self._lines, text):
            if len(self._lines) < MOST_LINES:
                self._lines.append(text)
            self._last = line.last
            return
        yield from self.finish()
        shape = shape_of(text) if _STDERR not in text else (Shape.ERROR, 1)
        if shape is None:
            self._took = framed
            yield from self._unshaped(line, text)
            return
        self._under_package = False
        self._shape, start = shape
        if self._shape is Shape.EVENT:
            yield from self._event(line, text)
        elif self._shape is Shape.MEMBER:
            yield from self._member(line, text)
        elif start and ("\\n" in text or _STDERR in text):
            yield from _quoted(text, line)
        else:
            self._lines = [text[start:]]
            self._frame = self._frame if framed else text[:start].translate(_DIGITS)
            self._first, self._last = line.number, line.last

    @property
    def took(self) -> bool:
        """Whether the line fed last was go's."""
        return self._took

    def finish(self) -> Iterator[Statement]:
        """The statement that is still open, if any."""
        if not self._lines:
            return
        lines, self._lines = self._lines, []
        where, text = (self._first, self._last), "\n".join(lines).rstrip()
        match self._shape:
            case Shape.REQUEST:
                yield from _request(text, where)
            case Shape.PACKAGE:
                self._under_package = True
            case Shape.TEST:
                yield from _test(text, where)
            case Shape.END:
                yield _end(text, where)
            case Shape.POSITION:
                yield _position(text, where)
            case _:
                yield from _error(text, where)

    def _unshaped(self, line: Line, text: str) -> Iterator[Statement]:
        """A line without a shape of go's; under `# import/path` it is a linker's or compiler's."""
        where = (line.number, line.last)
        under, self._under_package = self._under_package, False
        if under and text.strip() and "warning" not in text:
            told = classify(text, (disk.TABLE,))
            if told is not None:
                file = told.facts.get("file", "")
                yield Statement(Role.FAULT, told.wording.code, where, text, subject=Subject(file=file))
                return
            yield Statement(Role.FAULT, Code.BUILD_COMPILE, where, text, Speaker.TOOLS)
            self._took = True

    def _event(self, line: Line, text: str) -> Iterator[Statement]:
        """One JSON event; its output is read like a line of the package's own."""
        try:
            event = json.loads(text)
        except ValueError:
            return
        if not isinstance(event, dict):
            return
        output, action = event.get("Output"), event.get("Action")
        if isinstance(output, str) and action in ("output", "build-output"):
            inner = GoLog()
            for piece in output.rstrip("\n").split("\n")[:MOST_LINES]:
                yield from inner.feed(Line(line.number, line.last, piece))
            yield from inner.finish()
        elif action in ("build-fail", "fail") and "Test" not in event:
            yield Statement(Role.FAILED, Code.BUILD_COMPILE, (line.number, line.last), text[:500], Speaker.TOOLS)

    def _member(self, line: Line, text: str) -> Iterator[Statement]:
        """One member of an object of `go mod download -json` or `go list -json`."""
        member = member_of(text)
        if member is None:
            return
        name, quoted = member
        try:
            value = json.loads(quoted)
        except ValueError:
            value = quoted.strip('"')
        if name in ("Path", "ImportPath"):
            self._members = {"module": value}
        elif name in ("Version", "Query"):
            self._members.setdefault("version", value)
        else:
            for statement in _error(value, (line.number, line.last)):
                about = statement.subject
                yield _with_subject(
                    statement,
                    Subject(
                        about.module or self._members.get("module", ""),
                        about.version or self._members.get("version", ""),
                        about.host,
                        about.url,
                        about.file,
                    ),
                )


def _with_subject(said: Statement, subject: Subject) -> Statement:
    return Statement(
        said.role, said.code, said.lines, said.text, said.speaker, said.certainty, subject, said.follows, said.direct
    )


def _quoted(text: str, line: Line) -> Iterator[Statement]:
    """What another program quotes in one line, with \\n and \\t: its lines are read like a log of their own."""
    inner = GoLog()
    members = _OUTPUT_MEMBER.findall(text)
    if members:
        for member in members[:2]:
            for piece in _decoded(member).split("\n")[:MOST_QUOTED]:
                yield from inner.feed(Line(line.number, line.last, piece))
        yield from inner.finish()
        return
    first, *rest = text.replace("\\t", "\t").replace('\\"', '"').split("\\n")[:MOST_QUOTED]
    yield from inner.feed(Line(line.number, line.last, first.rpartition('": "')[2]))
    for piece in rest:
        words, end, _ = piece.partition('", "')
        yield from inner.feed(Line(line.number, line.last, words))
        if end:
            break
    yield from inner.finish()


def _decoded(quoted: str) -> str:
    try:
        value = json.loads(quoted)
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""


def _request(text: str, where: tuple[int, int]) -> Iterator[Statement]:
    found = _REQUEST.match(text.partition("\n")[0])
    if found is None or found["answer"] is None:
        return
    url, answer = found["url"], found["answer"]
    answered = _ANSWERED.match(answer)
    if answered is not None and answered["status"] == "200":
        yield Statement(Role.DONE, Code.PROGRESS_DOWNLOAD, where, text, subject=Subject(url=url))
        return
    meaning = meaning_of(answer if "://" in answer else f"reading {url}: {answer}")
    if meaning is not None:
        yield said(Role.TRY, meaning, where, text, url)


def _test(text: str, where: tuple[int, int]) -> Iterator[Statement]:
    if text.startswith("ok"):
        yield Statement(Role.SUCCEEDED, Code.PROGRESS_DOWNLOAD, where, text, Speaker.TOOLS)
    elif "[setup failed]" in text:
        yield Statement(Role.FAILED, Code.UNKNOWN, where, text, Speaker.TOOLS)
    else:
        yield Statement(Role.FAULT, Code.BUILD_COMPILE, where, text, Speaker.TOOLS, follows=True)


def _end(text: str, where: tuple[int, int]) -> Statement:
    if _BARE_STATUS.match(text):
        return Statement(Role.FAULT, Code.BUILD_COMPILE, where, text, Speaker.TOOLS, Certainty.LIKELY, follows=True)
    if _SUCCESS.search(text):
        return Statement(Role.SUCCEEDED, Code.PROGRESS_DOWNLOAD, where, text, Speaker.TOOLS)
    return Statement(Role.FAILED, Code.UNKNOWN, where, text, Speaker.TOOLS)


def _position(text: str, where: tuple[int, int]) -> Statement:
    """What stands at a position of a source file: trouble with an import, or what the compiler says."""
    words = text.partition(": ")[2]
    if _TEST_LOG.match(text):
        return Statement(Role.FAULT, Code.BUILD_COMPILE, where, text, Speaker.TOOLS, follows=True)
    if words.startswith("could not import "):
        text = _innermost(text)
        words = text.partition(": ")[2]
    meaning = meaning_of(text)
    if meaning is not None and not _compiler_words(words):
        return said(Role.FAULT, meaning, where, text)
    return Statement(Role.FAULT, Code.BUILD_COMPILE, where, text, Speaker.TOOLS)


_TEST_LOG: Final = re.compile(r"[^\s:]{1,500}\.go:\d{1,9}: ")
"""A line number without a column is how tests log; go and its compilers give both."""
_PLACE: Final = re.compile(r"[^\s:()]{1,500}\.go:\d{1,9}:\d{1,9}:\s")
_MOST_NESTED: Final = 32
_COMPILER: Final = re.compile(
    r"undefined: |undeclared|cannot use |declared and not used|imported and not used|syntax error|missing return"
    r"|not enough arguments"
    r"|too many arguments|mismatched types|redeclared|does not implement|missing method|invalid operation"
    r"|unreachable code|assignment mismatch"
    r"|cannot convert|has no field or method|unknown field|expected |could not import "
)


def _innermost(text: str) -> str:
    """A linter puts the import that failed inside those that needed it; the innermost says why."""
    at = len(text)
    for _ in range(_MOST_NESTED):
        at = text.rfind("(", 0, at)
        if at < 0:
            break
        if _PLACE.match(text, at + 1):
            return text[at + 1 :]
    return text


def _compiler_words(words: str) -> bool:
    return _COMPILER.match(words) is not None


def _error(text: str, where: tuple[int, int]) -> Iterator[Statement]:
    """What go itself says."""
    prefix = GO.match(text)
    words = text[prefix.end() :] if prefix else text
    told = notice(words)
    if told is not None:
        role, code, facts = told
        if code is not None:
            subject = Subject(facts.get("module", ""), facts.get("version", ""))
            yield Statement(role, code, where, text, subject=subject)
            return
    else:
        role = Role.FAULT
    if text.startswith("-> unzip"):
        role = Role.TRY
    if text.startswith("warning: verifying"):
        return
    meaning = meaning_of(text)
    if meaning is not None:
        yield said(role, meaning, where, text)
    elif (prefix and _STATUS.match(words)) or _OF_A_TOOL.search(text):
        yield Statement(Role.FAILED, Code.UNKNOWN, where, text)
    elif prefix and _LOOKS_BROKEN.search(words):
        yield Statement(role, Code.UNKNOWN, where, text, certainty=Certainty.UNSURE)


def said(role: Role, meaning: Meaning, where: tuple[int, int], text: str, url: str = "") -> Statement:
    subject = meaning.subject
    if url:
        subject = Subject(subject.module, subject.version, subject.host, url, subject.file)
    return Statement(
        role, meaning.code, where, text, Speaker.GO, meaning.certainty, subject, meaning.follows, meaning.direct
    )
