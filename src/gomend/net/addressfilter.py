"""Which addresses may be connected to on behalf of others: public ones, and any of hosts that were named. Pure.

Whoever asks for a module path chooses the host that is asked for it, so without this a server could be sent to the
machine it runs on, to its neighbours, or to a cloud's metadata service. Source: the IANA registries of IPv4 and IPv6
special-purpose addresses (RFC 6890) and of multicast addresses.
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

_NOT_PUBLIC_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # behind a carrier's NAT
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")  # all global unicast there is; the rest is unspecified, local or reserved
_NOT_PUBLIC_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # Teredo, benchmarking, ORCHID and other protocols
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address within, whose relay is anybody's
            "3fff::/20",
        ),
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052 §2.1: an IPv4 address in the last 32 bits


def is_public(address: str) -> bool:
    """Whether an IP address, as `getaddrinfo` gives it, is one of the public internet's. Raises ValueError."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is None:
            return found in _PUBLIC_6 and not any(found in network for network in _NOT_PUBLIC_6)
        found = inner
    return not any(found in network for network in _NOT_PUBLIC_4)


@dataclass(frozen=True, slots=True)
class AddressFilter:
    """Decides about each connection. `is_named` tells whether a host may be at an address that is not public."""

    is_named: Callable[[str], bool]

    def allows(self, host: str, address: str) -> bool:
        """Whether `address`, where `host` was found to be, may be connected to."""
        return is_public(address) or self.is_named(host)

    def allows_unseen(self, host: str) -> bool:
        """Whether a forward proxy may be asked for `host`: it looks names up itself, but not what is an address."""
        literal = _literal(host)
        return literal is None or self.allows(host, literal)


def _literal(host: str) -> str | None:
    """The address that `host` spells out, in one of the forms that resolvers and libc's `inet_aton` read."""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    if host.lower().rstrip(".") == "localhost" or host.lower().rstrip(".").endswith(".localhost"):
        return "127.0.0.1"
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError, ValueError):
        return None
