"""How Go quotes and unquotes strings (strconv: Quote, QuoteRune, Unquote)."""

from gomend.gomod.refusal import GoRefusalError

_ESCAPES = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
}
_UNESCAPES = {value[1]: key for key, value in _ESCAPES.items()}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}


def is_invalid_byte(char: str) -> bool:
    """Whether this character stands for a byte that is no UTF-8 (a surrogate escape)."""
    return "\ud800" <= char <= "\udfff"


def is_utf8(text: str) -> bool:
    """Whether the text holds no byte that is no UTF-8."""
    return text.isascii() or not any(is_invalid_byte(char) for char in text)


def _escaped(char: str, quote_char: str) -> str:
    if char == quote_char:
        return "\\" + char
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    point = ord(char)
    if is_invalid_byte(char):
        return f"\\x{point & 0xFF:02x}"
    if point < 0x20 or point == 0x7F:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def quote(text: str) -> str:
    """The text as `%q` prints a string: double quotes, Go's escapes, printable Unicode as it is."""
    return '"' + "".join(_escaped(char, '"') for char in text) + '"'


def quote_char(char: str) -> str:
    """The character as `%q` prints a rune: single quotes; a byte that is no UTF-8 shows as U+FFFD."""
    return "'" + _escaped("\ufffd" if is_invalid_byte(char) else char, "'") + "'"


class SyntaxRefusalError(GoRefusalError):
    """Not a Go string literal (strconv.ErrSyntax)."""

    def __init__(self) -> None:
        super().__init__("invalid syntax")


def unquote(literal: str) -> str:
    """The value of a double-quoted Go string literal, quotes included in `literal`.

    Raises SyntaxRefusalError. Source: strconv.Unquote.
    """
    if len(literal) < 2 or literal[0] != '"' or literal[-1] != '"':
        raise SyntaxRefusalError
    body = literal[1:-1]
    if "\n" in body:
        raise SyntaxRefusalError
    if "\\" not in body and '"' not in body and is_utf8(body):
        return body
    out = bytearray()
    at = 0
    while at < len(body):
        char = body[at]
        at += 1
        if char == '"':
            raise SyntaxRefusalError
        if char != "\\":
            out += ("\ufffd" if is_invalid_byte(char) else char).encode()
            continue
        value, at = _unescape(body, at)
        out += value
    return out.decode("utf-8", "surrogateescape")


def _unescape(body: str, at: int) -> tuple[bytes, int]:
    if at >= len(body):
        raise SyntaxRefusalError
    kind = body[at]
    at += 1
    if kind in _UNESCAPES:
        return _UNESCAPES[kind].encode(), at
    if kind == '"':
        return b'"', at
    if kind in _HEX_DIGITS:
        digits = body[at : at + _HEX_DIGITS[kind]]
        if len(digits) < _HEX_DIGITS[kind] or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise SyntaxRefusalError
        point = int(digits, 16)
        at += len(digits)
        if kind == "x":
            return bytes([point]), at
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise SyntaxRefusalError
        return chr(point).encode(), at
    digits = kind + body[at : at + 2]
    if len(digits) < 3 or not all(digit in "01234567" for digit in digits) or int(digits, 8) > 0xFF:
        raise SyntaxRefusalError
    return bytes([int(digits, 8)]), at + 2
