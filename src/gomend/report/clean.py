"""What a log says is written by strangers: it reaches no reader before it went through here."""

import re

from gomend.masking import mask

# Escape sequences as ECMA-48 builds them: CSI, strings (OSC, DCS, SOS, PM, APC) with their terminator, short ones.
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]{0,8}[0-~]?"
)
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Control characters but for tab and line feed; what is invisible or turns the reading direction; what no XML may hold.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff\U000ffffe\U000fffff\U0010fffe\U0010ffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SAFE = re.compile(r"[\t\n -~]*\Z")


def visible(text: str) -> str:
    """The text without escape sequences, control, invisible and direction-turning characters.

    Tabs and line feeds stay; other line ends become line feeds, a lone surrogate U+FFFD. Twice changes nothing more.
    """
    if not _SAFE.match(text):
        text = _ESCAPE.sub("", text)
        text = _LINE_END.sub("\n", text)
        text = _INVISIBLE.sub("", text)
        text = _SURROGATE.sub("\ufffd", text)
    return text


def clean(text: str) -> str:
    """The visible text with secrets masked. Twice changes nothing more."""
    return mask(visible(text))


def one_line(text: str) -> str:
    """The cleaned text with every run of blanks, tabs and line ends made one blank."""
    return " ".join(text.split())
