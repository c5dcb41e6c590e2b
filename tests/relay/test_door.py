"""The door's own answers: what it asks of a source, and what go gets where no answer came."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gomend.causes import Code
from gomend.net.faults import WireError
from gomend.relay.door import Behind, Door
from gomend.sources.base import Answer, Request, Source
from gomend.sources.retrying import GaveUpError


class Failing:
    """A source that never answers."""

    def __init__(self, code: Code = Code.NET_RESET, attempts: int = 1) -> None:
        self.asked: list[Request] = []
        self._told = GaveUpError(WireError(code, "in words", connecting=False), attempts)

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        self.asked.append(request)
        raise self._told
        yield


class Whole:
    """An answer with a body in two pieces; after the first of them `fault` is raised, if there is one."""

    def __init__(self, body: bytes, fault: Exception | None = None, tag: str = "1") -> None:
        self.status, self.reason, self.headers = 200, "OK", {"Content-Length": str(len(body)), "ETag": tag}
        self._body, self._fault = body, fault

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self._body[:3]
        if self._fault is not None:
            raise self._fault
        yield self._body[3:]


class Giving:
    """A source that gives one answer, or breaks before it."""

    def __init__(self, answer: Whole | None) -> None:
        self._answer = answer

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        if self._answer is None:
            raise KeyError("a fault of gomend's own")
        yield self._answer


def ask(
    source: Source,
    path: str,
    *,
    may_move_on: bool = False,
    plain: Source | None = None,
    broken: list[Exception] | None = None,
) -> str:
    """The whole answer to a request for a path of entry 0; what broke goes to `broken`."""
    broken = [] if broken is None else broken

    async def talk() -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        door = Door("secret", {0: Behind(source, plain or source, may_move_on)}, broken.append)
        await door.open(listening)
        try:
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(f"GET {path} HTTP/1.1\r\nHost: door\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
        finally:
            await door.close()
        return answer.decode()

    return asyncio.run(talk())


@pytest.mark.parametrize(
    ("code", "attempts", "status", "text"),
    [
        (Code.NET_RESET, 4, "502 Bad Gateway", "in words (net.reset, tried 4 times)\n"),
        (Code.NET_RESET, 1, "502 Bad Gateway", "in words (net.reset, tried once)\n"),
        (Code.NET_RESPONSE_TIMEOUT, 0, "504 Gateway Timeout", "in words (net.response_timeout, not tried again)\n"),
    ],
)
def test_where_no_answer_came_one_line_says_what_failed_and_how_often(
    code: Code, attempts: int, status: str, text: str
):
    head, _, body = ask(Failing(code, attempts), "/secret/0/m/@v/list").partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status}")
    assert body == text


@pytest.mark.parametrize(
    "path", ["/", "/secret/", "/secret/0", "/secret/0/", "/secret/1/m/@v/list", "/guess/0/m/@v/list"]
)
def test_nothing_else_is_behind_the_door(path: str):
    source = Failing()
    assert ask(source, path).startswith("HTTP/1.1 404")
    assert source.asked == []


@pytest.mark.parametrize(
    ("path", "may_move_on"),
    [
        ("m/@v/v1.0.0.mod", True),
        ("sumdb/sum.golang.org/supported", True),
        ("sumdb/sum.golang.org/lookup/example.com/m@v1.0.0", False),
        ("sumdb/sum.golang.org/tile/8/0/000.p/6", False),
    ],
)
def test_a_checksum_database_that_was_found_is_asked_nowhere_else(path: str, may_move_on: bool):
    source = Failing()
    ask(source, f"/secret/0/{path}", may_move_on=True)
    assert [(asked.path, asked.may_move_on) for asked in source.asked] == [(path, may_move_on)]


@pytest.mark.parametrize(
    ("source", "plain", "whole"),
    [
        (Giving(None), Giving(Whole(b"of the source")), True),
        (Giving(Whole(b"of the source", KeyError("x"))), Giving(Whole(b"of the source")), True),
        (Giving(Whole(b"of the source", OSError("the scratch file is gone"))), Giving(Whole(b"of the source")), True),
        (Giving(Whole(b"of the source", KeyError("x"))), Giving(Whole(b"quite another", tag="2")), False),
        (Giving(Whole(b"of the source", KeyError("x"))), Failing(), False),
    ],
)
def test_what_breaks_in_gomend_is_asked_without_it_and_never_contradicts_what_go_has(
    source: Source, plain: Source, whole: bool
):
    broken: list[Exception] = []
    body = ask(source, "/secret/0/m/@v/list", plain=plain, broken=broken).partition("\r\n\r\n")[2]
    assert body == ("of the source" if whole else "of ")
    assert len(broken) == 1


def test_a_source_that_fails_without_gomends_help_is_told_as_ever():
    said = ask(Giving(None), "/secret/0/m/@v/list", plain=Failing())
    assert said.startswith("HTTP/1.1 502")
    assert said.endswith("in words (net.reset, tried once)\n")


class Late:
    """A source that answers once it is let."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.let = asyncio.Event()

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        self.asked.set()
        await self.let.wait()
        yield Whole(b"of the source")


def test_an_answer_that_go_no_longer_waits_for_is_no_fault(caplog: pytest.LogCaptureFixture):
    broken: list[Exception] = []

    async def leave() -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        source = Late()
        door = Door("secret", {0: Behind(source, source, may_move_on=False)}, broken.append)
        await door.open(listening)
        try:
            _, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(b"GET /secret/0/m/@v/list HTTP/1.1\r\nHost: door\r\n\r\n")
            await source.asked.wait()
            writer.transport.abort()
            await asyncio.sleep(0)
            source.let.set()
            while door.waiting:
                await asyncio.sleep(0)
        finally:
            await door.close()

    asyncio.run(leave())
    assert (broken, caplog.records) == ([], [])
