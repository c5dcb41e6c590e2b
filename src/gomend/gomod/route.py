"""Where go asks for a module, and who sees its name: decided from the settings alone, nothing is asked.

Source: cmd/go/internal/modfetch of Go 1.27 (repo.go: lookup; proxy.go: TryProxies; sumdb.go: useSumDB, dbDial,
initBase) and modload (query.go: modulePrefixesExcludingTarget).
"""

from dataclasses import dataclass
from enum import StrEnum

from gomend.gomod.goenv import GoEnv, Origin
from gomend.gomod.path import InvalidPathError, candidate_modules, check_module_path
from gomend.gomod.private import covers
from gomend.gomod.proxylist import EntryKind, ProxyEntry, Use, parse_proxy_list, use_of

TOOLCHAIN = "golang.org/toolchain"
_GO_ITSELF = frozenset({"go", "toolchain"})  # looked up as golang.org/toolchain
_SUM_GOLANG_ORG_CN = "sum.golang.google.cn"  # built in: sum.golang.org at this address


@dataclass(frozen=True, slots=True)
class Coverage:
    """The pattern that covers a module. `variable` decides; `written_in` is where the pattern stands."""

    variable: str  # GONOPROXY or GONOSUMDB
    written_in: str  # the same, or GOPRIVATE, which is the default of both
    pattern: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Stop:
    """One entry of GOPROXY on the way of a module. `number` counts the entries as written, from 1; 0 for noproxy."""

    number: int
    entry: ProxyEntry
    use: Use
    names: tuple[str, ...]  # module paths that are told to it when go asks for this module, and when it searches


class Sums(StrEnum):
    """Whether the checksum database is asked about a module, and why not."""

    ASKED = "asked"
    ALWAYS = "always"  # golang.org/toolchain
    OFF = "off"  # GOSUMDB=off
    PRIVATE = "private"  # GONOSUMDB covers the module
    FILE_ONLY = "file_only"  # golang.org/toolchain from a single file:// entry


@dataclass(frozen=True, slots=True)
class Database:
    """The checksum database that GOSUMDB names."""

    name: str  # sum.golang.org; empty for off
    url: str  # where it is asked; empty: at the proxies that offer it, else at https://NAME

    @property
    def host(self) -> str:
        """The host that is asked where no proxy stands between."""
        place = self.url.partition("://")[2] if self.url else self.name
        return place.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Route:
    """What go does for one module."""

    module: str  # as looked up
    private: Coverage | None  # what keeps it from the proxies
    stops: tuple[Stop, ...]
    sums: Sums
    sums_private: Coverage | None
    database: Database
    sums_through: tuple[int, ...]  # numbers of the entries that are asked for the database first
    parents: tuple[str, ...]  # further module paths that go asks for when it searches for the module of a package


def database_of(gosumdb: str) -> Database:
    """The database that a value of GOSUMDB names. Source: modfetch.dbDial."""
    if gosumdb == "off":
        return Database("", "")
    words = gosumdb.split()
    if words[:1] == [_SUM_GOLANG_ORG_CN]:
        words = ["sum.golang.org", f"https://{_SUM_GOLANG_ORG_CN}"]
    name = words[0].partition("+")[0] if words else ""
    return Database(name, words[1] if len(words) > 1 else "")


def coverage(settings: GoEnv, variable: str, module: str) -> Coverage | None:
    """The first pattern of GONOPROXY or GONOSUMDB that covers the module; None: it is public to go."""
    setting = settings.setting(variable)
    written_in, origin = variable, setting.origin
    if origin is Origin.DEFAULT:
        written_in, origin = "GOPRIVATE", settings.setting("GOPRIVATE").origin
    for pattern in setting.value.split(","):
        if covers(pattern, module):
            return Coverage(variable, written_in, pattern, origin)
    return None


def route(module: str, settings: GoEnv) -> Route:
    """What go does for a module path, or a package of a module. Raises ProxyListError and InvalidPathError, as go."""
    path = TOOLCHAIN if module in _GO_ITSELF else module
    check_module_path(path)
    goproxy, gonoproxy = settings.get("GOPROXY"), settings.get("GONOPROXY")
    chain = parse_proxy_list(goproxy, gonoproxy)
    searched = [one for one in candidate_modules(path) if _is_asked(one)]
    private = coverage(settings, "GONOPROXY", path)
    stops, number = [], 0
    for entry in chain:
        number += entry.kind is not EntryKind.NOPROXY
        use = use_of(entry, path, gonoproxy)
        if entry.kind is EntryKind.NOPROXY and use is Use.SKIPPED:
            continue
        names = tuple(one for one in searched if use_of(entry, one, gonoproxy) is Use.PROXY)
        stops.append(Stop(0 if entry.kind is EntryKind.NOPROXY else number, entry, use, names))
    sums_private = coverage(settings, "GONOSUMDB", path)
    sums = _sums(path, settings, sums_private)
    database = database_of(settings.get("GOSUMDB"))
    asks = sums in (Sums.ASKED, Sums.ALWAYS) and bool(database.name) and not database.url
    through = tuple(one.number for one in stops if one.entry.kind is EntryKind.URL) if asks else ()
    parents = tuple(one for one in searched if one != path)
    return Route(path, private, tuple(stops), sums, sums_private, database, through, parents)


def _is_asked(path: str) -> bool:
    try:
        check_module_path(path)
    except InvalidPathError:
        return False
    return True


def _sums(path: str, settings: GoEnv, private: Coverage | None) -> Sums:
    goproxy = settings.get("GOPROXY")
    if path == TOOLCHAIN:
        is_file = goproxy.startswith("file://") and not {",", "|"} & set(goproxy)
        if not is_file:
            return Sums.ALWAYS
        if settings.get("GOSUMDB") != "off" and private is None:
            return Sums.ASKED
        return Sums.FILE_ONLY
    if settings.get("GOSUMDB") == "off":
        return Sums.OFF
    return Sums.PRIVATE if private is not None else Sums.ASKED
