"""The shapes of lines that go prints: which line begins a statement, which belongs to the one before."""

import re
from enum import Enum, auto
from typing import Final


class Shape(Enum):
    """What a line begins."""

    ERROR = auto()  # go's own words, most of them errors
    REQUEST = auto()  # a line of -x about one request
    PACKAGE = auto()  # `# import/path`, before what compiler, linker or loader say about it
    POSITION = auto()  # file:line:column: words
    TEST = auto()  # go test's verdict on a test or package
    MEMBER = auto()  # a member of a JSON object
    EVENT = auto()  # a JSON event of go build -json or go test -json
    END = auto()  # a shell's, make's or wrapper's word on how a command ended


GO: Final = re.compile(
    r"go(?: (?:get|mod|list|build|install|run|test|vet|work|version|env|tool|generate"
    r"|vendor)(?: [^\s:]{1,300}){0,4})?: "
)
_GO_INSIDE: Final = re.compile(r"(?:^|[\s\"'`=:>|\]])(go: )")
_FRAME: Final = re.compile(r"(?:remote: {1,8}|\s{0,16}[>|] |[^\s|]{1,60} {0,20}\| )(?=\S)")
_BARE: Final = re.compile(
    r"verifying [^\s]{1,500}: |SECURITY ERROR|no required module provides package |package [^\s]{1,500}(?: is not in "
    r"|: |\n|$)"
    r"|cannot find package \"|can't load package: |build [^\s]{1,500}: cannot |current directory is contained in "
    r"a module"
    r"|directory [^\n]{1,500} (?:is contained in a module|outside (?:available modules|modules listed in|main module))"
    r"|[^\s:]{1,500}/[^\s:]{1,500}: no matching versions for query "
    r"|malformed go\.sum|error obtaining VCS status|pattern "
    r"[^\n]{1,300}: "
    r"|missing (?:Git|Mercurial|Subversion|Bazaar|Fossil) command|-> unzip |note: module requires Go "
    r"|unrecognized import path \""
    r"|cannot find main module|cannot find module|missing go\.sum entry|module [^\s]{1,500}: |ambiguous import: "
    r"|inconsistent vendoring"
    r"|no Go files in |build constraints exclude |import cycle not allowed|[^\s:]{1,500} v[^\s:]{1,200}: (?:zip|dir"
    r"|missing)|[\w.-]{1,200}/[^\s:]{1,400}: zip: not a valid"
    r"|build cache is |module cache not found|main module \("
    r"|(?:[\w.-]{1,200}/[\w./~-]{1,400}: )?(?:[^\s@:]{1,500}@v[^\s:]{1,200}(?: requires$|: |:$|/go\.mod: )"
    r"|ambiguous import: )|error while importing [^\s:]{1,500}: |module declares its path as: "
    r"|invalid version: (?:module|go\.mod|should|git)"
    r"|(?:go\.mod|[^\s@:]{1,500}@v[^\s:]{1,200}) requires go >= |\$GOPATH/go\.mod exists but should not"
    r"|(?:[^\s:]{1,500}: )?(?:import|module) lookup disabled |[^\s]{1,500} (?:imports|tested by)$"
    r"|failed to initialize build cache|build flag -mod[^\n]{1,60} only valid"
    r"|zip: not a valid zip file$|zip for [^\s]{1,500} has unexpected file "
    r"|GO(?:PATH|MODCACHE|CACHE|TMPDIR) entry |warning: (?:verifying|pattern|ignoring)|checksum mismatch$"
    r"|go list error: "
    r"|missing go\.sum|updates to go\.(?:mod|sum) needed"
)
_REQUEST: Final = re.compile(r"# get https?://")
_PACKAGE: Final = re.compile(r"# (?=[^\s]{0,500}[./-])[\w./~@%+-]{1,500}(?: \[[^\]\n]{1,500}\])?$")
_POSITION: Final = re.compile(
    r"(?:vet: )?(?:[A-Za-z]:)?[^\s:\"'(]{0,500}\.(?:go|s|c|h|cc|cpp|y|mod|work|sum):\d{1,9}"
    r"(?:(?::\d{1,9})?: \S|:\d{1,9}:$)"
)
_TEST: Final = re.compile(r"(?:--- )?FAIL\b|ok  ?\t|panic: |=== FAIL")
_MEMBER: Final = re.compile(
    r"\s{0,16}\"(?P<name>Path|Version|Query|Error|Err|ImportPath)\": (?P<value>\"(?:[^\"\\]|\\.){0,8000}\")"
)
_EVENT: Final = re.compile(r"\{\"(?:Time|ImportPath|Action|Package)\":")
_END: Final = re.compile(
    r"exit status \d|make(?:\[\d{1,4}\])?: \*\*\* |Process completed with exit code "
    r"|.{0,200}returned a non-zero code: \d"
    r"|.{0,300}did not complete successfully: exit code: \d|ERROR: Job failed|ERROR: failed to "
    r"(?:solve|build)[^\n]{0,400}(?:process \"|executor failed)|error "
    r"Command failed"
    r"|Command exited with |The command \".{1,300}\" exited with |Job succeeded|all modules verified|Build step "
    r".{1,100} failed"
    r"|Finished: (?:SUCCESS|FAILURE)|[^\n]{1,200}: (?:Deactivated successfully|Succeeded)\.$|Error: Process "
    r"completed|script returned exit code \d|Exited with code "
)
_TEST_STARTS: Final = ("FAIL", "--- FAIL", "ok ", "ok\t", "panic: ", "=== FAIL")
_POSITION_MARKS: Final = (".go:", ".mod:", ".work:", ".sum:", ".c:", ".h:", ".s:", ".y:", ".cc:", ".cpp:")
# What _BARE asks for, in words that are found faster; a test holds the two together.
_BARE_STARTS: Final = (
    "verifying ",
    "SECURITY ERROR",
    "no required module",
    "package ",
    "cannot find",
    "can't load",
    "build ",
    "current directory",
    "directory ",
    "malformed go.sum",
    "error obtaining",
    "pattern ",
    "missing ",
    "-> unzip",
    "note: module",
    "unrecognized import",
    "module ",
    "ambiguous import",
    "inconsistent vendoring",
    "no Go files",
    "import ",
    "main module",
    "failed to init",
    "GO",
    "warning: ",
    "checksum mismatch",
    "go list error",
    "zip: not a valid",
    "zip for ",
    "updates to ",
    "error while importing ",
    "invalid version: ",
    "go.mod requires go ",
    "$GOPATH/go.mod ",
)
_BARE_MARKS: Final = (
    ": zip has",
    ": dir has",
    ": missing ",
    ": zip: ",
    "@v",
    "lookup disabled ",
    " imports",
    " tested by",
    ": no matching versions for query ",
    ": ambiguous import: ",
)
_SERVER_WORDS: Final = re.compile(r"\s{0,16}server response:")
_GIT_WORDS: Final = re.compile(
    r"(?:fatal|error|remote|warning|hint|ssh|ERROR|致命错误|错误|远程|警告)\s?[:：]|"
    r"[\w.-]{1,100}@[\w.-]{1,255}: |Host key "
    r"|Permission denied"
    r"|Please make sure|and the repository exists|Confirm the import path|If this is a private repository|Could "
    r"not read from"
    r"|请确认|并且仓库存在|并且远程版本库存在"
    r"|@@@@|Connection |Received |kex_|Load key|\s{0,20}$|git@|No such|Cloning into|正克隆到"
)
_SECURITY_WORDS: Final = re.compile(
    r"\s{0,20}(?:downloaded: |(?:[\w./\\-]{1,300}): {1,20}h1:|SECURITY ERROR|This download does NOT|The bits may have"
    r"|have intercepted|For more inform"
    r"|go\.sum database|The checksum server|origin server|tampered|proof of|old database|new database"
    r"|.{0,200}checksum (?:server|database)|$)"
)
_OPEN_END: Final = re.compile(r"(?:(?:[/?][^\s/]{1,300}\"?|@v[^\s:]{1,200}|\.go:\d{1,9}:\d{1,9})):$")
"""What go never ends a line with: a person broke it there."""
_NAMED_FILE: Final = re.compile(r": ((?:[^\s:]{1,500}[/\\])?go\.(?:mod|work):\d{1,9}: \S)")
_IN_MODULE_FILE: Final = re.compile(r"(?:^|: |[/\\])go\.(?:mod|work):\d{1,9}: ")
_PATH_WORDS: Final = re.compile(r"\s{0,16}(?:module declares its path as|but was required as): ")
_HELP_WORDS: Final = re.compile(r"Confirm the import path was entered|If this is a private repository, see")


