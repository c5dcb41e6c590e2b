"""Every exchange says when it was over, also when nobody waited for its end."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from gomend.net.client import Ask, Client, Limits
from gomend.net.exchange import Exchange

HEADERS = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@asynccontextmanager
async def source(answer: bytes) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A server that sends `answer` to a request and then nothing more; the event says that one came."""
    asked = asyncio.Event()
    over = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        asked.set()
        await over.wait()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", asked
        finally:
            over.set()


async def _left(answer: bytes) -> Exchange:
    """The exchange of a request whose asker goes away after so much of an answer."""
    record: list[Exchange] = []
    client = Client(tls=ssl.create_default_context(), clock=monotonic, record=record.append)

    async def ask(url: str) -> None:
        async with client.get(Ask(url), Limits()) as got:
            async for _ in got.chunks():
                pass

    async with source(answer) as (url, asked):
        asking = asyncio.ensure_future(ask(url))
        await asked.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await client.close()
    return record[0]


def test_a_request_that_was_given_up_has_an_end():
    for answer in (b"", HEADERS, HEADERS + b"half"):
        exchange = asyncio.run(_left(answer))
        assert exchange.phases.end is not None
        assert exchange.phases.end >= exchange.phases.start


def test_an_answer_whose_body_was_not_wanted_ends_with_its_headers_however_long_it_is_held():
    async def glance() -> Exchange:
        record: list[Exchange] = []
        client = Client(tls=ssl.create_default_context(), clock=monotonic, record=record.append)
        async with source(HEADERS) as (url, _):
            async with client.get(Ask(url), Limits()) as answer:
                assert answer.status == 200
            await client.close()
        return record[0]

    phases = asyncio.run(glance()).phases
    assert phases.end is not None
    assert phases.end == phases.first_byte
