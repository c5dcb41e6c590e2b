"""A store on disk in trouble: full, read-only, gone, shared, its server killed. Nothing wrong is ever handed out."""

import contextlib
import http.client
import os
import random
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.lab import upstream as acts
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.faulttable import FULL, fault
from tests.server.serving import PATIENCE, Got, Lab, Served, lab, serving

GROUP = "A store on disk"
SMALL = Module("example.com/small", "v1.0.0")
LATER = Module("example.com/later", "v1.0.0")
BIG = Module("example.com/big", "v1.0.0", files={"data.bin": os.urandom(3_000_000).hex()})
KINDS = ("zip", "mod", "info", "list")
ROUNDS = 50 if FULL else 4
_DISK = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'


def namespaces_allowed() -> bool:
    """Whether a process may mount in a namespace of its own here, and be joined there."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "true"]
    programs = shutil.which("unshare") and shutil.which("nsenter")
    return bool(programs) and subprocess.run(command, capture_output=True, check=False).returncode == 0


needs_disk = pytest.mark.skipif(not namespaces_allowed(), reason="no mount namespace may be made here")


class Disk:
    """The small file system on which a server has its store; nobody else sees it."""

    def __init__(self, server: Served) -> None:
        self._server = server
        self.store = Path(f"/proc/{server.process.pid}/root{server.store}")

    def mounted(self, options: str) -> None:
        """Mount it anew with these options."""
        command = ["nsenter", "--user", "--mount", "--preserve-credentials", f"--target={self._server.process.pid}"]
        subprocess.run([*command, "mount", "-o", f"remount,{options}", str(self._server.store)], check=True)

    def files(self) -> set[str]:
        """Everything that is stored, and what was left unfinished."""
        return {str(file.relative_to(self.store)) for file in self.store.rglob("*") if file.is_file()}


@contextlib.contextmanager
def on_a_small_disk(folder: Path, found: Lab, upstream: str, size: str = "2m") -> Iterator[tuple[Served, Disk]]:
    """A server whose store is on a file system of this size."""
    (folder / "store").mkdir()
    before = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _DISK, size, str(folder / "store"))
    with serving(folder, upstream, gosumdb=found.sums.key, before=before) as server:
        yield server, Disk(server)


def path_of(module: Module, ending: str) -> str:
    return f"/{module.path}/@v/{'list' if ending == 'list' else f'{module.version}.{ending}'}"


def is_told(got: Got, code: str, words: str) -> None:
    assert (got.status, got.cut, got.headers.get("x-gomend-code")) == (502, False, code), got.text
    assert got.text.startswith(f"{code}: example.com/") and words in got.text


def stored_before(disk: Disk, server: Served) -> set[str]:
    """Stores the small module; gives what is there then."""
    for ending in ("info", "mod", "zip", "list"):
        assert server.get(path_of(SMALL, ending)).status == 200
    pause = threading.Event()
    while not {path_of(SMALL, "zip")[1:], path_of(SMALL, "list")[1:]} <= (files := disk.files()):
        pause.wait(0.005)
    return files


@needs_disk
@fault(GROUP, "has no room for a zip whose size its source tells", "502 `disk.full`; what is stored is served on")
@fault(GROUP, "is full while a small file is fetched", "200, the right file, which is not stored; `/-/readyz` 503")
def test_a_full_disk_is_told_and_what_is_stored_is_served_on(tmp_path: Path) -> None:
    found = lab([SMALL, BIG, LATER])
    with Upstream(found) as upstream, on_a_small_disk(tmp_path, found, upstream.url) as (server, disk):
        before = stored_before(disk, server)
        for _ in range(2):
            is_told(server.get(path_of(BIG, "zip")), "disk.full", "No space left on device")
        assert {file for file in disk.files() - before if "sumdb" not in file} == set()
        ballast = disk.store / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
        for ending, content in (("mod", BIG.go_mod), ("info", BIG.info), ("list", b"v1.0.0\n")):
            assert server.get(path_of(BIG, ending)).body == content
        assert server.get(path_of(LATER, "mod")).body == LATER.go_mod
        for ending, content in (("zip", SMALL.zip), ("mod", SMALL.go_mod), ("info", SMALL.info)):
            assert server.get(path_of(SMALL, ending)).body == content
        assert server.metric("gomend_store_faults_total") >= 3
        assert {file for file in disk.files() - before if "sumdb" not in file} == {"ballast"}
        ready = server.get("/-/readyz")
        assert (ready.status, ready.text) == (503, "store: No space left on device\n")
        ballast.unlink()
        disk.mounted("size=50m")
        assert server.get("/-/readyz").status == 200
        for _ in range(2):
            assert server.get(path_of(BIG, "zip")).body == BIG.zip


@needs_disk
@fault(GROUP, "becomes full in the middle of a zip", "a download that is cut; nothing of it is stored")
def test_a_disk_that_becomes_full_cuts_the_download(tmp_path: Path) -> None:
    found = lab([BIG])

    def of_unknown_size(exchange: acts.Exchange, content: bytes | None) -> None:
        acts.chunked(1.0, b"0\r\n\r\n")(exchange, content)

    found.broken["*.zip"] = of_unknown_size
    with Upstream(found) as upstream, on_a_small_disk(tmp_path, found, upstream.url) as (server, disk):
        got = server.get(path_of(BIG, "zip"))
        assert (got.status, got.cut) == (200, True)
        assert not [file for file in disk.files() if file.endswith(".zip") or "/tmp/" in file]
        assert server.has_logged('"code":"disk.full"')
        disk.mounted("size=50m")
        assert server.get(path_of(BIG, "zip")).body == BIG.zip


@fault(GROUP, "refuses what is beyond a quota", "502 `disk.full`")
def test_a_quota_is_told_as_a_full_disk(tmp_path: Path) -> None:
    """A limit for one file's size: the system writes up to it, and says so with the next byte only."""
    middle = Module("example.com/middle", "v1.0.0", files={"data.bin": os.urandom(60_000).hex()})
    found = lab([SMALL, middle])
    before = ("prlimit", f"--fsize={len(middle.zip) - 100}", "--")
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key, before=before) as server:
        assert server.keep(path_of(SMALL, "zip")).body == SMALL.zip
        for _ in range(2):
            is_told(server.get(path_of(middle, "zip")), "disk.full", "File too large")
        assert not list((server.store / ".gomend/tmp").glob("fetch-*"))
        assert server.get(path_of(SMALL, "zip")).body == SMALL.zip


