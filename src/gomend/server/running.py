"""Runs a server until it is told to stop. The limits are those that were measured to be needed."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server import MPServer

from gomend.server.plan import ServeError, parse_listen
from gomend.server.told import Told
from gomend.server.worker import FETCHES_GO_ON, Loader

# Idle connections count: with granian's own limits a thousand of them keep everybody else out.
_CONNECTIONS = 16_384
_HEADER_MILLISECONDS = 10_000
# Bytes of a connection's buffer, for a request's head and for what a slow client has not taken: 64 of them hold 8 MiB.
_BUFFER = 131_072
_LOOKED_AT_EVERY = 1.0  # seconds, certificate and key


def run(told: Told, line: str, again: Callable[[], Told]) -> None:
    """Serve; `line` is printed when the first worker is ready. `again` reads the settings anew (SIGHUP).

    Raises ServeError where the address is taken, SystemExit where a worker fails.
    """
    address = parse_listen(told.listen)
    _check_free(address.host, address.port)
    token_read, token_write = os.pipe()
    os.set_blocking(token_read, False)
    os.write(token_write, b".")
    loader = Loader(told, token_read, line)
    server = MPServer(
        "gomend",
        address.host,
        address.port,
        interface=Interfaces.ASGI,
        workers=told.workers,
        loop=Loops.uvloop,
        websockets=False,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS, max_buffer_size=_BUFFER),
        log_enabled=False,
        ssl_cert=Path(told.certificate) if told.certificate else None,
        ssl_key=Path(told.key) if told.key else None,
        workers_kill_timeout=int(FETCHES_GO_ON) + 5,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        working_dir=Path("/"),
    )

    def reload() -> None:
        loader.told = again()

    server.on_reload(reload)
    if told.certificate:
        threading.Thread(target=_watch, args=((told.certificate, told.key),), daemon=True).start()
    server.serve(target_loader=loader, wrap_loader=False)


def _watch(paths: Sequence[str]) -> None:
    """Reload the server when certificate or key has changed and both can be read again."""
    seen = _state(paths)
    while True:
        time.sleep(_LOOKED_AT_EVERY)
        now = _state(paths)
        if now is not None and now != seen:
            seen = now
            os.kill(os.getpid(), signal.SIGHUP)


def _state(paths: Sequence[str]) -> list[tuple[int, int]] | None:
    try:
        return [(there.st_mtime_ns, there.st_ino) for there in map(os.stat, paths)]
    except OSError:  # in the middle of being replaced
        return None


def _check_free(host: str, port: int) -> None:
    """Workers share their address, so a second server would be given half of the first one's requests."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(found[0], socket.SOCK_STREAM)) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(found[4])
    except OSError as error:
        raise ServeError("address", value=f"{host}:{port}", words=error.strerror or str(error)) from error
