"""The loopback server that go talks to: `/SECRET/<entry>/<path>` is `<path>` at entry number `<entry>` of GOPROXY.

It decides nothing about modules: status, headers and body are the source's. Where no answer came, go gets 502 or 504
and a line of text that go prints as "server response".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from socket import socket

from aiohttp import web
from multidict import CIMultiDict

from gomend.causes import Code
from gomend.gomod.protocol import NotProtocolError, parse_path
from gomend.net.faults import WireError
from gomend.relay.headers import ASKED_BY_GO, OF_THE_CONNECTION
from gomend.sources.base import Answer, Request, Source
from gomend.sources.retrying import GaveUpError

_AT_ONCE = 0.01  # seconds; 0 would wait for every answer under way


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


def passed_on(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """The headers of a source's answer that go gets."""
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in OF_THE_CONNECTION)


def refusal(gave_up: GaveUpError) -> web.Response:
    """What go gets where no answer came: what failed, its code, how often it was tried."""
    last, attempts = gave_up.last, gave_up.attempts
    status = 504 if last.code in (Code.NET_RESPONSE_TIMEOUT, Code.NET_CONNECT_TIMEOUT, Code.DNS_TIMEOUT) else 502
    tried = f"tried {attempts} times" if attempts > 1 else "tried once" if attempts else "not tried again"
    return web.Response(status=status, text=f"{last.words} ({last.code}, {tried})\n")


class _Reply:
    """The answer to one request on its way to go."""

    def __init__(self, request: web.BaseRequest) -> None:
        self.request = request
        self._response: web.StreamResponse | None = None
        self._told: tuple[int, str | None, str | None] = (0, None, None)
        self._passed = 0  # bytes of the body

    @property
    def is_wanted(self) -> bool:
        """Whether go is still there."""
        return self.request.transport is not None and not self.request.transport.is_closing()

    async def take(self, answer: Answer) -> web.StreamResponse:
        """Passes an answer on; a second one for the same file goes on where the first broke off."""
        told = answer.status, answer.headers.get("Content-Length"), answer.headers.get("ETag")
        response = self._response
        if response is None:
            self._told = told
            self._response = response = web.StreamResponse(
                status=answer.status, reason=answer.reason, headers=passed_on(answer.headers)
            )
            await response.prepare(self.request)
        elif told != self._told:
            return self._cut(response)
        skip = self._passed
        try:
            async for chunk in answer.chunks():
                if skip:
                    known, chunk = chunk[:skip], chunk[skip:]  # noqa: PLW2901
                    skip -= len(known)
                if chunk:
                    await response.write(chunk)
                    self._passed += len(chunk)
            await response.write_eof()
        except WireError:
            return self._cut(response)
        return response

    def _cut(self, response: web.StreamResponse) -> web.StreamResponse:
        """Lets go see that the body is not whole."""
        if self.request.transport is not None:
            self.request.transport.abort()
        return response

    def refuse(self, gave_up: GaveUpError) -> web.StreamResponse:
        """Tells go that there is no answer, or no more of it."""
        return refusal(gave_up) if self._response is None else self._cut(self._response)


class Door:
    """Serves one run. `serve` runs until `close`. `broke` is told what went wrong in gomend itself."""

    def __init__(self, secret: str, entries: Mapping[int, Behind], broke: Callable[[Exception], None]) -> None:
        self._prefix = f"/{secret}/"
        self._entries = entries
        self._broke = broke
        self.waiting: list[str] = []  # the paths that go asked and that are not answered to the end
        self._runner = web.ServerRunner(
            web.Server(self._handle, access_log=None), handle_signals=False, shutdown_timeout=_AT_ONCE
        )

    async def open(self, listening: socket) -> None:
        """Begin to answer on a socket that is bound and listens."""
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def close(self) -> None:
        """End all connections at once: go has ended."""
        await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        found = self._find(request)
        if found is None:
            return web.Response(status=404, text="no such place behind this door\n")
        entry, path = found
        purpose = purpose_of(path)
        # Once go has found the checksum database behind an entry, it asks for it nowhere else.
        bound = purpose == "sumdb" and not path.endswith("/supported")
        asked = Request(
            path,
            purpose=purpose,
            headers={name: request.headers[name] for name in ASKED_BY_GO if name in request.headers},
            may_move_on=entry.may_move_on and not bound,
        )
        self.waiting.append(path)
        reply = _Reply(request)
        try:
            return await self._answered(entry.source, asked, reply)
        except Exception as error:
            if not reply.is_wanted:
                if isinstance(error, ConnectionResetError):  # go has left: nobody reads this
                    return web.Response()
                raise
            self._broke(error)
            return await self._answered(entry.plain, asked, reply)
        finally:
            self.waiting.remove(path)

    async def _answered(self, source: Source, asked: Request, reply: _Reply) -> web.StreamResponse:
        try:
            async with source.get(asked) as answer:
                return await reply.take(answer)
        except GaveUpError as gave_up:
            return reply.refuse(gave_up)
        except WireError as error:
            return reply.refuse(GaveUpError(error, 1))

    def _find(self, request: web.BaseRequest) -> tuple[Behind, str] | None:
        raw = request.raw_path
        if request.method not in ("GET", "HEAD") or not raw.startswith(self._prefix):
            return None
        index, _, path = raw[len(self._prefix) :].partition("/")
        entry = self._entries.get(int(index)) if index.isascii() and index.isdigit() else None
        return (entry, path) if entry is not None and path else None
