"""Clients that ask a server again and again, while something is done to it, and hold it to every answer."""

import contextlib
import http.client
import os
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.lab.http2 import frame
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.rawhttp2 import WINDOW_UPDATE, Talk, asking, request
from tests.server.serving import Lab, Served, lab, serving

SMALL = Module("example.com/small", "v1.0.0")
BIG = Module("example.com/big", "v1.0.0", files={"data.bin": os.urandom(1_000_000).hex()})
SMALL_PATH, BIG_PATH = "/example.com/small/@v/v1.0.0.mod", "/example.com/big/@v/v1.0.0.zip"
_CLIENTS = 8
_MULTIPLEXED = 2  # clients beside them, where the server has TLS


@contextlib.contextmanager
def serving_both(folder: Path, *options: str, trusts: ssl.SSLContext | None = None) -> Iterator[tuple[Served, Lab]]:
    """A server of these two, and its source."""
    found = lab([SMALL, BIG])
    with (
        Upstream(found) as upstream,
        serving(folder, upstream.url, *options, gosumdb=found.sums.key, trusts=trusts) as server,
    ):
        yield server, found


class Load:
    """Clients by HTTP/1.1, some over connections that they keep, and by HTTP/2, as net/http does: a kept connection
    that ended without a byte of an answer is no failure, the request is made again over a new one; nor is a stream that
    the server's GOAWAY says it has not taken. `stop` gives what failed.
    """

    def __init__(self, server: Served) -> None:
        self._server = server
        self._ends = threading.Event()
        self._pool = ThreadPoolExecutor(_CLIENTS + _MULTIPLEXED)
        self.answered = 0
        self._asking = [self._pool.submit(self._ask, number) for number in range(_CLIENTS)]
        if server.trusts is not None:
            self._asking += [self._pool.submit(self._ask_by_http2) for _ in range(_MULTIPLEXED)]

    def _ask(self, number: int) -> list[str]:
        failed = []
        path, body = ((SMALL_PATH, SMALL.go_mod), (BIG_PATH, BIG.zip))[number % 4 == 0]
        kept = None
        while not self._ends.is_set():
            connection, is_kept = (kept, True) if kept is not None else (self._server.connection(), False)
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                kept = None
                if not (is_kept and isinstance(error, ConnectionError | ssl.SSLError)):
                    failed.append(repr(error))  # RemoteDisconnected is a ConnectionError: no byte of an answer
                continue
            if (answer.status, content) != (200, body):
                failed.append(f"{answer.status} {len(content)}")
            self.answered += 1
            kept = connection if number % 2 and not answer.will_close else None
            if kept is None:
                connection.close()
        if kept is not None:
            kept.close()
        return failed

    def _ask_by_http2(self) -> list[str]:
        failed = []
        while not self._ends.is_set():
            try:
                with Talk(self._server) as talk:
                    talk.send(frame(WINDOW_UPDATE, 0, 0, (1 << 30).to_bytes(4, "big")))
                    stream = 1
                    while not (self._ends.is_set() or talk.last_word):
                        talk.send(request(stream, asking(SMALL_PATH.encode())))
                        talk.listen(stream)
                        got = talk.streams[stream]
                        if (got.status, got.size, got.is_over) == (200, len(SMALL.go_mod), True):
                            self.answered += 1
                        elif got.status or talk.last_word != "NO_ERROR" or talk.last_stream >= stream:
                            failed.append(f"{got} {talk.last_word}")
                        stream += 2
            except OSError as error:
                failed.append(repr(error))
        return failed

    def more(self, count: int) -> None:
        """Wait until so many more were answered."""
        pause, until = threading.Event(), self.answered + count
        while self.answered < until and not any(one.done() for one in self._asking):
            pause.wait(0.01)

    def stop(self) -> list[str]:
        """End it."""
        self._ends.set()
        failed = [words for one in self._asking for words in one.result()]
        self._pool.shutdown()
        return failed
