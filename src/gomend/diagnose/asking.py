"""One question to one source, as go would ask it, and what the answer is worth."""

import asyncio
import itertools
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from gomend.causes import Code
from gomend.diagnose.behind import behind
from gomend.diagnose.world import World
from gomend.gomod.path import wire_form
from gomend.gomod.protocol import Asked, Kind, answer_of, code_of, path_of
from gomend.gomod.proxylist import Answer, ProxyEntry
from gomend.net.exchange import Exchange
from gomend.sources.entry import http_entry

if TYPE_CHECKING:
    from gomend.net.client import Limits
    from gomend.sources.upstream import Upstream

WELL_KNOWN = ("github.com/pkg/errors", "v0.9.1")
"""A small public module that every public proxy and the checksum database have."""

_PAGE = re.compile(rb"\s*(?:<!doctype html|<html|<\?xml|<head)", re.IGNORECASE)
_MOST = 1 << 16  # bytes of a body that are read; a zip is not read whole
_PIECE = 1 << 20
_numbers = itertools.count(1000)  # each question is told apart in the world's record of requests


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one question. `code` is None where go could use the answer."""

    asked: Asked
    host: str  # that answered, or failed: behind a redirect another than the source's
    url: str  # the last one asked, without credentials
    status: int | None
    code: Code | None
    words: str  # the fault, as go would word it; "200 OK" and the like without one
    seconds: float
    body: bytes = b""  # its beginning
    headers: dict[str, str] = field(default_factory=dict)
    redirected: bool = False
    size: int = 0  # bytes that were read
    is_whole: bool = True  # read to its end
    behind: tuple[str, ...] = ()  # where a gomend server answered: what it tells of itself and of its sources

    @property
    def answer(self) -> Answer:
        """What go's fall-back makes of it."""
        if self.code is None:
            return Answer.FOUND
        is_missing = self.code is Code.PROXY_NOT_FOUND
        return Answer.NOT_EXIST if is_missing else Answer.FAILED

    @property
    def fault(self) -> Code:
        """The code of a failed one."""
        return self.code or Code.UNKNOWN

    @property
    def milliseconds(self) -> str:
        """How long it took, for people."""
        return f"{self.seconds * 1000:.0f} ms" if self.seconds < 1 else f"{self.seconds:.1f} s"


def limits(world: World) -> "Limits":
    """The world's patience, as the client takes it."""
    from gomend.net.client import Limits  # noqa: PLC0415 - loaded with the first request

    patience = world.patience
    return Limits(patience.connect, patience.tls, patience.first_byte, patience.stall)


@dataclass(frozen=True, slots=True)
class Sink:
    """A file that takes a body, and the limits of it: bytes, and seconds from the question on."""

    file: IO[bytes]
    most: int
    seconds: float


async def ask(world: World, entry: ProxyEntry, asked: Asked, most: int = _MOST, sink: Sink | None = None) -> Reply:
    """Asks an entry of GOPROXY; `most` bytes of the body are kept. With a `sink` all of it goes there, too.

    Never raises for what the source does; what `path_of` raises for a bad name, and OSError of the sink's file.
    """
    path = path_of(asked)
    if entry.directory is not None:
        return await asyncio.to_thread(_read, entry.directory, asked, path, most, sink)
    address = http_entry(entry)
    if address is None:
        return Reply(asked, "", entry.redacted, None, Code.PROXY_MISCONFIGURED, "refused by go", 0.0)
    from gomend.sources.credentials.access import access_of  # noqa: PLC0415 - as above
    from gomend.sources.upstream import Upstream  # noqa: PLC0415

    number = next(_numbers)
    source = Upstream(world.client, address.url, number, access_of(address, world.credentials))
    return await _asked(world, _Question(source, number, asked, path, most), sink)


async def ask_database(world: World, base: str, asked: Asked) -> Reply:
    """Asks a checksum database at its own address, where its paths begin without `sumdb/NAME`."""
    from gomend.sources.upstream import Upstream  # noqa: PLC0415 - as above

    number = next(_numbers)
    source = Upstream(world.client, lambda below: f"{base.rstrip('/')}/{below}", number)
    path = path_of(asked).removeprefix(f"sumdb/{asked.sumdb}/")
    return await _asked(world, _Question(source, number, asked, path, _MOST))


@dataclass(frozen=True, slots=True)
class _Question:
    source: "Upstream"
    number: int
    asked: Asked
    path: str
    most: int


