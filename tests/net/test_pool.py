"""Connections are kept and shared: so many to a host, no more, and none is lost with one who gives up waiting."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from socket import AF_INET, SOCK_STREAM

from tests.lab.listener import refused_port
from yarl import URL

from gomend.net.client import Ask, Client, Limits
from gomend.net.exchange import Exchange, Phases
from gomend.net.pool import Pool
from gomend.net.roots import client_context
from gomend.net.timing import AddressInfo, Marks, SystemResolver

LIMITS = Limits(connect=30, tls=30, first_byte=30, stall=30)


class Source:
    """Answers each request when `go_on` is set, and counts its connections."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.asked = asyncio.Semaphore(0)
        self.connections = self.requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(EOFError, OSError):
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests += 1
                self.asked.release()
                await self.go_on.wait()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()


def run(act: Callable[[Source, Callable[[], Awaitable[bytes]]], Awaitable[None]]) -> None:
    async def go() -> None:
        source = Source()
        server = await asyncio.start_server(source.serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
        client = Client(tls=client_context({}), clock=time.monotonic, record=lambda _: None, connections_per_host=2)

        async def ask() -> bytes:
            async with client.get(Ask(url), LIMITS) as answer:
                return b"".join([chunk async for chunk in answer.chunks()])

        try:
            await act(source, ask)
        finally:
            await client.close()
            server.close()

    asyncio.run(asyncio.wait_for(go(), 60))


def test_a_host_gets_no_more_connections_than_it_may() -> None:
    async def act(source: Source, ask: Callable[[], Awaitable[bytes]]) -> None:
        asks = [asyncio.ensure_future(ask()) for _ in range(7)]
        for _ in range(2):
            await source.asked.acquire()
        assert source.requests == 2
        source.go_on.set()
        assert await asyncio.gather(*asks) == [b"ok"] * 7
        assert source.connections == 2

    run(act)


def test_one_who_gives_up_waiting_takes_no_connection_along() -> None:
    async def act(source: Source, ask: Callable[[], Awaitable[bytes]]) -> None:
        first = [asyncio.ensure_future(ask()) for _ in range(2)]
        for _ in range(2):
            await source.asked.acquire()
        waiting = [asyncio.ensure_future(ask()) for _ in range(4)]
        await asyncio.sleep(0)
        for one in waiting[:3]:
            one.cancel()
        source.go_on.set()
        assert await asyncio.gather(*first, waiting[3]) == [b"ok"] * 3
        assert source.connections == 2

    run(act)


def test_one_who_gives_up_an_answer_leaves_room_for_the_next() -> None:
    async def act(source: Source, ask: Callable[[], Awaitable[bytes]]) -> None:
        first = [asyncio.ensure_future(ask()) for _ in range(2)]
        for _ in range(2):
            await source.asked.acquire()
        following = asyncio.ensure_future(ask())
        await asyncio.sleep(0)
        first[0].cancel()
        await source.asked.acquire()
        source.go_on.set()
        assert await asyncio.gather(first[1], following) == [b"ok"] * 2
        assert source.connections == 3

    run(act)


def test_waiting_for_a_connection_to_be_free_is_no_fault_of_the_source() -> None:
    async def go() -> None:
        source = Source()
        server = await asyncio.start_server(source.serve, "127.0.0.1", 0)
        url = URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x")
        pool = Pool(client_context({}), SystemResolver(), 1)
        timers = []

        async def ask() -> None:
            async with asyncio.timeout(LIMITS.connect) as timer:
                timers.append(timer)
                exchange = Exchange(str(url), "zip", 0, 1, Phases(time.monotonic()))
                reply = await pool.ask(Marks(exchange, time.monotonic, LIMITS, timer, None), url, "GET", ())
                reply.done()

        first = asyncio.ensure_future(ask())
        await source.asked.acquire()
        second = asyncio.ensure_future(ask())
        await asyncio.sleep(0)
        assert [timer.when() is None for timer in timers] == [False, True]
        source.go_on.set()
        await asyncio.gather(first, second)
        await pool.close()
        server.close()

    asyncio.run(asyncio.wait_for(go(), 60))


class Counted:
    """A resolver that answers when `go_on` is set, and counts."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.asked = 0

    async def addresses(self, _: str, port: int) -> list[AddressInfo]:
        self.asked += 1
        await self.go_on.wait()
        return [(AF_INET, SOCK_STREAM, 0, "", ("127.0.0.1", port))]


async def asked_of(pool: Pool, url: URL) -> None:
    async with asyncio.timeout(LIMITS.connect) as timer:
        exchange = Exchange(str(url), "zip", 0, 1, Phases(time.monotonic()))
        reply = await pool.ask(Marks(exchange, time.monotonic, LIMITS, timer, None), url, "GET", ())
        await reply.read()
        reply.done()


def test_a_name_is_looked_up_once_for_all_who_wait_also_where_the_first_gives_up() -> None:
    async def go() -> None:
        source, resolver = Source(), Counted()
        source.go_on.set()
        server = await asyncio.start_server(source.serve, "127.0.0.1", 0)
        url = URL(f"http://source.example:{server.sockets[0].getsockname()[1]}/x")
        pool = Pool(client_context({}), resolver, 8)
        asks = [asyncio.ensure_future(asked_of(pool, url)) for _ in range(5)]
        await asyncio.sleep(0)
        asks.pop(0).cancel()
        await asyncio.sleep(0)
        resolver.go_on.set()
        await asyncio.gather(*asks)
        assert (resolver.asked, source.requests) == (1, 4)
        await pool.close()
        server.close()

    asyncio.run(asyncio.wait_for(go(), 60))


def test_nothing_is_kept_of_a_host_without_a_connection() -> None:
    async def go() -> None:
        pool = Pool(client_context({}), SystemResolver(), 8)
        for _ in range(3):
            with suppress(ConnectionRefusedError):
                await asked_of(pool, URL(f"http://127.0.0.1:{refused_port()}/x"))
        assert not pool._hosts
        source = Source()
        source.go_on.set()
        server = await asyncio.start_server(source.serve, "127.0.0.1", 0)
        await asked_of(pool, URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"))
        assert len(pool._hosts) == 1
        await pool.close()
        while pool._hosts:
            await asyncio.sleep(0)
        server.close()

    asyncio.run(asyncio.wait_for(go(), 60))
