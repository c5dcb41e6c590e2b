"""What one of granian's workers does beside answering: it closes who is waited for too long, and takes its leave.

To go without losing anybody, a worker first takes in nobody else: its file number of the listening socket, which all
workers share, comes to stand for a socket that nobody can reach. Who is in the middle of a handshake, or has not asked
yet, is waited for. Only then granian is told to stop: it lets answers come to their end, and drops all others.
"""

import asyncio
import os
import signal
import socket
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from gomend.server.app import Receive
from gomend.server.lifespan import Application
from gomend.server.sending import Send
from gomend.server.tlsconnections import Connections, Limits, peer_of

SERVES, HAS_LEFT = "serves", "left"
"""What a worker tells the process that started it: that it serves, that it takes in nobody else."""
LEAVE = signal.SIGUSR1  # tells a worker to go
LEAVES_WITHIN = Limits().first  # seconds; granian itself has given up on all who have not asked by then
_PIECE = 1 << 16  # bytes
_LOOKED_AT_EVERY = 5.0  # seconds: the connections
_NEWCOMERS_EVERY = 0.1  # seconds: those that a worker that leaves waits for
_UNTIL_IT_SERVES = 0.05  # seconds; granian begins as soon as the start is over, or the process ends with an error


class TlsWorker:
    """Serves `app` at the listening socket with the file number `door`.

    `serves` is called when it does, `has_left` when it takes in nobody else; `leaving` is set then.
    """

    def __init__(
        self,
        app: Application,
        door: int,
        serves: Callable[[], None],
        has_left: Callable[[], None],
        leaving: asyncio.Event,
    ) -> None:
        self._app = app
        self._door = door
        self._serves = serves
        self._has_left = has_left
        self._leaving = leaving
        self._waits = True  # for those who have not asked yet
        with socket.socket(fileno=os.dup(door)) as listening:
            self._connections = Connections(listening.getsockname()[1])
        self._looks = asyncio.Lock()
        self._beside: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """As of ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, partial(self._started, send))
            return
        peer = peer_of(scope["client"])
        self._connections.asks(peer)
        is_answered = False

        async def noted(message: dict[str, Any]) -> None:
            nonlocal is_answered
            if message["type"] == "http.response.start":
                is_answered = True
                self._connections.is_answered(peer)
                if self._leaving.is_set() and scope["http_version"] != "2":
                    message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            elif len(message.get("body", b"")) > _PIECE:
                message = await _sent_but_for_the_last(send, message)
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            if not is_answered:
                self._connections.is_answered(peer)

    async def _started(self, send: Callable[[dict[str, Any]], Awaitable[None]], message: dict[str, Any]) -> None:
        await send(message)
        if message["type"] == "lifespan.shutdown.complete":
            for task in self._beside:
                task.cancel()
        elif message["type"] == "lifespan.startup.complete":
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(LEAVE, self._leave)
            self._go_on(self._look())
            loop.call_later(_UNTIL_IT_SERVES, self._serves)

    def _go_on(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _look(self) -> None:
        while not self._leaving.is_set():
            async with self._looks:
                await asyncio.to_thread(self._connections.close_overdue, monotonic())
            await asyncio.sleep(_LOOKED_AT_EVERY)

    def _leave(self) -> None:
        if self._leaving.is_set():  # told a second time
            self._waits = False
            return
        with _unreachable() as nobodys:
            os.dup2(nobodys.fileno(), self._door)
        self._leaving.set()
        self._has_left()
        self._go_on(self._see_newcomers_off())

    async def _see_newcomers_off(self) -> None:
        until = monotonic() + LEAVES_WITHIN
        async with self._looks:
            while self._waits and monotonic() < until and await self._newcomers():
                await asyncio.sleep(_NEWCOMERS_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)

    async def _newcomers(self) -> int:
        return await asyncio.to_thread(self._connections.newcomers, monotonic())


async def _sent_but_for_the_last(send: Send, message: dict[str, Any]) -> dict[str, Any]:
    """Send a body in small pieces, and give the last of them: granian holds five for a client, whatever their size."""
    body = memoryview(message["body"])
    last = (len(body) - 1) // _PIECE * _PIECE
    for at in range(0, last, _PIECE):
        await send({"type": "http.response.body", "body": bytes(body[at : at + _PIECE]), "more_body": True})
    return {**message, "body": bytes(body[last:])}


def _unreachable() -> socket.socket:
    """A socket that listens where nobody can connect to: accepting from it is to find nobody, which is no error."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with tempfile.TemporaryDirectory() as folder:
        listening.bind(str(Path(folder) / "nobodys"))
        listening.listen(1)
    listening.setblocking(False)
    return listening
