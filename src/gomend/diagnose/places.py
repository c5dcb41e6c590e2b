"""The hosts that go's settings and go.mod lead to, each with what go wants there. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from gomend.diagnose.world import World
from gomend.gomod.private import matches
from gomend.gomod.proxylist import EntryKind, ProxyEntry, ProxyListError, parse_proxy_list
from gomend.gomod.publicproxies import known_as
from gomend.gomod.route import database_of
from gomend.net.forward import CGIError, ForwardProxy
from gomend.net.hostport import host_and_port
from gomend.sources.entry import http_entry

_MOST_MODULE_HOSTS = 4
_PORTS = {"http": 80, "https": 443}


class Role(StrEnum):
    """What go wants at a host."""

    PROXY = "proxy"  # the entry of GOPROXY that is asked first
    LATER = "later"  # one that is asked where an earlier one lets go move on
    SUMDB = "sumdb"  # the checksum database, where no proxy offers it
    PRIVATE = "private"  # repositories of modules that no proxy is asked for
    DIRECT = "direct"  # repositories, since GOPROXY begins with direct
    FORWARD = "forward"  # the forward proxy itself


@dataclass(frozen=True, slots=True)
class Place:
    """A host and a port. `url` is its root, `base` a module proxy's own address without credentials and trailing slash.

    `through` is the forward proxy that stands before it.
    """

    role: Role
    host: str
    port: int
    url: str
    base: str = ""
    through: ForwardProxy | None = None
    is_passed_over: bool = False  # go asks the next source where this one fails

    @property
    def is_secure(self) -> bool:
        """Whether it is spoken to over TLS."""
        return self.url.startswith("https:")

    @property
    def is_needed(self) -> bool:
        """Whether modules stay away where it is out of reach."""
        return self.role not in (Role.LATER, Role.SUMDB) and not self.is_passed_over


def places(world: World) -> tuple[Place, ...]:
    """The places in the order of their weight, each once."""
    found: dict[tuple[str, int], Place] = {}
    for place in _all(world):
        found.setdefault((place.host, place.port), place)
        proxy = place.through
        if proxy is not None and proxy.port:
            url = f"{'https' if proxy.is_tls else 'http'}://{proxy.host}:{proxy.port}/"
            found.setdefault((proxy.host, proxy.port), Place(Role.FORWARD, proxy.host, proxy.port, url))
    return tuple(found.values())


def _all(world: World) -> Iterator[Place]:
    settings = world.settings
    try:
        chain = parse_proxy_list(settings.get("GOPROXY"))
    except ProxyListError:
        return
    urls = [one for one in chain if one.kind is EntryKind.URL and one.directory is None and one.parsed.host]
    for at, entry in enumerate(urls):
        place = _place(world, Role.LATER if at else Role.PROXY, f"{entry.parsed.scheme}://{entry.parsed.host}")
        address = http_entry(entry)
        passed_over = entry.falls_back_on_error and entry is not chain[-1]
        base = address.base if address is not None else place.url.rstrip("/")
        yield replace(place, base=base, is_passed_over=passed_over)
    database = database_of(settings.get("GOSUMDB"))
    if database.name and (database.url or not any(map(_may_offer_sums, urls))):
        yield _place(world, Role.SUMDB, database.url or f"https://{database.name}")
    noproxy = settings.get("GONOPROXY")
    begins_directly = chain[0].kind is EntryKind.DIRECT
    hosts: dict[str, Role] = {}
    for one in world.gomod.require if world.gomod else ():
        private = matches(noproxy, one.path)
        if private or begins_directly:
            hosts.setdefault(one.path.partition("/")[0], Role.PRIVATE if private else Role.DIRECT)
    if world.module and (matches(noproxy, world.module) or begins_directly):
        private = matches(noproxy, world.module)
        hosts.setdefault(world.module.partition("/")[0], Role.PRIVATE if private else Role.DIRECT)
    for host in list(hosts)[:_MOST_MODULE_HOSTS]:
        yield _place(world, hosts[host], f"https://{host}")


def _may_offer_sums(entry: ProxyEntry) -> bool:
    known = known_as(entry.url)
    return known is None or known.sumdb != "no"


def _place(world: World, role: Role, origin: str) -> Place:
    scheme, _, rest = origin.partition("://")
    host, port = host_and_port(rest.partition("/")[0])
    url = f"{scheme}://{rest.partition('/')[0]}/"
    try:
        through = world.forward.for_url(url)
    except CGIError:
        through = None
    return Place(role, host, port or _PORTS.get(scheme, 443), url, through=through)
