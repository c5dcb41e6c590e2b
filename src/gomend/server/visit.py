"""One request, and what became of it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any

from gomend.server.access.tokens import Token
from gomend.server.hot import HeaderList

if TYPE_CHECKING:  # its packages are loaded where spans are sent
    from gomend.telemetry.spans import Work

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_SAY_NOTHING = frozenset({"host", "user-agent", "accept", "accept-encoding", "authorization"})
_PASSED_ON = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"})
BY_SOCKET = "gomend.socket"  # the key of a scope whose request came through the server's Unix socket
HEAD = "gomend.head"  # the key of a scope that has the bytes of the request's head
_run = os.urandom(5).hex()
_numbers = count()


@dataclass(slots=True)
class Visit:
    """What is known of a request, filled while it is answered. Times are seconds of the steady clock."""

    method: str
    path: bytes  # as it came, percent-escaped
    headers: Mapping[str, str]  # names in lower case
    client: str
    id: str
    began: float
    kind: str = "none"
    status: int = 0
    result: str = ""
    code: str = ""
    size: int = 0
    holder: Token | None = None
    by_socket: bool = False  # from somebody who may do everything
    head: bytes = b""  # as it came, where the server reads heads by itself
    until_answer: float = 0.0
    subject: str = ""
    is_denied: bool = False  # by a right or a rule, whatever the status says
    scheme: str = "http"
    span: "Work | None" = None  # where spans are sent

    @property
    def is_passed_on(self) -> bool:
        """Whether a server in front asks for somebody else, and says so (RFC 7239, and what was before it)."""
        return not _PASSED_ON.isdisjoint(self.headers)

    @property
    def is_whole(self) -> bool:
        """Whether everybody who sends just this head is answered alike, as long as a token in it is good: it asks for a
        whole file and no more.
        """
        return self.method == "GET" and not self.by_socket and self.headers.keys() <= _SAY_NOTHING and bool(self.head)

    @property
    def trace(self) -> dict[str, str]:
        """The header of the trace that the request belongs to; none where it names none (W3C Trace Context §3.2).

        Where spans are sent, its own span is the parent of what follows.
        """
        if self.span is not None:
            return {"traceparent": self.span.traceparent}
        given = self.headers.get("traceparent", "")
        return {"traceparent": given} if _TRACE.fullmatch(given) else {}

    @property
    def id_header(self) -> HeaderList:
        """X-Request-Id, as it goes back."""
        return ((b"x-request-id", self.id.encode()),)

    def facts(self) -> dict[str, Any]:
        """What the log tells of it."""
        facts: dict[str, Any] = {
            "request": self.id,
            "client": self.client,
            "method": self.method,
            "path": self.path.decode("latin-1")[:512],
            "status": self.status,
            "result": self.result,
            "bytes": self.size,
            "seconds": round(monotonic() - self.began, 6),
        }
        if self.trace:
            facts["trace"] = self.trace["traceparent"].split("-")[1]
        if self.holder is not None:
            facts["who"] = self.holder.name
        if self.code:
            facts["code"] = self.code
        return facts


def visit_of(scope: Mapping[str, Any]) -> Visit:
    """A request that has just come, by its ASGI scope."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    given = headers.get("x-request-id", "")
    client = scope.get("client")
    visit = Visit(
        scope["method"],
        scope.get("raw_path") or scope["path"].encode(),
        headers,
        client[0] if client else "",
        given if given and _REQUEST_ID.fullmatch(given) else new_id(),
        monotonic(),
        head=scope.get(HEAD, b""),
        scheme=scope.get("scheme", "http"),
    )
    # Who may open the socket may do everything, but not those whom a server in front lets in.
    visit.by_socket = BY_SOCKET in scope and not visit.is_passed_on
    return visit


def new_id() -> str:
    """An id for a request that came without one."""
    return f"{_run}{next(_numbers):x}"


def _begin_run() -> None:
    """Workers are forked, and each has ids of its own."""
    global _run  # noqa: PLW0603  (one for the process)
    _run = os.urandom(5).hex()


os.register_at_fork(after_in_child=_begin_run)
