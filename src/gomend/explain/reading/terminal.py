"""What a terminal would have done with a line: escape sequences taken out, overwritten progress dropped."""

import re
from typing import Final

_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
_ESCAPES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, erase
    r"|\x1b[\]P^_X][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, PM, APC, SOS: titles, links, CI stamps
    r"|\x1b[ -/]*[0-Z\\`-~]"
)
# The same after a copy that lost or spelled out the escape character.
_SPELLED: Final = re.compile(
    r"(?:\^\[|\\u001[bB]|\\x1[bB]|\\033|␛)\[[\d;?]{0,16}[A-Za-z]|\[\d{1,3}(?:;\d{1,3}){0,4}m|\[[012]?K(?![\w\]])"
)
_KEPT_SEGMENTS: Final = 8
_TROUBLE: Final = re.compile(
    r"rror|fatal|fail|denied|timed? ?out|refused|not found|could not|go: |section_start|\$ ", re.IGNORECASE
)


def clean(text: str) -> str:
    """The text without escape sequences and control characters; tabs stay."""
    if _CONTROLS.search(text):
        text = _CONTROLS.sub("", _ESCAPES.sub("", text))
    if "[" in text:
        text = _SPELLED.sub("", text)
    return text


def segments(text: str) -> list[str]:
    """The cleaned pieces of a line that carriage returns divide: the last one, and earlier ones that tell of trouble.

    A terminal would show the last piece over the others. What a progress display overwrote is dropped, at most eight
    pieces are kept.
    """
    if "\r" not in text:
        return [clean(text)]
    pieces = [piece for piece in text.split("\r") if piece]
    kept = [clean(piece) for piece in pieces[:-1] if _TROUBLE.search(piece)][-_KEPT_SEGMENTS:]
    kept.append(clean(pieces[-1]) if pieces else "")
    return [piece for index, piece in enumerate(kept) if piece or index == len(kept) - 1]
