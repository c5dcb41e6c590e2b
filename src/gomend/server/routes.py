"""Which of a server's doors a path leads to. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from gomend.gomod.path import InvalidVersionError, wire_form
from gomend.gomod.protocol import Asked, Kind, NotProtocolError, parse_path, path_of
from gomend.gomod.tlog import LogError, parse_tile
from gomend.gomod.vcspaths import ImportPathError, known_root
from gomend.gomod.version import canonical

_LONGEST = 4096  # bytes of a path
_CACHED_ONLY = b"/cached-only/"
_OWN = b"/-/"
_TENANT = re.compile(rb"/(?!sumdb/|cached-only/)([A-Za-z0-9_-]{1,63})(?:/|\Z)(?<!/-/)")


class Own(StrEnum):
    """What a server tells of itself."""

    HEALTHY = "healthz"
    READY = "readyz"
    VERSION = "version"
    METRICS = "metrics"
    PURGE = "purge"


@dataclass(frozen=True, slots=True)
class ModuleRoute:
    """A file of a module, or what a module has. `path` is as a source is asked."""

    asked: Asked
    path: str
    only_stored: bool


@dataclass(frozen=True, slots=True)
class DatabaseRoute:
    """A file of a checksum database."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class OwnRoute:
    """One of the server's own pages; `rest` is the path below it."""

    page: Own
    rest: str = ""


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Nothing: a status and the reason."""

    status: int
    words: str


Route = ModuleRoute | DatabaseRoute | OwnRoute | NoRoute


def route_of_tenant(raw: bytes, name: str) -> Route:
    """Where a path that begins with a tenant's name leads."""
    found = route(raw[len(name) + 1 :])
    if found == OwnRoute(Own.METRICS):
        return NoRoute(404, "not found: the metrics are the whole server's, at /-/metrics")
    return found


def route_beside_tenants(raw: bytes) -> Route:
    """Where a path leads at a server that has tenants, and that begins with the name of none of them."""
    found = route(raw)
    if isinstance(found, NoRoute) and found.status == 404 and (name := _TENANT.match(raw)):
        words = f"not found: {name[1].decode()} is no module, and no tenant of this server goes by that name"
        return NoRoute(404, words)
    return found


def route(raw: bytes) -> Route:  # noqa: PLR0911  (one return a door)
    """Where a request's path, as it came (percent-escaped), leads."""
    if len(raw) > _LONGEST:
        return NoRoute(414, f"the path is longer than {_LONGEST} bytes")
    if raw.startswith(_OWN):
        name, _, rest = raw[len(_OWN) :].decode("latin-1").partition("/")
        return OwnRoute(Own(name), rest) if name in set(Own) else NoRoute(404, "not found: no such page of gomend")
    only_stored = raw.startswith(_CACHED_ONLY)
    path = raw[len(_CACHED_ONLY) - 1 :] if only_stored else raw
    try:
        asked = parse_path(path.decode("latin-1"))
        if asked.kind.is_sumdb:
            if asked.kind is Kind.SUMDB_TILE:
                parse_tile(asked.tile)
            return DatabaseRoute(asked)
        below = path_of(asked)
    except (NotProtocolError, InvalidVersionError, LogError) as error:
        return NoRoute(404, f"not found: {error}")
    if asked.kind in (Kind.MOD, Kind.ZIP) and asked.version != canonical(asked.version):
        return NoRoute(404, f"not found: version {asked.version} is not canonical, so it has no .{asked.kind}")
    try:
        known_root(asked.module)
    except ImportPathError:
        return NoRoute(404, f"not found: {asked.module} cannot be a module: no repository there")
    return ModuleRoute(asked, wire_form(below), only_stored)
