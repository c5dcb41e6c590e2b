"""Which forward proxy a request goes through, by the rules of Go's net/http. Pure.

Source: net/http (ProxyFromEnvironment) and golang.org/x/net/http/httpproxy of Go 1.26: HTTP_PROXY, HTTPS_PROXY and
NO_PROXY in either case; ALL_PROXY is not known; the machine's own loopback is never asked through a proxy.
"""

import socket
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from gomend.errors import GomendError
from gomend.gomod.ipliteral import InvalidAddressError, is_ipv4
from gomend.gomod.proxylist import SPACES
from gomend.gomod.weburl import URLError, WebURL, parse_url

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_MAPPED = bytes(10) + b"\xff\xff"  # before the four bytes of an IPv4 address in sixteen


class CGIError(GomendError):
    """HTTP_PROXY is not used where REQUEST_METHOD is set: in a CGI program a client's header could have set it."""

    def __init__(self) -> None:
        super().__init__("refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy")


@dataclass(frozen=True, slots=True)
class ForwardProxy:
    """A proxy between this machine and the net."""

    url: WebURL

    @property
    def is_socks(self) -> bool:
        """SOCKS5; names are resolved by the proxy for both spellings of the scheme."""
        return self.url.scheme in ("socks5", "socks5h")

    @property
    def is_tls(self) -> bool:
        """Whether the proxy itself is spoken to over TLS."""
        return self.url.scheme == "https"

    @property
    def host(self) -> str:
        """Its host, IPv6 without brackets."""
        return _host_and_port(self.url.host)[0]

    @property
    def port(self) -> int:
        """Its port; 0 where neither the URL nor its scheme names one: go fails to connect, too."""
        written = _host_and_port(self.url.host)[1]
        return int(written) if written else _PORTS.get(self.url.scheme, 0)

    @property
    def authorization(self) -> str | None:
        """The value of Proxy-Authorization, where the URL has a user."""
        if self.url.user is None:
            return None
        return basic_authorization(self.url.user, self.url.password or "")

    @property
    def shown(self) -> str:
        """The URL with its password as xxxxx."""
        return self.url.redacted()


def basic_authorization(user: str, password: str) -> str:
    """The value of a header with Basic credentials (RFC 7617), in UTF-8 as Go writes it."""
    return "Basic " + b64encode(f"{user}:{password}".encode("utf-8", "surrogateescape")).decode()


