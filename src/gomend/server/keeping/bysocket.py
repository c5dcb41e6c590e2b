"""Another gomend server, asked through its Unix socket, by the standard library's client in threads."""

import asyncio
import http.client
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from typing import cast

from gomend.causes import Code
from gomend.net.faults import WireError
from gomend.server.keeping.asking import RefusedError, purge_path, was_known
from gomend.sources.base import Answer, Request, Source

PATIENCE = 600.0  # seconds: a server may first have to fetch what it is asked for
_PIECE = 1 << 18  # bytes


async def at_socket(path: str, tenant: str) -> "BySocket":
    """The server that listens at this socket; what it answers to a `tenant`, if one is named.

    Raises RefusedError where nobody listens.
    """
    try:
        with closing(_Connection(path)) as trial:
            await asyncio.to_thread(trial.connect)
    except OSError as error:
        raise RefusedError(0, error.strerror or str(error)) from error
    return BySocket(path, f"/{tenant}" if tenant else "")


class BySocket:
    """As of `remote.Server`. Whoever may open the socket may do everything, so there are no credentials."""

    def __init__(self, path: str, front: str) -> None:
        self._path = path
        self._front = front
        self.files: Source = self

    async def purge(self, module: str) -> bool:
        """As of Server."""
        try:
            with closing(_Connection(self._path)) as connection:
                answer = await asyncio.to_thread(_asked, connection, "POST", self._front + purge_path(module), {})
                words = (await asyncio.to_thread(answer.read)).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise RefusedError(0, getattr(error, "strerror", None) or str(error)) from error
        return was_known(answer.status, words.partition("\n")[0])

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`."""
        with closing(_Connection(self._path)) as connection:
            with _faults(before_answer=True):
                answer = await asyncio.to_thread(
                    _asked, connection, "GET", f"{self._front}/{request.path}", request.headers
                )
            yield _Answer(answer)


class _Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.reason = answer.reason
        # Names of an HTTPMessage compare without case; it is no Mapping by name alone.
        self.headers = cast("Mapping[str, str]", answer.headers)
        self._answer = answer

    async def chunks(self) -> AsyncIterator[bytes]:
        """As of Answer."""
        while True:
            with _faults(before_answer=False):
                piece = await asyncio.to_thread(self._answer.read, _PIECE)
                if not piece and self._answer.length:
                    raise OSError("unexpected EOF")
            if not piece:
                return
            yield piece


@contextmanager
def _faults(*, before_answer: bool) -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise WireError(Code.NET_RESET, words, connecting=False, before_answer=before_answer) from error


def _asked(
    connection: http.client.HTTPConnection, method: str, path: str, headers: Mapping[str, str]
) -> http.client.HTTPResponse:
    connection.request(method, path, headers=dict(headers))
    return connection.getresponse()


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        """To the socket, whatever the host is."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self._path)
