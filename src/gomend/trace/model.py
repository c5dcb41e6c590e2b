"""The requests of a run as a document. Times are seconds since the run began."""

import msgspec

SCHEMA = "gomend.trace/1"

Span = tuple[float, float]


class Phases(msgspec.Struct, frozen=True):
    """From when to when each phase of a request lasted, in seconds since the run began. None: it did not happen.

    What lies between `connect` and `tls` is a forward proxy's own answer.
    """

    dns: Span | None = None
    connect: Span | None = None
    tls: Span | None = None
    wait: Span | None = None
    transfer: Span | None = None


class Request(msgspec.Struct, frozen=True):
    """One request on the wire. `start` and `end` are seconds since the run began; "" and 0 stand for "not known"."""

    url: str  # secrets masked
    host: str
    purpose: str  # list, latest, info, mod, zip, sumdb, tunnel or other
    module: str
    version: str
    source: int  # index of the GOPROXY entry, -1 for what passed the tunnel
    attempt: int
    ahead: bool  # asked before go did
    reused: bool  # on a connection that was there already
    private: bool  # its module or host is one of those that GOPRIVATE and the like name
    address: str
    status: int
    bytes: int
    code: str  # why it failed
    fault: str
    start: float
    end: float
    phases: Phases
    http2: bool = False
    span: str = ""  # the id of its span, which its host was told

    @property
    def failed(self) -> bool:
        """Whether no answer came, or one that says that the source is broken or refuses."""
        return bool(self.code) or (self.status >= 400 and self.status not in (404, 410))

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


class Trace(msgspec.Struct, frozen=True):
    """Every request of a run. `private` lists the patterns of GOPRIVATE, GONOPROXY and GONOSUMDB that were in force."""

    schema: str
    run: str
    command: tuple[str, ...]
    exit: int
    started: str
    seconds: float
    private: str
    requests: tuple[Request, ...]
    trace_id: str = ""  # what the hosts were told that the run is called
