"""The loopback server that go talks to: `/SECRET/<entry>/<path>` is `<path>` at entry number `<entry>` of GOPROXY.

It decides nothing about modules: status, headers and body are the source's. Where no answer came, go gets 502 or 504
and a line of text that go prints as "server response".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from socket import socket

from aiohttp import web
from multidict import CIMultiDict

from gomend.causes import Code
from gomend.gomod.protocol import NotProtocolError, parse_path
from gomend.net.faults import WireError
from gomend.sources.base import Answer, Request, Source
from gomend.sources.retrying import GaveUpError

# Headers of one connection, not of the answer (RFC 9110 §7.6.1), and what the door's own server sets.
_OF_THE_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade", "date", "server"}
)
_AT_ONCE = 0.01  # seconds; 0 would wait for every answer under way
_ASKED_BY_GO = ("User-Agent", "Accept-Encoding")


@dataclass(frozen=True, slots=True)
class Behind:
    """One GOPROXY entry behind the door."""

    source: Source
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
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _OF_THE_CONNECTION)


def refusal(gave_up: GaveUpError) -> web.Response:
    """What go gets where no answer came: what failed, its code, how often it was tried."""
    last, attempts = gave_up.last, gave_up.attempts
    status = 504 if last.code in (Code.NET_RESPONSE_TIMEOUT, Code.NET_CONNECT_TIMEOUT, Code.DNS_TIMEOUT) else 502
    tried = f"tried {attempts} times" if attempts > 1 else "tried once" if attempts else "not tried again"
    return web.Response(status=status, text=f"{last.words} ({last.code}, {tried})\n")


class Door:
    """Serves one run. `serve` runs until `close`."""

    def __init__(self, secret: str, entries: Mapping[int, Behind]) -> None:
        self._prefix = f"/{secret}/"
        self._entries = entries
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
            headers={name: request.headers[name] for name in _ASKED_BY_GO if name in request.headers},
            may_move_on=entry.may_move_on and not bound,
        )
        self.waiting.append(path)
        try:
            async with entry.source.get(asked) as answer:
                response = web.StreamResponse(
                    status=answer.status, reason=answer.reason, headers=passed_on(answer.headers)
                )
                await response.prepare(request)
                await self._pass(answer, request, response)
                return response
        except GaveUpError as gave_up:
            return refusal(gave_up)
        finally:
            self.waiting.remove(path)

    def _find(self, request: web.BaseRequest) -> tuple[Behind, str] | None:
        raw = request.raw_path
        if request.method not in ("GET", "HEAD") or not raw.startswith(self._prefix):
            return None
        index, _, path = raw[len(self._prefix) :].partition("/")
        entry = self._entries.get(int(index)) if index.isascii() and index.isdigit() else None
        return (entry, path) if entry is not None and path else None

    async def _pass(self, answer: Answer, request: web.BaseRequest, response: web.StreamResponse) -> None:
        try:
            async for chunk in answer.chunks():
                await response.write(chunk)
            await response.write_eof()
        except WireError:
            # go must see that the body is not whole.
            if request.transport is not None:
                request.transport.abort()
