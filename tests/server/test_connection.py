"""The server's own HTTP/1.1: one request after the other, quick where an answer is at hand, patient for a while."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from gomend.server.conditions import Validators
from gomend.server.hot import Hot, Quick, Ready
from gomend.server.reception import Patience, Reception
from gomend.server.sending import ClientGoneError, send_ready
from gomend.server.visit import HEAD
from gomend.sources.purges import Purges

REQUEST = b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n"
LARGE = os.urandom(10_000_000)  # more than a socket takes at once


class Answers:
    """An application that answers some paths, and keeps small ones at hand."""

    def __init__(self, file: Path) -> None:
        self.hot = Hot(lambda: 0.0, Purges())
        self.asked: list[bytes] = []
        self.quick_ones: list[bytes] = []
        self.refused: list[int] = []
        self.gone = asyncio.Event()
        self.may_go_on = asyncio.Event()
        self.file = file

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        path = scope["raw_path"]
        self.asked.append(path)
        if path == b"/pieces":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for piece in (b"one", b"two"):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        elif path == b"/short":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
            await send({"type": "http.response.body", "body": b"part", "more_body": False})
        elif path == b"/slow":
            await self.may_go_on.wait()
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        elif path == b"/endless":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            try:
                while True:
                    await send({"type": "http.response.body", "body": LARGE, "more_body": True})
            except ClientGoneError:
                self.gone.set()
                raise
        else:
            is_file = path == b"/file"
            body = None if is_file else LARGE if path == b"/large" else b"hello"
            size = self.file.stat().st_size if body is None else len(body)
            ready = Ready("mod", size, (), Validators('"t"', 0), body, path=self.file if is_file else None)
            self.hot.put(path, ready, 60)
            await send_ready(send, scope["method"], {}, ready)
            self.hot.learn(scope[HEAD], path, ready, is_packed=False, is_secret=False, holder=None)

    def quick(self, head: bytes, client: str) -> Quick | None:
        del client
        return self.hot.quick(head)

    def was_quick(self, quick: Quick, client: str, began: float) -> None:
        assert client == "127.0.0.1" and began
        self.quick_ones.append(quick.path)

    def malformed(self, _: str, status: int) -> None:
        self.refused.append(status)


@contextlib.asynccontextmanager
async def received(folder: Path, **patience: float) -> AsyncIterator[tuple[Answers, int]]:
    """Such an application, and the port at which it is asked."""
    file = folder / "file"
    file.write_bytes(LARGE)
    answers = Answers(file)
    listening = socket.create_server(("127.0.0.1", 0))
    reception = Reception(answers, listening, Patience(**patience))
    port = listening.getsockname()[1]
    try:
        yield answers, port
    finally:
        await reception.close(0)


async def ask(port: int, *pieces: bytes, end: bool = True) -> bytes:
    """All that comes back until the server closes, after the client has (if `end`) said all it has to say."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 25)
    with contextlib.suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if end:
            writer.write_eof()
        answer = await reader.read()
    writer.close()
    return answer


def test_requests_that_come_together_or_in_pieces_are_answered_in_their_order(tmp_path: Path) -> None:
    async def main() -> None:
        async with received(tmp_path) as (answers, port):
            last = REQUEST % b"/last"
            order = (b"/a", b"/pieces", b"/a", b"/large", b"/b", b"/file", b"/a")
            for _ in range(2):  # the second time most are at hand
                got = await ask(port, b"".join(REQUEST % path for path in order) + last[:9], last[9:])
                assert got.count(b"HTTP/1.1 200 OK\r\n") == len(order) + 1
                assert got.count(b"hello") == 5 and got.count(LARGE) == 2
                assert got.index(b"\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\nHTTP") < got.index(LARGE)
            assert answers.asked.count(b"/a") == 1 and answers.asked.count(b"/pieces") == 2
            assert answers.quick_ones.count(b"/a") == 5 and answers.quick_ones.count(b"/file") == 1

    asyncio.run(main())


