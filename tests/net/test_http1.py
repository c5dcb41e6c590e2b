"""HTTP/1.1 as net/http reads it: the same wire bytes shown to both, whole and byte by byte."""

import asyncio
import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gomend.net.faults import MalformedError, RequestError
from gomend.net.http1 import Http1Line, Reply, encoded

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
WIRES = {
    "length": LENGTH,
    "length-cut": LENGTH[:-1],
    "no-body": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "to-the-end": b"HTTP/1.1 200 OK\r\n\r\nhello",
    "empty-to-the-end": b"HTTP/1.1 200 OK\r\n\r\n",
    "1.0": b"HTTP/1.0 200 OK\r\n\r\nhello",
    "1.0-keep-alive": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
    "close": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
    "bare-lf": b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
    "no-reason": b"HTTP/1.1 404\r\nContent-Length: 5\r\n\r\nhello",
    "empty-reason": b"HTTP/1.1 404 \r\nContent-Length: 5\r\n\r\nhello",
    "long-reason": b"HTTP/1.1 403 This module version is not available.\r\nContent-Length: 5\r\n\r\nhello",
    "goes-on": b"HTTP/1.1 200 OK\r\nX: one\r\n  two\r\nContent-Length: 5\r\n\r\nhello",
    "blanks": b"HTTP/1.1 200 OK\r\nX:   a b  \r\nContent-Length:5\r\n\r\nhello",
    "same-twice": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "negative-length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
    "plus-length": b"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
    "list-of-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
    "hints-first": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + LENGTH,
    "continue-first": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + LENGTH,
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "304": b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 5\r\n\r\n',
    "chunked": CHUNKED + b"5\r\nhello\r\n0\r\n\r\n",
    "chunks": CHUNKED + b"2\r\nhe\r\n003\r\nllo\r\n0\r\n\r\n",
    "chunk-extension": CHUNKED + b'5;name="v"\r\nhello\r\n0\r\n\r\n',
    "chunk-trailer": CHUNKED + b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
    "chunk-cut": CHUNKED + b"5\r\nhel",
    "chunk-without-end": CHUNKED + b"5\r\nhello\r\n",
    "chunk-without-trailer-end": CHUNKED + b"5\r\nhello\r\n0\r\n",
    "chunk-size-none": CHUNKED + b"\r\nhello\r\n0\r\n\r\n",
    "chunk-size-wrong": CHUNKED + b"5x\r\nhello\r\n0\r\n\r\n",
    "chunk-size-negative": CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
    "chunk-size-huge": CHUNKED + b"11111111111111111\r\nhello\r\n0\r\n\r\n",
    "chunk-longer-than-said": CHUNKED + b"3\r\nhello\r\n0\r\n\r\n",
    "chunked-and-length": CHUNKED[:-2] + b"Content-Length: 9\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "gzip-coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "chunked-twice": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "nothing": b"",
    "half-a-head": b"HTTP/1.1 200 OK\r\nContent-",
    "html": b"<html><body>login</body></html>",
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "http2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
    "status-of-four": b"HTTP/1.1 2000 OK\r\n\r\n",
    "status-of-words": b"HTTP/1.1 OK\r\n\r\n",
    "version-2": b"HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "no-colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
    "blank-in-name": b"HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 5\r\n\r\nhello",
    "nul-in-value": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 5\r\n\r\nhello",
    "more-than-said": LENGTH + b"and more",
    "large": b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + b"z" * 3_000_000,
}


class Below:
    """Carries nothing; tells what was done with it."""

    def __init__(self, line: Http1Line) -> None:
        self._line = line
        self.sent = b""
        self.is_paused = False
        self.has_ended = False

    def write(self, data: bytes) -> None:
        self.sent += data

    def pause(self) -> None:
        self.is_paused = True

    def resume(self) -> None:
        self.is_paused = False

    def abort(self, error: Exception | None = None) -> None:
        if not self.has_ended:
            self.has_ended = True
            self._line.lost(error)


class Bench:
    """One line with one request asked."""

    def __init__(self, *, is_head: bool = False) -> None:
        self.freed: list[Http1Line] = []
        self.line = Http1Line(self.freed.append, lambda _: None)
        self.below = self.line.below = Below(self.line)
        self.line.established(None)
        self.reply = self.line.ask(encoded("GET", "host", "/x", ()), is_head=is_head)

    async def come(self, wire: bytes, step: int) -> dict[str, Any]:
        """What came of an answer that arrives `step` bytes at a time, and then the end of the connection."""

        async def send() -> None:
            for at in range(0, len(wire), step):
                if self.below.has_ended:
                    return
                self.line.received(wire[at : at + step])
                await asyncio.sleep(0)
            if not self.below.has_ended:
                self.line.lost(None)

        sending = asyncio.create_task(send())
        found = await outcome(self.reply)
        await sending
        return found


