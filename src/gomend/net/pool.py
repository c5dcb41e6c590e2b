"""Kept-alive HTTP/1.1 connections to hosts themselves, so many to each; every step of a new one is timed."""

import asyncio
import re
import ssl
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

import aiohappyeyeballs
from yarl import URL

from gomend.net.addressfilter import AddressFilter
from gomend.net.faults import RequestError
from gomend.net.http1 import Http1Line, Reply, encoded
from gomend.net.plainline import PlainLine
from gomend.net.timing import AddressInfo, Marks, Resolver, allowed, timed_socket
from gomend.net.tlsline import TLSLine

_KEPT = 90.0  # seconds that a connection is kept unused; net/http's
_KNOWN = 10.0  # seconds that a name's addresses are good for
_HEAD_START = 0.25  # seconds between two addresses (RFC 8305 §5)
_NOT_ON_A_LINE = re.compile(rb"[^!-~]")


_Key = tuple[str, str, int]  # scheme, host, port


@dataclass(slots=True)
class _Host:
    key: _Key
    askers: int = 0  # who want a connection
    free: list[Http1Line] = field(default_factory=list)
    lines: set[Http1Line] = field(default_factory=set)  # free or not
    opening: int = 0
    waiting: "deque[asyncio.Future[None]]" = field(default_factory=deque)
    expiries: dict[Http1Line, asyncio.TimerHandle] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.lines) + self.opening

    def tell(self) -> None:
        """One who waits may look again."""
        while self.waiting:
            first = self.waiting.popleft()
            if not first.done():
                first.set_result(None)
                return


