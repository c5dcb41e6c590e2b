"""Which lines of a long log are handed over: found in bulk, since most lines of a noisy log are of a few forms.

Lines that differ in digits only have one form, and a form is judged once. What can matter is told by the needles of
`triggers`; lines of progress, and forms that come again and again, are handed over a bounded number of times and
counted beyond it.
"""

import re
from enum import IntEnum
from typing import Final

from gomend.explain.triggers import FOLLOWING, NEEDLES, NEEDLES_BEYOND_ASCII

_DIGITS: Final = bytes(ord("0") if chr(byte).isdigit() and byte < 128 else byte for byte in range(256))
_MOST_FORMS: Final = 60_000
_FREE_LINES: Final = 3000  # handed over with all their context; later ones with what surely belongs to them
_MOST_PROGRESS: Final = 2000
_MOST_OF_A_FORM: Final = 4
_MOST_OF_AN_OWN_FORM: Final = 500
_LONGEST_COUNTED: Final = 4096  # bytes
_MOST_COUNTED: Final = 10_000  # kinds of lines that are left out and counted; lines of a further kind are handed over
_SHARE: Final = 64  # of so many lines one may be of a form that is not surely somebody's own
_BEFORE: Final = 3
_SAMPLE: Final = 2000

# Lines of which one says as much as a thousand, apart from what they name: progress, requests under -x.
_PROGRESS: Final = re.compile(
    rb"(?<![\w.])(?:go: (?:downloading|extracting|finding) \S{1,600} \S{1,200}"
    rb"|# get https?://\S{1,2000}: 000 (?:OK|Not Found|Gone) \(0[.\d]*m?s\))\s?\Z"
)
_REQUEST_BEGINS: Final = re.compile(rb"# get https?://\S{1,2000}\s?\Z")
# What a client, a shell or a wrapper says in its own name is never left out.
_OWN: Final = re.compile(
    rb"(?<![\w.])go: |go get|go mod|fatal: |npm (?:ERR!|error)|\x1b\[32;1m\$ |\]\$ | \+ go |"
    rb"\$ go |##\[|\[command\]|::error|xit (?:code|status)|xited with|"
    rb"Finished: |make\S{0,8}: \*\*\*|Job (?:failed|succeeded)|curl: \(|SECURITY|verifying |"
    rb"pip\._|Retrying \(Retry|# get http|\.go:0+:0+: |x509|dial tcp|ERROR: |E: |"
    rb"#0{1,4} \[|\] RUN |: RUN |did not complete|non-zero code|" + "致命错误".encode()
)
_NOISE: Final = re.compile(
    rb"=== (?:RUN|PAUSE|CONT) |--- PASS|ok  \t|\?   \t|(?:Get|Hit|Ign):0+ |Unpacking |"
    rb"Setting up |Selecting |Preparing to unpack |Reading package"
)
_STAMP: Final = re.compile(rb"[0T:Z.,+\-\[\]/ ]{8,40}[ \]]")
_INDENTED: Final = re.compile(rb"[^\t]{0,64}[Z ]\t|[\d:T.,Z +\[\]|#-]{1,48}[Z\]|\d]   ?\S")
_MARKS: Final = (b"##[", b"1m$ ", b"+ go ", b"$ go ", b"Finished: ", b"] RUN ")


class Matter(IntEnum):
    """What a form is worth."""

    NOTHING = 0
    SOMETHING = 1  # a needle stands in it
    PROGRESS = 2
    OWN = 3  # said by a program that is known


