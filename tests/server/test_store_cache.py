"""A folder before a bucket, with real servers: shared, killed, full; and the bucket gone behind it."""

import contextlib
import http.client
import os
import random
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.lab import bucket as acts
from tests.lab.bucket import Faulty, bucket_server, variables
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.faulttable import FULL, fault
from tests.server.serving import PATIENCE, Served, lab, serving
from tests.server.test_store_faults import needs_disk

GROUP = "A folder before a bucket"
KINDS = ("zip", "mod", "info")
ROUNDS = 50 if FULL else 3
_DISK = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """moto's."""
    with bucket_server("modules") as found:
        yield found


def modules(word: str, count: int, size: int = 50_000) -> list[Module]:
    return [
        Module(f"example.com/{word}{number}", "v1.0.0", files={"data.bin": os.urandom(size).hex()})
        for number in range(count)
    ]


def contents(made: list[Module]) -> dict[str, bytes]:
    """By path."""
    return {
        f"/{one.path}/@v/v1.0.0.{kind}": content
        for one in made
        for kind, content in zip(KINDS, (one.zip, one.go_mod, one.info), strict=True)
    }


def settled(server: Served) -> None:
    """Wait until what was fetched is stored."""
    pause = threading.Event()
    while server.metric("gomend_fetches_under_way"):
        pause.wait(0.02)


def copies(local: Path) -> dict[str, bytes]:
    return {f"/{file.relative_to(local)}": file.read_bytes() for file in local.rglob("*@v/*") if file.is_file()}


def awaited(local: Path, wanted: dict[str, bytes]) -> None:
    """Wait until there is a copy of each of these."""
    pause = threading.Event()
    while not wanted.keys() <= copies(local).keys():
        pause.wait(0.02)


@fault(GROUP, "is shared by two servers of two workers", "200, the right files, each read once from the bucket")
@fault(GROUP, "has the files, and the bucket is out of reach", "200, the right files, as fast as from a disk")
def test_what_was_copied_is_had_without_the_bucket_and_by_all_at_the_folder(tmp_path: Path, port: int) -> None:
    made = modules("shared", 5)
    wanted = contents(made)
    found = lab(made)
    with Upstream(found) as upstream, Faulty(port) as bucket:
        common = ("--store", "s3://modules/shared", "--workers", "2", "--timeout", "6")
        cached = (*common, "--store-cache", str(tmp_path / "local"))
        around = variables(bucket.port)
        with serving(tmp_path / "filling", upstream.url, *common, gosumdb=found.sums.key, **around) as filling:
            for path in wanted:
                assert filling.get(path).status == 200
            settled(filling)
        found.broken["*"] = lambda exchange, _: exchange.send(500, b"down")
        with (
            serving(tmp_path / "one", upstream.url, *cached, gosumdb=found.sums.key, **around) as one,
            serving(tmp_path / "two", upstream.url, *cached, gosumdb=found.sums.key, **around) as two,
            ThreadPoolExecutor(16) as pool,
        ):
            asked = [(server, path) for path in wanted for server in (one, two) for _ in range(3)]
            got = pool.map(lambda pair: pair[0].get(pair[1]), asked)
            for (_, path), each in zip(asked, got, strict=True):
                assert (each.status, each.body) == (200, wanted[path])
            awaited(tmp_path / "local", wanted)
            assert copies(tmp_path / "local") == wanted
            bucket.broken |= dict.fromkeys(("GET", "HEAD", "PUT"), acts.reset)
            read = len(bucket.asked)
            tags = set()
            for server in (one, two):
                for path, content in wanted.items():
                    each = server.get(path)
                    assert (each.status, each.body) == (200, content)
                    tags.add((path, each.headers["etag"], each.headers["last-modified"]))
                    part = server.get(path, range="bytes=1-4")
                    assert (part.status, part.body) == (206, content[1:5])
            assert len(tags) == len(wanted)
            assert not [one for one in bucket.asked[read:] if "/@v/" in one]
            hits = [one.metric(f'gomend_store_cache_hits_total{{worker="{number}"}}') for number in (0, 1)]
            assert sum(hits) > 0


@fault(GROUP, "is written to when the server is killed, at any moment", "by the next one: 200, the right file")
def test_whenever_it_is_killed_no_copy_is_wrong(tmp_path: Path, port: int) -> None:
    chance = random.Random(7)
    wanted: dict[str, bytes] = {}
    local = tmp_path / "local"
    kept = 0
    for round_ in range(ROUNDS):
        made = modules(f"k{round_}x", 6)
        now = contents(made)
        found = lab(made)
        with Upstream(found) as upstream:
            store = ("--store", f"s3://modules/killed{round_}")
            options, around = (*store, "--store-cache", str(local)), variables(port)
            with serving(tmp_path / "a", upstream.url, *store, gosumdb=found.sums.key, **around) as filling:
                for path in list(now)[: len(now) // 2]:  # these are copied from the bucket, the others stored in it
                    assert filling.get(path).status == 200
                settled(filling)
            with serving(tmp_path / "b", upstream.url, *options, gosumdb=found.sums.key, **around) as server:
                killed_under_way(server, list(now), chance.randrange(1_000, 400_000))
            wanted |= now
            for path, content in copies(local).items():
                assert content == wanted[path], path
                kept += 1
            with serving(tmp_path / "c", upstream.url, *options, gosumdb=found.sums.key, **around) as server:
                for path, content in now.items():
                    assert server.get(path).body == content
    assert kept


def killed_under_way(server: Served, paths: list[str], after: int) -> None:
    """All paths are asked for at once; the server is killed when so many bytes have come."""
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

    with ThreadPoolExecutor(18) as pool:
        asked = [pool.submit(ask, path) for path in paths]
        while not enough.wait(0.01) and not all(one.done() for one in asked):
            pass
        os.killpg(server.process.pid, signal.SIGKILL)


@needs_disk
@fault(GROUP, "lies on a disk that is full", "200, the right files, from the bucket and from the sources")
def test_a_full_disk_costs_no_answer(tmp_path: Path, port: int) -> None:
    made, late = modules("full", 4, 300_000), modules("late", 1, 300_000)
    wanted = contents(made)
    found = lab([*made, *late])
    local = tmp_path / "local"
    local.mkdir()
    before = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _DISK, "1m", str(local))
    with Upstream(found) as upstream:
        store, around = ("--store", "s3://modules/full"), variables(port)
        with serving(tmp_path / "a", upstream.url, *store, gosumdb=found.sums.key, **around) as filling:
            for path in wanted:
                assert filling.get(path).status == 200
            settled(filling)
        options = (*store, "--store-cache", str(local))
        with serving(tmp_path / "b", upstream.url, *options, gosumdb=found.sums.key, before=before, **around) as server:
            for _ in range(2):
                for path, content in (wanted | contents(late)).items():
                    got = server.get(path)
                    assert (got.status, got.cut, got.body) == (200, False, content)
                    settled(server)
            assert server.metric("gomend_store_cache_faults_total") > 0
            there = Path(f"/proc/{server.process.pid}/root{local}")
            for path, content in copies(there).items():
                assert content == (wanted | contents(late))[path]
