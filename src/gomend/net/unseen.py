"""What a forward proxy may be asked for where a filter stands: the proxy looks names up by itself, and unseen.

What it will find is not known here. But a name that this machine finds at an address that is not public is most
likely there for the proxy, too, which stands in the same network. Where this machine finds nothing, as in networks in
which only the proxy can look names up, the proxy judges alone.
"""

import asyncio
import socket
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress

from gomend.net.addressfilter import AddressFilter
from gomend.net.faults import AddressRefusedError
from gomend.net.timing import AddressInfo, Resolver

_SECONDS = 1.5  # for a look-up: who waits for one that never ends waits again and again
_GOOD_FOR = 60.0  # seconds
_MOST = 512  # names that are remembered
_AT_ONCE = 8  # look-ups


class Unseen:
    """Judges hosts before a forward proxy is asked for them. Names are looked up by `resolver`."""

    def __init__(self, permitted: AddressFilter, resolver: Resolver | None = None) -> None:
        self._permitted = permitted
        self._resolver = resolver or _Apart()
        self._known: OrderedDict[str, tuple[float, bool]] = OrderedDict()

    async def check(self, host: str) -> None:
        """Raises AddressRefusedError for what spells out an address that is not permitted, or leads to one."""
        if not self._permitted.allows_unseen(host) or not await self._may_be_asked(host):
            raise AddressRefusedError(host)

    async def _may_be_asked(self, host: str) -> bool:
        now = asyncio.get_running_loop().time()
        until, known = self._known.get(host, (0.0, True))
        if now < until:
            return known
        try:
            async with asyncio.timeout(_SECONDS):
                found = await self._resolver.addresses(host, 443)
        except (OSError, UnicodeError):  # TimeoutError is an OSError
            found = ()
        # One is enough: which of them the proxy takes is its own choice.
        may = all(self._permitted.allows(host, str(place[0])) for *_, place in found)
        self._known[host] = (now + _GOOD_FOR, may)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return may


class _Apart:
    """The system's resolver in threads of its own: where it never answers, nobody else waits for a thread, and the
    process does not wait at its end.
    """

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def addresses(self, host: str, port: int) -> Sequence[AddressInfo]:
        """As of Resolver."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Sequence[AddressInfo]] = loop.create_future()

        def told(found: Sequence[AddressInfo] | Exception) -> None:
            self._turns.release()
            if answered.done():
                return
            answered.set_exception(found) if isinstance(found, Exception) else answered.set_result(found)

        def look_up() -> None:
            found: Sequence[AddressInfo] | Exception
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                found = error
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(told, found)

        await self._turns.acquire()
        threading.Thread(target=look_up, daemon=True, name="look-up").start()
        return await answered