class ForwardProxies:
    """The proxies that an environment names. Values that are none are ignored, as by go."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._http = _parse_proxy(_either(environment, "HTTP_PROXY"))
        self._https = _parse_proxy(_either(environment, "HTTPS_PROXY"))
        self._is_cgi = bool(environment.get("REQUEST_METHOD"))
        self._excluded = _Excluded(_either(environment, "NO_PROXY"))

    @property
    def http(self) -> ForwardProxy | None:
        """The proxy for http URLs that nothing excludes."""
        return self._http

    @property
    def https(self) -> ForwardProxy | None:
        """The proxy for https URLs that nothing excludes."""
        return self._https

    def for_url(self, url: str) -> ForwardProxy | None:
        """The proxy for a URL; None: asked directly. Raises CGIError."""
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        proxy = {"http": self._http, "https": self._https}.get(scheme)
        if proxy is None:
            return None
        if scheme == "http" and self._is_cgi:
            raise CGIError
        host, port = _host_and_port(parts.netloc.rpartition("@")[2])
        return None if self._excluded.holds(_ascii(host), port or str(_PORTS[scheme])) else proxy


def _either(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.lower()) or ""


def _parse_proxy(value: str) -> ForwardProxy | None:
    if not value:
        return None
    parsed = _parsed(value)
    if parsed is None or not parsed.scheme or not parsed.host:
        parsed = _parsed("http://" + value) or parsed
    return None if parsed is None else ForwardProxy(parsed)


def _parsed(value: str) -> WebURL | None:
    try:
        return parse_url(value)
    except URLError:
        return None


def _host_and_port(place: str) -> tuple[str, str]:
    """Source: url.splitHostPort; the port is "" where there is none."""
    host, colon, port = place.rpartition(":")
    if not colon or not (port.isascii() and (port.isdigit() or not port)):
        host, port = place, ""
    return (host[1:-1] if host.startswith("[") and host.endswith("]") else host), port


def _split_strictly(place: str) -> tuple[str, str] | None:
    """Source: net.SplitHostPort; None where that fails, also for a missing port."""
    last = place.rfind(":")
    if last < 0:
        return None
    if place.startswith("["):
        end = place.find("]")
        if end < 0 or end + 1 != last:
            return None
        host, after_open, after_close = place[1:end], place[1:], place[end + 1 :]
    else:
        host = after_open = after_close = place
        host = place[:last]
        if ":" in host:
            return None
    return None if "[" in after_open or "]" in after_close else (host, place[last + 1 :])


def _ascii(name: str) -> str:
    if name.isascii():
        return name
    import idna  # noqa: PLC0415  (only for names that need it)

    dot, rest = ("." if name.startswith(".") else ""), name.removeprefix(".")
    try:
        return dot + idna.encode(rest, uts46=True).decode()
    except idna.IDNAError:
        return name


def _address(text: str, *, zone: bool = False) -> bytes | None:
    """Sixteen bytes of an IP address, as Go reads it; None where it is none. `zone`: one may follow, and is dropped."""
    try:
        v4 = is_ipv4(text)
    except InvalidAddressError:
        return None
    if v4:
        return _MAPPED + socket.inet_pton(socket.AF_INET, text)
    bare, percent, _ = text.partition("%")
    return None if percent and not zone else socket.inet_pton(socket.AF_INET6, bare)


def _is_loopback(address: bytes) -> bool:
    return address.startswith(_MAPPED + b"\x7f") or address == bytes(15) + b"\x01"


def _short(address: bytes) -> bytes:
    return address[12:] if address.startswith(_MAPPED) else address


@dataclass(frozen=True, slots=True)
class _Network:
    address: bytes  # masked, 4 or 16 bytes
    mask: bytes

    def holds(self, address: bytes, _port: str) -> bool:
        short = _short(address)
        return len(short) == len(self.address) and _masked(short, self.mask) == self.address


@dataclass(frozen=True, slots=True)
class _OneAddress:
    address: bytes
    port: str

    def holds(self, address: bytes, port: str) -> bool:
        return address == self.address and self.port in ("", port)


@dataclass(frozen=True, slots=True)
class _Domain:
    ending: str  # with a leading dot
    port: str
    itself: bool  # matches the name without the dot, too

    def holds(self, host: str, port: str) -> bool:
        matches = host.endswith(self.ending) or (self.itself and host == self.ending[1:])
        return matches and self.port in ("", port)


def _masked(address: bytes, mask: bytes) -> bytes:
    return bytes(a & b for a, b in zip(address, mask, strict=True))


def _network(entry: str) -> _Network | None:
    """Source: net.ParseCIDR, and IPNet.Contains of what it gives."""
    text, slash, bits = entry.partition("/")
    address = _address(text)
    if not slash or address is None or not (bits.isascii() and bits.isdigit()):
        return None
    size = 4 if is_ipv4(text) else 16
    if int(bits) > size * 8:
        return None
    mask = ((1 << size * 8) - (1 << size * 8 - int(bits))).to_bytes(size, "big")
    network = _masked(address[-size:], mask)
    if size == 16 and network.startswith(_MAPPED):
        return _Network(network[12:], mask[12:])
    return _Network(network, mask)


class _Excluded:
    """NO_PROXY."""

    def __init__(self, value: str) -> None:
        self._addresses: list[_Network | _OneAddress] = []
        self._domains: list[_Domain] = []
        self._all = False
        for written in value.split(","):
            entry = written.strip(SPACES).lower()
            if entry == "*":
                self._all = True
                return
            if entry:
                self._add(entry)

    def _add(self, entry: str) -> None:
        network = _network(entry)
        if network is not None:
            self._addresses.append(network)
            return
        name, port = _split_strictly(entry) or (entry, "")
        if name.startswith("[") and name.endswith("]") and port:
            name = name[1:-1]
        if not name:
            return
        address = _address(name)
        if address is not None:
            self._addresses.append(_OneAddress(address, port))
            return
        name = name[1:] if name.startswith("*.") else name
        itself = not name.startswith(".")
        self._domains.append(_Domain(_ascii("." + name if itself else name), port, itself))

    def holds(self, host: str, port: str) -> bool:
        """Whether this place is asked directly."""
        if host == "localhost":
            return True
        address = _address(host, zone=True)
        if self._all or (address is not None and _is_loopback(address)):
            return True
        if address is not None:
            return any(entry.holds(address, port) for entry in self._addresses)
        name = host.strip(SPACES).lower()
        return any(domain.holds(name, port) for domain in self._domains)
