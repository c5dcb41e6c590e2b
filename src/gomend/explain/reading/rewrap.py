"""Lines that a terminal cut at its width, put together again."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from gomend.explain.reading.terminal import clean

_NARROWEST: Final = 40
_WIDEST: Final = 400
_USUAL: Final = frozenset({72, 79, 80, 99, 100, 119, 120, 131, 132, 139, 140, 159, 160, 200})
_MOST_PIECES: Final = 40
_PREFIX: Final = 9  # lines that begin alike to so many characters stand behind the same wrapper
_DIGITS: Final = re.compile(r"\d")

_START: Final = re.compile(
    r"\s|[a-z0-9][\w.-]{0,62} {0,24}\| |go: |go (?:get|mod|build|version|env)\b|"
    r"[\w./@\\-]{1,200}\.go:\d|#|\d{4}-\d\d-\d\d|\[|\$ |\+ |> |fatal: |"
    r"error: |warning: |remote: |ERROR|WARN|npm |"
    r"section_(?:start|end):|travis_|The (?:command|process) |Job |Finished: |script returned|Build step|Process |"
    r"Command |Exited |make|FAIL|ok  |exit status|verifying |SECURITY|note: |package |Error|curl: |ssh: |hint: |"
    r"At line|Permission denied|Host key |Cloning into|\d{1,4}\.\d{1,3} |PS |[A-Z]:\\|"
    r"```|pip|Collecting|\{|\}|致命错误|错误|"
    r"go\.mod:|-> |---|===|[\w.-]{1,32}@[\w.-]{1,64}[:$#]|\d{1,2}:\d\d:\d\d"
)
_OPEN_URL: Final = re.compile(r"\"(?:https?|ssh|git|file):[^\s\"]*$")
_CLOSES_URL: Final = re.compile(r"[^\s\"]{1,1024}\"(?::|,|$|\s)")
_OPEN_OBJECT: Final = re.compile(r"\{\"\w{1,40}\":[ {]{0,2}\".{40}")
_VERSION: Final = re.compile(r"@v\d")
_PATH: Final = re.compile(r"\bgo: (?:[^\n]{0,500} )?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/[\w./~-]{1,300}$")
_URL: Final = re.compile(r"\"https?://[^\s\"]{1,2000}\"$")
_READING: Final = re.compile(r"reading (?:https?|file)://\S*$")
_READ: Final = re.compile(r"\S{1,1024}: (?:\d{3} |[a-z])")
_ADDED: Final = re.compile(r"\s{0,8}\+ (?:CategoryInfo|FullyQualifiedErrorId|~)|PS [A-Za-z]:\\")
_OWN: Final = re.compile(r"go: |\t|    |fatal: |error: |npm |verifying |[\w./-]{1,200}\.go:\d|致命错误|错误")
_COMPLETE: Final = re.compile(
    r"(?:\b[45]\d\d (?:Not Found|Gone|Forbidden|Unauthorized|Bad Gateway|Internal Server Error|"
    r"Service Unavailable|Gateway Timeout|"
    r"Too Many Requests|Proxy Authentication Required|Bad Request)|no such host|misbehaving|connection refused|"
    r"i/o timeout|timed out|is unreachable|"
    r"reset by peer|EOF|unknown authority|not yet valid|checksum mismatch|exit status \d{1,3}|GOPROXY=off|\})$"
)


def rejoined(lines: list[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """First number, last number and text of each line, cut ones joined. Takes numbered lines in order."""
    widths = [_width(text) for _, text in lines]
    # PowerShell does not cut the lines that it adds itself.
    limit = max((width for width, (_, text) in zip(widths, lines, strict=True) if not _ADDED.match(text)), default=0)
    if not _NARROWEST <= limit <= _WIDEST:
        limit = 0
    # A width that several lines share, or that consoles have, is a cut; else only a known program's line is.
    known = widths.count(limit) > 1 or limit in _USUAL
    index = 0
    while index < len(lines):
        first, text = lines[index]
        last = first
        own = _OWN.match(text) is not None
        for _ in range(_MOST_PIECES):
            if index + 1 == len(lines):
                break
            following = lines[index + 1][1]
            full = limit > 0 and widths[index] >= limit - (not text.isascii()) and (own or known)
            if not _goes_on(clean(text), clean(following), full=full):
                break
            index += 1
            last = lines[index][0]
            text += following
        yield first, last, text
        index += 1


def _goes_on(text: str, following: str, *, full: bool) -> bool:
    """Whether a line's end is no end: what it leaves open, the next one closes, or it is full and not finished."""
    if _is_open(text, following):
        return True
    if not following.strip() or _DIGITS.sub("0", following[:_PREFIX]) == _DIGITS.sub("0", text[:_PREFIX]):
        return False
    if _START.match(following):
        return full and not _COMPLETE.search(text) and _blank_then_word(following)
    if _READING.search(text) and _READ.match(following) and (full or text.endswith("/")):
        return True
    return full and not _COMPLETE.search(text)


def _is_open(text: str, following: str) -> bool:
    """Whether a line breaks off within what the next one ends: an address, module@version, a JSON object."""
    return (
        (_OPEN_URL.search(text) is not None and _CLOSES_URL.match(following) is not None)
        or (_VERSION.match(following) is not None and _PATH.search(text) is not None)
        or (following.startswith(": ") and _URL.search(text) is not None)
        or (_OPEN_OBJECT.match(text) is not None and not text.rstrip().endswith("}") and following[:1] != "{")
    )


def _blank_then_word(following: str) -> bool:
    """A cut just before a blank: one blank, then the rest."""
    return len(following) > 1 and following[0] == " " and following[1].isalnum() and not _START.match(following[1:])


def _width(text: str) -> int:
    plain = clean(text)
    if plain.endswith("  "):
        plain = plain.rstrip()  # a screen's rows are copied with the blanks that fill them
    if plain.isascii():
        return len(plain)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in plain)
