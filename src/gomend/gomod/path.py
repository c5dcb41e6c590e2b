"""Module paths, import paths and file paths: which are valid, how they are escaped, which prefixes go asks for.

Source: golang.org/x/mod/module (module.go) and cmd/go/internal/modload (query.go: modulePrefixesExcludingTarget).
"""

import re
from collections.abc import Container
from functools import lru_cache
from typing import Literal
from urllib.parse import quote as percent_encode

from gomend.gomod.quoting import is_utf8, quote, quote_char
from gomend.gomod.refusal import GoRefusalError

Kind = Literal["module", "import", "file"]

_MODULE_CHARS = frozenset("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_IMPORT_CHARS = _MODULE_CHARS | {"+"}
_FILE_CHARS = _MODULE_CHARS | frozenset("!#$%&()+,=@[]^{} ")
_FIRST_ELEMENT_CHARS = frozenset("-.0123456789abcdefghijklmnopqrstuvwxyz")
_WINDOWS_NAMES = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"COM{n}" for n in range(1, 10)), *(f"LPT{n}" for n in range(1, 10))]
)
_TILDE_DIGITS = re.compile(r"~[0-9]+\Z")
_UPPER = re.compile("[A-Z]")
_MAJOR_SUFFIX = re.compile(r"/v([0-9.]+)\Z")
_GOPKG_SUFFIX = re.compile(r"\.v([0-9]+)(?:-unstable)?\Z")
_ESCAPED = re.compile(r"(?:[^A-Z!\x80-\U0010ffff]|![a-z])*")


class InvalidPathError(GoRefusalError):
    """A path is malformed. `kind` is module, import or file, `reason` go's words for what is wrong."""

    def __init__(self, kind: Kind, path: str, reason: str) -> None:
        super().__init__(f"malformed {kind} path {quote(path)}: {reason}")
        self.kind = kind
        self.path = path
        self.reason = reason


class InvalidVersionError(GoRefusalError):
    """A version is malformed, or does not suit its module's path. `reason` is go's words for what is wrong."""

    def __init__(self, version: str, reason: str, *, pseudo: bool = False) -> None:
        noun = "pseudo-version" if pseudo else "version"
        super().__init__(f"{noun} {quote(version)} invalid: {reason}")
        self.version = version
        self.reason = reason
        self.pseudo = pseudo


class InvalidEscapeError(GoRefusalError):
    """An escaped path or version cannot be unescaped; `what` is "module path" or "version"."""

    def __init__(self, what: str, escaped: str, reason: str = "") -> None:
        super().__init__(f"invalid escaped {what} {quote(escaped)}" + (f": {reason}" if reason else ""))
        self.what = what
        self.escaped = escaped
        self.reason = reason


_CHARS = {"module": _MODULE_CHARS, "import": _IMPORT_CHARS, "file": _FILE_CHARS}


def _first_wrong_char(element: str, kind: Kind) -> str:
    """The first character that may not stand in an element of this kind; empty where all may."""
    allowed = _CHARS[kind]
    if allowed.issuperset(element):
        return ""
    letters = kind == "file"  # of every script
    return next((char for char in element if char not in allowed and not (letters and _is_foreign_letter(char))), "")


def _is_foreign_letter(char: str) -> bool:
    return not char.isascii() and char.isalpha()


def element_fault(element: str, kind: Kind) -> str:  # noqa: PLR0911  one return a rule
    """Go's words for what is wrong with one path element; empty when it is fine. Source: checkElem."""
    if not element:
        return "empty path element"
    if not element.strip("."):
        return f"invalid path element {quote(element)}"
    if element[0] == "." and kind == "module":
        return "leading dot in path element"
    if element[-1] == ".":
        return "trailing dot in path element"
    if wrong := _first_wrong_char(element, kind):
        return f"invalid char {quote_char(wrong)}"
    short = element.partition(".")[0]
    if short.upper() in _WINDOWS_NAMES and short.isascii():
        return f"{quote(short)} disallowed as path element component on Windows"
    if kind != "file" and _TILDE_DIGITS.search(short):
        return "trailing tilde and digits in path element"
    return ""


def _fault(path: str, kind: Kind) -> str:  # noqa: PLR0911  one return a rule
    if not is_utf8(path):
        return "invalid UTF-8"
    if not path:
        return "empty string"
    if path[0] == "-" and kind != "file":
        return "leading dash"
    if "//" in path:
        return "double slash"
    if path[-1] == "/":
        return "trailing slash"
    for element in path.split("/"):
        if fault := element_fault(element, kind):
            return fault
    return ""


