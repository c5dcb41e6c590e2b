"""The module proxies that are, or were, open to everybody; the facts stand in publicproxies.toml beside this file."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gomend.gomod.weburl import URLError, parse_url


@dataclass(frozen=True, slots=True)
class PublicProxy:
    """One public proxy; publicproxies.toml says which words its fields hold."""

    name: str
    url: str  # without trailing slash
    operator: str
    region: str
    sumdb: str
    status: str
    checked: str
    sources: tuple[str, ...] = ()
    sumdb_reported: str = ""
    reported_on: str = ""

    @property
    def host(self) -> str:
        """The host of its address."""
        return parse_url(self.url).host

    @property
    def is_open(self) -> bool:
        """Whether it still serves modules."""
        return self.status == "open"


@cache
def public_proxies() -> tuple[PublicProxy, ...]:
    """All of them, the closed ones last."""
    table = tomllib.loads(files(__package__).joinpath("publicproxies.toml").read_text(encoding="utf-8"))
    return tuple(PublicProxy(**{**entry, "sources": tuple(entry["sources"])}) for entry in table["proxy"])


@cache
def open_hosts() -> frozenset[str]:
    """The hosts of those that still serve modules."""
    return frozenset(one.host for one in public_proxies() if one.is_open)


def known_as(url: str) -> PublicProxy | None:
    """The public proxy that an entry of GOPROXY with this URL asks; None where it is none of them."""
    try:
        asked = parse_url(url)
    except URLError:
        return None
    place = _place(asked.host, asked.path)
    return next((one for one in public_proxies() if place in _places(one)), None)


def _places(one: PublicProxy) -> Iterable[tuple[str, str]]:
    url = parse_url(one.url)
    yield _place(url.host, url.path)


def _place(host: str, path: str) -> tuple[str, str]:
    return host.lower().removesuffix(":443"), path.rstrip("/")
