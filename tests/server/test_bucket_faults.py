"""A bucket that fails, in reading or in writing: files come from the sources meanwhile, and are stored afterwards."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.lab import bucket as acts
from tests.lab.bucket import Faulty, bucket_server, variables
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.faulttable import TABLE, Fault, fault
from tests.server.serving import PATIENCE, PROGRAM, Lab, Served, free_port, lab, serving

GROUP = "A store in a bucket"
BIG = Module("example.com/big", "v1.0.0", files={"data.bin": os.urandom(3_000_000).hex()})
FAULTS = {
    "answers 500": (acts.refusal(500, "InternalError"), acts.head_refusal(500)),
    "answers 503": (acts.refusal(503, "SlowDown"), acts.head_refusal(503)),
    "answers 403": (acts.refusal(403, "AccessDenied"), acts.head_refusal(403)),
    "resets the connection": (acts.reset, acts.reset),
    "never answers": (acts.silent, acts.silent),
}
READING, WRITING = ("HEAD", "GET"), ("PUT", "POST")
CASES = [(what, doing) for what in FAULTS for doing in (READING, WRITING)]
TABLE[__name__] += [
    Fault(
        GROUP,
        f"{what} when it is {'read' if doing is READING else 'written to'}",
        "200, the right file from the source",
    )
    for what, doing in CASES
]


def paths_of(module: Module) -> dict[str, bytes]:
    front = f"/{module.path}/@v/v1.0.0"
    return {f"{front}.zip": module.zip, f"{front}.mod": module.go_mod, f"{front}.info": module.info,
            f"/{module.path}/@v/list": b"v1.0.0\n"}  # fmt: skip


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """moto's."""
    with bucket_server("modules") as found:
        yield found


@pytest.fixture(scope="module")
def place(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Lab, Faulty, list[Module]]]:
    """A server with its store in a bucket behind what fails."""
    modules = [Module(f"example.com/m{number}", "v1.0.0") for number in range(2 * len(CASES))]
    found = lab(modules)
    options = ("--store", "s3://modules/faulty", "--timeout", "6")
    with (
        Upstream(found) as upstream,
        Faulty(port) as bucket,
        serving(
            tmp_path_factory.mktemp("bucket"), upstream.url, *options, gosumdb=found.sums.key, **variables(bucket.port)
        ) as server,
    ):
        yield server, found, bucket, modules


def settle(server: Served) -> None:
    """Wait until what was fetched has been stored, or could not be."""
    pause = threading.Event()
    while server.metric("gomend_fetches_under_way"):
        pause.wait(0.02)


def await_trust(server: Served) -> None:
    """Wait until the bucket is asked again: one that kept silent has a rest of seconds."""
    pause = threading.Event()
    while server.get("/-/readyz").status != 200:
        pause.wait(0.1)


@pytest.mark.parametrize(
    ("what", "doing"), CASES, ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else value[0]
)
def test_a_bucket_that_fails_costs_no_answer(
    what: str, doing: tuple[str, ...], place: tuple[Served, Lab, Faulty, list[Module]]
) -> None:
    server, found, bucket, modules = place
    number = CASES.index((what, doing))
    known, new = modules[2 * number : 2 * number + 2]
    for path, content in paths_of(known).items():
        assert server.get(path).body == content
    settle(server)
    faults = server.metric("gomend_store_faults_total")
    bucket.broken |= {method: FAULTS[what][method == "HEAD"] for method in doing}
    with ThreadPoolExecutor(8) as pool:
        asked = paths_of(known) | paths_of(new)
        for (path, content), got in zip(asked.items(), pool.map(server.get, asked), strict=True):
            assert (got.status, got.body) == (200, content), (path, got.text)
    if FAULTS[what][0] is not acts.silent:
        settle(server)
    bucket.broken.clear()
    settle(server)
    assert server.metric("gomend_store_faults_total") > faults
    await_trust(server)
    before = len(found.asked)
    for path, content in paths_of(new).items():
        assert server.get(path).body == content
    for path, content in paths_of(known).items():
        assert server.get(path).body == content
    assert not [path for path in found.asked[before:] if path in paths_of(known) and not path.endswith("list")]


