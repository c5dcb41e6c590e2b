"""Takes in the connections of a worker, and sees to it that none of them is kept for nothing."""

import asyncio
import errno
import socket
from dataclasses import dataclass
from email.utils import formatdate
from time import monotonic, time

from gomend.server.connection import Answerer, Common, Connection
from gomend.server.visit import BY_SOCKET

_BARELY_HERE = 1.0  # seconds for which a client that has just connected is waited for when the server stops
_AT_ONCE = 8  # connections that are taken before others, and other workers, have their turn
_NO_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds a client is waited for; looked at every `look` of them."""

    request: float = 10.0  # for the first request, and for the rest of one that has begun
    idle: float = 90.0  # for the next request; go's own client keeps a connection as long
    stalled: float = 60.0  # for one that takes nothing of its answer
    look: float = 1.0


class Reception:
    """Hands what comes in on `listening` to `app`; what comes through a Unix socket is its owner's own.

    Made inside a running event loop.
    """

    def __init__(self, app: Answerer, listening: socket.socket, patience: Patience | None = None) -> None:
        marks = {BY_SOCKET: True} if listening.family == socket.AF_UNIX else {}
        self._loop = asyncio.get_running_loop()
        self._listening = listening
        self._patience = patience or Patience()
        self._common = Common(app, self._loop, marks)
        listening.setblocking(False)
        self._look()
        self._loop.add_reader(listening.fileno(), self._accept)

    async def close(self, seconds: float) -> None:
        """Take in nobody else, and let answers under way come to their end within `seconds`."""
        self._loop.remove_reader(self._listening.fileno())
        self._listening.close()
        for connection in list(self._common.connections):
            connection.stop()
        until = monotonic() + seconds
        while self._common.connections and monotonic() < until:
            await asyncio.sleep(0.02)
            for connection in list(self._common.connections):
                if not connection.is_busy and monotonic() - connection.since > _BARELY_HERE:
                    connection.end()
        self._timer.cancel()
        for connection in list(self._common.connections):
            connection.end()

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                connection, address = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno in _NO_ROOM:
                    self._loop.remove_reader(self._listening.fileno())  # until something was closed
                return
            connection.setblocking(False)
            if connection.family != socket.AF_UNIX:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Connection(self._common, connection, address[0] if isinstance(address, tuple) else "")

    def _look(self) -> None:
        """Now and then: what time it is, and who has been waited for too long."""
        self._timer = self._loop.call_later(self._patience.look, self._look)
        self._common.date = formatdate(time(), usegmt=True).encode()
        now = monotonic()
        for connection in list(self._common.connections):
            if connection.is_busy:
                if connection.out.is_full and now - connection.out.moved > self._patience.stalled:
                    connection.end()
            elif now - connection.since > (self._patience.request if connection.has_begun else self._patience.idle):
                connection.end()
        if self._listening.fileno() >= 0:
            self._loop.add_reader(self._listening.fileno(), self._accept)
