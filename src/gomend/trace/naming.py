"""What a request was about, read from its URL, and whether that is private. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from gomend.gomod.path import InvalidEscapeError, unescape_path
from gomend.gomod.private import covers
from gomend.gomod.protocol import NotProtocolError, parse_path


@dataclass(frozen=True, slots=True)
class Name:
    """What a URL asks for. What does not apply is empty."""

    host: str  # with the port where one is written
    module: str = ""
    version: str = ""
    file: str = ""  # what is asked of the module: `.zip`, `list`, `lookup`; else the path


def named(url: str, purpose: str) -> Name:
    """The parts of a request's URL. `purpose` is the exchange's."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    path = parts.path.strip("/")
    if purpose in ("tunnel", "other"):
        return Name(host, file=unquote(path))
    for below in _suffixes(path):
        # A source may lie below a path of its own; no module's first element is without a dot.
        if "." not in below.partition("/")[0] and not below.startswith("sumdb/"):
            continue
        try:
            asked = parse_path(below)
        except NotProtocolError:
            continue
        if asked.kind.is_sumdb:
            return Name(host, asked.module, asked.version, asked.tile or asked.kind.value.removeprefix("sumdb_"))
        file = f".{asked.kind.value}" if asked.version else asked.kind.value
        return Name(host, asked.module, asked.version, file)
    return Name(host, file=unquote(path))


def is_private(patterns: str, url: str) -> bool:
    """Whether a URL's host, or anything in it that may be a module's path, matches one of a comma list of patterns."""
    if not patterns:
        return False
    parts = urlsplit(url)
    # The files of a module share all that stands before.
    front = parts.path.partition("/@v/")[0]
    return _is_private(patterns, host_alone(parts.netloc), unquote(front).strip("/"))


@lru_cache(maxsize=16384)
def _is_private(patterns: str, host: str, path: str) -> bool:
    forms = [host, f"{host}/{path}"]
    for below in _suffixes(path):
        if "." not in below.partition("/")[0]:  # no module's path begins so
            continue
        forms += [below] if "!" not in below else [below, _plain(below)]  # `!corp` stands for `Corp`
    return any(covers(pattern, form) for pattern in patterns.split(",") for form in forms)


def host_alone(netloc: str) -> str:
    """The host of `user@host:port`."""
    host = netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _suffixes(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.partition("/")[2]


def _plain(escaped: str) -> str:
    front, at, rest = escaped.partition("@")
    try:
        return unescape_path(front.rstrip("/")) + ("/" if front.endswith("/") else "") + at + rest
    except (InvalidEscapeError, ValueError):
        return escaped