class Chooser:
    """Judges the lines of a log's long middle, block after block."""

    def __init__(self) -> None:
        self._forms: dict[bytes, Matter] = {}
        self._given: dict[bytes, int] = {}  # how often a form was handed over
        self._left_out: dict[bytes, tuple[bytes, int]] = {}  # by kind: one such line, how many were left out
        self._handed = 0
        self._seen = 0
        self._progress = 0

    def choose(self, block: bytes, lines: list[bytes]) -> list[int]:
        """Indexes of the lines to hand over, in order. `lines` are those of `block`."""
        forms = _forms(block)
        distinct = set(forms)
        self._learn(distinct)
        self._seen += len(lines)
        known = self._forms
        if not any(known[form] for form in distinct):
            return []
        hits = [at for at, form in enumerate(forms) if known[form]]
        chosen: list[int] = []
        done = counted = -1  # the last index that was chosen, that was left out
        for at in hits:
            if at >= len(lines) or (at <= done and known[forms[at]] is not Matter.OWN):
                continue
            last = self._until(at, forms, lines)
            if last < at:
                if at > done and not self._count(forms[at], lines[at]):
                    chosen.append(at)
                counted = at
                continue
            first = at
            if known[forms[at]] is not Matter.PROGRESS:
                first = max(at - (_BEFORE if self._handed < _FREE_LINES else 1), 0)
            first = max(first, done + 1, counted + 1)
            chosen.extend(range(first, last + 1))
            self._handed += max(0, last + 1 - first)
            done = max(done, last)
        return chosen

    def left_out(self) -> list[tuple[bytes, int]]:
        """Of each kind of line that a known program printed more often than is handed over: one, and how many more."""
        return list(self._left_out.values())

    def _count(self, form: bytes, line: bytes) -> bool:
        """Takes note of a line that is left out; false where it must be handed over after all."""
        matter = self._forms[form]
        if matter is Matter.SOMETHING:
            return True
        kind = _kind(form) if matter is Matter.PROGRESS else form
        example, times = self._left_out.get(kind, (line[:_LONGEST_COUNTED], 0))
        if not times and len(self._left_out) >= _MOST_COUNTED:
            return False
        self._left_out[kind] = (example, times + 1)
        return True

    def _until(self, at: int, forms: list[bytes], lines: list[bytes]) -> int:
        """Index of the last line that belongs to the hit; less than `at` when the hit itself is left out."""
        matter = self._forms[forms[at]]
        if matter is Matter.PROGRESS:
            self._progress += 1
            return at if self._progress <= _MOST_PROGRESS else -1
        if self._handed < _FREE_LINES:
            return min(at + FOLLOWING, len(lines) - 1)
        given = self._given.get(forms[at], 0)
        over = self._handed > _FREE_LINES + self._seen // _SHARE
        if given >= (_MOST_OF_AN_OWN_FORM if matter is Matter.OWN else _MOST_OF_A_FORM):
            return -1
        if matter is Matter.SOMETHING and over:
            return -1
        if given or len(self._given) < _MOST_FORMS:
            self._given[forms[at]] = given + 1
        last = at
        while last + 1 < len(lines) and last - at < FOLLOWING and _goes_on(lines[last + 1]):
            last += 1
        return last

    def _learn(self, forms: set[bytes]) -> None:
        """Judges the forms that were not met before."""
        new = forms - self._forms.keys()
        if not new:
            return
        if len(self._forms) + len(new) > _MOST_FORMS:
            self._forms.clear()
            new = forms
        listed = list(new)
        self._forms.update(dict.fromkeys(listed, Matter.NOTHING))
        text = b"\n".join(listed) + b"\n"
        needles = _FORM_NEEDLES if text.isascii() else _FORM_NEEDLES + NEEDLES_BEYOND_ASCII
        for needle in needles:
            at = text.find(needle)
            while at >= 0:
                start, end = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
                form = text[start:end]
                if self._forms[form] is Matter.NOTHING:
                    self._forms[form] = _matter(form)
                at = text.find(needle, end)


def _forms(block: bytes) -> list[bytes]:
    """The lines with every digit a zero, without the time stamp that stands before most of them."""
    text = block.translate(_DIGITS)
    stamps = [found[0] for line in text[:_SAMPLE].split(b"\n") if (found := _STAMP.match(line))]
    if stamps:
        # The shortest one: a line's own digits may look like a part of the stamp.
        text = text.replace(b"\n" + min(stamps, key=len), b"\n")
    return text.split(b"\n")


_FORM_NEEDLES: Final = tuple(needle.translate(_DIGITS) for needle in (*NEEDLES, *_MARKS))
_OWN_FORM: Final = re.compile(_OWN.pattern.replace(b"x509", b"x000"))


def _matter(form: bytes) -> Matter:
    head = form[:4096]
    if _PROGRESS.search(head):
        return Matter.PROGRESS
    if _REQUEST_BEGINS.search(head):
        return Matter.NOTHING
    if _OWN_FORM.search(head):
        return Matter.OWN
    return Matter.NOTHING if _NOISE.search(head) else Matter.SOMETHING


def _kind(form: bytes) -> bytes:
    """What stands before the words of progress and how they end: for all lines of a kind this is the same."""
    found = _PROGRESS.search(form)
    begins = found.start() if found else 0
    return form[: begins + 6] + form[form.rfind(b": ") :][:12]


def _goes_on(line: bytes) -> bool:
    """Whether a line looks like the continuation of one: indented, behind a stamp or not."""
    return line.startswith((b"\t", b"  ")) or _INDENTED.match(line) is not None
