"""Whatever a checksum database does, nothing unproved is handed on, no unverified file is served, and it recovers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from urllib.parse import urlsplit

import pytest
from tests.lab import upstream as acts
from tests.lab.modules import Module, World
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Act, Upstream
from tests.server.faulttable import TABLE, Fault
from tests.server.serving import Got, Lab, Served, serving
from tests.server.sourcefaults import LOGIN, TIMEOUT, always, status

NAME = "sum.example.org"
BASE = f"/sumdb/{NAME}"
UNREACHABLE, UNTRUSTED, NOT_FOUND, MISMATCH = (
    f"checksum.sumdb_{end}" for end in ("unreachable", "untrusted", "not_found", "mismatch")
)
_numbers = count()
MODULE = Module("fault.example/known", "v1.0.0")


@cache
def _lab() -> Lab:
    """All modules of the rows, and so many records before theirs that each row may have a complete tile of its own."""
    modules = [MODULE, OTHER, *(row.module for row in ROWS)]
    return Lab(World(modules), SumDb(modules, name=NAME, early=256 * (len(ROWS) + len(LATEST))))


@dataclass(frozen=True)
class Row:
    """A fault of the database, met by a look-up, a tile or the latest tree, or by a module's file."""

    what: str
    asked: str  # lookup, tile, latest; .mod or .zip, while the lookup fails
    act: "Callable[[Row], Act]"
    status: int
    code: str
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def module(self) -> Module:
        """A module of this row alone."""
        return Module(f"fault.example/s{self.number}", "v1.0.0")

    @property
    def broken(self) -> str:
        """The path at which the fault is met."""
        if self.asked == "tile":
            return f"{BASE}/tile/8/0/{self.number:03d}"
        return f"{BASE}/latest" if self.asked == "latest" else f"{BASE}/lookup/{self.module.path}@v1.0.0"

    @property
    def path(self) -> str:
        """What the client asks for."""
        return f"/{self.module.path}/@v/v1.0.0{self.asked}" if self.asked.startswith(".") else self.broken

    @property
    def group(self) -> str:
        """Of the page."""
        return "A checksum database" + (", while a module's file is asked for" if self.asked.startswith(".") else "")


def _any(making: Callable[[Module], Act]) -> "Callable[[Row], Act]":
    return lambda row: making(row.module)


def _spoiled(row: Row) -> Act:
    """A signature that is another's."""
    file = SumDb([row.module], name=NAME, sign=False).file
    return acts.body(file(row.broken.removeprefix(BASE)) or b"")


def _forked(row: Row) -> Act:
    """Another history under the right key."""
    file = SumDb([row.module], name=NAME, salt="!").file
    return acts.body(file(row.broken.removeprefix(BASE)) or b"")


def _other_record(row: Row) -> Act:
    """The record of another module, rightly signed and in the tree."""
    return lambda exchange, _: acts.serve(exchange, _lab().sums.file(f"/lookup/{OTHER.path}@v1.0.0"))


def _turned(row: Row) -> Act:
    """One bit of the right answer is another."""
    return lambda exchange, content: acts.serve(exchange, bytes([(content or b"\0")[0] ^ 1]) + (content or b"")[1:])


