"""Whatever a source does, a client is told what is true, nothing wrong is kept, and all is well when the fault goes."""

import io
import os
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from tests.lab import upstream as acts
from tests.lab.modules import Module
from tests.lab.upstream import Act, Upstream
from tests.server.serving import Got, Lab, Served, lab, serving

BIG = 900_000  # bytes that come in several pieces
LOGIN = "<html><title>Log in</title></html>"


@dataclass(frozen=True)
class Row:
    """A fault, what is asked meanwhile, and what the client must be told. `status` 0: the download is cut."""

    name: str
    asked: str  # list, @latest, info, mod or zip
    act: Callable[[Module], Act]
    status: int
    code: str = ""
    big: bool = False

    @property
    def module(self) -> Module:
        name = "fault.example/" + self.name.replace("@", "")
        files = {"x.go": "package x\n"} | ({"data.bin": os.urandom(BIG).hex()} if self.big else {})
        return Module(name, "v1.0.0", files=files)


def status(number: int) -> Callable[[Module], Act]:
    return lambda _: acts.status(number, "words of the source")


def always(act: Act) -> Callable[[Module], Act]:
    return lambda _: act


def other_bytes(module: Module) -> Act:
    return acts.body(Module(module.path, module.version, files={"x.go": "package evil\n"}).zip)


def other_bytes_at_the_end(module: Module) -> Act:
    """A whole zip of the same size, another file in it."""
    files = {name: text.decode() for name, text in module.content.items() if name != "go.mod"}
    files["data.bin"] = files["data.bin"][:-1] + ("0" if files["data.bin"][-1] != "0" else "1")
    return acts.body(Module(module.path, module.version, files=files).zip)


