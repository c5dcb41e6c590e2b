"""What a request was about, read from its URL, and whether that is private. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from gomend.gomod.path import InvalidEscapeError, unescape_path
from gomend.gomod.private import matches
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
    host = host_alone(parts.netloc)
    if matches(patterns, host) or matches(patterns, f"{host}/{unquote(parts.path).strip('/')}"):
        return True
    # Escaping makes `!corp` of `Corp`: a name is tried both ways.
    return any(
        matches(patterns, form)
        for below in _suffixes(unquote(parts.path).strip("/"))
        for form in (below, _plain(below))
    )


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
