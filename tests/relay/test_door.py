"""The door's own answers: what it asks of a source, and what go gets where no answer came."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gomend.causes import Code
from gomend.net.faults import WireError
from gomend.relay.door import Behind, Door
from gomend.sources.base import Answer, Request
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


def ask(source: Failing, path: str, *, may_move_on: bool = False) -> str:
    """The whole answer to a request for a path of entry 0."""

    async def talk() -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        door = Door("secret", {0: Behind(source, may_move_on)})
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