OTHER = Module("fault.example/other", "v1.0.0")
_FAULTS = [
    ("answers 404", _any(status(404)), 404, NOT_FOUND),
    ("answers 410", _any(status(410)), 404, NOT_FOUND),
    ("answers 403", _any(status(403)), 502, UNREACHABLE),
    ("answers 429", _any(status(429)), 502, UNREACHABLE),
    ("answers 500", _any(status(500)), 502, UNREACHABLE),
    ("answers 503", _any(status(503)), 502, UNREACHABLE),
    ("resets the connection", _any(always(acts.reset)), 502, UNREACHABLE),
    ("never answers", _any(always(acts.silent)), 502, UNREACHABLE),
    ("stalls after the headers", _any(always(acts.stalled())), 502, UNREACHABLE),
    ("ends in the middle", _any(always(acts.truncated(0.3))), 502, UNREACHABLE),
    ("ends within a chunk", _any(always(acts.chunked(0.3))), 502, UNREACHABLE),
    ("sends more than 1 MB", _any(always(acts.body(b"x" * ((1 << 20) + 1)))), 502, UNREACHABLE),
    ("sends a login page", _any(always(acts.page(LOGIN))), 502, UNTRUSTED),
    ("sends nothing", _any(always(acts.body(b""))), 502, UNTRUSTED),
]
ROWS = [
    *(Row(what, "lookup", act, status, code) for what, act, status, code in _FAULTS),
    Row("sends a tree with another's signature", "lookup", _spoiled, 502, UNTRUSTED),
    Row("sends another history", "lookup", _forked, 502, UNTRUSTED),
    *(Row(what, "tile", act, status, code) for what, act, status, code in _FAULTS),
    Row("sends other hashes", "tile", _turned, 502, UNTRUSTED),
    Row("sends half of a tile", "tile", _any(always(acts.body(b"\1" * 4096))), 502, UNTRUSTED),
    *(Row(what, ending, act, 502, code) for what, act, _, code in _FAULTS for ending in (".mod", ".zip")),
    Row("sends a tree with another's signature", ".zip", _spoiled, 502, UNTRUSTED),
    Row("sends another history", ".zip", _forked, 502, UNTRUSTED),
    Row("sends the record of another module", ".zip", _other_record, 502, UNTRUSTED),
    Row("sends the record of another module", "lookup", _other_record, 502, UNTRUSTED),
]
LATEST = [
    *(Row(what, "latest", act, status, code) for what, act, status, code in _FAULTS),
    Row("sends a tree with another's signature", "latest", _spoiled, 502, UNTRUSTED),
    Row("sends another history", "latest", _forked, 502, UNTRUSTED),
]
TABLE[__name__] += [Fault(row.group, row.what, f"{row.status} `{row.code}`", row.asked) for row in [*ROWS, *LATEST]]


@dataclass(frozen=True)
class Seen:
    """What came of one row."""

    source: str
    broken: Got
    stored: bool
    mended: Got


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Seen]:
    """All rows but those about the latest tree at once, then these; each again without the fault."""
    found = _lab()
    with (
        Upstream(found) as upstream,
        ThreadPoolExecutor(len(ROWS)) as pool,
        serving(tmp_path_factory.mktemp("database"), upstream.url, *TIMEOUT, gosumdb=found.sums.key) as server,
    ):
        known = f"{BASE}/lookup/{MODULE.path}@v1.0.0"
        assert server.get(known).body == found.sums.proxied(known)
        for row in ROWS:
            found.broken[row.broken] = row.act(row)
        came = dict(zip(ROWS, pool.map(lambda row: _asked(server, row), ROWS), strict=True))
        found.broken.clear()
        mended = dict(zip(ROWS, pool.map(lambda row: server.get(row.path), ROWS), strict=True))
        for row in LATEST:
            found.broken[row.broken] = row.act(row)
            came[row] = _asked(server, row)
            found.broken.clear()
            mended[row] = server.get(row.path)
    source = urlsplit(upstream.url).netloc
    return {row.number: Seen(source, *came[row], mended[row]) for row in [*ROWS, *LATEST]}


def _asked(server: Served, row: Row) -> tuple[Got, bool]:
    got = server.get(row.path)
    return got, (server.store / row.path[1:]).exists() or (server.store / row.broken[1:]).exists()


@pytest.mark.parametrize("row", [*ROWS, *LATEST], ids=lambda row: f"{row.asked}-{row.what.replace(' ', '-')}")
def test_nothing_unproved_is_handed_on_nor_kept(row: Row, seen: dict[int, Seen]) -> None:
    came = seen[row.number]
    got = came.broken
    assert (got.status, got.cut) == (row.status, False), got.text
    assert got.headers["x-gomend-code"] == row.code and row.code in got.text
    assert NAME in got.text and came.source in got.text, got.text
    if row.asked not in ("tile", "latest"):
        assert row.module.path in got.text
    assert not came.stored


@pytest.mark.parametrize("row", [*ROWS, *LATEST], ids=lambda row: f"{row.asked}-{row.what.replace(' ', '-')}")
def test_what_is_proved_comes_as_soon_as_the_fault_has_gone(row: Row, seen: dict[int, Seen]) -> None:
    right = _lab().sums.proxied(row.path) if row.path.startswith("/sumdb/") else _lab().world.file(row.path)
    assert (seen[row.number].mended.status, seen[row.number].mended.body) == (200, right), seen[row.number].mended.text