def shape_of(text: str) -> tuple[Shape, int] | None:
    """What a line begins, and at which character; None for a line that begins nothing of go's."""
    bare = text.lstrip()
    offset = len(text) - len(bare)
    first = bare[:1]
    if first in '{"#':
        shape = _by_mark(bare)
        return (shape, 0 if shape is Shape.MEMBER else offset) if shape else _commented(text, offset)
    if first == "g" and GO.match(bare):
        return Shape.ERROR, offset
    shape = _of_words(bare)
    return (shape, offset) if shape else _framed(text)


def _commented(text: str, offset: int) -> tuple[Shape, int] | None:
    """go's words in a comment of a shell script."""
    return (Shape.ERROR, offset + 2) if text.startswith("# go: ", offset) else None


def _framed(text: str) -> tuple[Shape, int] | None:
    """The same words behind what another program puts before each line."""
    if "go: " in text and (inside := _GO_INSIDE.search(text)) is not None:
        return Shape.ERROR, inside.start(1)
    if ("go.mod:" in text or "go.work:" in text) and (inside := _NAMED_FILE.search(text)) is not None:
        return Shape.POSITION, inside.start(1)
    frame = _FRAME.match(text)
    shape = _of_words(text[frame.end() :]) if frame else None
    return (shape, frame.end()) if frame and shape else None