@needs_disk
@fault(GROUP, "becomes read-only", "stored and small files 200, a new zip 502 `disk.permission`")
def test_a_store_that_becomes_read_only_hands_out_what_it_has(tmp_path: Path) -> None:
    found = lab([SMALL, LATER])
    with Upstream(found) as upstream, on_a_small_disk(tmp_path, found, upstream.url) as (server, disk):
        before = stored_before(disk, server)
        disk.mounted("ro")
        for ending, content in (("zip", SMALL.zip), ("mod", SMALL.go_mod), ("info", SMALL.info)):
            assert server.get(path_of(SMALL, ending)).body == content
        for ending, content in (("mod", LATER.go_mod), ("info", LATER.info), ("list", b"v1.0.0\n")):
            assert server.get(path_of(LATER, ending)).body == content
        is_told(server.get(path_of(LATER, "zip")), "disk.permission", "Read-only file system")
        assert disk.files() == before
        disk.mounted("rw")
        assert server.get(path_of(LATER, "zip")).body == LATER.zip


@fault(GROUP, "is removed while the server runs", "200, the right file, which is stored anew")
def test_a_store_that_is_removed_is_made_anew(tmp_path: Path) -> None:
    found = lab([SMALL])
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        for ending in ("zip", "mod", "info", "list"):
            server.keep(path_of(SMALL, ending))
        shutil.rmtree(server.store)
        for ending, content in (("zip", SMALL.zip), ("mod", SMALL.go_mod), ("info", SMALL.info), ("list", b"v1.0.0\n")):
            assert server.keep(path_of(SMALL, ending)).body == content


@fault(GROUP, "has a file where a folder should be", "200, the right file, which is not stored")
def test_a_name_that_is_taken_by_something_else_costs_no_answer(tmp_path: Path) -> None:
    found = lab([SMALL])
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        (server.store / "example.com").write_text("in the way")
        for ending, content in (("zip", SMALL.zip), ("mod", SMALL.go_mod), ("info", SMALL.info), ("list", b"v1.0.0\n")):
            assert server.get(path_of(SMALL, ending)).body == content
        (server.store / "example.com").unlink()
        assert server.keep(path_of(SMALL, "zip")).body == SMALL.zip


