"""What every store must do, whatever it is made of."""

import asyncio
import base64
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

import pytest
from tests.lab import azurite
from tests.lab.clouds import cloud
from tests.lab.modules import Module

from gomend.causes import Code
from gomend.sources.keys import never_changes
from gomend.storage.base import KeyRefusedError, StoreError
from gomend.storage.bounded import Bounded
from gomend.storage.disk import DiskStore
from gomend.storage.memory import MemoryStore
from gomend.storage.objects import ObjectStore
from gomend.storage.patient import Patient
from gomend.storage.tiered import Tiered

KEY = "github.com/!azure/a+b/@v/v1.0.0-!r!c1+incompatible.zip"
BIG = os.urandom(1 << 20) * 20


@pytest.fixture(scope="session")
def bucket_server():
    """moto's S3 server, in a process of its own."""
    script = (
        "import sys; from moto.server import ThreadedMotoServer\n"
        "s = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False); s.start()\n"
        "print(s.get_host_and_port()[1], flush=True); sys.stdin.read(); s.stop()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None and server.stdin is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.stdin.close()


@pytest.fixture
def standin():
    """Makes stand-ins for providers, by whether they speak Azure's terms."""
    with contextlib.ExitStack() as stack:
        yield lambda is_azure: stack.enter_context(cloud(is_azure=is_azure))


def bucket(server, name):
    urllib.request.urlopen(urllib.request.Request(f"{server}/{name}", method="PUT"), timeout=30).close()
    return at_bucket(server, name)


def at_bucket(server, name):
    options = {
        "config": {
            "aws_endpoint": server,
            "aws_access_key_id": "k",
            "aws_secret_access_key": "s",
            "aws_region": "us-east-1",
        },
        "client_options": {"allow_http": True},
    }
    return ObjectStore(f"s3://{name}/modules", options)


def google(address):
    key = {"gcs_base_url": address, "disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}
    options = {"config": {"google_service_account_key": json.dumps(key)}, "client_options": {"allow_http": True}}
    return ObjectStore("gs://mods/cache", options)


SOME_KEY = base64.b64encode(b"k" * 32).decode()


def azure(address, name="mods", account="a", key=SOME_KEY):
    config = {"azure_storage_account_name": account, "azure_storage_account_key": key}
    config |= {"azure_storage_endpoint": f"{address}/{account}"}
    return ObjectStore(f"az://{name}/cache", {"config": config, "client_options": {"allow_http": True}})


@pytest.fixture(params=["memory", "disk", "s3", "patient", "tiered", "gcs", "azure"])
def store(request, tmp_path):
    """Each store in turn, empty; the last two at a stand-in, Azure's at Azurite where that is named."""
    match request.param:
        case "azure" if azurite.ADDRESS:
            return azure(azurite.ADDRESS, azurite.new_container(), azurite.ACCOUNT, azurite.KEY)
        case "gcs" | "azure" as whose:
            found = request.getfixturevalue("standin")(whose == "azure")
            return (azure if whose == "azure" else google)(f"http://127.0.0.1:{found.server_address[1]}")
        case "memory":
            scratch = tmp_path / "scratch"
            scratch.mkdir()
            return MemoryStore(scratch)
        case "patient":
            return Patient(DiskStore(tmp_path / "store"), time.monotonic)
        case "tiered":
            (tmp_path / "scratch").mkdir()
            return Tiered(MemoryStore(tmp_path / "scratch"), Bounded(tmp_path / "local", 1 << 30), never_changes)
        case "disk":
            return DiskStore(tmp_path / "store")
        case _:
            return bucket(request.getfixturevalue("bucket_server"), f"b{time.time_ns()}")


def run(store, body):
    async def all_of_it():
        try:
            return await body(store)
        finally:
            await store.close()

    return asyncio.run(all_of_it())


async def read(store, key, start=0, stop=None):
    blob = await store.open(key)
    return None if blob is None else b"".join([piece async for piece in blob.chunks(start, stop)])


async def keys(store, prefix=""):
    return sorted([entry.key async for entry in store.list(prefix)])


def in_scratch(store, content):
    file = store.scratch / f"made-{time.time_ns()}"
    file.write_bytes(content)
    return file


def test_what_was_added_is_found_as_it_was(store):
    async def body(store):
        assert await store.open(KEY) is None and await store.stat(KEY) is None
        assert await store.add(KEY, b"content")
        stat = await store.stat(KEY)
        assert stat is not None and stat.size == 7 and abs(stat.modified - time.time()) < 100 and stat.tag
        assert '"' not in stat.tag
        assert await read(store, KEY) == b"content"
        assert await read(store, KEY, 2, 5) == b"nte"
        assert await read(store, KEY, 7) == b""
        assert await store.add("empty", b"")
        assert await read(store, "empty") == b""

    run(store, body)


@pytest.mark.parametrize("content", [b"from a file", BIG], ids=["small", "20 MB"])
def test_a_file_from_the_scratch_folder_is_taken_over(store, content):
    async def body(store):
        made = in_scratch(store, content)
        assert await store.add(KEY, made)
        assert not made.exists()
        again = in_scratch(store, b"x" * len(content))
        assert not await store.add(KEY, again)
        assert not again.exists()
        assert await read(store, KEY) == content
        assert await read(store, KEY, 3, len(content) - 2) == content[3:-2]

    run(store, body)


def test_of_many_who_add_one_wins_and_its_bytes_stay(store):
    async def body(store):
        wins = await asyncio.gather(*(store.add(KEY, b"%04d" % number) for number in range(20)))
        assert wins.count(True) == 1
        assert await read(store, KEY) == b"%04d" % wins.index(True)

    run(store, body)


def test_replacing_changes_the_tag_and_deleting_tells_whether_there_was_any(store):
    async def body(store):
        await store.replace("a/@v/list", b"v1\n")
        first = await store.stat("a/@v/list")
        await store.replace("a/@v/list", b"v1\nv2\n")
        second = await store.stat("a/@v/list")
        assert first is not None and second is not None and first.tag != second.tag
        assert await read(store, "a/@v/list") == b"v1\nv2\n"
        assert await store.delete("a/@v/list")
        assert not await store.delete("a/@v/list")
        assert await store.open("a/@v/list") is None

    run(store, body)


def test_listing_gives_what_begins_so_and_nothing_half_made(store):
    async def body(store):
        for key in ("a.b/c/@v/v1.0.0.mod", "a.b/c/@v/v1.0.1.mod", "a.b/cc/@v/v1.0.0.mod", "z.y/@v/list"):
            await store.replace(key, b"x")
        in_scratch(store, b"unfinished")
        assert await keys(store, "a.b/c/") == ["a.b/c/@v/v1.0.0.mod", "a.b/c/@v/v1.0.1.mod"]
        assert await keys(store, "a.b/c") == await keys(store, "a.b/") and len(await keys(store, "a.b/")) == 3
        assert len(await keys(store)) == 4
        assert await keys(store, "none/") == []

    run(store, body)


def test_no_listing_shows_what_lies_in_a_tenants_store(store):
    async def body(store):
        for key in ("a.b/c/@v/list", ".gomend/queries/a.b/c/@v/main.info", ".gomend/tenants/team-a/a.b/c/@v/list"):
            await store.replace(key, b"x")
        assert await keys(store) == [".gomend/queries/a.b/c/@v/main.info", "a.b/c/@v/list"]
        assert await keys(store, ".gomend/") == [".gomend/queries/a.b/c/@v/main.info"]

    run(store, body)


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/./b", "a/", "a\0b", "a\nb", "a\\..\\b", "k" * 1025]
)
def test_no_key_leaves_the_store(store, key):
    async def body(store):
        with pytest.raises(KeyRefusedError):
            await store.open(key)
        with pytest.raises(KeyRefusedError):
            await store.add(key, b"")
        with pytest.raises(KeyRefusedError):
            await store.replace(key, b"")
        with pytest.raises(KeyRefusedError):
            await store.delete(key)

    run(store, body)


def test_a_store_on_disk_is_a_file_goproxy(go, tmp_path):
    module = Module("example.com/Upper", "v1.0.0")

    async def body(store):
        for ending, content in (("info", module.info), ("mod", module.go_mod), ("zip", module.zip)):
            await store.add(f"example.com/!upper/@v/v1.0.0.{ending}", content)

    run(DiskStore(tmp_path / "store"), body)
    ran = subprocess.run(
        [go, "mod", "download", "example.com/Upper@v1.0.0"],
        env=dict(os.environ) | {"GOPROXY": f"file://{tmp_path}/store", "GOSUMDB": "off"},
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr


def test_a_name_that_the_file_system_cannot_hold_is_the_keys_fault(tmp_path):
    async def body(store):
        await store.add("a/b", b"")
        for key in ("x" * 300, "a/b/c"):
            with pytest.raises(KeyRefusedError):
                await store.add(key, b"")

    run(DiskStore(tmp_path), body)


def test_what_a_dead_process_left_is_swept_away_and_what_is_under_way_stays(tmp_path):
    DiskStore(tmp_path)
    left, young = tmp_path / ".gomend/tmp/old", tmp_path / ".gomend/tmp/young"
    left.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(left, (1, 1))
    DiskStore(tmp_path)
    assert not left.exists() and young.exists()


def test_a_folder_that_may_not_be_written_is_told_as_such(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError):
        DiskStore(tmp_path / "file")
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        with pytest.raises(StoreError) as caught:
            DiskStore(tmp_path / "store")
        assert caught.value.code is Code.DISK_PERMISSION


def test_a_bucket_that_cannot_be_reached_is_a_fault_of_the_store(bucket_server):
    async def body(store):
        with pytest.raises(StoreError):
            await store.add(KEY, b"")
        with pytest.raises(StoreError):
            await store.stat(KEY)

    options = {
        "config": {
            "aws_endpoint": "http://127.0.0.1:1",
            "aws_access_key_id": "k",
            "aws_secret_access_key": "s",
        },
        "client_options": {"allow_http": True},
        "retry_config": {"max_retries": 0},
    }
    run(ObjectStore("s3://none/x", options), body)
    with pytest.raises(StoreError):
        ObjectStore("nothing://x")


def test_a_bucket_that_does_not_exist_is_a_fault_of_the_store_in_the_providers_words(bucket_server):
    async def body(store):
        for act in (store.add(KEY, b""), store.replace(KEY, b"")):
            with pytest.raises(StoreError) as caught:
                await act
            assert caught.value.words.startswith(f"PUT {bucket_server}/none/modules/github.com/")
            assert caught.value.words.endswith("404 Not Found: NoSuchBucket: The specified bucket does not exist")

    run(at_bucket(bucket_server, "none"), body)


def own_memory():
    """The bytes that this process holds, files that it only maps left out: the system takes their memory back."""
    rows = dict(row.split(":", 1) for row in pathlib.Path("/proc/self/status").read_text().splitlines())
    return int(rows["RssAnon"].split()[0]) << 10


def test_a_large_file_goes_to_a_bucket_without_being_held(bucket_server):
    async def body(store):
        file = store.scratch / "made"
        with file.open("wb") as made:
            made.truncate(64 << 20)
        before = most = own_memory()
        adding = asyncio.ensure_future(store.add(KEY, file))
        while not adding.done():
            most = max(most, own_memory())
            await asyncio.sleep(0.002)
        assert await adding
        stat = await store.stat(KEY)
        assert stat is not None and stat.size == 64 << 20
        assert most - before < 20 << 20

    run(bucket(bucket_server, f"b{time.time_ns()}"), body)


KILLED = """
import asyncio, sys
from pathlib import Path
from gomend.storage.disk import DiskStore
async def main():
    store = DiskStore(Path(sys.argv[1]))
    for number in range(10_000):
        print(number, flush=True)
        await store.add(f"m/@v/{number}", bytes([number % 256]) * 300_000)
        await store.replace("m/@v/list", bytes([number % 256]) * 300_000)
asyncio.run(main())
"""


def test_whenever_a_process_is_killed_every_name_leads_to_a_whole_file(tmp_path):
    for round_ in range(5):
        folder = tmp_path / str(round_)
        with subprocess.Popen([sys.executable, "-c", KILLED, folder], stdout=subprocess.PIPE) as storing:
            assert storing.stdout is not None
            for _ in range(5 + round_):
                storing.stdout.readline()
            storing.kill()
        stored = [file for file in (folder / "m/@v").iterdir() if file.is_file()]
        assert len(stored) > 3
        for file in stored:
            content = file.read_bytes()
            assert len(content) == 300_000 and len(set(content)) == 1, file


def test_the_scratch_folder_is_beside_the_files_so_that_they_can_be_linked(tmp_path):
    assert DiskStore(tmp_path).scratch.stat().st_dev == tmp_path.stat().st_dev


class Mute(MemoryStore):
    """A store that gives no answer any more once `is_mute`."""

    is_mute = False
    asked = 0

    async def open(self, key):
        self.asked += 1
        if self.is_mute:
            await asyncio.Event().wait()
        return await super().open(key)


def test_a_store_that_keeps_silent_is_waited_for_once_and_asked_again_later(tmp_path):
    now = [0.0]
    inner = Mute(tmp_path)
    patient = Patient(inner, lambda: now[0], silence=0.01, rest=10)

    async def body(store):
        await store.add(KEY, b"content")
        inner.is_mute = True
        for _ in range(3):
            with pytest.raises(StoreError):
                await store.open(KEY)
        with pytest.raises(StoreError):
            await store.replace(KEY, b"other")
        assert inner.asked == 1
        now[0] = 11
        with pytest.raises(StoreError):
            await store.open(KEY)
        inner.is_mute = False
        now[0] = 22
        assert await read(store, KEY) == b"content"

    run(patient, body)
