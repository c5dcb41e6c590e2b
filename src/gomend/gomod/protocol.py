"""The GOPROXY protocol: which URL asks for what, and what a status and a body mean to go.

Source: https://go.dev/ref/mod#goproxy-protocol and cmd/go/internal/modfetch (proxy.go), web/api.go, x/mod/sumdb.
"""

import posixpath
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

from gomend.causes import Code
from gomend.gomod.path import (
    InvalidEscapeError,
    InvalidPathError,
    escape_path,
    escape_version,
    unescape_path,
    unescape_version,
)
from gomend.gomod.proxylist import Answer
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.weburl import escape_segments, parse_url

MAX_ZIP_BYTES = 500 << 20  # go reads no more of a .zip (codehost.MaxZipFile)

_TILE = re.compile(
    r"tile/(?P<height>[0-9]{1,2})/(?P<level>[0-9]{1,2}|data)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)


class Kind(StrEnum):
    """What a URL of the protocol asks for."""

    LIST = "list"
    LATEST = "latest"
    INFO = "info"
    MOD = "mod"
    ZIP = "zip"
    SUMDB_SUPPORTED = "sumdb_supported"
    SUMDB_LOOKUP = "sumdb_lookup"
    SUMDB_TILE = "sumdb_tile"
    SUMDB_LATEST = "sumdb_latest"

    @property
    def is_sumdb(self) -> bool:
        """Whether it is asked on behalf of the checksum database."""
        return self.value.startswith("sumdb")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a URL asks for. Fields that do not apply are empty."""

    kind: Kind
    module: str = ""  # unescaped
    version: str = ""  # unescaped; for INFO it may be a branch or a commit
    sumdb: str = ""  # the checksum database's name
    tile: str = ""  # `tile/8/0/x001/234[.p/W]`


class NotProtocolError(GoRefusalError):
    """The path is none of the protocol's. `path` is as it came, `reason` says what is wrong with it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


def _tail(asked: Asked) -> str:  # noqa: PLR0911  one return a kind
    match asked.kind:
        case Kind.LIST:
            return "@v/list"
        case Kind.LATEST:
            return "@latest"
        case Kind.INFO | Kind.MOD | Kind.ZIP:
            return f"@v/{escape_version(asked.version)}.{asked.kind.value}"
        case Kind.SUMDB_SUPPORTED:
            return "supported"
        case Kind.SUMDB_LOOKUP:
            return f"lookup/{escape_path(asked.module)}@{escape_version(asked.version)}"
        case Kind.SUMDB_TILE:
            return asked.tile
        case Kind.SUMDB_LATEST:
            return "latest"


@lru_cache(maxsize=4096)
def path_of(asked: Asked) -> str:
    """The path below a proxy's base, without leading slash and before percent-escaping.

    Raises InvalidPathError or InvalidVersionError where go itself would not ask.
    """
    front = f"sumdb/{asked.sumdb}" if asked.kind.is_sumdb else escape_path(asked.module)
    return f"{front}/{_tail(asked)}"


def url_of(base: str, asked: Asked) -> str:
    """The URL that go asks for this at a proxy, with the base's user, password and query, as go keeps them.

    `base` is an entry's `url`. Escapes in it are kept; `!` is sent as %21. Raises URLError for the base, and what
    `path_of` raises. Source: newProxyRepo, getBody.
    """
    parsed = parse_url(base)
    below = path_of(asked)
    path = _join(parsed.path, below)
    raw_path = _join(parsed.raw_path, escape_segments(below))
    return str(replace(parsed, path=path, raw_path=raw_path))


def _join(base: str, below: str) -> str:
    joined = posixpath.normpath(f"{base.removesuffix('/')}/{below}")
    return "/" + joined.lstrip("/")


@lru_cache(maxsize=4096)  # one request's path is looked at by each part that it passes
def parse_path(path: str, *, percent_encoded: bool = True) -> Asked:
    """What a request's path below a proxy's base asks for; a leading slash may stand or not.

    `%21` and `!` before a letter mean the same, `+` is a plus. Raises NotProtocolError; it is checked that module and
    version are unescaped rightly and well-formed, not that they belong together.
    """
    plain = unquote(path, errors="surrogateescape") if percent_encoded else path
    plain = plain.removeprefix("/")
    try:
        if plain.startswith("sumdb/"):
            return _parse_sumdb(path, plain.removeprefix("sumdb/"))
        return _parse_module(path, plain)
    except (InvalidEscapeError, InvalidPathError) as error:
        raise NotProtocolError(path, str(error)) from None


def _parse_module(path: str, plain: str) -> Asked:
    if plain.endswith("/@latest"):
        return Asked(Kind.LATEST, unescape_path(plain.removesuffix("/@latest")))
    front, found, name = plain.rpartition("/@v/")
    if not found:
        raise NotProtocolError(path, "neither /@v/ nor /@latest in the path")
    module = unescape_path(front)
    if name == "list":
        return Asked(Kind.LIST, module)
    version, dot, extension = name.rpartition(".")
    if not dot or extension not in ("info", "mod", "zip"):
        raise NotProtocolError(path, "not list, .info, .mod or .zip")
    return Asked(Kind(extension), module, unescape_version(version))


def _parse_sumdb(path: str, plain: str) -> Asked:
    for tail, kind in (("/supported", Kind.SUMDB_SUPPORTED), ("/latest", Kind.SUMDB_LATEST)):
        name = plain.removesuffix(tail)
        if name != plain and name and "/lookup/" not in plain:
            return Asked(kind, sumdb=name)
    name, found, record = plain.partition("/lookup/")
    if found and name:
        module, at, version = record.rpartition("@")
        if not at:
            raise NotProtocolError(path, "no @version in the lookup")
        return Asked(Kind.SUMDB_LOOKUP, unescape_path(module), unescape_version(version), sumdb=name)
    name, found, tile = plain.partition("/tile/")
    if found and name and _TILE.fullmatch("tile/" + tile):
        return Asked(Kind.SUMDB_TILE, sumdb=name, tile="tile/" + tile)
    raise NotProtocolError(path, "not supported, lookup, tile or latest of a checksum database")


def answer_of(status: int) -> Answer:
    """What an HTTP status means to go's fall-back: only 200 is success, only 404 and 410 are "not exist"."""
    if status == 200:
        return Answer.FOUND
    return Answer.NOT_EXIST if status in (404, 410) else Answer.FAILED


def code_of(status: int) -> Code | None:
    """The cause code of a proxy's answer with this status; None for 200."""
    if status == 200:
        return None
    if status in (404, 410):
        return Code.PROXY_NOT_FOUND
    if status in (401, 403):
        return Code.PROXY_UNAUTHORIZED
    if status == 429:
        return Code.PROXY_RATE_LIMITED
    if status == 407:
        return Code.NET_HTTP_PROXY
    return Code.PROXY_SERVER_ERROR if 500 <= status <= 599 else Code.PROXY_BAD_RESPONSE
