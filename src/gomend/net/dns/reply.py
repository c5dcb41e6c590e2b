"""What one resolver said to one question, or that it said nothing."""

from dataclasses import dataclass

from gomend.causes import Code
from gomend.net.dns.server import Server


@dataclass(frozen=True, slots=True)
class Reply:
    """One question to one resolver and what came of it. `code` and `words` are set where no usable answer came."""

    server: Server
    name: str  # as asked, without final dot
    kind: str  # A, AAAA, …
    seconds: float
    rcode: str = ""  # NOERROR, NXDOMAIN, SERVFAIL, …; empty where nothing was answered
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()  # of CNAMEs, in their order, without final dot
    ttl: int | None = None  # seconds; the least of the records
    extended: tuple[str, ...] = ()  # RFC 8914: `15 Blocked: text`
    truncated: bool = False  # the answer over UDP was cut, and TCP was asked
    without_edns: str = ""  # it answers only where the question has no EDNS; else `silent` or the rcode
    strangers: int = 0  # packets with another id or question: somebody else answered
    tries: int = 1
    authority: tuple[str, ...] = ()  # name servers that it refers to, without final dot
    glue: tuple[tuple[str, str], ...] = ()  # their addresses: (name, address)
    code: Code | None = None
    words: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether the resolver answered, be it that there is no such name."""
        return self.code is None or self.code is Code.DNS_NXDOMAIN

    @property
    def is_silent(self) -> bool:
        """Whether nothing came in time."""
        return self.code is Code.DNS_TIMEOUT


def fault_of(rcode: str, addresses: tuple[str, ...]) -> tuple[Code | None, str]:
    """What an rcode means to go. Source: net (dnsclient_unix.go: checkHeader)."""
    if rcode == "NXDOMAIN":
        return Code.DNS_NXDOMAIN, "no such host"
    if rcode != "NOERROR":
        return Code.DNS_SERVER_FAILURE, f"server misbehaving ({rcode})"
    return None, "" if addresses else "no records of this kind"
