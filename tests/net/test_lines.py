"""Over real TLS: a host with many open requests that offers HTTP/2 is asked over it; every other as ever."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import RequestReceived
from tests.lab.certificates import Authority

from gomend.causes import Code
from gomend.net.client import Ask, Client, Limits
from gomend.net.exchange import Exchange
from gomend.net.faults import WireError
from gomend.net.roots import client_context

PATIENT = Limits(connect=30, tls=30, first_byte=30, stall=30)
BODY = b"module example.com/a\n"
MANY = 8  # open requests, from which on HTTP/2 is tried


class Bilingual:
    """Answers over HTTP/2 by `answer`, over HTTP/1.1 with BODY; a request for /held waits there until `go_on`."""

    def __init__(self, tls: ssl.SSLContext, answer: Callable[[H2Connection, int], None]) -> None:
        self.go_on = asyncio.Event()
        self.over_http1 = self.over_http2 = self.connections = 0
        self._tls, self._answer = tls, answer
        self._talks: set[asyncio.Task[None] | None] = set()

    async def open(self) -> str:
        """Its base URL."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return f"https://localhost:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        self._server.close()
        for talk in self._talks:
            assert talk is not None
            talk.cancel()
        await asyncio.gather(*(talk for talk in self._talks if talk is not None), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._talks.add(asyncio.current_task())
        speak = self._http2 if writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2" else self._http1
        try:
            await speak(reader, writer)
        except (OSError, EOFError):
            pass
        finally:
            writer.close()

    async def _http1(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            self.over_http1 += 1
            if b"/held" in head:
                await self.go_on.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)

    async def _http2(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        server.initiate_connection()
        while True:
            writer.write(server.data_to_send())
            data = await reader.read(1 << 16)
            if not data:
                return
            for event in server.receive_data(data):
                if isinstance(event, RequestReceived):
                    self.over_http2 += 1
                    self._answer(server, event.stream_id or 0)


def healthy(server: H2Connection, stream: int) -> None:
    server.send_headers(stream, [(":status", "200"), ("content-length", str(len(BODY)))])
    server.send_data(stream, BODY, end_stream=True)


def refusing(server: H2Connection, stream: int) -> None:
    server.reset_stream(stream, ErrorCodes.REFUSED_STREAM)


def cutting(server: H2Connection, stream: int) -> None:
    server.send_headers(stream, [(":status", "200"), ("content-length", str(len(BODY)))])
    server.send_data(stream, BODY[:5])
    server.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)


class Bench:
    """A client with `held` requests open at a server; what it records."""

    def __init__(self, client: Client, server: Bilingual, url: str, exchanges: list[Exchange]) -> None:
        self.client, self.server, self.url, self.exchanges = client, server, url, exchanges

    async def get(self, path: str, *, purpose: str = "mod", attempt: int = 1) -> bytes:
        ask = Ask(f"{self.url}/{path}", purpose=purpose, attempt=attempt)
        async with self.client.get(ask, PATIENT) as answer:
            return b"".join([chunk async for chunk in answer.chunks()])


def run(
    folder: Path,
    act: Callable[[Bench], Awaitable[None]],
    *,
    offers: tuple[str, ...] = ("h2", "http/1.1"),
    answer: Callable[[H2Connection, int], None] = healthy,
    held: int = MANY,
) -> Bench:
    """`act` happens while `held` requests wait for their answers; all of them come in the end."""
    authority = Authority.new()
    tls = authority.server("localhost")
    tls.set_alpn_protocols(list(offers))
    trusting = client_context({"SSL_CERT_FILE": str(authority.write(folder / "ca")), "SSL_CERT_DIR": "/"})
    exchanges: list[Exchange] = []

    async def go() -> Bench:
        server = Bilingual(tls, answer)
        client = Client(tls=trusting, clock=time.monotonic, record=exchanges.append)
        bench = Bench(client, server, await server.open(), exchanges)
        try:
            waiting = [asyncio.create_task(bench.get(f"held/{number}")) for number in range(held)]
            while server.over_http1 < held:
                await asyncio.sleep(0.001)
            await act(bench)
            server.go_on.set()
            assert await asyncio.gather(*waiting) == [BODY] * held
        finally:
            await client.close()
            await server.close()
        return bench

    return asyncio.run(go())


async def line_is_up(bench: Bench) -> None:
    while not bench.client.streams(bench.url):
        await asyncio.sleep(0.001)


def test_from_many_open_requests_on_small_files_share_one_connection(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        await line_is_up(bench)
        assert await asyncio.gather(*(bench.get(str(number)) for number in range(60))) == [BODY] * 60
        assert await bench.get("a.zip", purpose="zip") == BODY
        assert await bench.get("again", attempt=2) == BODY

    bench = run(tmp_path, act)
    assert (bench.server.over_http2, bench.server.over_http1) == (60, MANY + 2)
    shared = bench.exchanges[MANY : MANY + 60]
    assert [one.http2 for one in bench.exchanges] == [one in shared for one in bench.exchanges]
    for one in shared:
        assert (one.reused, one.status, one.bytes, one.code) == (True, 200, len(BODY), None)
        assert one.address.startswith("127.0.0.1:")
        marks = one.phases
        assert marks.dns_start is marks.tls_start is marks.connect_start is None
        assert None not in (marks.sent, marks.first_byte, marks.end)


def test_few_open_requests_are_no_reason_for_another_connection(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        await bench.get("x")
        assert not bench.client.streams(bench.url)

    assert run(tmp_path, act, held=MANY - 2).server.connections == MANY - 1


def test_a_host_that_does_not_offer_it_is_asked_as_ever(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        while bench.server.connections <= MANY:
            await asyncio.sleep(0.001)
        assert await asyncio.gather(*(bench.get(str(number)) for number in range(20))) == [BODY] * 20
        assert not bench.client.streams(bench.url)

    bench = run(tmp_path, act, offers=("http/1.1",))
    assert (bench.server.over_http2, bench.server.over_http1) == (0, MANY + 20)


def test_a_request_that_is_turned_away_is_made_over_http1_unseen(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        await line_is_up(bench)
        assert await bench.get("x") == BODY

    bench = run(tmp_path, act, answer=refusing)
    one = bench.exchanges[-1]
    assert (len(bench.exchanges), one.status, one.code, one.attempt, one.http2) == (MANY + 1, 200, None, 1, False)
    assert bench.server.over_http2 == 1


def test_a_body_that_is_cut_is_a_fault_of_http2(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        await line_is_up(bench)
        with pytest.raises(WireError) as caught:
            await bench.get("x")
        assert (caught.value.code, caught.value.before_answer) == (Code.NET_HTTP2, False)

    assert run(tmp_path, act, answer=cutting).exchanges[-1].code is Code.NET_HTTP2
