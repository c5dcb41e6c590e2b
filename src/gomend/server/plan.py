"""What a server is to do, as its settings and go's say it. Pure but for what is passed in."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from gomend.errors import UsageError
from gomend.gomod.gosumdb import Database, GoSumdbError, parse_gosumdb
from gomend.gomod.proxylist import EntryKind, ProxyEntry, ProxyListError, parse_proxy_list
from gomend.gomod.weburl import URLError, parse_url
from gomend.masking import mask
from gomend.sources.credentials.byhost import CredentialsFileError, HostEntry, read_credentials
from gomend.trace.sending import address

GO_DEFAULT = "https://proxy.golang.org,direct"
_LOCAL_NAMES = ("localhost", "ip6-localhost", "ip6-loopback")
_LISTEN = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<host>[^:\s]*)):(?P<port>[0-9]{1,5})")


class ServeError(UsageError):
    """A setting of the server that it cannot work with. `reason` is a text of serve.toml, `facts` fill it."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(f"{reason}: {facts}")
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host in _LOCAL_NAMES:
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def dialled(self) -> str:
        """The host that a client on this machine connects to."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  (compared, not bound)

    @property
    def url(self) -> str:
        """As a client on this machine writes it."""
        return f"http://{f'[{self.dialled}]' if ':' in self.dialled else self.dialled}:{self.port}"


def parse_listen(words: str) -> Address:
    """`HOST:PORT`, `[IPv6]:PORT` or `:PORT`. Raises ServeError."""
    found = _LISTEN.fullmatch(words)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise ServeError("listen", value=words)
    return Address(found["six"] or found["host"] or "0.0.0.0", int(found["port"]))  # noqa: S104  (`:PORT` says so)


_SOCKET = "unix:"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens: at an address, at a Unix socket (an absolute path, empty for none), or at both."""

    address: Address | None
    socket: str = ""

    @property
    def own(self) -> Address:
        """The address that it is known by; one on loopback where it has a socket alone."""
        return self.address or Address("localhost", 0)


def parse_listening(words: str) -> Listening:
    """An address (`parse_listen`), `unix:/PATH`, or one of each with a comma between. Raises ServeError."""
    addresses, sockets = [], []
    for word in words.split(","):
        if word.startswith(_SOCKET):
            sockets.append(word.removeprefix(_SOCKET))
        else:
            addresses.append(parse_listen(word))
    if len(addresses) > 1 or len(sockets) > 1 or not all(map(os.path.isabs, sockets)):
        raise ServeError("listen", value=words)
    return Listening(addresses[0] if addresses else None, sockets[0] if sockets else "")


@dataclass(frozen=True, slots=True)
class Upstream:
    """The sources, and which modules are nobody else's business."""

    entries: tuple[ProxyEntry, ...]
    gonoproxy: str
    left_out: tuple[str, ...]  # entries that lead to this server itself


def upstream_of(wanted: str, go: Mapping[str, str], own: Address) -> Upstream:
    """The list that `wanted` or go's GOPROXY names, without what leads back to this server.

    go's default list where GOPROXY led nowhere else. Raises ServeError where go would refuse the list, and where
    `wanted` leads nowhere else.
    """
    gonoproxy = go.get("GONOPROXY", "")
    try:
        entries = parse_proxy_list(wanted or go.get("GOPROXY", "") or GO_DEFAULT, gonoproxy)
    except ProxyListError as error:
        raise ServeError("upstream", value=wanted or go.get("GOPROXY", ""), words=str(error)) from error
    others = tuple(entry for entry in entries if not _leads_to(entry, own))
    left_out = tuple(entry.redacted for entry in entries if _leads_to(entry, own))
    if left_out and not any(entry.kind is EntryKind.URL for entry in others):
        if not wanted:
            others = parse_proxy_list(GO_DEFAULT, gonoproxy)
        elif all(entry.kind is EntryKind.NOPROXY for entry in others):
            raise ServeError("no_source", value=wanted)
    return Upstream(others, gonoproxy, left_out)


def _leads_to(entry: ProxyEntry, own: Address) -> bool:
    if entry.kind is not EntryKind.URL:
        return False
    try:
        host, port = entry.parsed.host, ""
    except URLError:
        return False
    host, _, port = host.rpartition(":") if re.search(r":[0-9]+\Z", host) else (host, "", "")
    number = int(port) if port else 443 if entry.parsed.scheme == "https" else 80
    if number != own.port:
        return False
    there = Address(host.strip("[]").lower(), number)
    anywhere = own.host in ("0.0.0.0", "::")  # noqa: S104  (compared, not bound)
    return there.host == own.host.lower() or (there.is_loopback and (own.is_loopback or anywhere))


def database_of(go: Mapping[str, str]) -> Database | None:
    """The checksum database that GOSUMDB names; None for `off`. Raises ServeError."""
    try:
        return parse_gosumdb(go.get("GOSUMDB", "") or "sum.golang.org")
    except GoSumdbError as error:
        raise ServeError("gosumdb", value=go.get("GOSUMDB", ""), words=str(error)) from error


def databases_of(words: str, first: Database | None) -> tuple[Database, ...]:
    """The databases that are handed on beside `first`, each as GOSUMDB names one, with commas between. Raises
    ServeError.
    """
    found: list[Database] = []
    for value in filter(None, map(str.strip, words.split(","))):
        try:
            database = parse_gosumdb(value)
        except GoSumdbError as error:
            raise ServeError("sumdbs", value=value, words=str(error)) from error
        if database is None:
            raise ServeError("sumdbs", value=value, words="no database")
        known = next((one for one in (first, *found) if one is not None and one.name == database.name), None)
        if known is None:
            found.append(database)
        elif known.verifier != database.verifier:
            raise ServeError("sumdbs", value=value, words=f"{database.name} has another key, too")
    return tuple(found)


def collector_of(given: str, environment: Mapping[str, str]) -> str:
    """Where spans are sent: `given`, else what OTEL_EXPORTER_OTLP_… say; empty for nowhere. Raises ServeError."""
    url = address(given, environment)
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise ServeError("otlp", value=mask(url))
    return url


def sampling_of(words: str) -> float:
    """The share of traces that are sent. Raises ServeError."""
    try:
        share = float(words)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ServeError("sampling", value=words)
    return share


_SIZE = re.compile(r"([0-9]{1,6})([MGT])")
_BYTES = {"M": 10**6, "G": 10**9, "T": 10**12}


def size_of(option: str, words: str) -> int:
    """The bytes that `500M`, `20G` or `1T` stands for. Raises ServeError."""
    found = _SIZE.fullmatch(words)
    if found is None or not int(found[1]):
        raise ServeError("size", option=option, value=words)
    return int(found[1]) * _BYTES[found[2]]


def credentials_in(path: str) -> tuple[HostEntry, ...]:
    """The entries of a file of credentials; none without one. Raises ServeError."""
    try:
        return read_credentials(path) if path else ()
    except CredentialsFileError as error:
        raise ServeError("credentials", value=path, words=error.words) from error


def may_be_asked_as(host: str, own: Address) -> bool:
    """Whether a Host header belongs to a server on loopback: a web page may give its own name a loopback address."""
    try:
        name = parse_url(f"http://{host}").host if host else ""
    except URLError:
        return False
    name = re.sub(r":[0-9]*\Z", "", name).strip("[]").lower()
    return not host or name == own.host.lower() or name.endswith(".localhost") or Address(name, 0).is_loopback
