"""A URL asked at each address of its host, its redirects followed, its certificates read. Raises nothing."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gomend.causes import Code
from gomend.diagnose.names.looking import Names
from gomend.diagnose.world import World
from gomend.net.dial import Dialer, Line, ProxyAnswerError
from gomend.net.dns.lookup import Looked
from gomend.net.exchange import Exchange, Phases
from gomend.net.faults import WireError
from gomend.net.forward import CGIError, ForwardProxy
from gomend.net.handshake import OpenTunnel, Shaken, Shaker
from gomend.net.hostport import host_and_port
from gomend.net.timing import Limits, PinnedResolver

if TYPE_CHECKING:
    from ssl import SSLContext

    from gomend.net.client import Client

_MOST_ADDRESSES = 8
_FIRST = 64  # bytes of a body that are shown
_ENOUGH = 1 << 16  # bytes that are read from an address that is not the one to look at
_PORTS = {"http": 80, "https": 443}
_AGENT = "Go-http-client/1.1"  # as go names itself to a forward proxy


LIMITS = Limits(connect=5, tls=5, first_byte=15, stall=10)


@dataclass(frozen=True, slots=True)
class Wish:
    """What to ask and how. `resolve` gives addresses for (host, port); `http` is 1, 2 or empty for what go would do."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    times: int = 1
    resolve: Mapping[tuple[str, int], str] = field(default_factory=dict)
    http: str = ""
    limits: Limits = LIMITS
    seconds: float = 60  # for one request whole
    retry: int = 0  # further tries of a request that failed

    @property
    def host(self) -> str:
        """The host of the URL, without brackets."""
        return host_and_port(urlsplit(self.url).netloc.rpartition("@")[2])[0]

    @property
    def port(self) -> int:
        """Its port."""
        parts = urlsplit(self.url)
        return host_and_port(parts.netloc.rpartition("@")[2])[1] or _PORTS.get(parts.scheme, 443)

    @property
    def is_secure(self) -> bool:
        """Whether TLS is spoken."""
        return self.url.startswith("https:")


@dataclass(slots=True)
class Fetched:
    """One request with its redirects: an exchange a hop; headers and beginning of the last answer."""

    exchanges: list[Exchange] = field(default_factory=list)
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    first: bytes = b""
    http: str = "1.1"
    code: Code | None = None
    words: str = ""
    tries: int = 1
    skew: float | None = None  # seconds by which the server's clock is ahead of this machine's

    @property
    def status(self) -> int | None:
        """Of the last answer."""
        return self.exchanges[-1].status if self.exchanges else None

    @property
    def seconds(self) -> float:
        """From the first request's start to the last one's end."""
        if not self.exchanges:
            return 0.0
        end = self.exchanges[-1].phases.end
        return (end if end is not None else self.exchanges[-1].phases.start) - self.exchanges[0].phases.start


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """One address: what connecting came to, and the request there, None where none could be made."""

    shaken: Shaken
    fetched: Fetched | None


@dataclass(frozen=True, slots=True)
class Probed:
    """All that was seen of a URL. `main` is the request to look at; `runs` are the seconds of each repeated one."""

    wish: Wish
    through: str  # the forward proxy, empty for none
    looked: Looked | None
    lookup: float | None  # seconds that looking the name up took
    addresses: tuple[AddressSeen, ...]
    main: Fetched | None
    http2: Fetched | None = None
    runs: tuple[float, ...] = ()
    failed: int = 0  # of the repeated requests

    @property
    def code(self) -> Code | None:
        """Why nothing was answered; None where something was."""
        if self.main is not None:
            return self.main.code
        if self.looked is not None and self.looked.code is not None:
            return self.looked.code
        return next((one.shaken.code for one in self.addresses if one.shaken.code is not None), None)


