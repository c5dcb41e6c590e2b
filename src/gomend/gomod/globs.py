"""Shell patterns as Go's path.Match reads them. Source: path (match.go).

Like Go's, it works on bytes: `*` may end inside a character of several bytes, `?` and classes take a whole one.
"""

from functools import lru_cache

from gomend.gomod.refusal import GoRefusalError

_REPLACEMENT = 0xFFFD
_MAGIC = frozenset(b"*?[\\")


class BadPatternError(GoRefusalError):
    """The pattern is malformed (path.ErrBadPattern)."""

    def __init__(self) -> None:
        super().__init__("syntax error in pattern")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def match(pattern: str, name: str) -> bool:
    """Whether the whole name matches. Raises BadPatternError, as Go, only where it gets to see the malformed part."""
    raw = _bytes(pattern)
    if not _MAGIC.intersection(raw):
        return pattern == name
    return _match(raw, _bytes(name))


def _match(pattern: bytes, name: bytes) -> bool:
    while pattern:
        star, chunk, pattern = _scan_chunk(pattern)
        if star and not chunk:
            return b"/" not in name
        rest = _match_chunk(chunk, name)
        if rest is not None and (not rest or pattern):
            name = rest
            continue
        found = _after_star(chunk, name, last=not pattern) if star else None
        if found is None:
            while pattern:
                _, chunk, pattern = _scan_chunk(pattern)
                _match_chunk(chunk, b"")
            return False
        name = found
    return not name


def _after_star(chunk: bytes, name: bytes, *, last: bool) -> bytes | None:
    for at, byte in enumerate(name):
        if byte == 0x2F:
            return None
        rest = _match_chunk(chunk, name[at + 1 :])
        if rest is not None and not (last and rest):
            return rest
    return None


@lru_cache(maxsize=1024)
def _scan_chunk(pattern: bytes) -> tuple[bool, bytes, bytes]:
    """Whether stars lead, the part up to the next star outside a class, and the rest."""
    stripped = pattern.lstrip(b"*")
    star = len(stripped) < len(pattern)
    in_class = False
    at = 0
    while at < len(stripped):
        char = stripped[at : at + 1]
        if char == b"\\":
            at += 1
        elif char == b"[":
            in_class = True
        elif char == b"]":
            in_class = False
        elif char == b"*" and not in_class:
            return star, stripped[:at], stripped[at:]
        at += 1
    return star, stripped, b""


def _match_chunk(chunk: bytes, name: bytes) -> bytes | None:
    """What is left of the name after the chunk, None where it does not match. Checks the whole chunk's syntax."""
    failed = False
    while chunk:
        failed = failed or not name
        head = chunk[:1]
        chunk = chunk[1:]
        if head == b"[":
            rune = -1
            if not failed:
                rune, size = _decode_rune(name)
                name = name[size:]
            matched, chunk = _match_class(chunk, rune)
            failed = failed or not matched
        elif head == b"?":
            if not failed:
                failed = name[:1] == b"/"
                name = name[_decode_rune(name)[1] :]
        else:
            if head == b"\\":
                if not chunk:
                    raise BadPatternError
                head, chunk = chunk[:1], chunk[1:]
            if not failed:
                failed = head != name[:1]
                name = name[1:]
    return None if failed else name


def _match_class(chunk: bytes, rune: int) -> tuple[bool, bytes]:
    negated = chunk[:1] == b"^"
    if negated:
        chunk = chunk[1:]
    matched = False
    ranges = 0
    while not (chunk[:1] == b"]" and ranges):
        low, chunk = _class_rune(chunk)
        high = low
        if chunk[:1] == b"-":
            high, chunk = _class_rune(chunk[1:])
        matched = matched or low <= rune <= high
        ranges += 1
    return matched != negated, chunk[1:]


def _class_rune(chunk: bytes) -> tuple[int, bytes]:
    if chunk[:1] in (b"", b"-", b"]"):
        raise BadPatternError
    if chunk[:1] == b"\\":
        chunk = chunk[1:]
        if not chunk:
            raise BadPatternError
    rune, size = _decode_rune(chunk)
    rest = chunk[size:]
    if (rune == _REPLACEMENT and size == 1) or not rest:
        raise BadPatternError
    return rune, rest


def _decode_rune(text: bytes) -> tuple[int, int]:
    """The first character's code point and its length in bytes; (U+FFFD, 1) for a byte that is no UTF-8."""
    first = text[0]
    if first < 0x80:
        return first, 1
    size = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    try:
        return ord(text[:size].decode()), size
    except UnicodeDecodeError:
        return _REPLACEMENT, 1
