"""Answers that are small enough to be held whole."""

import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from gomend.sources.base import Answer
from gomend.sources.refused import BadAnswerError

TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Whole:
    """An answer with its body in memory, read as often as asked."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    async def chunks(self) -> AsyncIterator[bytes]:
        """As of Answer."""
        if self.body:
            yield self.body


async def read_whole(answer: Answer, most: int) -> bytes:
    """The body, decoded where it is gzip. Raises WireError, BadAnswerError where there is more than `most` bytes."""
    coded = answer.headers.get("Content-Encoding", "")
    if coded not in ("", "identity", "gzip"):
        raise BadAnswerError(f"Content-Encoding {coded[:40]!r} was not asked for")
    body = bytearray()
    decoder = zlib.decompressobj(31) if coded == "gzip" else None
    try:
        async for chunk in answer.chunks():
            body += decoder.decompress(chunk, most + 1 - len(body)) if decoder else chunk
            if len(body) > most:
                raise BadAnswerError(f"more than {most} bytes")
    except zlib.error as error:
        raise BadAnswerError(f"gzip: {error}") from error
    if decoder is not None and not decoder.eof:
        raise BadAnswerError("gzip: unexpected end")
    return bytes(body)


async def some_text(answer: Answer, most: int = 1000) -> str:
    """The beginning of a refusal's body, where it is text: go prints as much. Empty for HTML and other things."""
    if not answer.headers.get("Content-Type", "").startswith("text/plain"):
        return ""
    body = bytearray()
    async for chunk in answer.chunks():
        body += chunk
        if len(body) >= most:
            break
    return body[:most].decode("utf-8", "replace").strip()
