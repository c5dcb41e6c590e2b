"""The head of an HTTP/1.1 request, read strictly (RFC 9112 §2 to §6). Pure.

What two readers could understand differently is refused: such requests are how one is smuggled in another.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_OF_A_HEAD = 1 << 16  # bytes
END = b"\r\n\r\n"
_FIRST = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([\x21-\x7e\x80-\xff]+) HTTP/([0-9])\.([0-9])\r\n")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*\r\n")
_LENGTH = re.compile(rb"[0-9]{1,19}")
_ABSOLUTE = re.compile(rb"https?://([^/?#]*)([^?#]*)", re.IGNORECASE)


class BadRequestError(Exception):
    """A request that is not answered as one; after `status` its connection ends."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


@dataclass(frozen=True, slots=True)
class Head:
    """One request. Names of headers are in lower case; `path` is as it came, without a query."""

    method: str
    path: bytes
    headers: Sequence[tuple[bytes, bytes]]
    is_last: bool  # no further request is to be read: the client says so, or a body stands before it
    is_old: bool  # HTTP/1.0, which knows no chunks


def read_head(head: bytes) -> Head:
    """A request's head with the empty line at its end. Raises BadRequestError."""
    first = _FIRST.match(head)
    if first is None:
        raise BadRequestError(400, "this is no request line")
    method, target, major, minor = first.groups()
    if major != b"1":
        raise BadRequestError(505, "this server speaks HTTP/1.1")
    headers = []
    at, end = first.end(), len(head) - 2
    while at < end:
        field = _FIELD.match(head, at)
        if field is None:
            raise BadRequestError(400, "a header is malformed")
        headers.append((field[1].lower(), field[2]))
        at = field.end()
    is_old = minor == b"0"
    check_fields(headers, is_old=is_old)
    path, host = _split(target)
    if host is not None:
        headers = [(name, host if name == b"host" else value) for name, value in headers]
    tokens = b",".join(value for name, value in headers if name == b"connection").lower()
    return Head(
        method.decode("ascii"),
        path,
        headers,
        is_last=_has_body(headers) or is_old or b"close" in tokens,
        is_old=is_old,
    )


def check_fields(headers: Sequence[tuple[bytes, bytes]], *, is_old: bool) -> None:
    """See to it that it is clear whom a request is for, and where it ends. Raises BadRequestError.

    `headers` have names in lower case; `is_old`: of HTTP/1.0, where a Host may be missing.
    """
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) > 1 or not (is_old or (hosts and hosts[0])):
        raise BadRequestError(400, "a request has one Host header")
    lengths = [value for name, value in headers if name == b"content-length"]
    if lengths and (len(lengths) > 1 or _is_coded(headers) or not _LENGTH.fullmatch(lengths[0])):
        raise BadRequestError(400, "it is not clear how long the body is")


def _split(target: bytes) -> tuple[bytes, bytes | None]:
    """The path, and the host of a target that names one (RFC 9112 §3.2.2), which then counts."""
    if target.startswith(b"/"):
        return target.partition(b"?")[0], None
    absolute = _ABSOLUTE.match(target)
    if absolute is not None:
        return absolute[2] or b"/", absolute[1]
    return target, None


def _has_body(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    return _is_coded(headers) or any(name == b"content-length" and int(value) for name, value in headers)


def _is_coded(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    return any(name == b"transfer-encoding" for name, _ in headers)
