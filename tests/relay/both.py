"""One go command, plain and under gomend, each time against sources that log what they were asked."""

import hashlib
import json
import os
import re
import ssl
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.gocmd.terminal import GOMEND
from tests.lab.modules import Module, World
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Act, Answers, Exchange, Upstream, serve

PATIENCE = 120.0  # seconds until a test gives up hope; no test is decided by it
QUICK = {
    "GOMEND_CONNECT_LIMIT": "2",
    "GOMEND_TLS_LIMIT": "2",
    "GOMEND_FIRST_BYTE_LIMIT": "1",
    "GOMEND_STALL_LIMIT": "1",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as a source got it. `act` answered it; `serve` is the healthy answer."""

    source: str
    path: str
    act: Act
    found: bool  # the source has such a file
    fresh: bool  # over a new connection: on one kept alive that ends, it is sent again as net/http does


@dataclass(slots=True)
class Log:
    """What all sources of one run were asked, in the order it came."""

    entries: list[Asked] = field(default_factory=list)
    connections: set[object] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, source: str, exchange: Exchange, act: Act, *, found: bool) -> None:
        """Notes a request."""
        with self.lock:
            fresh = exchange.connection not in self.connections
            self.connections.add(exchange.connection)
            self.entries.append(Asked(source, exchange.path, act, found, fresh))

    def paths(self, source: str) -> list[str]:
        """The paths asked of one source, repetitions included."""
        return [asked.path for asked in self.entries if asked.source == source]


class Logged(Answers):
    """As Answers, with every request in a Log before it is answered."""

    def __init__(self, name: str, log: Log, world: World, faults: list[tuple[str, Act]], sums: SumDb) -> None:
        super().__init__(world, [(pattern, self._noting(act)) for pattern, act in faults], other=sums.proxied)
        self.name, self.log = name, log
        self.default = self._noting(serve)

    def _noting(self, act: Act) -> Act:
        def noted(exchange: Exchange, content: bytes | None) -> None:
            chosen = act.next() if isinstance(act, Turns) else act
            self.log.add(self.name, exchange, chosen, found=content is not None)
            chosen(exchange, content)

        return noted


class Turns:
    """An act for the first requests that meet it, then the healthy answer; `next` says which it is this time."""

    def __init__(self, count: int, act: Act) -> None:
        self._count, self._act, self._lock = count, act, threading.Lock()

    def next(self) -> Act:
        """The act for the next request."""
        with self._lock:
            self._count -= 1
            return self._act if self._count >= 0 else serve

    def __call__(self, exchange: Exchange, content: bytes | None) -> None:
        self.next()(exchange, content)


@dataclass(frozen=True)
class Project:
    """A main module and the world its requirements come from."""

    world: World
    requires: tuple[str, ...]
    sums: SumDb
    go: str = "1.21"

    @classmethod
    def of(cls, modules: Sequence[Module], *, go: str = "1.21") -> "Project":
        """A project that requires all of these directly."""
        return cls(World(modules), tuple(m.path for m in modules), SumDb(modules), go)

    def write(self, folder: Path, *, go_sum: bool) -> None:
        """Its files, in a new folder; with a complete go.sum or without one."""
        folder.mkdir(parents=True)
        (folder / "go.mod").write_text(self.world.go_mod("example.com/app", self.requires, go=self.go))
        if go_sum:
            (folder / "go.sum").write_text(self.world.go_sum(self.requires))
        imports = "".join(f'import _ "{path}"\n' for path in self.requires)
        (folder / "main.go").write_text(f"package main\n\n{imports}\nfunc main() {{}}\n")


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended."""

    status: int
    stdout: str
    stderr: str
    cache: Mapping[str, str]  # file below GOMODCACHE -> SHA-256 of its bytes
    asked: list[Asked]
    known: str  # the addresses that the command was given
    ahead: tuple[int, int]  # files that gomend read ahead, and those of them that go asked for; by its own record


Server = Callable[[Log], ExitStack]


class Setting:
    """Where runs of one test take place: a folder of its own and the go command."""

    def __init__(self, folder: Path, go: Path) -> None:
        self.folder, self.go = folder, go
        self._count = 0
        self._lock = threading.Lock()

    def run(
        self,
        project: Project,
        words: Sequence[str],
        *,
        gomend: bool,
        goproxy: str,
        sources: Mapping[str, Upstream],
        log: Log,
        go_sum: bool = True,
        variables: Mapping[str, str] | None = None,
        prepare: Callable[[Path], None] = lambda _: None,
    ) -> Ran:
        """Runs `go WORDS` in a fresh copy of the project with an empty module cache.

        `{name}` in `goproxy` is the address of the source of that name; they must be open. `prepare` may change the
        project's folder.
        """
        with self._lock:
            self._count += 1
            place = self.folder / str(self._count)
        project.write(place / "app", go_sum=go_sum)
        prepare(place / "app")
        home = place / "home"
        home.mkdir()
        environment = {
            **os.environ,
            "HOME": str(home),
            "GOENV": str(home / "goenv"),
            "GOPROXY": goproxy.format(**{name: source.url for name, source in sources.items()}),
            "GOPATH": str(place / "gopath"),  # here go keeps the newest tree of a checksum database
            "GOMODCACHE": str(place / "cache"),
            "GOCACHE": str(self.folder / "gocache"),
            "GOFLAGS": "-modcacherw" + ("" if go_sum else " -mod=mod"),
            "GOSUMDB": "off" if go_sum else project.sums.key,
            **QUICK,
            **(variables or {}),
        }
        command = [*GOMEND, "go"] if gomend else [str(self.go)]
        ended = subprocess.run(
            [*command, *words],
            cwd=place / "app",
            env=environment,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            text=True,
        )
        known = " ".join([environment["GOPROXY"], *(variables or {}).values()])
        return Ran(
            ended.returncode,
            ended.stdout,
            ended.stderr,
            tree(place / "cache"),
            log.entries,
            known,
            _read_ahead(home) if gomend else (0, 0),
        )


def _read_ahead(home: Path) -> tuple[int, int]:
    records = sorted((home / ".local" / "state" / "gomend" / "runs").glob("*.json"))
    exchanges = json.loads(records[-1].read_text())["exchanges"] if records else None
    return (exchanges["ahead"]["fetched"], exchanges["ahead"]["used"]) if exchanges else (0, 0)


def tree(cache: Path) -> dict[str, str]:
    """The files of a module cache that hold modules, by what is in them; locks and notes of the time are left out."""
    left_out = (".lock", "/lock", "/list", ".partial")
    return {
        str(path.relative_to(cache)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in cache.rglob("*")
        if path.is_file() and not str(path).endswith(left_out) and "/sumdb/" not in str(path)
    }


_ADDRESS = re.compile(r"127\.0\.0\.1(?::|%3A)(\d+)", re.IGNORECASE)
_SECRET = re.compile(r"\b[0-9a-f]{32}(?:/|%2F)", re.IGNORECASE)


def door_shown(text: str, known: str) -> list[str]:
    """The loopback addresses in a text that are none of the `known` ones: the door's."""
    strange = [found[0] for found in _ADDRESS.finditer(text) if f"127.0.0.1:{found[1]}" not in known]
    return strange + [found[0] for found in _SECRET.finditer(text)]


def upstream(
    name: str,
    log: Log,
    project: Project,
    faults: Sequence[tuple[str, Act]] = (),
    *,
    tls: ssl.SSLContext | None = None,
) -> Upstream:
    """A source that logs; enter it to open it."""
    return Upstream(Logged(name, log, project.world, list(faults), project.sums), tls=tls)
