"""Runs a server until it is told to stop. The limits are those that were measured to be needed."""

import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings, HTTP2Settings
from granian.server import MPServer

from gomend.server.plain import listening_at, serve_plain
from gomend.server.plan import parse_listening
from gomend.server.requesthead import MOST_OF_A_HEAD
from gomend.server.socketdoor import bound
from gomend.server.told import Told
from gomend.server.worker import Loader

# Idle connections count: with granian's own limits a thousand of them keep everybody else out.
_CONNECTIONS = 16_384
_HEADER_MILLISECONDS = 10_000
# Bytes of a connection's buffer, for a request's head and for what a slow client has not taken: 64 of them hold 8 MiB.
_BUFFER = 131_072
# Seconds for which an old worker of granian's goes on beside its new one: each listens for itself, and the new one may
# take its time to begin.
_BOTH_SERVE = 10.0
_LOOKED_AT_EVERY = 1.0  # seconds, certificate and key


def run(told: Told, line: str, again: Callable[[Told], Told]) -> None:
    """Serve; `line` is printed when the first worker is ready. `again` gives the settings read anew (SIGHUP), or those
    in force where the new ones cannot be used.

    Raises ServeError where the address is taken, SystemExit where a worker fails.
    """
    listening = parse_listening(told.listen)
    address = listening.address
    by_granian = bool(told.certificate) and address is not None  # it has TLS and HTTP/2, and is slower
    doors = [listening_at(address, _CONNECTIONS)] if address is not None else []
    if by_granian:
        doors.pop().close()  # granian's workers listen for themselves; a second server would share their clients
    if listening.socket:
        doors.append(bound(listening.socket, told.socket_mode, _CONNECTIONS))
    token_read, token_write = os.pipe()
    os.set_blocking(token_read, False)
    os.write(token_write, b".")
    handles = [door.fileno() for door in doors]
    loader = Loader(told, token_read, line, handles[0] if handles else None)
    server = _Server(
        doors,
        "gomend",
        listening.own.host if by_granian else "127.0.0.1",
        listening.own.port if by_granian else 0,
        interface=Interfaces.ASGI,
        workers=told.workers,
        loop=Loops.uvloop,
        websockets=False,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS, max_buffer_size=_BUFFER),
        http2_settings=HTTP2Settings(max_headers_size=MOST_OF_A_HEAD),
        log_enabled=False,
        ssl_cert=Path(told.certificate) if told.certificate else None,
        ssl_key=Path(told.key) if told.key else None,
        workers_kill_timeout=told.grace + 5,
        respawn_failed_workers=True,
        respawn_interval=_BOTH_SERVE if by_granian else 0.5,
        working_dir=Path("/"),
    )

    def reload() -> None:
        loader.told = again(loader.told)

    server.on_reload(reload)
    if told.certificate:
        threading.Thread(target=_watch, args=((told.certificate, told.key),), daemon=True).start()
    try:
        plain = None if by_granian else partial(serve_plain, handles, float(told.grace))
        server.serve(spawn_target=plain, target_loader=loader, wrap_loader=False)
    finally:
        loader.close()
        if listening.socket:
            Path(listening.socket).unlink(missing_ok=True)


class _Server(MPServer):
    """granian's, with sockets that are closed when it is told to stop: nobody is to wait behind them."""

    def __init__(self, doors: Sequence[socket.socket], *words: Any, **settings: Any) -> None:
        super().__init__(*words, **settings)
        self._doors = doors

    def shutdown(self, exit_code: int = 0) -> None:
        """As of MPServer."""
        for door in self._doors:
            door.close()
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # (granian has no types for it)


def _watch(paths: Sequence[str]) -> None:
    """Reload the server when certificate or key has changed, as soon as both fit together: they are two files."""
    seen = _state(paths)
    while True:
        time.sleep(_LOOKED_AT_EVERY)
        now = _state(paths)
        if now is not None and now != seen and _fit(paths):
            seen = now
            os.kill(os.getpid(), signal.SIGHUP)


def _state(paths: Sequence[str]) -> list[tuple[int, int]] | None:
    try:
        return [(there.st_mtime_ns, there.st_ino) for there in map(os.stat, paths)]
    except OSError:  # in the middle of being replaced
        return None


def _fit(paths: Sequence[str]) -> bool:
    certificate, key = paths
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (OSError, ValueError):
        return False
    return True
