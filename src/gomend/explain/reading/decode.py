"""Bytes of any encoding that logs are found in, to text."""

import codecs
import re
from typing import Final

_SAMPLE: Final = 4096
_MIN_SAMPLE: Final = 64
_HIGH_RUNS: Final = re.compile(rb"[\x80-\xff]+")


class Recoder:
    """Turns a log in UTF-16 into UTF-8; bytes of any other encoding pass as they are, without a byte order mark.

    The encoding is decided on the first bytes: by the mark, else by where zero bytes stand.
    """

    def __init__(self) -> None:
        self._head: bytes | None = b""  # None once the encoding is decided
        self._utf16: codecs.IncrementalDecoder | None = None

    def feed(self, chunk: bytes) -> bytes:
        """The next bytes, as UTF-8 or as they came; may be fewer than were given."""
        if self._head is not None:
            self._head += chunk
            if len(self._head) < _SAMPLE:
                return b""
            return self._decide()
        return self._recode(chunk, final=False)

    def finish(self) -> bytes:
        """What was still held back."""
        return self._decide() + self._recode(b"", final=True)

    def _decide(self) -> bytes:
        head, self._head = self._head or b"", None
        name = _utf16_name(head)
        if name:
            self._utf16 = codecs.getincrementaldecoder(name)("replace")
            head = head[2:] if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else head
        return self._recode(head.removeprefix(codecs.BOM_UTF8), final=False)

    def _recode(self, chunk: bytes, *, final: bool) -> bytes:
        if self._utf16 is None:
            return chunk
        return self._utf16.decode(chunk, final).encode("utf-8", "replace")


def _utf16_name(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = head[: _SAMPLE & ~1]
    if len(sample) < _MIN_SAMPLE:
        return ""
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > half // 2 and even < half // 16:
        return "utf-16-le"
    if even > half // 2 and odd < half // 16:
        return "utf-16-be"
    return ""


def text_of(raw: bytes) -> str:
    """The text of one line: UTF-8, else the code page of Chinese, else of Western Windows. Never raises."""
    if b"\0" in raw:  # a piece of UTF-16 appended to a file of another encoding, or binary
        raw = raw.replace(b"\0", b"")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    # In Chinese text bytes above 127 come in pairs; in Western text they mostly stand alone.
    runs = _HIGH_RUNS.findall(raw)
    if all(len(run) % 2 == 0 for run in runs):
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            pass
    # A UTF-8 line that was cut within a character is still UTF-8.
    text = raw.decode("utf-8", "replace")
    return text if text.count("\ufffd") * 4 <= len(runs) else raw.decode("cp1252", "replace")
