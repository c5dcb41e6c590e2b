"""The syntax of go.mod and go.work: lines, blocks, comments and their places.

Source: golang.org/x/mod/modfile (read.go).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple, NoReturn

from gomend.gomod.quoting import is_invalid_byte, quote_char
from gomend.gomod.refusal import GoRefusalError


class Position(NamedTuple):
    """A place in a file. Go's messages leave out column 1."""

    line: int  # 1-based
    column: int  # 1-based, in characters


class ModFileError(GoRefusalError):
    """One thing that go does not take in a go.mod or go.work. `str()` is go's line: `go.mod:3:5: …`."""

    def __init__(self, file: str, at: Position, reason: str, *, verb: str = "", module: str = "") -> None:
        place = f"{file}:{at.line}:{at.column}: " if at.column > 1 else f"{file}:{at.line}: " if at.line else ""
        directive = f"{verb} {module}: " if module else f"{verb}: " if verb else ""
        super().__init__(place + directive + reason)
        self.file = file
        self.at = at
        self.reason = reason
        self.verb = verb
        self.module = module


class ModFileErrors(GoRefusalError):  # noqa: N818  a list of errors
    """All that go does not take in one file. `str()` is go's text, one line each."""

    def __init__(self, errors: tuple[ModFileError, ...]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


@dataclass(slots=True)
class Line:
    """One directive, or one line in a block (then without the verb)."""

    start: Position
    tokens: list[str]  # as written, quotes included
    before: list[str] = field(default_factory=list)  # comments on the lines above; "" stands for a blank line
    suffix: list[str] = field(default_factory=list)  # comments at the end of the line


@dataclass(slots=True)
class Block:
    """A directive with lines in parentheses."""

    start: Position
    tokens: list[str]
    before: list[str] = field(default_factory=list)
    suffix: list[str] = field(default_factory=list)  # only where the block stands on one line: `require ()`
    lines: list[Line] = field(default_factory=list)


_IDENTIFIER = re.compile(r"(?:(?!//|/\*)[^ \t\r\n()\[\]{},])+")
_STRING = re.compile(r'"(?:[^"\\\n]|\\[\s\S])*"|`[^`\n]*`')
_PUNCTUATION = frozenset("\n()[]{},")

_END, _COMMENT, _WORD = "end", "comment", "word"


class _Token(NamedTuple):
    kind: str  # _END, _COMMENT (a line of its own), _WORD, or the punctuation itself
    text: str
    start: int
    end: int
    comment: str = ""  # of "\n": the comment that ends the line

    @property
    def ends_line(self) -> bool:
        return self.kind in ("\n", _END)


class _Reader:
    """Reads one token ahead, as go does: that decides the place that an error names."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.at = 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.next = self._read()

    def position(self, offset: int) -> Position:
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)

    def fail(self, offset: int, reason: str) -> NoReturn:
        raise ModFileErrors((ModFileError(self.file, self.position(offset), reason),))

    def take(self) -> _Token:
        token = self.next
        self.next = self._read()
        return token

    def _token(self, kind: str, start: int, comment: str = "") -> _Token:
        return _Token(kind, self.text[start : self.at], start, self.at, comment)

    def _read(self) -> _Token:
        text = self.text
        start = self.at
        while text.startswith((" ", "\t", "\r"), start):
            start += 1
        self.at = start
        if start == len(text):
            return self._token(_END, start)
        if text.startswith("//", start):
            return self._comment(start)
        if text.startswith("/*", start):
            self.fail(start, "mod files must use // comments (not /* */ comments)")
        char = text[start]
        if char in _PUNCTUATION:
            self.at = start + 1
            return self._token(char, start)
        if char in '"`':
            return self._string(start)
        return self._word(start)

    def _comment(self, start: int) -> _Token:
        newline = self.text.find("\n", start)
        self.at = len(self.text) if newline < 0 else newline + 1
        comment = self.text[start : self.at]
        comment = comment.removesuffix("\r\n") if comment.endswith("\r\n") else comment.removesuffix("\n")
        alone = not self.text[self.starts[bisect_right(self.starts, start) - 1] : start].strip()
        return _Token(_COMMENT, comment, start, self.at) if alone else self._token("\n", start, comment)

    def _string(self, start: int) -> _Token:
        found = _STRING.match(self.text, start)
        if found is None:
            quote = self.text[start]
            at = start + 1
            while at < len(self.text) and self.text[at] != "\n":
                at += 2 if self.text[at] == "\\" and quote == '"' else 1
            if at < len(self.text):
                self.fail(at, "unexpected newline in string")
            self.fail(start, "unexpected EOF in string")
        self.at = found.end()
        return self._token(_WORD, start)

    def _word(self, start: int) -> _Token:
        found = _IDENTIFIER.match(self.text, start)
        word = found[0] if found else ""
        if not word.isprintable():
            word = "".join(takewhile(_is_printable, word))
        if not word:
            self.fail(start, f"unexpected input character {quote_char(self.text[start])}")
        self.at = start + len(word)
        if self.text.startswith("/*", self.at):
            self.fail(self.at, "mod files must use // comments (not /* */ comments)")
        return self._token(_WORD, start)


def _is_printable(char: str) -> bool:
    return char.isprintable() or is_invalid_byte(char)


def parse_syntax(data: bytes, file: str) -> tuple[Line | Block, ...]:
    """The lines and blocks of a go.mod or go.work, in order. `file` is the name for messages.

    Raises ModFileErrors with one error: the first that keeps the file from being read further.
    """
    reader = _Reader(file, data.decode("utf-8", "surrogateescape"))
    statements: list[Line | Block] = []
    comments: list[str] = []
    while reader.next.kind != _END:
        if reader.next.kind == "\n":
            reader.take()
            comments = []
        elif reader.next.kind == _COMMENT:
            comments.append(reader.take().text)
        else:
            statement = _statement(reader)
            statement.before = comments
            statements.append(statement)
            comments = []
    return tuple(statements)


def _statement(reader: _Reader) -> Line | Block:
    first = reader.take()
    start = reader.position(first.start)
    tokens = [first.text]
    while True:
        token = reader.take()
        if token.ends_line:
            return Line(start, tokens, suffix=_suffix(token))
        if token.kind != "(":
            tokens.append(token.text)
        elif reader.next.ends_line:
            return _block(reader, Block(start, tokens))
        elif reader.next.kind == ")":
            closing = reader.take()
            if reader.next.ends_line:
                return Block(start, tokens, suffix=_suffix(reader.take()))
            tokens += [token.text, closing.text]
        else:
            tokens.append(token.text)


def _suffix(end: _Token) -> list[str]:
    return [end.comment] if end.comment else []


def _block(reader: _Reader, block: Block) -> Block:
    comments: list[str] = []
    while True:
        token = reader.next
        if token.kind == "\n":
            reader.take()
            if (not comments and block.lines) or (comments and comments[-1]):
                comments.append("")
        elif token.kind == _COMMENT:
            comments.append(reader.take().text)
        elif token.kind == _END:
            place = f"{reader.file}:{block.start.line}:{block.start.column}"
            reader.fail(token.end, f"syntax error (unterminated block started at {place})")
        elif token.kind == ")":
            reader.take()
            if not reader.next.ends_line:
                reader.fail(reader.next.end, "syntax error (expected newline after closing paren)")
            reader.take()
            return block
        else:
            block.lines.append(_block_line(reader, comments))
            comments = []


def _block_line(reader: _Reader, before: list[str]) -> Line:
    first = reader.take()
    tokens = [first.text]
    while not (token := reader.take()).ends_line:
        tokens.append(token.text)
    return Line(reader.position(first.start), tokens, before, _suffix(token))