async def outcome(reply: Reply) -> dict[str, Any]:
    body = b""
    try:
        await reply.begun()
        while piece := await reply.read():
            body += piece
    except (OSError, MalformedError):
        if not reply.status:
            return {"Status": 0, "Body": b"", "Cut": True, "Header": {}}
        return {"Status": reply.status, "Body": body, "Cut": True, "Header": of(reply)}
    return {"Status": reply.status, "Body": body, "Cut": False, "Header": of(reply)}


def of(reply: Reply) -> dict[str, list[str]]:
    """The headers that net/http hands on: not a transfer coding, nor a length beside it."""
    found: dict[str, list[str]] = {}
    for name, value in reply.headers.items():
        found.setdefault(name.title(), []).append(value)
    coded = found.pop("Transfer-Encoding", None)
    if coded:
        found.pop("Content-Length", None)
    if len(set(found.get("Content-Length", []))) == 1:
        found["Content-Length"] = found["Content-Length"][:1]
    return found


@pytest.fixture(scope="module")
def by_go(oracle: Path) -> dict[str, dict[str, Any]]:
    wires = json.dumps([base64.b64encode(wire).decode("ascii") for wire in WIRES.values()])
    ran = subprocess.run([oracle, "answers"], input=wires, capture_output=True, text=True, check=True)
    found = json.loads(ran.stdout)
    for one in found:
        one["Body"] = base64.b64decode(one["Body"] or "")
        one["Header"] = one["Header"] or {}
    return dict(zip(WIRES, found, strict=True))


@pytest.mark.parametrize("step", [1, 7, 1 << 16])
@pytest.mark.parametrize("name", WIRES)
def test_an_answer_is_read_as_go_reads_it(by_go: dict[str, dict[str, Any]], name: str, step: int) -> None:
    wire = WIRES[name]

    async def ours() -> dict[str, Any]:
        return await Bench().come(wire, max(step, len(wire) // 1000))

    found = asyncio.run(ours())
    for one in (found, by_go[name]):
        one["Header"].pop("Connection", None)
    assert found == by_go[name]


@pytest.mark.parametrize(
    ("wire", "is_free"),
    [
        (LENGTH, True),
        (WIRES["chunked"], True),
        (WIRES["chunk-trailer"], True),
        (WIRES["204"], True),
        (WIRES["1.0-keep-alive"], True),
        (WIRES["hints-first"], True),
        (WIRES["close"], False),
        (WIRES["1.0"], False),
        (WIRES["to-the-end"], False),
        (WIRES["more-than-said"], False),
        (WIRES["chunked"] + b"HTTP/1.1 200 OK\r\n\r\n", False),
        (LENGTH[:-1], False),
    ],
)
def test_a_connection_is_used_again_only_where_its_state_is_known(wire: bytes, is_free: bool) -> None:
    async def ask() -> None:
        bench = Bench()
        bench.line.received(wire)
        bench.reply.done()
        assert (bool(bench.freed), bench.below.has_ended) == (is_free, not is_free)

    asyncio.run(ask())


def test_an_answer_to_head_has_no_body() -> None:
    async def ask() -> None:
        bench = Bench(is_head=True)
        bench.line.received(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        assert await bench.reply.read() == b""
        bench.reply.done()
        assert bench.freed

    asyncio.run(ask())


def test_an_answer_that_nobody_asked_for_ends_the_connection() -> None:
    async def ask() -> None:
        bench = Bench()
        bench.line.received(LENGTH)
        bench.reply.done()
        bench.line.received(LENGTH)
        assert bench.below.has_ended

    asyncio.run(ask())


def test_a_server_waits_for_a_reader() -> None:
    async def ask() -> None:
        bench = Bench()
        bench.line.received(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n")
        for _ in range(20):
            bench.line.received(b"z" * 100_000)
        assert bench.below.is_paused
        assert len(await bench.reply.read()) == 2_000_000
        assert not bench.below.is_paused

    asyncio.run(ask())


def test_a_head_without_end_is_not_kept() -> None:
    async def ask() -> None:
        bench = Bench()
        bench.line.received(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            bench.line.received(b"X-%d: y\r\n" % number)
            if bench.below.has_ended:
                break
        assert bench.below.has_ended
        with pytest.raises(MalformedError):
            await bench.reply.begun()

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("name", "value"), [("X", "a\r\nY: b"), ("X", "a\nb"), ("X\r\nY", "b"), ("", "b"), ("X", "\0")]
)
def test_no_header_smuggles_another(name: str, value: str) -> None:
    with pytest.raises(RequestError):
        encoded("GET", "host", "/", [(name, value)])


def test_a_host_header_of_the_askers_is_the_only_one() -> None:
    assert encoded("GET", "host", "/", [("host", "other")]) == b"GET / HTTP/1.1\r\nhost: other\r\n\r\n"
