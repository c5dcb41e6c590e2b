"""Refuses what is not what was asked: a login page, JSON of another version, something that is no zip.

go counts such an answer as an error of its source, so this stands before the fall-back. Bodies are passed on as they
are; only lines of a version list that no go.mod could name are left out (go would take them for candidates).
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec

from gomend.gomod.modzip import MAX_GOMOD, MAX_ZIP
from gomend.gomod.path import InvalidPathError, InvalidVersionError
from gomend.gomod.protocol import Asked, Kind, NotProtocolError, parse_path
from gomend.gomod.version import canonical, check, is_valid
from gomend.sources.base import Answer, Request, Source
from gomend.sources.refused import BadAnswerError
from gomend.sources.whole import Whole, read_whole

_MOST = {Kind.LIST: 64 << 20, Kind.LATEST: 1 << 20, Kind.INFO: 1 << 20, Kind.MOD: MAX_GOMOD}
_ZIP_BEGINS = b"PK"


class WellFormed:
    """Wraps one source."""

    def __init__(self, inner: Source) -> None:
        self._inner = inner

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`; small files are whole when they come. Raises BadAnswerError."""
        async with self._inner.get(request) as answer:
            asked = _asked(request)
            if answer.status != 200 or asked is None:
                yield answer
            elif asked.kind is Kind.ZIP:
                yield await _begun(answer)
            elif asked.kind in _MOST:
                body = await read_whole(answer, _MOST[asked.kind])
                headers = {name: value for name, value in answer.headers.items() if name.lower() == "last-modified"}
                yield Whole(200, checked(asked, body), headers)
            else:
                yield answer


def _asked(request: Request) -> Asked | None:
    try:
        return parse_path(request.path)
    except NotProtocolError:
        return None


def checked(asked: Asked, body: bytes) -> bytes:
    """The body of a list, .info, @latest or .mod, as it may be passed on. Raises BadAnswerError."""
    if body.lstrip()[:1] == b"<":
        raise BadAnswerError("a web page instead of the file")
    if asked.kind in (Kind.INFO, Kind.LATEST):
        _check_info(asked, body)
    if asked.kind is Kind.LIST:
        return b"".join(line for line in body.splitlines(keepends=True) if _may_be_listed(asked.module, line))
    return body


def _check_info(asked: Asked, body: bytes) -> None:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadAnswerError(f"invalid JSON: {error}") from error
    fields = {name.lower(): value for name, value in told.items()} if isinstance(told, dict) else {}
    version = fields.get("version")
    if not isinstance(version, str) or not is_valid(version):
        raise BadAnswerError("information without a version")
    if asked.version == canonical(asked.version) != "":
        if version != asked.version and _fits(asked.module, asked.version):
            raise BadAnswerError(f"information for version {version[:100]} instead of {asked.version}")
    elif version != canonical(version) or not _fits(asked.module, version):
        raise BadAnswerError(f"information for version {version[:100]}, which {asked.module} cannot have")


def _fits(module: str, version: str) -> bool:
    try:
        check(module, version)
    except (InvalidPathError, InvalidVersionError):
        return False
    return True


def _may_be_listed(module: str, line: bytes) -> bool:
    words = line.decode("utf-8", "replace").split()
    return not words or not is_valid(words[0]) or _fits(module, words[0])


@dataclass(slots=True)
class _Begun:
    """A zip whose beginning was looked at."""

    answer: Answer
    first: bytes
    rest: AsyncIterator[bytes]

    @property
    def status(self) -> int:
        """As of Answer."""
        return self.answer.status

    @property
    def reason(self) -> str:
        """As of Answer."""
        return self.answer.reason

    @property
    def headers(self) -> Mapping[str, str]:
        """As of Answer."""
        return self.answer.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """As of Answer. Raises BadAnswerError where there is more than go reads."""
        size = len(self.first)
        yield self.first
        async for chunk in self.rest:
            size += len(chunk)
            if size > MAX_ZIP:
                raise BadAnswerError(f"downloaded zip file too large (more than {MAX_ZIP} bytes)")
            yield chunk


async def _begun(answer: Answer) -> Answer:
    length = answer.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > MAX_ZIP:
        raise BadAnswerError(f"downloaded zip file too large ({length} bytes)")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise BadAnswerError("a zip with a Content-Encoding that was not asked for")
    chunks = answer.chunks()
    first = b""
    while len(first) < len(_ZIP_BEGINS):
        try:
            first += await anext(chunks)
        except StopAsyncIteration:
            break
    if not first.startswith(_ZIP_BEGINS):
        page = first.lstrip()[:1] == b"<"
        raise BadAnswerError("a web page instead of the file" if page else "zip: not a valid zip file")
    return _Begun(answer, first, chunks)
