"""Which hosts may be at addresses that are not public, as who runs the server names them. Pure."""

from functools import partial

from gomend.gomod.private import covers
from gomend.net.addressfilter import AddressFilter


def filter_of(allow_hosts: str, goprivate: str) -> AddressFilter:
    """The filter for what others may have fetched.

    `allow_hosts`: a comma list of patterns over hosts. Of GOPRIVATE's patterns the first element counts, which is a
    host's place in a module path; a lone `*` there names nobody.
    """
    private = [pattern.partition("/")[0] for pattern in goprivate.split(",")]
    patterns = [*(pattern.strip() for pattern in allow_hosts.split(",")), *(one for one in private if one != "*")]
    return AddressFilter(partial(_names, tuple(pattern.lower() for pattern in patterns if pattern)))


def _names(patterns: tuple[str, ...], host: str) -> bool:
    name = host.lower().removesuffix(".")
    return any(covers(pattern, name) for pattern in patterns)