class Prober:
    """Probes URLs of one world."""

    def __init__(self, world: World, names: Names | None = None) -> None:
        self._world = world
        self._names = names or Names(world)

    @cached_property
    def _tls(self) -> "SSLContext":
        """What go judges servers with; offers HTTP/1.1 alone."""
        from gomend.net.roots import client_context  # noqa: PLC0415

        return client_context(self._world.environment)

    async def probe(self, wish: Wish, *, running: Callable[[int], None] = lambda _: None) -> Probed:
        """What the URL comes to. `running` is told the number of each repeated request."""
        try:
            proxy = self._world.forward.for_url(wish.url)
        except CGIError:
            proxy = None
        if proxy is not None:
            return await self._probe_through(wish, proxy, running)
        looked, lookup, addresses = await self._addresses(wish)
        if not addresses:
            return Probed(wish, "", looked, lookup, (), None)
        shaker = Shaker(lambda: self._world.tls, self._world.clock, self._world.now, wish.limits)
        shaken = await asyncio.gather(
            *(shaker.shake(wish.host, wish.port, one, secure=wish.is_secure) for one in addresses)
        )
        seen, http2 = await asyncio.gather(self._asked_at(wish, shaken), self._also_http2(wish, shaken))
        fetches = [one.fetched for one in seen if one.fetched is not None]
        main = next((one for one in fetches if one.code is None), fetches[0] if fetches else None)
        place = next((one.shaken.address for one in seen if one.fetched is main and main is not None), None)
        runs, failed = await self._repeated(wish, place, running) if place is not None else ((), 0)
        return Probed(wish, "", looked, lookup, tuple(seen), main, http2, runs, failed)

    async def _probe_through(self, wish: Wish, proxy: ForwardProxy, running: Callable[[int], None]) -> Probed:
        """Behind a forward proxy there are no addresses to choose from; the certificate is the one seen through it."""
        seen: tuple[AddressSeen, ...] = ()
        main = await self._tried(wish, None)
        if wish.is_secure:
            shaker = Shaker(lambda: self._world.tls, self._world.clock, self._world.now, wish.limits)
            shaken = await shaker.shake_through(self._tunnel(wish, proxy), wish.host, wish.port)
            seen = (AddressSeen(shaken, main),)
        offers = bool(seen) and seen[0].shaken.alpn == "h2" and main.code is None
        http2 = await self._by_http2(wish, None) if offers and not wish.http and wish.method == "GET" else None
        runs, failed = await self._repeated(wish, None, running)
        return Probed(wish, proxy.shown, None, None, seen, main, http2, runs, failed)

    def _tunnel(self, wish: Wish, proxy: ForwardProxy) -> OpenTunnel:
        dialer = Dialer(lambda: self._tls, self._world.clock, wish.limits)

        async def opened() -> Line:
            exchange = Exchange(wish.url, "tunnel", -1, 1, Phases(self._world.clock()))
            return await dialer.through(proxy, wish.host, wish.port, exchange, _AGENT)

        return opened

    async def _asked_at(self, wish: Wish, shaken: Sequence[Shaken]) -> list[AddressSeen]:
        """The request at each address that can be connected to; the whole body is read at the first of them only."""
        sound = [one for one in shaken if one.code is None]
        fetches = await asyncio.gather(*(self._tried(wish, one.address, whole=one is sound[0]) for one in sound))
        by_address = dict(zip((one.address for one in sound), fetches, strict=True))
        return [AddressSeen(one, by_address.get(one.address)) for one in shaken]

    async def _addresses(self, wish: Wish) -> tuple[Looked | None, float | None, Sequence[str]]:
        given = wish.resolve.get((wish.host, wish.port))
        if given is not None:
            return None, None, (given,)
        try:
            return None, None, (str(ip_address(wish.host)),)
        except ValueError:
            pass
        begun = self._world.clock()
        looked = await self._names.look_up(wish.host)
        return looked, self._world.clock() - begun, looked.addresses[:_MOST_ADDRESSES]

    async def _repeated(
        self, wish: Wish, address: str | None, running: Callable[[int], None]
    ) -> tuple[tuple[float, ...], int]:
        runs, failed = [], 0
        for number in range(1, wish.times + 1) if wish.times > 1 else ():
            running(number)
            fetched = await self._fetched(wish, address, whole=True)
            if fetched.code is None:
                runs.append(fetched.seconds)
            else:
                failed += 1
        return tuple(runs), failed

    async def _tried(self, wish: Wish, address: str | None, *, whole: bool = True) -> Fetched:
        fetched = Fetched()
        for number in range(1, wish.retry + 2):
            fetched = await self._fetched(wish, address, whole=whole)
            fetched.tries = number
            if fetched.code is None:
                break
        return fetched

    async def _fetched(self, wish: Wish, address: str | None, *, whole: bool) -> Fetched:
        if wish.http == "2" and wish.is_secure:
            return await self._by_http2(wish, address)
        fetched = Fetched()
        client = self._client(wish, address, fetched)
        try:
            async with asyncio.timeout(wish.seconds):
                await self._read(client, wish, fetched, whole=whole)
        except WireError as error:
            fetched.code, fetched.words = error.code, error.words
        except TimeoutError:
            fetched.code, fetched.words = Code.NET_RESPONSE_TIMEOUT, f"not whole within {wish.seconds:g} s"
        finally:
            await client.close()
        return fetched

    def _client(self, wish: Wish, address: str | None, fetched: Fetched) -> "Client":
        from gomend.net.client import Client  # noqa: PLC0415 - costs more than all that comes before

        return Client(
            tls=self._tls,
            clock=self._world.clock,
            record=fetched.exchanges.append,
            proxy_for=self._world.forward.for_url,
            resolver=PinnedResolver({wish.host: [address]}) if address is not None else None,
        )

    async def _read(self, client: "Client", wish: Wish, fetched: Fetched, *, whole: bool) -> None:
        from gomend.net.client import Ask  # noqa: PLC0415

        ask = Ask(wish.url, headers=dict(wish.headers), method=wish.method)
        async with client.get(ask, wish.limits) as answer:
            fetched.reason = answer.reason
            fetched.headers = {name.lower(): value for name, value in answer.headers.items()}
            fetched.skew = self._skew(fetched.headers)
            async for chunk in answer.chunks():
                fetched.first += chunk[: _FIRST - len(fetched.first)] if len(fetched.first) < _FIRST else b""
                if not whole and answer.exchange.bytes > _ENOUGH:
                    break

    async def _also_http2(self, wish: Wish, shaken: Sequence[Shaken]) -> Fetched | None:
        """Where the server offers HTTP/2, which go would speak: one request by it."""
        offering = next((one for one in shaken if one.alpn == "h2"), None)
        if wish.http or offering is None or wish.method != "GET":
            return None
        return await self._by_http2(wish, offering.address)

    async def _by_http2(self, wish: Wish, address: str | None) -> Fetched:
        """At an address; None: through the forward proxy."""
        from gomend.net.http2 import Http2  # noqa: PLC0415

        exchange = Exchange(wish.url, "other", -1, 1, Phases(self._world.clock()))
        fetched = Fetched([exchange], http="2")
        proxy = self._world.forward.for_url(wish.url) if address is None else None
        tunnel = self._tunnel(wish, proxy) if proxy is not None else None
        speaker = Http2(lambda: self._world.tls, self._world.clock, wish.limits, tunnel)
        try:
            async with asyncio.timeout(wish.seconds):
                response = await speaker.get(
                    exchange, address or wish.host, method=wish.method, headers=dict(wish.headers)
                )
            fetched.headers, fetched.first = response.headers, response.first
        except WireError as error:
            fetched.code, fetched.words = error.code, error.words
        except ProxyAnswerError as error:
            fetched.code, fetched.words = Code.NET_HTTP_PROXY, f"the forward proxy answered {error.status}"
        except TimeoutError:
            fetched.code, fetched.words = Code.NET_RESPONSE_TIMEOUT, f"not whole within {wish.seconds:g} s"
        return fetched

    def _skew(self, headers: Mapping[str, str]) -> float | None:
        """By the Date header (RFC 9110 §6.6.1), what a cache added in Age taken off."""
        from email.utils import parsedate_to_datetime  # noqa: PLC0415

        age = headers.get("age", "")
        try:
            date = parsedate_to_datetime(headers.get("date", ""))
            return (date - self._world.now()).total_seconds() + (int(age) if age.isdigit() else 0)
        except (ValueError, TypeError):
            return None
