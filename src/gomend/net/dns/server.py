"""A resolver that can be asked, and how its address is written."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from gomend.errors import UsageError
from gomend.net.timing import in_brackets


class Over(StrEnum):
    """How a resolver is asked."""

    UDP = "UDP"
    TCP = "TCP"
    DOT = "DoT"  # RFC 7858
    DOH = "DoH"  # RFC 8484


_PORTS = {Over.UDP: 53, Over.TCP: 53, Over.DOT: 853, Over.DOH: 443}
_SCHEMES = {"udp": Over.UDP, "tcp": Over.TCP, "tls": Over.DOT, "dot": Over.DOT, "https": Over.DOH}


class ResolverAddressError(UsageError):
    """`written` names no resolver."""

    def __init__(self, written: str) -> None:
        super().__init__(written)
        self.written = written


@dataclass(frozen=True, slots=True)
class Server:
    """One resolver. `host` is an address, for DoT and DoH also a name; `url` is that of DoH."""

    host: str
    port: int
    over: Over = Over.UDP
    url: str = ""

    @property
    def shown(self) -> str:
        """Its address as people write it, without the port that is usual."""
        return self.host if self.port == _PORTS[self.over] else in_brackets(self.host, self.port)


def server_of(written: str) -> Server:
    """The resolver that `ADDRESS[:PORT]`, `udp://`, `tcp://`, `tls://` or `https://…` names.

    Raises ResolverAddressError. UDP and TCP take an address, since a name would have to be looked up first.
    """
    text = written if "://" in written else f"udp://{_bracketed(written)}"
    try:
        parts = urlsplit(text)
        over, host, port = _SCHEMES.get(parts.scheme), parts.hostname or "", parts.port
    except ValueError as error:
        raise ResolverAddressError(written) from error
    if over is None or not host or (over in (Over.UDP, Over.TCP) and not _is_address(host)):
        raise ResolverAddressError(written)
    if over is Over.DOH:
        url = text if parts.path not in ("", "/") else f"{text.rstrip('/')}/dns-query"
        return Server(host, port or _PORTS[over], over, url)
    return Server(host, port or _PORTS[over], over)


def _bracketed(written: str) -> str:
    return f"[{written}]" if _is_address(written) and ":" in written else written


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True
