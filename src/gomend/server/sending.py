"""Answers on the wire, by ASGI: whole, in part, unchanged, packed, from memory or straight from a file."""

import os
import re
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from gomend.server.conditions import NOT_MODIFIED, Part, Validators, wanted
from gomend.server.hot import HeaderList, Ready
from gomend.server.refusals import Refusal
from gomend.storage.base import Blob

Send = Callable[[dict[str, Any]], Awaitable[None]]

ALWAYS: HeaderList = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
TEXT = (b"content-type", b"text/plain; charset=utf-8")
_CONDITIONS = frozenset({"if-none-match", "if-modified-since", "range"})
_WORTH_PACKING = 1024  # bytes
_NOT_WANTED = re.compile(r"(?:^|,)\s*gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")  # RFC 9110 §12.4.2


class ClientGoneError(ConnectionError):
    """Whoever asked has left before the answer was whole."""


def caching(*, stays: bool, is_anybodys: bool) -> tuple[bytes, bytes]:
    """Cache-Control of an answer that `stays` what it is for ever. What not everybody may have is not for a cache that
    several share: `public` would let it hand out what was asked with a token (RFC 9111 §3.5).
    """
    whose = b"public" if is_anybodys else b"private"
    return (b"cache-control", whose + (b", max-age=31536000, immutable" if stays else b", max-age=0, must-revalidate"))


def packed(body: bytes) -> bytes | None:
    """A text as gzip; None where that gains nothing."""
    if len(body) < _WORTH_PACKING:
        return None
    squeezer = zlib.compressobj(6, zlib.DEFLATED, 31)
    data = squeezer.compress(body) + squeezer.flush()
    return data if len(data) < len(body) else None


async def send_ready(send: Send, method: str, headers: Mapping[str, str], ready: Ready) -> tuple[int, int]:
    """Send what is ready, as the request's headers want it. Gives the status and the bytes of body."""
    part = None
    if not _CONDITIONS.isdisjoint(headers):
        part = wanted(method, headers, ready.size, ready.validators)
    if part is None:
        return await _send_whole(send, method, ready, is_packed=takes_packed(headers, ready))
    own = (*ready.headers, (b"etag", ready.validators.tag.encode()))
    if not isinstance(part, Part):
        return await _send_none(send, own, part, ready.size), 0
    await _start_part(send, own, part, ready.size)
    await _send_part(send, ready, part)
    return 206, part.stop - part.start


async def send_blob(
    send: Send, method: str, headers: Mapping[str, str], own: HeaderList, blob: Blob
) -> tuple[int, int]:
    """Send a stored file that is not on this disk, as the request's headers want it; as `send_ready`.

    Raises StoreError, in the middle of the body too.
    """
    known = Validators(f'"{blob.stat.tag}"', blob.stat.modified)
    part = wanted(method, headers, blob.stat.size, known)
    own = (*own, (b"etag", known.tag.encode()), (b"last-modified", known.date.encode()))
    if part is None:
        whole = (*own, (b"accept-ranges", b"bytes"))
        return 200, await send_pieces(send, method, whole, blob.stat.size, blob.chunks())
    if not isinstance(part, Part):
        return await _send_none(send, own, part, blob.stat.size), 0
    await _start_part(send, own, part, blob.stat.size)
    sent = 0
    async for piece in blob.chunks(part.start, part.stop):
        sent += len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await _end(send)
    return 206, sent


async def _send_none(send: Send, own: HeaderList, verdict: str, size: int) -> int:
    """An answer without a body: 304 or 416."""
    if verdict == NOT_MODIFIED:
        await _start(send, 304, own)
        await _end(send)
        return 304
    said = tuple(pair for pair in own if pair[0] != b"cache-control")
    no_part = ((b"cache-control", b"no-store"), (b"content-range", b"bytes */%d" % size), (b"content-length", b"0"))
    await _start(send, 416, (*said, *no_part))
    await _end(send)
    return 416


