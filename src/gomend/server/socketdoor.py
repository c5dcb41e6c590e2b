"""The door of a server at a Unix socket, beside its address: HTTP/1.1 by aiohttp, handed on to the application.

Who may open the socket is what its file mode says, so a request through it is its owner's own: it needs no token, and
it may call what changes the server.
"""

import os
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from gomend.server.plan import ServeError
from gomend.server.visit import BY_SOCKET

_PIECE = 1 << 18

Application = Callable[[dict[str, Any], Callable[[], Awaitable[dict[str, Any]]], "Sending"], Awaitable[None]]
Sending = Callable[[dict[str, Any]], Awaitable[None]]


def bound(path: str, mode: int, backlog: int) -> socket.socket:
    """A socket that listens at `path`, which a server that is gone may have left. Raises ServeError."""
    clear(path)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o777 & ~mode)
    try:
        door.bind(path)
        door.listen(backlog)
    except OSError as error:
        door.close()
        raise ServeError("address", value=f"unix:{path}", words=error.strerror or str(error)) from error
    finally:
        os.umask(before)
    return door


def clear(path: str) -> None:
    """Remove a socket that nobody listens at. Raises ServeError where somebody does, or where it is another file."""
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise ServeError("address", value=f"unix:{path}", words="another file is there")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
            trial.connect(path)
    except FileNotFoundError:
        return
    except ConnectionRefusedError:
        Path(path).unlink(missing_ok=True)
        return
    except OSError as error:
        raise ServeError("address", value=f"unix:{path}", words=error.strerror or str(error)) from error
    raise ServeError("address", value=f"unix:{path}", words="another server listens there")


@asynccontextmanager
async def open_door(application: Application, door: int) -> AsyncIterator[None]:
    """Answer at the listening socket with file number `door` until the block ends."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return await _Turn(request).answered(application)

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    try:
        await web.SockSite(runner, socket.socket(fileno=os.dup(door))).start()
        yield
    finally:
        await runner.cleanup()


class _Turn:
    """One request, from aiohttp to ASGI and back."""

    def __init__(self, request: web.BaseRequest) -> None:
        self._request = request
        self._response = web.StreamResponse()
        self._began = False

    async def answered(self, application: Application) -> web.StreamResponse:
        """The answer, sent."""
        path, _, query = self._request.raw_path.encode("latin-1", "replace").partition(b"?")
        scope = {
            "type": "http",
            "method": self._request.method,
            "path": self._request.path,
            "raw_path": path,
            "query_string": query,
            "headers": [(name.lower(), value) for name, value in self._request.raw_headers],
            "client": None,
            BY_SOCKET: True,
        }
        try:
            await application(scope, _nothing, self._send)
        except Exception:  # the answer is no good, and has been logged: it must not seem whole
            if self._request.transport is not None:
                self._request.transport.abort()
        return self._response

    async def _send(self, message: dict[str, Any]) -> None:
        with suppress(ConnectionError):  # a client that leaves
            match message["type"]:
                case "http.response.start":
                    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
                    self._response = web.StreamResponse(status=message["status"], headers=CIMultiDict(pairs))
                    self._response.headers["Server"] = "gomend"  # as little as need be
                case "http.response.pathsend":
                    await self._send_file(Path(message["path"]))
                case _:
                    await self._write(message.get("body", b""), is_last=not message.get("more_body", False))

    async def _send_file(self, path: Path) -> None:
        with path.open("rb", buffering=0) as file:
            while piece := file.read(_PIECE):
                await self._write(piece, is_last=False)
        await self._write(b"", is_last=True)

    async def _write(self, body: bytes, *, is_last: bool) -> None:
        if not self._began:
            self._began = True
            await self._response.prepare(self._request)
        if body:
            await self._response.write(body)
        if is_last:
            await self._response.write_eof()


async def _nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}