@fault(GROUP, "cannot be reached, and no source can", "502 or 504 with the source's own reason; `/-/readyz` 503")
def test_a_bucket_and_a_source_that_are_gone_are_both_told(port: int, tmp_path: Path) -> None:
    module = Module("example.com/gone", "v1.0.0")
    found = lab([module])
    with (
        Upstream(found) as upstream,
        Faulty(port) as bucket,
        serving(
            tmp_path, upstream.url, "--store", "s3://modules/gone", gosumdb=found.sums.key, **variables(bucket.port)
        ) as server,
    ):
        assert server.get("/-/readyz").status == 200
        bucket.broken |= dict.fromkeys(("HEAD", "GET", "PUT"), acts.reset)
        found.broken["*"] = lambda exchange, _: exchange.send(500, b"down")
        got = server.get("/example.com/gone/@v/v1.0.0.mod")
        assert (got.status, got.headers["x-gomend-code"]) == (502, "proxy.server_error")
        ready = server.get("/-/readyz")
        assert ready.status == 503 and ready.text.startswith("store: ")
        bucket.broken.clear()
        found.broken.clear()
        assert server.get("/example.com/gone/@v/v1.0.0.mod").body == module.go_mod
        assert server.get("/-/readyz").status == 200


@fault(GROUP, "is cut while a stored zip is read from it", "a download that is cut, then 200, the right file")
def test_a_bucket_that_is_cut_in_the_middle_of_a_zip(port: int, tmp_path: Path) -> None:
    found = lab([BIG])
    path = "/example.com/big/@v/v1.0.0.zip"
    with (
        Upstream(found) as upstream,
        Faulty(port) as bucket,
        serving(
            tmp_path, upstream.url, "--store", "s3://modules/cut", gosumdb=found.sums.key, **variables(bucket.port)
        ) as server,
    ):
        assert server.get(path).body == BIG.zip
        settle(server)

        def half(_: Faulty, connection: socket.socket) -> bool:
            head = (
                f"HTTP/1.1 206 Partial\r\nContent-Length: {len(BIG.zip)}\r\nContent-Range: bytes 0-{len(BIG.zip) - 1}/"
            )
            stamp = 'Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nETag: "x"\r\n'
            connection.sendall(f"{head}{len(BIG.zip)}\r\n{stamp}\r\n".encode() + BIG.zip[: len(BIG.zip) // 2])
            return False

        bucket.broken["GET"] = half
        got = server.get(path)
        assert got.cut and got.body == BIG.zip[: len(got.body)]
        bucket.broken.clear()
        assert server.get(path).body == BIG.zip
        assert found.count(path) == 1


@fault(GROUP, "is shared by two servers that fetch the same files at once", "200, the right files")
def test_two_servers_share_a_bucket_with_nothing_else_beside_it(tmp_path: Path, port: int) -> None:
    modules = [BIG, *(Module(f"example.com/shared{number}", "v1.0.0") for number in range(6))]
    found = lab(modules)
    contents = {path: content for module in modules for path, content in paths_of(module).items()}
    with Upstream(found) as upstream:
        options, around = ("--store", "s3://modules/shared"), variables(port)
        with (
            serving(tmp_path / "one", upstream.url, *options, gosumdb=found.sums.key, **around) as one,
            serving(tmp_path / "two", upstream.url, *options, gosumdb=found.sums.key, **around) as two,
            ThreadPoolExecutor(16) as pool,
        ):
            asked = [(server, path) for path in contents for server in (one, two) for _ in range(2)]
            for (_, path), got in zip(asked, pool.map(lambda pair: pair[0].get(pair[1]), asked), strict=True):
                assert got.body == contents[path], path
            for path in contents:
                assert path.endswith("list") or found.count(path) <= 2
        fetched = len(found.asked)
        with serving(tmp_path / "three", upstream.url, *options, gosumdb=found.sums.key, **around) as three:
            for path, content in contents.items():
                assert three.get(path).body == content
        assert len(found.asked) == fetched


@fault(GROUP, "cannot be used when the server starts", "nothing: the server says so and does not start")
def test_a_bucket_that_cannot_be_used_is_told_before_it_serves(tmp_path: Path) -> None:
    ran = subprocess.run(
        [*PROGRAM, "--store", "s3://modules/cache", "--listen", f"127.0.0.1:{free_port()}"],
        env=dict(os.environ) | variables(1),
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ran.returncode == 2 and "cannot be used" in ran.stderr and "Traceback" not in ran.stderr
