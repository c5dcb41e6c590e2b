"""The record of one request on the wire."""

from dataclasses import dataclass, field

from gomend.causes import Code


@dataclass(slots=True)
class Phases:
    """When each step of a request happened, in seconds of the clock that made it. None: it did not happen.

    A request on a kept-alive connection has no DNS, connect and TLS. Through a forward proxy the time between
    `connect_end` and `tls_start` is the proxy's CONNECT.
    """

    start: float
    dns_start: float | None = None
    dns_end: float | None = None
    connect_start: float | None = None
    connect_end: float | None = None
    tls_start: float | None = None
    tls_end: float | None = None
    sent: float | None = None
    first_byte: float | None = None
    end: float | None = None


@dataclass(slots=True)
class Exchange:
    """One request on the wire, from its start until its body ended or it failed."""

    url: str  # as asked, without credentials
    purpose: str  # list, latest, info, mod, zip, sumdb or other
    source: int  # index of the GOPROXY entry, -1 for what passes the tunnel
    attempt: int  # 1-based
    phases: Phases
    first: str = ""  # the URL that redirects led from to this one; empty where none did
    ahead: bool = False  # asked before go did
    address: str = ""  # ip:port that was connected to, where known
    reused: bool = False
    http2: bool = False
    span: str = ""  # the id of its span, 16 hex digits, where that went along (W3C traceparent)
    status: int | None = None
    bytes: int = 0
    code: Code | None = None  # why it failed
    fault: str = ""  # the fault in words
    traceparent: str = ""  # takes the place of the asker's, where that is sent along
    headers: dict[str, str] = field(default_factory=dict)  # the few of the answer that evidence needs