@fault(GROUP, "holds a damaged look-up, tile and tree of the checksum database", "200, the right file, asked anew")
def test_what_was_damaged_on_disk_is_asked_anew(tmp_path: Path) -> None:
    found = lab([SMALL, LATER])
    with Upstream(found) as upstream:
        with serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
            server.keep(path_of(SMALL, "mod"))
        sums = [file for file in (tmp_path / "store").rglob("*") if file.is_file() and "sumdb" in str(file)]
        assert len(sums) >= 3
        for file in sums:
            file.write_bytes(b"\0" * file.stat().st_size)
        (tmp_path / "store" / path_of(SMALL, "mod")[1:]).unlink()
        with serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
            assert server.get(path_of(SMALL, "mod")).body == SMALL.go_mod
            assert server.get(path_of(LATER, "zip")).body == LATER.zip


@fault(GROUP, "is shared by two servers that fetch the same files at once", "200, the right files")
def test_two_servers_share_a_folder(tmp_path: Path) -> None:
    modules = [Module(f"example.com/shared{number}", "v1.0.0") for number in range(10)]
    found = lab(modules)
    (tmp_path / "two").mkdir()
    (tmp_path / "two/store").symlink_to(tmp_path / "one/store")
    with (
        Upstream(found) as upstream,
        serving(tmp_path / "one", upstream.url, gosumdb=found.sums.key) as one,
        serving(tmp_path / "two", upstream.url, gosumdb=found.sums.key) as two,
        ThreadPoolExecutor(20) as pool,
    ):
        asked = [
            (server, module, ending) for module in modules for ending in ("zip", "mod", "list") for server in (one, two)
        ]
        for (_, module, ending), got in zip(
            asked, pool.map(lambda ask: ask[0].get(path_of(*ask[1:])), asked), strict=True
        ):
            assert got.body == found.world.file(path_of(module, ending))
        for module in modules:
            assert found.count(path_of(module, "zip")) <= 2
            assert one.keep(path_of(module, "zip")).body == module.zip
        assert not [file for file in (one.store / ".gomend/tmp").rglob("*") if file.is_file()]


@fault(GROUP, "is written to when the server is killed, at any moment", "by the next one: 200, the right file")
def test_whenever_it_is_killed_nothing_wrong_is_ever_served(tmp_path: Path) -> None:
    """Each round kills a server after so many bytes have come; what it had stored is whole, and the next serves it."""
    contents: dict[str, bytes] = {}
    chance = random.Random(20)
    modules: list[Module] = []
    stored = 0
    for round_ in range(ROUNDS + 1):
        was, modules = (
            modules,
            [
                Module(f"example.com/k{round_}x{at}", "v1.0.0", files={"data.bin": os.urandom(100_000).hex()})
                for at in range(8)
            ],
        )
        found = lab([*was, *modules])
        contents |= {path_of(m, e): found.world.file(path_of(m, e)) or b"" for m in modules for e in KINDS}
        # Another database each time: its tree is another one, so what is kept of it is asked anew.
        shutil.rmtree(tmp_path / "store/.gomend/sumdb", ignore_errors=True)
        shutil.rmtree(tmp_path / "store/sumdb", ignore_errors=True)
        with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
            for module in was:
                for ending in KINDS:
                    assert server.get(path_of(module, ending)).body == contents[path_of(module, ending)]
            if round_ < ROUNDS:
                _killed_under_way(server, modules, chance.randrange(1_000, 900_000))
        for file in (tmp_path / "store").rglob("*@v/*"):
            key = f"/{file.relative_to(tmp_path / 'store')}"
            assert file.read_bytes() == contents[key], key
            stored += 1
    assert stored


def _killed_under_way(server: Served, modules: list[Module], after: int) -> None:
    """Everything of the modules is asked for at once; the server is killed when so many bytes have come."""
    seen, lock, enough = [0], threading.Lock(), threading.Event()

    def ask(path: str) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            with contextlib.closing(connection):
                connection.request("GET", path)
                answer = connection.getresponse()
                while piece := answer.read1(10_000):
                    with lock:
                        seen[0] += len(piece)
                    if seen[0] >= after:
                        enough.set()

    with ThreadPoolExecutor(32) as pool:
        asked = [pool.submit(ask, path_of(module, ending)) for module in modules for ending in KINDS]
        while not enough.wait(0.01) and not all(one.done() for one in asked):
            pass
        os.killpg(server.process.pid, signal.SIGKILL)