class Pool:
    """At most `per_host` connections to each host, to addresses that are `permitted`, until `close`."""

    def __init__(
        self, tls: ssl.SSLContext, resolver: Resolver, per_host: int, permitted: AddressFilter | None = None
    ) -> None:
        self._tls = tls
        self._resolver = resolver
        self._per_host = per_host
        self._permitted = permitted
        self._hosts: dict[_Key, _Host] = {}
        self._known: dict[tuple[str, int], tuple[float, Sequence[AddressInfo]]] = {}
        self._lookups: dict[tuple[str, int], asyncio.Task[Sequence[AddressInfo]]] = {}  # one for all who wait for it

    async def ask(self, marks: Marks, url: URL, method: str, headers: Iterable[tuple[str, str]]) -> Reply:
        """The answer to a request, its head read. A request that was lost with a kept connection is made again.

        Raises OSError, MalformedError, RequestError.
        """
        path = url.raw_path_qs or "/"
        request = encoded(method, url.raw_authority.rpartition("@")[2], _as_one_word(path), headers)
        while True:
            line = await self._line(marks, url)
            reply = line.ask(request, is_head=method == "HEAD")
            marks.sent()
            try:
                await reply.begun()
            except OSError:
                reply.done()
                if not marks.exchange.reused or reply.was_heard:
                    raise
                marks.again()
            except BaseException:
                reply.done()
                raise
            else:
                return reply

    async def close(self) -> None:
        """End all connections."""
        for lookup in self._lookups.values():
            lookup.cancel()
        for host in list(self._hosts.values()):
            for timer in host.expiries.values():
                timer.cancel()
            for line in list(host.lines):
                line.close()

    async def _line(self, marks: Marks, url: URL) -> Http1Line:
        key = (url.scheme, url.raw_host or "", url.port or 0)
        host = self._hosts.setdefault(key, _Host(key))
        host.askers += 1
        try:
            return await self._line_to(host, marks, url)
        finally:
            host.askers -= 1
            self._forget_idle(host)

    def _forget_idle(self, host: _Host) -> None:
        """A server asks hosts that others name: of one without a connection nothing is kept."""
        if not (host.askers or host.lines):
            self._hosts.pop(host.key, None)

    async def _line_to(self, host: _Host, marks: Marks, url: URL) -> Http1Line:
        has_waited = False
        while not host.free and host.count >= self._per_host:
            marks.limit(None)  # waiting for one to be free is no fault of the source
            has_waited = True
            turn = asyncio.get_running_loop().create_future()
            host.waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    host.tell()  # the next one, then
                raise
        if has_waited:
            marks.limit(marks.limits.connect)
        if host.free:
            line = host.free.pop()
            host.expiries.pop(line).cancel()
            marks.exchange.reused = True
            return line
        host.opening += 1
        try:
            return await self._connected(host, marks, url)
        finally:
            host.opening -= 1
            if host.count < self._per_host:
                host.tell()

    async def _connected(self, host: _Host, marks: Marks, url: URL) -> Http1Line:
        loop = asyncio.get_running_loop()
        name, port = url.raw_host or "", url.port or (443 if url.scheme == "https" else 80)
        found = allowed(self._permitted, name, await self._addresses(marks, name, port))
        try:
            socket = await aiohappyeyeballs.start_connection(
                found, happy_eyeballs_delay=_HEAD_START, socket_factory=timed_socket
            )
        except OSError:
            self._known.pop((name, port), None)
            raise
        line = Http1Line(self._freed(host), self._ended(host))
        below = TLSLine(line, self._tls, name.rstrip("."), ("http/1.1",)) if url.scheme == "https" else PlainLine(line)
        line.below = below
        host.lines.add(line)
        try:
            await loop.create_connection(lambda: below, sock=socket)
        except BaseException:
            socket.close()
            host.lines.discard(line)
            raise
        try:
            await line.is_established
        except BaseException:
            line.close()
            raise
        if marks.connected is not None:
            marks.connected()
        return line

    async def _addresses(self, marks: Marks, name: str, port: int) -> Sequence[AddressInfo]:
        now = asyncio.get_running_loop().time()
        until, known = self._known.get((name, port), (0.0, ()))
        if now < until:
            return known
        is_address = _is_address(name)
        if not is_address:
            marks.dns_start()
        try:
            found = await asyncio.shield(self._lookup(name, port))
        except UnicodeError as error:
            raise RequestError(f"invalid host {name!r}") from error
        if not is_address:
            marks.dns_end()
        return found

    def _lookup(self, name: str, port: int) -> "asyncio.Task[Sequence[AddressInfo]]":
        """One under way, or a new one: many connections are opened at once, and each would ask the same."""
        lookup = self._lookups.get((name, port))
        if lookup is None:
            loop = asyncio.get_running_loop()
            lookup = self._lookups[name, port] = loop.create_task(self._look_up(name, port))
            lookup.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # if nobody waits any more
        return lookup

    async def _look_up(self, name: str, port: int) -> Sequence[AddressInfo]:
        try:
            found = await self._resolver.addresses(name, port)
        finally:
            del self._lookups[name, port]
        now = asyncio.get_running_loop().time()
        self._known = {key: one for key, one in self._known.items() if now < one[0]}
        self._known[name, port] = now + _KNOWN, found
        return found

    def _freed(self, host: _Host) -> Callable[[Http1Line], None]:
        def freed(line: Http1Line) -> None:
            host.free.append(line)
            host.expiries[line] = asyncio.get_running_loop().call_later(_KEPT, line.close)
            host.tell()

        return freed

    def _ended(self, host: _Host) -> Callable[[Http1Line], None]:
        def ended(line: Http1Line) -> None:
            host.lines.discard(line)
            if line in host.free:
                host.free.remove(line)
                host.expiries.pop(line).cancel()
            host.tell()
            self._forget_idle(host)

        return ended


def _as_one_word(path: str) -> str:
    """The path with what may not stand in a request line escaped, as net/http does."""
    raw = path.encode("utf-8", "surrogateescape")
    return _NOT_ON_A_LINE.sub(lambda found: b"%%%02X" % found[0][0], raw).decode("ascii")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