def test_an_answer_at_hand_is_the_same_as_before_and_forgotten_when_it_is_dropped(tmp_path: Path) -> None:
    def stable(answer: bytes) -> list[bytes]:
        return [line for line in answer.split(b"\r\n") if not line.startswith(b"date: ")]

    async def main() -> None:
        async with received(tmp_path) as (answers, port):
            for path in (b"/a", b"/file", b"/large"):
                first, second = [await ask(port, REQUEST % path) for _ in range(2)]
                assert stable(first) == stable(second) and len(answers.quick_ones) == 1
                answers.hot.drop(path)
                await ask(port, REQUEST % path)
                assert len(answers.quick_ones) == 1
                answers.quick_ones.clear()
            await ask(port, REQUEST % b"/file")
            answers.file.unlink()
            assert answers.hot.quick(REQUEST % b"/file") is None

    asyncio.run(main())


def test_who_comes_with_tls_is_told_at_once(tmp_path: Path) -> None:
    async def main() -> None:
        async with received(tmp_path) as (answers, port):
            got = await asyncio.wait_for(ask(port, b"\x16\x03\x01\x02\x00\x01", end=False), 5)
            assert got.startswith(b"HTTP/1.1 400 ") and b"this address speaks http" in got
            assert answers.refused == [400] and not answers.asked

    asyncio.run(main())


def test_what_is_behind_a_body_is_no_request(tmp_path: Path) -> None:
    async def main() -> None:
        async with received(tmp_path) as (answers, port):
            hidden = REQUEST % b"/hidden"
            for field in (b"Content-Length: %d" % len(hidden), b"Transfer-Encoding: chunked"):
                got = await ask(port, b"GET /a HTTP/1.1\r\nHost: localhost\r\n" + field + b"\r\n\r\n" + hidden)
                assert got.count(b"HTTP/1.1 200") == 1 and b"connection: close" in got
            assert set(answers.asked) == {b"/a"}
            assert (await ask(port, b"nonsense\r\n\r\n" + hidden)).startswith(b"HTTP/1.1 400 Bad Request\r\n")
            assert (await ask(port, b"GET /" + b"x" * 70_000)).startswith(b"HTTP/1.1 431 ")
            assert answers.refused == [400, 431]

    asyncio.run(main())


def test_an_answer_that_is_not_whole_never_looks_whole(tmp_path: Path) -> None:
    async def main() -> None:
        async with received(tmp_path) as (_, port):
            assert (await ask(port, REQUEST % b"/short", end=False)).endswith(b"\r\n\r\npart")
            old = b"GET /pieces HTTP/1.0\r\n\r\n"
            assert (await ask(port, old, end=False)).endswith(b"connection: close\r\n\r\nonetwo")
            assert (await ask(port, b"HEAD" + REQUEST[3:] % b"/a")).endswith(b"\r\n\r\n")

    asyncio.run(main())


def test_who_says_nothing_or_takes_nothing_is_not_kept(tmp_path: Path) -> None:
    async def main() -> None:
        async with received(tmp_path, request=0.05, stalled=0.05, look=0.01) as (answers, port):
            assert await ask(port, end=False) == b""
            assert await ask(port, b"GET / HT", end=False) == b""
            with socket.create_connection(("127.0.0.1", port)) as mute:
                mute.sendall(REQUEST % b"/endless")
                await answers.gone.wait()
        async with received(tmp_path, idle=0.05, look=0.01) as (answers, port):
            assert (await ask(port, REQUEST % b"/a", end=False)).endswith(b"hello")
            waits = asyncio.ensure_future(ask(port, REQUEST % b"/slow", end=False))
            await asyncio.sleep(0.2)  # longer than a client is waited for: it is the server that takes its time
            answers.may_go_on.set()
            assert b"204 No Content" in await waits

    asyncio.run(main())


def test_an_answer_under_way_is_ended_before_the_server_stops(tmp_path: Path) -> None:
    async def main() -> None:
        async with received(tmp_path) as (answers, _):
            listening = socket.create_server(("127.0.0.1", 0))
            port = listening.getsockname()[1]
            second = Reception(answers, listening)
            idle, busy = [asyncio.ensure_future(ask(port, REQUEST % path, end=False)) for path in (b"/a", b"/slow")]
            while not {b"/slow", b"/a"} <= set(answers.asked):
                await asyncio.sleep(0)
            closing = asyncio.ensure_future(second.close(60))
            assert (await idle).endswith(b"hello")
            assert not (closing.done() or busy.done())
            answers.may_go_on.set()
            await closing
            assert b"204 No Content" in await busy

    asyncio.run(main())
