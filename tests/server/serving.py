"""A real `gomend serve` in a process of its own, before sources that fail on request."""

import contextlib
import fnmatch
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.lab.modules import Module, World
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Act, Exchange, Upstream, serve

from gomend.server.access.tokenfile import TokenFile
from gomend.server.access.tokens import Grant, Right, new_token

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-I", str(ROOT / "src/gomend/__main__.py"), "serve"]
PATIENCE = 60.0


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind((host, 0))
        return int(trial.getsockname()[1])


@dataclass
class Lab:
    """A module proxy whose faults come and go. `broken` maps globs over paths to acts; the first match counts.

    Every module has a branch `main`, whose newest version is the latest one.
    """

    world: World
    sums: SumDb
    broken: dict[str, Act] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, exchange: Exchange) -> None:
        path = exchange.path
        with self.lock:
            self.asked.append(path)
            self.headers.append(exchange.headers)
            act = self.broken.get(path) or next(
                (act for pattern, act in self.broken.items() if fnmatch.fnmatchcase(path, pattern)), serve
            )
        content = self.world.file(path.replace("/@v/main.info", "/@latest"))
        act(exchange, self.sums.proxied(path) if content is None else content)

    def count(self, path: str) -> int:
        """How often a path was asked."""
        with self.lock:
            return self.asked.count(path)


def lab(modules: list[Module], **sums: Any) -> Lab:
    """A lab that serves these, and a checksum database that knows them."""
    return Lab(World(modules), SumDb(modules, name="sum.example.org", **sums))


@dataclass(frozen=True)
class Got:
    """An answer, or how it ended."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


@dataclass
class Served:
    """A server that runs."""

    port: int
    process: "subprocess.Popen[str]"
    store: Path
    log: Path
    admin: str = ""  # a token with the right to change it
    trusts: ssl.SSLContext | None = None  # for a client of a server with TLS

    @property
    def url(self) -> str:
        """For GOPROXY."""
        return f"http://127.0.0.1:{self.port}"

    def connection(self) -> http.client.HTTPConnection:
        """For one request or more."""
        if self.trusts is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=self.trusts)

    def get(self, path: str, method: str = "GET", **headers: str) -> Got:
        """Ask once, over a connection of its own; a keyword `if_none_match` becomes the header If-None-Match."""
        with contextlib.closing(self.connection()) as connection:
            connection.putrequest(method, path, skip_accept_encoding=True, skip_host="host" in headers)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            pieces = []
            try:
                while piece := answer.read1(1 << 20):
                    pieces.append(piece)
                cut = answer.length not in (None, 0) and method != "HEAD"
            except (http.client.HTTPException, OSError):
                cut = True
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, named, b"".join(pieces), cut)

    def keep(self, path: str) -> Got:
        """Ask for a file, and wait until it is stored: that is done after its last byte was sent."""
        got = self.get(path)
        if got.status == 200:
            self.await_stored(path)
        return got

    def await_stored(self, path: str) -> None:
        """Wait until a file is stored."""
        pause = threading.Event()
        while not (self.store / path[1:]).exists():
            pause.wait(0.005)

    def purge(self, path: str) -> None:
        """Forget an answer that may change."""
        assert self.get(f"/-/purge{path}", "POST", authorization=f"Bearer {self.admin}").status == 200

    def has_logged(self, words: str) -> bool:
        """Whether this stands in the log, which is written a moment after the last byte of an answer."""
        pause = threading.Event()
        deadline = time.monotonic() + PATIENCE
        while words not in self.log.read_text() and time.monotonic() < deadline:
            pause.wait(0.01)
        return words in self.log.read_text()

    def settles(self, path: str, status: int) -> bool:
        """Whether a path is soon answered so: workers are replaced one by one."""
        pause = threading.Event()
        deadline = time.monotonic() + PATIENCE
        while self.get(path).status != status and time.monotonic() < deadline:
            pause.wait(0.05)
        return self.get(path).status == status

    def workers(self) -> set[str]:
        """The processes that serve."""
        return set(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split())

    def memory(self) -> int:
        """Bytes that the server's processes hold."""
        pages = [
            int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in (str(self.process.pid), *self.workers())
        ]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE")

    def metric(self, line: str) -> float:
        """The value of a metric, 0 where it was never counted."""
        found = [row for row in self.get("/-/metrics").text.splitlines() if row.startswith(f"{line} ")]
        return float(found[0].rpartition(" ")[2]) if found else 0.0


@contextlib.contextmanager
def serving(
    folder: Path,
    upstream: str,
    *options: str,
    gosumdb: str = "off",
    wait: bool = True,
    line: str = "//127.0.0.1:",
    port: int = 0,
    host: str = "127.0.0.1",
    before: tuple[str, ...] = (),
    trusts: ssl.SSLContext | None = None,
    **variables: str,
) -> Iterator[Served]:
    """`gomend serve`, its store and log in `folder`, until the block ends. `before` stands before its command."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    store = folder / "store"
    words = [
        *("--listen", f"{host}:{port}", "--store", str(store)),
        *(("--upstream", upstream) if upstream else ()),
        *("--timeout", "3", "--log", "all", *options),
    ]
    admin, kept = new_token("admin", [Grant(Right.ADMIN)], datetime.now(UTC))
    TokenFile(folder / "config/gomend/tokens.json").change(lambda _: (kept,))
    environment = {**os.environ, "GOSUMDB": gosumdb, "XDG_CONFIG_HOME": str(folder / "config"), **variables}
    log = folder / "log"
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [*before, *PROGRAM, *words], stdout=subprocess.PIPE, stderr=errors, env=environment, text=True, cwd=folder,
            start_new_session=True,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        if wait:
            assert line in process.stdout.readline(), log.read_text()
        yield Served(port, process, store, log, admin, trusts)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM if process.poll() is None else signal.SIGKILL)
        try:
            process.wait(PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if process.stdout is not None:
                process.stdout.close()


__all__ = ["PROGRAM", "Got", "Lab", "Served", "Upstream", "free_port", "lab", "serving"]