async def _start_part(send: Send, own: HeaderList, part: Part, size: int) -> None:
    content_range = b"bytes %d-%d/%d" % (part.start, part.stop - 1, size)
    length = b"%d" % (part.stop - part.start)
    await _start(send, 206, (*own, (b"content-range", content_range), (b"content-length", length)))


def takes_packed(headers: Mapping[str, str], ready: Ready) -> bool:
    """Whether the whole goes out as gzip."""
    wish = headers.get("accept-encoding", "")
    return ready.zipped is not None and "gzip" in wish and not _NOT_WANTED.search(wish)


async def _send_whole(send: Send, method: str, ready: Ready, *, is_packed: bool) -> tuple[int, int]:
    headers = ready.packed if is_packed else ready.plain
    if not headers:  # the first time
        headers[:] = _headers_of(ready, is_packed=is_packed)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = ready.zipped if is_packed else ready.body
    size = len(body) if body is not None else ready.size
    if method == "HEAD" or not size:
        await _end(send)
        return 200, 0
    if body is not None:
        await _end(send, body)
    else:
        await send({"type": "http.response.pathsend", "path": str(ready.path)})
    return 200, size


def _headers_of(ready: Ready, *, is_packed: bool) -> HeaderList:
    tag = ready.validators.tag.encode()
    vary = ((b"vary", b"Accept-Encoding"),) if ready.zipped is not None else ()
    if is_packed:
        coded = ((b"etag", b"W/" + tag), (b"content-encoding", b"gzip"))
        return (*ready.headers, *coded, *vary, (b"content-length", b"%d" % len(ready.zipped or b"")), *ALWAYS)
    size = (b"content-length", b"%d" % ready.size)
    return (*ready.headers, (b"etag", tag), *vary, (b"accept-ranges", b"bytes"), size, *ALWAYS)


async def send_pieces(
    send: Send, method: str, headers: HeaderList, length: int | None, pieces: AsyncIterator[bytes]
) -> int:
    """Send a 200 as it comes. Where the pieces end with an error, so does the connection, short of its length."""
    size = () if length is None else ((b"content-length", b"%d" % length),)
    await _start(send, 200, (*headers, *size))
    sent = 0
    if method != "HEAD":
        async for piece in pieces:
            sent += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await _end(send)
    return sent


async def send_body(send: Send, method: str, headers: HeaderList, body: bytes) -> int:
    """Send a 200 that is at hand whole."""
    await _start(send, 200, (*headers, (b"content-length", b"%d" % len(body))))
    await _end(send, b"" if method == "HEAD" else body)
    return 0 if method == "HEAD" else len(body)


async def send_text(send: Send, method: str, refusal: Refusal, more: HeaderList = ()) -> int:
    """Send words, for go to print."""
    body = (refusal.body if refusal.body.endswith("\n") else f"{refusal.body}\n").encode("utf-8", "replace")
    code = ((b"x-gomend-code", str(refusal.code).encode()),) if refusal.code else ()
    others = tuple(
        (name.lower().encode(), value.encode("latin-1", "replace")) for name, value in refusal.headers.items()
    )
    head = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"content-length", b"%d" % len(body)),
    )
    await _start(send, refusal.status, (*head, *code, *others, *more))
    await _end(send, b"" if method == "HEAD" else body)
    return len(body)


async def _send_part(send: Send, ready: Ready, part: Part) -> None:
    if ready.body is not None:
        await _end(send, ready.body[part.start : part.stop])
    else:
        await _send_of_file(send, ready, part)


async def _send_of_file(send: Send, ready: Ready, part: Part) -> None:
    if ready.path is None:
        raise ValueError("neither body nor file")
    at = part.start
    with ready.path.open("rb", buffering=0) as file:
        while at < part.stop:
            piece = os.pread(file.fileno(), min(1 << 18, part.stop - at), at)
            if not piece:
                raise OSError("the file became shorter while it was read")
            at += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": at < part.stop})


async def _start(send: Send, status: int, headers: HeaderList) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *ALWAYS]})


async def _end(send: Send, body: bytes = b"") -> None:
    await send({"type": "http.response.body", "body": body, "more_body": False})
