"""The caches of names that a system may keep: which are here, how each is emptied, and how to see that it is. Pure.

go keeps none of its own. Sources: resolvectl(1), nscd(8), dnsmasq(8), unbound-control(8), dscacheutil(1) and Apple's
support page HT202516, ipconfig of Windows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cache:
    """One cache: the commands that empty it, and one whose output tells how much is left (`size` reads it)."""

    name: str
    empty: tuple[Words, ...]
    look: Words = ()
    size: Callable[[str], int | None] = lambda _: None
    needs_root: bool = True


def _of_resolved(said: str) -> int | None:
    return _number(r"Current Cache Size:?\s+(\d+)", said)


def _of_nscd(said: str) -> int | None:
    hosts = said.partition("hosts cache:")[2]
    return _number(r"(\d+)\s+current number of cached values", hosts)


def _of_unbound(said: str) -> int | None:
    return _number(r"msg\.cache\.count=(\d+)", said)


def _number(pattern: str, said: str) -> int | None:
    found = re.search(pattern, said)
    return int(found[1]) if found else None


_RESOLVED: Final = Cache(
    "systemd-resolved",
    (("resolvectl", "flush-caches"),),
    ("resolvectl", "statistics"),
    _of_resolved,
    needs_root=False,  # polkit decides
)
_NSCD: Final = Cache("nscd", (("nscd", "-i", "hosts"),), ("nscd", "-g"), _of_nscd)
_UNBOUND: Final = Cache(
    "unbound", (("unbound-control", "flush_zone", "."),), ("unbound-control", "stats_noreset"), _of_unbound
)
_MAC: Final = Cache("mDNSResponder", (("dscacheutil", "-flushcache"), ("killall", "-HUP", "mDNSResponder")))
_WINDOWS: Final = Cache("Windows", (("ipconfig", "/flushdns"),), needs_root=False)


def caches(
    platform: str, runs: Callable[[str], bool], has: Callable[[str], bool], read: Callable[[str], str]
) -> list[Cache]:
    """The caches of this machine. `platform` is a value of sys.platform.

    `runs` says whether a program is on PATH, `has` whether a path exists, `read` gives a small file's text, else "".
    """
    if platform == "win32":
        return [_WINDOWS]
    if platform == "darwin":
        return [_MAC]
    found = []
    if runs("resolvectl") and has("/run/systemd/resolve"):
        found.append(_RESOLVED)
    if runs("nscd") and (has("/run/nscd/socket") or has("/var/run/nscd/socket")):
        found.append(_NSCD)
    for place in ("/run/dnsmasq/dnsmasq.pid", "/run/dnsmasq.pid", "/var/run/dnsmasq.pid"):
        if (pid := read(place).strip()).isdigit():
            found.append(Cache("dnsmasq", (("kill", "-HUP", pid),)))  # dnsmasq(8): SIGHUP clears the cache
            break
    if runs("unbound-control") and (has("/run/unbound.ctl") or has("/run/unbound.pid") or has("/run/unbound")):
        found.append(_UNBOUND)
    return found