_BY_MARK: Final = (
    (_EVENT, Shape.EVENT),
    (_MEMBER, Shape.MEMBER),
    (_REQUEST, Shape.REQUEST),
    (_PACKAGE, Shape.PACKAGE),
)


def _by_mark(bare: str) -> Shape | None:
    return next((shape for pattern, shape in _BY_MARK if pattern.match(bare)), None)


def _of_words(bare: str) -> Shape | None:
    if bare.startswith(_TEST_STARTS) and _TEST.match(bare):
        return Shape.TEST
    if _END.match(bare):
        return Shape.END
    if any(mark in bare for mark in _POSITION_MARKS) and _POSITION.match(bare):
        return Shape.POSITION
    if (bare.startswith(_BARE_STARTS) or any(mark in bare for mark in _BARE_MARKS)) and _BARE.match(bare):
        return Shape.ERROR
    return None


def member_of(text: str) -> tuple[str, str] | None:
    """Name and value (a JSON string with its quotes) of an interesting member of a JSON object."""
    found = _MEMBER.match(text)
    return (found["name"], found["value"]) if found else None


def belongs(lines: list[str], text: str) -> bool:
    """Whether a line continues the statement of these lines (the first without what stood before go's own words)."""
    head, last = lines[0], lines[-1].rstrip()
    security = "checksum mismatch" in head or head.startswith("SECURITY ERROR") or "SECURITY ERROR" in last
    if security and _SECURITY_WORDS.match(text):
        return True
    if not text.strip():
        return text.startswith("\t") and last != ""
    if text[0] in "\t " and (not GO.match(text.lstrip()) or any(_SERVER_WORDS.match(line) for line in lines)):
        return True
    if _SERVER_WORDS.match(text) or _HELP_WORDS.match(text):
        return True
    return _announced(head, last, text)


def _announced(head: str, last: str, text: str) -> bool:
    """Whether the line before says that more follows: a paste may have lost the indents."""
    if last.endswith((" requires", " imports", " tested by")):
        return not text.startswith("go: ")
    if last.strip() == "server response:" or last.endswith(("note:", "does not contain package")):
        return True
    if ("exit status" in head and _GIT_WORDS.match(text)) or (
        _PATH_WORDS.match(text) and ("pars" in last or "declares its path" in last)
    ):
        return True
    if last.endswith(":") and _OPEN_END.search(last):
        return not text.startswith("go: ")
    if (last.endswith(":") and "pars" in last) or "malformed go.sum:" in last:
        return _POSITION.match(text) is not None or _IN_MODULE_FILE.search(text) is not None
    return head.endswith("malformed note") and text.startswith("note:")
