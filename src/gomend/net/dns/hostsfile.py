"""The hosts file as Go reads it. Pure. Source: net (hosts.go: readHosts)."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True, slots=True)
class HostsEntry:
    """What the hosts file says of one name."""

    addresses: tuple[str, ...]
    line: int  # the first one that names it, 1-based


def parse_hosts(text: str | None) -> Mapping[str, HostsEntry]:
    """Name, in lower case and without final dot, to its entry. Lines that Go does not take are passed over."""
    found: dict[str, HostsEntry] = {}
    for number, line in enumerate((text or "").splitlines(), start=1):
        address, *names = line.partition("#")[0].split() or [""]
        if not names or not _is_address(address):
            continue
        for name in names:
            key = name.lower().removesuffix(".")
            known = found.get(key)
            addresses = (*known.addresses, address) if known else (address,)
            found[key] = HostsEntry(addresses, known.line if known else number)
    return found


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True