def _module_fault(path: str) -> str:
    if fault := _fault(path, "module"):
        return fault
    first = path.partition("/")[0]
    if "." not in first:
        return "missing dot in first path element"
    for char in first:
        if char not in _FIRST_ELEMENT_CHARS:
            return f"invalid char {quote_char(char)} in first path element"
    return "" if split_major(path) is not None else "invalid version"


def check_module_path(path: str) -> None:
    """Raise InvalidPathError unless go accepts this as the path of a module that it may fetch (CheckPath)."""
    if fault := _module_fault(path):
        raise InvalidPathError("module", path, fault)


def check_import_path(path: str) -> None:
    """Raise InvalidPathError unless go accepts this import path (CheckImportPath)."""
    if fault := _fault(path, "import"):
        raise InvalidPathError("import", path, fault)


def check_file_path(path: str) -> None:
    """Raise InvalidPathError unless this may name a file in a module zip, `/` separated (CheckFilePath)."""
    if fault := _fault(path, "file"):
        raise InvalidPathError("file", path, fault)


def split_major(path: str) -> tuple[str, str] | None:
    """The path without its major-version suffix, and the suffix: `/v2`, gopkg.in's `.v1`, or empty.

    None where the suffix is not allowed (`/v1`, `/v0`, `/v02`, `/v2.1`; gopkg.in without any).
    Source: SplitPathVersion.
    """
    if path.startswith("gopkg.in/"):
        found = _GOPKG_SUFFIX.search(path)
        if found is None or (found[1][0] == "0" and found[0] != ".v0"):
            return None
        return path[: found.start()], found[0]
    found = _MAJOR_SUFFIX.search(path)
    if found is None:
        return path, ""
    digits = found[1]
    if "." in digits or digits[0] == "0" or digits == "1":
        return None
    return path[: found.start()], found[0]


_KEPT = 8192  # answers: a run asks three files of each of a thousand versions, a server the same ones again and again


def _escape(text: str) -> str:
    return _UPPER.sub(lambda upper: "!" + upper[0].lower(), text)


@lru_cache(_KEPT)
def escape_path(path: str) -> str:
    """The path as the module cache and proxies write it: each upper-case letter as `!` and lower case.

    Raises InvalidPathError. Source: EscapePath.
    """
    check_module_path(path)
    return _escape(path)


def _unescape(escaped: str) -> str | None:
    if _ESCAPED.fullmatch(escaped) is None:
        return None
    return re.sub("!([a-z])", lambda lower: lower[1].upper(), escaped)


def unescape_path(escaped: str) -> str:
    """The path that `escape_path` made `escaped` from. Raises InvalidEscapeError. Source: UnescapePath."""
    path = _unescape(escaped)
    if path is None:
        raise InvalidEscapeError("module path", escaped)
    if fault := _module_fault(path):
        raise InvalidEscapeError("module path", escaped, str(InvalidPathError("module", path, fault)))
    return path


@lru_cache(_KEPT)
def escape_version(version: str) -> str:
    """The version, or whatever stands in its place in a query, as it is written in file names and URLs.

    Raises InvalidVersionError. Source: EscapeVersion.
    """
    if element_fault(version, "file") or "!" in version:
        raise InvalidVersionError(version, "disallowed version string")
    if not version.isascii():
        raise GoRefusalError("internal error: inconsistency in EscapePath")
    return _escape(version)


def unescape_version(escaped: str) -> str:
    """The version that `escape_version` made `escaped` from. Raises InvalidEscapeError. Source: UnescapeVersion."""
    version = _unescape(escaped)
    if version is None:
        raise InvalidEscapeError("version", escaped)
    if fault := element_fault(version, "file"):
        raise InvalidEscapeError("version", version, fault)
    return version


def wire_form(escaped: str) -> str:
    """An escaped path or version as go puts it into a proxy's URL: `!` becomes `%21`, `+` and `~` stay.

    Source: cmd/go/internal/modfetch (proxy.go: pathEscape), which is url.PathEscape with slashes kept.
    """
    return percent_encode(escaped, safe="/$&+:=@~", errors="surrogateescape")


def candidate_modules(import_path: str, main_modules: Container[str] = ()) -> tuple[str, ...]:
    """The modules that could provide this package, longest first: all that go asks a source for, in parallel.

    `main_modules` are left out. A candidate may be one that no source is asked for, since its path is not valid (it
    lacks a dot in its first element, say). Source: modulePrefixesExcludingTarget.
    """
    found = []
    path = import_path
    while True:
        if path not in main_modules and split_major(path) is not None:
            found.append(path)
        path, slash, _ = path.rpartition("/")
        if not slash:
            return tuple(found)
