"""Which hosts are asked over HTTP/2: those with many open requests that offer it. All others over HTTP/1.1."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field

import aiohappyeyeballs
from yarl import URL

from gomend.net.addressfilter import AddressFilter
from gomend.net.multiplexed import Http2Line, NotAnsweredError, Stream
from gomend.net.timing import Resolver, allowed
from gomend.net.tlsline import TLSLine

_MANY = 8  # requests open at once, from which on a connection for all of them pays
_PATIENCE = 20.0  # seconds to open one: nothing waits for it


@dataclass(slots=True)
class _Host:
    open_requests: int = 0
    is_alive: bool = False  # a connection to it was made
    line: Http2Line | None = None
    address: str = ""
    opening: "asyncio.Task[None] | None" = None
    is_unfit: bool = False  # does not offer HTTP/2, or failed at it: never tried again


@dataclass(slots=True)
class Lines:
    """The HTTP/2 connections of a client, each opened beside the requests that already run."""

    tls: ssl.SSLContext
    resolver: Resolver
    permitted: AddressFilter | None = None
    _hosts: dict[tuple[str, int], _Host] = field(default_factory=dict)

    def begun(self, url: URL) -> None:
        """A request to an https URL is open, directly and not through a forward proxy."""
        host = self._host(url)
        host.open_requests += 1
        self._consider(host, url)

    def connected(self, url: URL) -> None:
        """A request has made a connection of its own: one more is no vain attempt at a host that is dead."""
        host = self._host(url)
        host.is_alive = True
        self._consider(host, url)

    def ended(self, url: URL) -> None:
        """It is over."""
        self._host(url).open_requests -= 1

    def room(self, url: URL) -> int:
        """How many files may be asked over HTTP/2 at once."""
        line = self._host(url).line
        return line.room if line is not None else 0

    def ask(self, url: URL, method: str, headers: "list[tuple[str, str]]") -> tuple[Stream, str]:
        """Make a request; also the address that is asked. Raises NotAnsweredError where there is no line for it."""
        host = self._host(url)
        if host.line is None:
            raise NotAnsweredError
        authority = url.raw_authority.rpartition("@")[2]
        return host.line.ask(method, authority, url.raw_path_qs, headers), host.address

    async def close(self) -> None:
        """End all connections."""
        for host in self._hosts.values():
            if host.opening is not None:
                host.opening.cancel()
                await asyncio.gather(host.opening, return_exceptions=True)
            if host.line is not None:
                host.line.close()

    def _host(self, url: URL) -> _Host:
        return self._hosts.setdefault((url.raw_host or "", url.port or 0), _Host())

    def _consider(self, host: _Host, url: URL) -> None:
        is_open = host.line is not None or host.opening is not None
        if host.is_alive and host.open_requests >= _MANY and not is_open and not host.is_unfit:
            host.opening = asyncio.get_running_loop().create_task(self._open(host, url))

    async def _open(self, host: _Host, url: URL) -> None:
        host.is_unfit = True  # until shown otherwise
        with suppress(OSError, UnicodeError):
            async with asyncio.timeout(_PATIENCE):
                line, host.address = await self._connected(host, url)
                if await line.is_established:
                    host.line, host.is_unfit = line, False
                else:
                    line.close()
        host.opening = None

    async def _connected(self, host: _Host, url: URL) -> tuple[Http2Line, str]:
        loop = asyncio.get_running_loop()
        name, port = url.raw_host or "", url.port or 443
        found = allowed(self.permitted, name, await self.resolver.addresses(name, port))
        socket = await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=0.25)
        place = socket.getpeername()

        def forget() -> None:
            host.line = None

        line = Http2Line(forget)
        line.below = below = TLSLine(line, self.tls, name, ("h2", "http/1.1"))
        try:
            await loop.create_connection(lambda: below, sock=socket)
        except BaseException:
            socket.close()
            raise
        return line, f"[{place[0]}]:{place[1]}" if ":" in place[0] else f"{place[0]}:{place[1]}"
