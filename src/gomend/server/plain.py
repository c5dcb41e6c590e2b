"""A worker that serves HTTP/1.1 without TLS by itself. granian starts it, watches over it and stops it."""

import asyncio
import errno
import gc
import os
import signal
import socket
from collections.abc import Coroutine, Sequence
from time import monotonic
from typing import Any, Protocol

import uvloop

from gomend.server.lifespan import Server
from gomend.server.plan import Address, ServeError
from gomend.server.reception import Reception

_COLLECTED_AFTER = (20_000, 20, 50)  # objects; Python's own 700 look for cycles a dozen times in a fetch


class Loading(Protocol):
    """Makes a worker's application."""

    def app(self) -> Coroutine[Any, Any, Server]:
        """In a running event loop."""

    def serves(self) -> None:
        """The worker does, from now on."""


def listening_at(address: Address, backlog: int) -> socket.socket:
    """A socket that all workers share: what has connected waits for the next one while one is replaced.

    Raises ServeError.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(found[0], socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # for what it takes in, too
            listening.bind(found[4])
            listening.listen(backlog)
        except OSError:
            listening.close()
            raise
    except OSError as error:
        words = error.strerror or str(error)
        if error.errno == errno.EADDRINUSE:
            raise ServeError("taken", value=f"{address.host}:{address.port}") from error
        raise ServeError("address", value=f"{address.host}:{address.port}", words=words) from error
    return listening


def serve_plain(doors: Sequence[int], seconds: float, *given: Any) -> None:
    """Serve at the listening sockets with these file numbers until told to stop; then answers under way have so many
    `seconds`. `given` is what granian hands a worker's process, the third thing a Loading.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)  # not that of the process that this one was made from
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    loading: Loading = given[2]
    uvloop.run(_serve(doors, seconds, loading))


async def _serve(doors: Sequence[int], seconds: float, loading: Loading) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = await loading.app()
    gc.collect()
    gc.freeze()  # what stays for good
    gc.set_threshold(*_COLLECTED_AFTER)
    receptions = [Reception(app, socket.socket(fileno=os.dup(door))) for door in doors]
    for door in doors:  # left open here, it would let clients in whom nobody answers
        os.close(door)
    loading.serves()
    await stop.wait()
    until = monotonic() + seconds
    await asyncio.gather(*(reception.close(seconds) for reception in receptions))
    await app.close(until - monotonic())
