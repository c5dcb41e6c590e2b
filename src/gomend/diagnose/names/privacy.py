"""Which host names are nobody's business outside: they are asked of this machine's own resolvers only. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from gomend.gomod.globs import BadPatternError, match
from gomend.gomod.goenv import GoEnv
from gomend.gomod.proxylist import EntryKind, ProxyListError, parse_proxy_list
from gomend.gomod.publicproxies import public_proxies

# Hosts that everybody may be asked about: what they are called says nothing about who asks.
PUBLIC_HOSTS = frozenset(
    {
        *(one.host for one in public_proxies()),
        "sum.golang.org",
        "sum.golang.google.cn",
        "golang.org",
        "go.dev",
        "go.googlesource.com",
        "storage.googleapis.com",
        "dl.google.com",
        "github.com",
        "codeload.github.com",
        "gitlab.com",
        "bitbucket.org",
        "gitee.com",
        "gopkg.in",
        "google.golang.org",
        "k8s.io",
        "go.uber.org",
        "rsc.io",
    }
)
_LOCAL_ENDINGS = (
    ".internal",
    ".local",
    ".corp",
    ".lan",
    ".home",
    ".intranet",
    ".private",
    ".localhost",
    ".localdomain",
    ".home.arpa",
)
_SHARED = ip_network("100.64.0.0/10")  # RFC 6598


class Privacy(StrEnum):
    """Why a name stays inside."""

    PATTERN = "pattern"  # GOPRIVATE, GONOPROXY or GONOSUMDB names it
    OWN_PROXY = "own_proxy"  # an entry of GOPROXY that is no public proxy
    SHORT = "short"  # a single label
    ENDING = "ending"  # .internal, .local, …
    ADDRESS = "address"  # it resolves to a private address


def privacy_of(host: str, settings: GoEnv) -> Privacy | None:
    """Why the name stays inside, as far as the name and the settings tell; None: it is public."""
    name = host.lower().removesuffix(".")
    if name in PUBLIC_HOSTS:
        return None
    if any(_is_named_by(settings.get(variable), name) for variable in ("GOPRIVATE", "GONOPROXY", "GONOSUMDB")):
        return Privacy.PATTERN
    if name in _own_proxies(settings):
        return Privacy.OWN_PROXY
    if "." not in name:
        return Privacy.SHORT
    return Privacy.ENDING if name.endswith(_LOCAL_ENDINGS) else None


def _is_named_by(patterns: str, name: str) -> bool:
    return any(_covers(pattern.strip().partition("/")[0], name) for pattern in patterns.split(","))


def _covers(pattern: str, name: str) -> bool:
    try:
        return bool(pattern) and match(pattern, name)
    except BadPatternError:
        return False


def _own_proxies(settings: GoEnv) -> frozenset[str]:
    try:
        chain = parse_proxy_list(settings.get("GOPROXY"))
    except ProxyListError:
        return frozenset()
    hosts = (one.parsed.host.lower() for one in chain if one.kind is EntryKind.URL)
    return frozenset(host.rpartition(":")[0] if ":" in host and "[" not in host else host for host in hosts)


def is_private_address(address: str) -> bool:
    """Whether an address is of this machine or of a network that the rest of the world has no way to."""
    parsed = ip_address(address)
    return parsed.is_private or parsed.is_loopback or parsed.is_link_local or _is_shared(parsed)


def _is_shared(address: IPv4Address | IPv6Address) -> bool:
    return isinstance(address, IPv4Address) and address in _SHARED


def any_private(addresses: Iterable[str]) -> bool:
    """Whether one of the addresses is private."""
    return any(map(is_private_address, addresses))