async def _asked(world: World, question: _Question, sink: Sink | None = None) -> Reply:
    from gomend.net.faults import WireError  # noqa: PLC0415 - as above
    from gomend.sources.base import Request  # noqa: PLC0415

    asked = question.asked
    begun = world.clock()
    request = Request(wire_form(question.path), purpose=_purpose(asked.kind), headers={"Accept-Encoding": "identity"})
    body = _Body(question.most, sink)
    try:
        async with question.source.get(request, limits(world)) as answer:
            async for chunk in answer.chunks():
                if not await body.take(chunk, world.clock() - begun):
                    break
            status, headers = answer.status, dict(answer.headers)
            code, words = _judged(asked, status, answer.reason, body.beginning)
    except WireError as error:
        status, headers, code, words = None, {}, error.code, error.words
    seconds = world.clock() - begun
    passed = _exchanges(world, question.number)
    url = passed[-1].url if passed else ""
    moved = len({one.url for one in passed}) > 1
    failed = status is not None and code not in (None, Code.PROXY_NOT_FOUND)
    further = await behind(world, url, headers, body.beginning) if failed else ()
    return Reply(
        asked, _host(url), url, status, code, words, seconds, body.beginning, headers, moved, body.size, body.is_whole,
        further,
    )  # fmt: skip


class _Body:
    """A body as it comes: `most` bytes of it kept, all of it put into the sink, if there is one."""

    def __init__(self, most: int, sink: Sink | None) -> None:
        self._most = most
        self._sink = sink
        self.beginning = b""
        self.size = 0
        self.is_whole = True

    async def take(self, chunk: bytes, seconds: float) -> bool:
        """Whether more is wanted, `seconds` after the question."""
        self.size += len(chunk)
        if len(self.beginning) < self._most:
            self.beginning += chunk
        if self._sink is None:
            self.is_whole = self.size < self._most
        else:
            self.is_whole = self.size <= self._sink.most and seconds < self._sink.seconds
            await asyncio.to_thread(self._sink.file.write, chunk)
        return self.is_whole


def _exchanges(world: World, number: int) -> Sequence[Exchange]:
    return [one for one in world.exchanges if one.source == number]


def _purpose(kind: Kind) -> str:
    return "sumdb" if kind.is_sumdb else kind.value


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]


def _judged(asked: Asked, status: int, reason: str, body: bytes) -> tuple[Code | None, str]:
    """Source of what go takes: gomod.protocol; here only what the beginning of a body shows."""
    said = f"{status} {reason}".strip()
    if answer_of(status) is not Answer.FOUND:
        return code_of(status), said
    if asked.kind is Kind.SUMDB_SUPPORTED:
        return None, said
    fault = f"{said} with a web page" if _PAGE.match(body[:512]) else _content_fault(asked, body, said)
    return (Code.PROXY_BAD_RESPONSE, fault) if fault else (None, said)


def _content_fault(asked: Asked, body: bytes, said: str) -> str:
    match asked.kind:
        case Kind.INFO | Kind.LATEST:
            return _info_fault(asked, body, said)
        case Kind.MOD if b"module" not in body:
            return f"{said}, which is no go.mod"
        case Kind.ZIP if not body.startswith(b"PK"):
            return f"{said}, which is no zip"
    return ""


class _Info(msgspec.Struct):
    Version: str = ""


def _info_fault(asked: Asked, body: bytes, said: str) -> str:
    try:
        version = msgspec.json.decode(body, type=_Info).Version
    except msgspec.DecodeError:
        return f"{said}, which is not the JSON that go expects"
    if asked.kind is Kind.INFO and version != asked.version and asked.version.count(".") > 1:
        return f"{said} for version {version} instead"
    return ""


def _read(folder: bytes, asked: Asked, path: str, most: int, sink: Sink | None) -> Reply:
    place = Path(os.fsdecode(folder))
    file = place / path
    try:
        with file.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            body = opened.read(most)
            if sink is not None and size <= sink.most:
                opened.seek(0)
                shutil.copyfileobj(opened, sink.file, _PIECE)
            is_whole = size <= (sink.most if sink is not None else most)
            return Reply(asked, "", f"file://{file}", 200, None, "found", 0.0, body, size=size, is_whole=is_whole)
    except FileNotFoundError:
        words = "no such file" if place.is_dir() else f"no such folder {place}"
        return Reply(asked, "", f"file://{file}", None, Code.PROXY_NOT_FOUND, words, 0.0)
    except OSError as error:
        return Reply(asked, "", f"file://{file}", None, Code.DISK_PERMISSION, error.strerror or str(error), 0.0)
