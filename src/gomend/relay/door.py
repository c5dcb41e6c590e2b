"""The loopback server that go talks to: `/SECRET/<entry>/<path>` is `<path>` at entry number `<entry>` of GOPROXY.

It decides nothing about modules: status, headers and body are the source's. Where no answer came, go gets 502 or 504
and a line of text that go prints as "server response".
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from socket import socket

from gomend.causes import Code
from gomend.gomod.protocol import NotProtocolError, parse_path
from gomend.net.faults import WireError
from gomend.relay.conversation import Answering, Asked, Conversation
from gomend.relay.headers import ASKED_BY_GO, OF_THE_CONNECTION
from gomend.sources.base import Answer, Request, Source
from gomend.sources.retrying import GaveUpError


@dataclass(frozen=True, slots=True)
class Behind:
    """One GOPROXY entry behind the door."""

    source: Source
    plain: Source  # the same, without whatever gomend adds: for when that breaks
    may_move_on: bool  # any failure lets go ask a later entry


def purpose_of(path: str) -> str:
    """What a request below an entry's address is for: list, latest, info, mod, zip, sumdb or other."""
    try:
        kind = parse_path(path).kind
    except NotProtocolError:
        return "other"
    return "sumdb" if kind.is_sumdb else kind.value


def passed_on(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers of a source's answer that go gets."""
    return [(name, value) for name, value in headers.items() if name.lower() not in OF_THE_CONNECTION]


def refusal(gave_up: GaveUpError) -> tuple[int, str]:
    """What go gets where no answer came: what failed, its code, how often it was tried."""
    last, attempts = gave_up.last, gave_up.attempts
    status = 504 if last.code in (Code.NET_RESPONSE_TIMEOUT, Code.NET_CONNECT_TIMEOUT, Code.DNS_TIMEOUT) else 502
    tried = f"tried {attempts} times" if attempts > 1 else "tried once" if attempts else "not tried again"
    return status, f"{last.words} ({last.code}, {tried})\n"


class _Reply:
    """The answer to one request on its way to go."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._told: tuple[int, str | None, str | None] | None = None
        self._passed = 0  # bytes of the body

    async def take(self, answer: Answer) -> None:
        """Passes an answer on; a second one for the same file goes on where the first broke off."""
        told = answer.status, answer.headers.get("Content-Length"), answer.headers.get("ETag")
        if self._told is None:
            self._told = told
            self._answering.begin(answer.status, answer.reason, passed_on(answer.headers))
        elif told != self._told:
            self._answering.cut()
            return
        skip = self._passed
        try:
            async for chunk in answer.chunks():
                if skip:
                    known, chunk = chunk[:skip], chunk[skip:]  # noqa: PLW2901
                    skip -= len(known)
                if chunk:
                    self._passed += len(chunk)
                    await self._answering.send(chunk)
            await self._answering.end()
        except WireError:
            self._answering.cut()

    async def refuse(self, gave_up: GaveUpError) -> None:
        """Tells go that there is no answer, or no more of it."""
        if self._told is None:
            await self._answering.whole(*refusal(gave_up))
        else:
            self._answering.cut()


class Door:
    """Serves one run, from `open` until `close`. `broke` is told what went wrong in gomend itself."""

    def __init__(self, secret: str, entries: Mapping[int, Behind], broke: Callable[[Exception], None]) -> None:
        self._prefix = f"/{secret}/"
        self._entries = entries
        self._broke = broke
        self.waiting: list[str] = []  # the paths that go asked and that are not answered to the end
        self._server: asyncio.Server | None = None
        self._conversations: set[Conversation] = set()

    async def open(self, listening: socket) -> None:
        """Begin to answer on a socket that is bound and listens."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Conversation(self._handle, self._conversations), sock=listening)

    async def close(self) -> None:
        """End all connections at once: go has ended."""
        if self._server is not None:
            self._server.close()
        await asyncio.gather(*(one.close() for one in list(self._conversations)))

    async def _handle(self, asked: Asked, answering: Answering) -> None:
        found = self._find(asked)
        if found is None:
            await answering.whole(404, "no such place behind this door\n")
            return
        entry, path = found
        purpose = purpose_of(path)
        # Once go has found the checksum database behind an entry, it asks for it nowhere else.
        bound = purpose == "sumdb" and not path.endswith("/supported")
        request = Request(
            path,
            purpose=purpose,
            headers={name: value for name in ASKED_BY_GO if (value := asked.headers.get(name.lower())) is not None},
            may_move_on=entry.may_move_on and not bound,
        )
        self.waiting.append(path)
        reply = _Reply(answering)
        try:
            await self._answered(entry.source, request, reply)
        except Exception as error:
            self._broke(error)
            await self._answered(entry.plain, request, reply)
        finally:
            self.waiting.remove(path)

    async def _answered(self, source: Source, request: Request, reply: _Reply) -> None:
        try:
            async with source.get(request) as answer:
                await reply.take(answer)
        except GaveUpError as gave_up:
            await reply.refuse(gave_up)
        except WireError as error:
            await reply.refuse(GaveUpError(error, 1))

    def _find(self, asked: Asked) -> tuple[Behind, str] | None:
        target = asked.target
        if asked.method not in ("GET", "HEAD") or not target.startswith(self._prefix):
            return None
        index, _, path = target[len(self._prefix) :].partition("/")
        entry = self._entries.get(int(index)) if index.isascii() and index.isdigit() else None
        return (entry, path) if entry is not None and path else None
