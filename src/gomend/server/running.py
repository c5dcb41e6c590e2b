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

from gomend.server.plan import ServeError, parse_listening
from gomend.server.socketdoor import bound, clear
from gomend.server.told import Told
from gomend.server.worker import Loader

# Idle connections count: with granian's own limits a thousand of them keep everybody else out.
_CONNECTIONS = 16_384
_HEADER_MILLISECONDS = 10_000
# Bytes of a connection's buffer, for a request's head and for what a slow client has not taken: 64 of them hold 8 MiB.
_BUFFER = 131_072
_LOOKED_AT_EVERY = 1.0  # seconds, certificate and key


def run(told: Told, line: str, again: Callable[[Told], Told]) -> None:
    """Serve; `line` is printed when the first worker is ready. `again` gives the settings read anew (SIGHUP), or those
    in force where the new ones cannot be used.

    Raises ServeError where the address is taken, SystemExit where a worker fails.
    """
    listening = parse_listening(told.listen)
    address = listening.address
    beside = None  # a socket beside an address has a door of its own; one alone is granian's
    if address is not None:
        _check_free(address.host, address.port)
        beside = bound(listening.socket, told.socket_mode, _CONNECTIONS) if listening.socket else None
    else:
        clear(listening.socket)
    token_read, token_write = os.pipe()
    os.set_blocking(token_read, False)
    os.write(token_write, b".")
    loader = Loader(told, token_read, line, beside.fileno() if beside is not None else None)
    server = MPServer(
        "gomend",
        listening.own.host,
        listening.own.port,
        uds=Path(listening.socket) if address is None else None,
        uds_permissions=told.socket_mode,
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
        workers_kill_timeout=told.grace + 5,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        working_dir=Path("/"),
    )

    def reload() -> None:
        loader.told = again(loader.told)

    server.on_reload(reload)
    if told.certificate:
        threading.Thread(target=_watch, args=((told.certificate, told.key),), daemon=True).start()
    try:
        server.serve(target_loader=loader, wrap_loader=False)
    finally:
        if beside is not None:
            beside.close()
            Path(listening.socket).unlink(missing_ok=True)


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