def bomb(module: Module) -> Act:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{module.path}@{module.version}/zeros", b"\0" * (32 << 20))
    data = out.getvalue()
    return acts.body(data.replace((32 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little")))


def info_of(text: str) -> Callable[[Module], Act]:
    return lambda _: acts.body(text.encode())


KINDS = ("list", "@latest", "info", "mod", "zip")
ROWS = [
    *(Row(f"404-{kind}", kind, status(404), 404, "proxy.not_found") for kind in KINDS),
    *(Row(f"410-{kind}", kind, status(410), 404, "proxy.not_found") for kind in KINDS),
    *(Row(f"401-{kind}", kind, status(401), 502, "proxy.unauthorized") for kind in KINDS),
    *(Row(f"403-{kind}", kind, status(403), 403, "proxy.unauthorized") for kind in KINDS),
    *(Row(f"429-{kind}", kind, status(429), 502, "proxy.rate_limited") for kind in KINDS),
    *(Row(f"500-{kind}", kind, status(500), 502, "proxy.server_error") for kind in KINDS),
    *(Row(f"502-{kind}", kind, status(502), 502, "proxy.server_error") for kind in KINDS),
    *(Row(f"503-{kind}", kind, status(503), 502, "proxy.server_error") for kind in KINDS),
    *(Row(f"418-{kind}", kind, status(418), 502, "proxy.bad_response") for kind in KINDS),
    *(Row(f"204-{kind}", kind, status(204), 502, "proxy.bad_response") for kind in KINDS),
    *(Row(f"reset-{kind}", kind, always(acts.reset), 502, "net.reset") for kind in KINDS),
    *(Row(f"hangup-{kind}", kind, always(acts.hang_up), 502, "net.reset") for kind in KINDS),
    *(Row(f"garbage-{kind}", kind, always(acts.garbage), 502, "proxy.bad_response") for kind in KINDS),
    *(Row(f"silent-{kind}", kind, always(acts.silent), 504, "net.response_timeout") for kind in KINDS),
    *(Row(f"stalled-{kind}", kind, always(acts.stalled()), 504, "net.response_timeout") for kind in KINDS),
    *(Row(f"short-{kind}", kind, always(acts.truncated(0.3)), 502, "net.reset") for kind in KINDS),
    *(Row(f"cut-{kind}", kind, always(acts.truncated(0.3, reset=True)), 502, "net.reset") for kind in KINDS),
    *(Row(f"login-{kind}", kind, always(acts.page(LOGIN)), 502, "proxy.bad_response") for kind in KINDS),
    *(Row(f"loop-{kind}", kind, always(acts.redirect("{path}")), 502, "proxy.bad_response") for kind in KINDS),
    Row("short-big", "zip", always(acts.truncated(0.7)), 0, big=True),
    Row("cut-big", "zip", always(acts.truncated(0.7, reset=True)), 0, big=True),
    Row("stalled-big", "zip", always(acts.stalled(0.7)), 0, big=True),
    Row("wrong-zip", "zip", other_bytes, 502, "checksum.sumdb_mismatch"),
    Row("wrong-big", "zip", other_bytes_at_the_end, 0, big=True),
    Row("wrong-mod", "mod", always(acts.body(b"module evil\n")), 502, "checksum.sumdb_mismatch"),
    Row("bomb", "zip", bomb, 502, "proxy.bad_response"),
    Row("garbled-zip", "zip", always(acts.body(b"PK\3\4 and no more")), 502, "proxy.bad_response"),
    Row("empty-zip", "zip", always(acts.body(b"")), 502, "proxy.bad_response"),
    Row("empty-info", "info", always(acts.body(b"")), 502, "proxy.bad_response"),
    Row("other-version", "info", info_of('{"Version":"v1.0.1"}'), 502, "proxy.bad_response"),
    Row("no-version", "info", info_of('{"Name":"v1.0.0"}'), 502, "proxy.bad_response"),
    Row("no-object", "info", info_of('["v1.0.0"]'), 502, "proxy.bad_response"),
    Row("impossible", "@latest", info_of('{"Version":"v2.0.0"}'), 502, "proxy.bad_response"),
]


def path_of(row: Row) -> str:
    if row.asked == "@latest":
        return f"/{row.module.path}/@latest"
    return f"/{row.module.path}/@v/" + ("list" if row.asked == "list" else f"v1.0.0.{row.asked}")


def right(module: Module, asked: str) -> bytes:
    return {
        "list": b"v1.0.0\n",
        "@latest": module.info,
        "info": module.info,
        "mod": module.go_mod,
        "zip": module.zip,
    }[asked]


@dataclass
class Seen:
    """What came of one row."""

    broken: Got
    stored: bool
    mended: Got
    again: Got
    fetches: int


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """All rows at once, at one server; then all again without faults."""
    modules = {row.name: row.module for row in ROWS}
    sources = lab(list(modules.values()))
    with (
        Upstream(sources) as upstream,
        ThreadPoolExecutor(len(ROWS)) as pool,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("GOMEND_STALL_LIMIT", "1")
        with serving(tmp_path_factory.mktemp("faults"), upstream.url, gosumdb=sources.sums.key) as server:
            return _all(server, sources, modules, pool)


def _all(server: Served, sources: Lab, modules: dict[str, Module], pool: ThreadPoolExecutor) -> dict[str, Seen]:
    for row in ROWS:
        sources.broken[path_of(row)] = row.act(modules[row.name])
    broken = dict(zip(ROWS, pool.map(lambda row: server.get(path_of(row)), ROWS), strict=True))
    stored = {row: (server.store / path_of(row)[1:]).exists() for row in ROWS}
    sources.broken.clear()
    for row in ROWS:
        server.purge(path_of(row))
    before = {row: sources.count(path_of(row)) for row in ROWS}
    mended = dict(zip(ROWS, pool.map(lambda row: server.get(path_of(row)), ROWS), strict=True))
    again = dict(zip(ROWS, pool.map(lambda row: server.get(path_of(row)), ROWS), strict=True))
    return {
        row.name: Seen(broken[row], stored[row], mended[row], again[row], sources.count(path_of(row)) - before[row])
        for row in ROWS
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_client_is_told_the_truth(row: Row, seen: dict[str, Seen]) -> None:
    got = seen[row.name].broken
    if row.status:
        assert (got.status, got.cut) == (row.status, False), got.text
        assert got.headers["content-type"].startswith("text/plain")
        assert row.code in got.text and row.module.path in got.text, got.text
    else:
        assert got.cut and got.status == 200
        assert len(got.body) < len(row.module.zip) + BIG


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_nothing_of_a_fault_is_kept_and_all_is_well_when_it_goes(row: Row, seen: dict[str, Seen]) -> None:
    came = seen[row.name]
    assert not came.stored
    assert (came.mended.status, came.mended.cut) == (200, False), came.mended.text
    assert (came.again.status, came.again.cut, came.fetches) == (200, False, 1)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.big], ids=lambda row: row.name)
def test_what_comes_afterwards_are_the_sources_own_bytes(row: Row, seen: dict[str, Seen]) -> None:
    assert seen[row.name].mended.body == seen[row.name].again.body == right(row.module, row.asked)
