"""Runs a server until it is told to stop. The limits are those that were measured to be needed."""

import multiprocessing
import os
import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import time

from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings, HTTP2Settings

from gomend.server.certificate import CertificateError, CertificateFiles
from gomend.server.plain import listening_at, serve_plain
from gomend.server.plan import ServeError, parse_listening
from gomend.server.requesthead import MOST_OF_A_HEAD
from gomend.server.socketdoor import bound
from gomend.server.told import Told
from gomend.server.worker import Loader
from gomend.server.workers import Reports, Workers
from gomend.telemetry.logs import Log, make_log

# Idle connections count: with granian's own limits a thousand of them keep everybody else out.
_CONNECTIONS = 16_384
_OTHER_FILES = 512  # of a worker: sources, files that are read or written, pipes
_HEADER_MILLISECONDS = 10_000
# Bytes of a connection's buffer, for a request's head and for what a slow client has not taken: 64 of them hold 8 MiB.
_BUFFER = 65_536
# By HTTP/2: bytes that a client may send of bodies that nobody reads, and that wait of an answer for the client to open
# its window; and answers of one connection at a time, each of which holds some 400 KiB while the client takes nothing.
_WINDOW = 65_535
_STREAMS = 100


def run(told: Told, line: str, again: Callable[[Told], Told]) -> None:
    """Serve; `line` is printed when the first worker does. `again` gives the settings read anew (SIGHUP), or those
    in force where the new ones cannot be used.

    Raises ServeError where the address is taken, SystemExit where a worker fails.
    """
    listening = parse_listening(told.listen)
    log = make_log(failures_only=told.failures_only, for_people=told.for_people)
    # granian has TLS and HTTP/2, and is slower.
    certificate = _certificate(told, log) if told.certificate and listening.address is not None else None
    doors = [listening_at(listening.address, _CONNECTIONS)] if listening.address is not None else []
    if listening.socket:
        doors.append(bound(listening.socket, told.socket_mode, _CONNECTIONS))
    handles = [door.fileno() for door in doors]
    token_read, token_write = os.pipe()
    os.set_blocking(token_read, False)
    os.write(token_write, b".")
    reports = Reports()
    loader = Loader(told, reports.say, token_read, line, handles)
    multiprocessing.set_start_method("fork", force=True)  # workers share what is open here
    server = Workers(
        doors,
        reports,
        log,
        certificate,
        interface=Interfaces.ASGI,
        workers=told.workers,
        loop=Loops.uvloop,
        websockets=False,
        backlog=_CONNECTIONS,
        backpressure=max(1, min(_CONNECTIONS, _open_files() - _OTHER_FILES)),
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS, max_buffer_size=_BUFFER),
        http2_settings=HTTP2Settings(
            initial_connection_window_size=_WINDOW,
            initial_stream_window_size=_WINDOW,
            max_concurrent_streams=_STREAMS,
            max_headers_size=MOST_OF_A_HEAD,
            max_send_buffer_size=_WINDOW,
        ),
        log_enabled=False,
        workers_kill_timeout=told.grace + 5,
        respawn_failed_workers=True,
        working_dir=Path("/"),
    )
    if certificate is not None:
        loader.certificate = server.loaded

    def reload() -> None:
        loader.told = again(loader.told)

    server.on_reload(reload)
    try:
        plain = None if certificate is not None else partial(serve_plain, handles, float(told.grace))
        server.serve(spawn_target=plain, target_loader=loader, wrap_loader=False)
    finally:
        loader.close()
        if listening.socket:
            Path(listening.socket).unlink(missing_ok=True)


def _open_files() -> int:
    """How many files a worker may have open: granian has raised that to the hard limit, and each client is one.

    Where none is left, granian does not wait, but tries without end to take in the next client.
    """
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return most if most != resource.RLIM_INFINITY else 2 * _CONNECTIONS


def _certificate(told: Told, log: Log) -> CertificateFiles:
    try:
        return CertificateFiles(told.certificate, told.key, log, time)
    except CertificateError as error:
        raise ServeError("tls", value=error.path, words=error.words) from error
