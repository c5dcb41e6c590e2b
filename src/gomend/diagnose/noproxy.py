"""Entries of NO_PROXY that do not do what their author thought. Pure.

Source: golang.org/x/net/http/httpproxy: commas separate; an entry is a name, a name with a port, an address or a CIDR
block; a leading dot leaves the name itself out; blocks are compared with addresses in a URL, never with what a name
resolves to.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network

_APART = re.compile(r"[,;\s]+")


class Wrong(StrEnum):
    """What keeps an entry from matching."""

    SEPARATOR = "separator"  # parted by something else than a comma
    SCHEME = "scheme"  # written as a URL
    PORT = "port"  # for another port
    DOT = "dot"  # .name does not hold for name itself
    BLOCK = "block"  # a block of addresses, and the URL has a name
    PATTERN = "pattern"  # a star that is not a whole label in front


@dataclass(frozen=True, slots=True)
class Missed:
    """The entry that was surely meant for a host, and why it does not hold."""

    entry: str
    wrong: Wrong


def no_proxy(environment: Mapping[str, str]) -> str:
    """The value in force."""
    return environment.get("NO_PROXY") or environment.get("no_proxy") or ""


def missed(value: str, host: str, addresses: Iterable[str] = ()) -> Missed | None:
    """The first entry that was meant for `host`, which goes through the forward proxy all the same.

    `addresses` are those that the name resolves to.
    """
    found = tuple(addresses)
    for entry in filter(None, _APART.split(value)):
        bare = entry.lower().partition("://")[2] or entry.lower()
        name = bare.partition("/")[0].rpartition(":")[0] if re.search(r":\d+$", bare.partition("/")[0]) else bare
        if _is_block(entry):
            if any(ip_address(one) in ip_network(entry, strict=False) for one in found):
                return Missed(entry, Wrong.BLOCK)
            continue
        name = name.partition("/")[0]
        stem = name.lstrip("*").lstrip(".")
        if not stem or not (host == stem or host.endswith(f".{stem}")):
            continue
        return Missed(entry, _wrong(value, entry, host, stem))
    return None


def _wrong(value: str, entry: str, host: str, stem: str) -> Wrong:
    if "://" in entry or "/" in entry:
        return Wrong.SCHEME
    if entry.strip() not in [one.strip() for one in value.split(",")]:
        return Wrong.SEPARATOR
    if re.search(r":\d+$", entry):
        return Wrong.PORT
    if "*" in entry and not entry.startswith("*."):
        return Wrong.PATTERN
    return Wrong.DOT if entry.startswith(".") and host == stem else Wrong.SEPARATOR


def _is_block(entry: str) -> bool:
    try:
        ip_network(entry, strict=False)
    except ValueError:
        return False
    return True
