"""When each step of a request happened, as resolver, socket factory and TLS tell it.

A context variable leads from a hook to the request, since connection work runs in the request's own context.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from socket import AF_INET, AF_INET6, SOCK_STREAM, socket
from typing import Any, Protocol

from gomend.net.addressfilter import AddressFilter
from gomend.net.exchange import Exchange
from gomend.net.faults import AddressRefusedError
from gomend.net.forward import ForwardProxy

AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]  # as of getaddrinfo


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each wait may take, in seconds."""

    connect: float = 10
    tls: float = 10
    first_byte: float = 60
    stall: float = 20  # without a byte, in a body that had begun


class Marks:
    """What one request has come to, and the time limit of the step it is in.

    `through` is the forward proxy that it goes through. A proxy's own TLS is part of the way to it, not of the
    request's TLS.
    """

    def __init__(
        self,
        exchange: Exchange,
        clock: Callable[[], float],
        limits: Limits,
        timer: asyncio.Timeout,
        through: ForwardProxy | None,
    ) -> None:
        self.exchange = exchange
        self.clock = clock
        self.limits = limits
        self.timer = timer
        self.through = through
        self.answered = False
        self.connected: Callable[[], None] | None = None  # called when a connection was made for it
        self._tls_of_proxy: ssl.SSLObject | None = None

    @property
    def is_on_the_way(self) -> bool:
        """Whether it has not come past its forward proxy."""
        phases = self.exchange.phases
        return self.through is not None and phases.tls_start is None and phases.sent is None

    def limit(self, seconds: float | None) -> None:
        """The step that begins now may take this long; None: for ever."""
        if not self.answered:
            self.timer.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)

    def dns_start(self) -> None:
        """A name is being looked up: the host's, or the proxy's."""
        self.exchange.phases.dns_start = self.clock()

    def dns_end(self) -> None:
        """The name has addresses."""
        self.exchange.phases.dns_end = self.clock()

    def connect_start(self, address: str) -> None:
        """An address is being connected to."""
        if self.exchange.phases.connect_start is None:
            self.exchange.phases.connect_start = self.clock()
        self.exchange.address = address
        # A forward proxy answers after it has connected in its turn; no hook tells that it was reached.
        self.limit(self.limits.connect * (1 if self.through is None else 2))

    def tls_step(self, tls: ssl.SSLObject) -> None:
        """A step of a handshake begins."""
        phases = self.exchange.phases
        if self.through is not None and self.through.is_tls and self._tls_of_proxy in (None, tls):
            self._tls_of_proxy = tls
        elif phases.tls_start is None:
            phases.tls_start = self.clock()
            if phases.connect_end is None:
                phases.connect_end = phases.tls_start
            self.limit(self.limits.tls)

    def tls_end(self, tls: ssl.SSLObject) -> None:
        """A handshake is complete."""
        if tls is not self._tls_of_proxy:
            self.exchange.phases.tls_end = self.clock()

    def sent(self) -> None:
        """The request is on its way."""
        phases = self.exchange.phases
        phases.sent = self.clock()
        if phases.connect_start is not None and phases.connect_end is None:
            phases.connect_end = phases.sent
        self.limit(self.limits.first_byte)

    def again(self) -> None:
        """It was lost with a kept connection, and is made again over another one."""
        self.exchange.reused = self.exchange.http2 = False
        self.exchange.phases.sent = None
        self.limit(self.limits.connect)


current: ContextVar[Marks | None] = ContextVar("request", default=None)


class TimedTLS(ssl.SSLObject):
    """Marks the first and the last step of the handshake."""

    def do_handshake(self) -> None:
        """As of SSLObject; asyncio calls it until it no longer wants to read."""
        marks = current.get()
        if marks is not None:
            marks.tls_step(self)
        super().do_handshake()
        if marks is not None:
            marks.tls_end(self)


class Resolver(Protocol):
    """Looks names up."""

    async def addresses(self, host: str, port: int) -> Sequence[AddressInfo]:
        """Where a connection to a host may lead. Raises socket.gaierror, UnicodeError."""


class PinnedResolver:
    """Names whose addresses are given; the system's resolver has the others."""

    def __init__(self, addresses: Mapping[str, Sequence[str]]) -> None:
        self._addresses = addresses

    async def addresses(self, host: str, port: int) -> Sequence[AddressInfo]:
        """Where a connection to a host may lead. Raises socket.gaierror."""
        found = self._addresses.get(host)
        if found is None:
            return await SystemResolver().addresses(host, port)
        return [(AF_INET6 if ":" in one else AF_INET, SOCK_STREAM, 0, "", (one, port)) for one in found]


class SystemResolver:
    """The system's resolver, as libc answers it; a name in `pins` has the address given there."""

    def __init__(self, pins: Mapping[str, str] | None = None) -> None:
        self._pins = pins or {}

    async def addresses(self, host: str, port: int) -> Sequence[AddressInfo]:
        """Where a connection to a host may lead. Raises socket.gaierror."""
        return await asyncio.get_running_loop().getaddrinfo(pinned(host, self._pins), port, type=SOCK_STREAM)


def pinned(host: str, pins: Mapping[str, str]) -> str:
    """The address that `pins` gives a host (names in lower case), else the host itself."""
    return pins.get(host.lower().removesuffix("."), host)


def timed_socket(address: tuple[Any, ...]) -> socket:
    """A socket for a connection that begins now."""
    family, kind, protocol, _, place = address
    marks = current.get()
    if marks is not None:
        marks.connect_start(in_brackets(place[0], place[1]))
    made = socket(family=family, type=kind, proto=protocol)
    made.setblocking(False)
    return made


def allowed(permitted: AddressFilter | None, host: str, found: Iterable[AddressInfo]) -> list[AddressInfo]:
    """Those addresses of `host`, as getaddrinfo gives them, that may be connected to.

    Raises AddressRefusedError where none may.
    """
    kept = [one for one in found if permitted is None or permitted.allows(host, str(one[4][0]))]
    if not kept:
        raise AddressRefusedError(host)
    return kept


def in_brackets(host: str, port: int) -> str:
    """`host:port`, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
