"""Columns of a terminal: how wide a text is, where it may be wrapped, how it is painted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_PROSE = 100

_PAINT = {"red": "31;1", "green": "32", "yellow": "33", "dim": "2", "bold": "1"}
_ASCII_SYMBOLS = {"✓": "ok", "✗": "x", "·": ".", "–": "-"}
_ASCII_PROSE = str.maketrans({"✓": "ok", "✗": "x", "·": ".", "–": "-", "—": "-", "…": "...", "×": "x", "→": "->"})

# A `command in backticks` and a word are kept whole; what is not ASCII is looked at sign by sign.
_TOKEN = re.compile(r"`[^`]{1,200}`[^\s\u2e80-\uffff]*|[\x21-\x7e]+|\s+|.", re.DOTALL)
# Chinese typesetting: these never begin a line, those never end one.
_NOT_FIRST = frozenset(",.;:!?)]}%，。；：！？、）】》」』”’…·")
_NOT_LAST = frozenset("([{（【《「『“‘")


def columns(text: str) -> int:
    """The columns a terminal gives the text: two for wide signs (Chinese and the like), none for combining ones."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415 - only where it is needed

    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def pad(text: str, width: int) -> str:
    """The text with blanks up to `width` columns."""
    return text + " " * max(0, width - columns(text))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces that are never broken, each with whether a blank stands before it; `·` stays with what follows."""
    held = ""
    for piece, spaced in _unbroken(text):
        if piece == "·":
            held = "· "
        else:
            yield held + piece, spaced or bool(held)
            held = ""
    if held:
        yield "·", True


def _unbroken(text: str) -> Iterator[tuple[str, bool]]:
    piece, spaced = "", False
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token.isspace():
            if piece:
                yield piece, spaced
            piece, spaced = "", True
            continue
        glued = piece and (not _breakable(piece[-1], token[0]))
        if piece and not glued:
            yield piece, spaced
            spaced = False
        piece = piece + token if glued else token
    if piece:
        yield piece, spaced


def _breakable(before: str, after: str) -> bool:
    """Whether a line may end between two signs that no blank separates."""
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return columns(before) == 2 or columns(after) == 2


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns. Words, URLs and `commands` are never broken, even if longer."""
    lines: list[str] = []
    line = ""
    for piece, spaced in _pieces(text):
        longer = f"{line}{' ' if spaced and line else ''}{piece}"
        if line and columns(longer) > width:
            lines.append(line)
            line = piece
        else:
            line = longer
    if line:
        lines.append(line)
    return lines


@dataclass(frozen=True, slots=True)
class Screen:
    """What the place where a text is shown can do. `width` in columns."""

    width: int = 80
    color: bool = False
    unicode: bool = True

    @property
    def prose(self) -> int:
        """The columns that prose is wrapped to."""
        return max(20, min(self.width, MAX_PROSE))

    def paint(self, text: str, style: str) -> str:
        """The text in a style (red, green, yellow, dim, bold) where colour is wanted."""
        return f"\x1b[{_PAINT[style]}m{text}\x1b[0m" if self.color and text else text

    def symbol(self, sign: str) -> str:
        """✓ ! ✗ · or –, or what stands for it without Unicode; in its colour. Red is for fatal alone."""
        styles = {"✓": "green", "!": "yellow", "✗": "red", "·": "dim", "–": "dim"}
        return self.paint(sign if self.unicode else _ASCII_SYMBOLS.get(sign, sign), styles[sign])

    def spell(self, text: str) -> str:
        """The text with typographic signs written in ASCII where Unicode is not wanted; letters stay."""
        return text if self.unicode else text.translate(_ASCII_PROSE)

    def block(self, label: str, text: str, *, label_width: int, style: str = "", whole: bool = False) -> list[str]:
        """A label with a text beside it, wrapped under itself; `whole` keeps the text on one line, however long."""
        label, text = self.spell(label), self.spell(text)
        lines = [text] if whole else wrap(text, self.prose - label_width) or [""]
        first = f"{pad(label, label_width)}{self.paint(lines[0], style) if style else lines[0]}"
        rest = [" " * label_width + (self.paint(line, style) if style else line) for line in lines[1:]]
        return [first.rstrip(), *rest]
