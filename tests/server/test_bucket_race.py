"""Two servers at one bucket fetch one cold file at the same moment, each from a source with a packing of its own."""

import asyncio
import io
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.lab.bucket import bucket_server, variables
from tests.lab.modules import Module
from tests.lab.upstream import Act, Exchange, Upstream
from tests.server.serving import PATIENCE, Served, lab, serving

from gomend.storage.objects import ObjectStore

BIG = Module("example.com/big", "v1.0.0", files={"words.txt": "many words " * 800_000})
PATH = "/example.com/big/@v/v1.0.0"


def packed_otherwise(archive: bytes) -> bytes:
    """The same files, so the same hash, in other bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name))
    return out.getvalue()


def together(barrier: threading.Barrier, content: bytes) -> Act:
    """Answers once the other source is asked, too."""

    def act(exchange: Exchange, _: bytes | None) -> None:
        barrier.wait(PATIENCE)
        exchange.send(200, content, content_type="application/zip")

    return act


def stored(port: int) -> dict[str, tuple[int, bytes]]:
    """What lies in the bucket, by key: size and bytes."""

    async def read() -> dict[str, tuple[int, bytes]]:
        config = {name.lower(): value for name, value in variables(port).items() if name != "AWS_ALLOW_HTTP"}
        store = ObjectStore("s3://modules/raced", {"config": config, "client_options": {"allow_http": True}})
        try:
            found = {}
            async for entry in store.list():
                blob = await store.open(entry.key)
                assert blob is not None
                found[entry.key] = (entry.size, b"".join([piece async for piece in blob.chunks()]))
            return found
        finally:
            await store.close()

    return asyncio.run(read())


def settled(server: Served) -> None:
    pause = threading.Event()
    while server.metric("gomend_fetches_under_way"):
        pause.wait(0.02)


def test_one_object_is_left_and_it_is_one_of_the_two(tmp_path: Path) -> None:
    barrier = threading.Barrier(2)
    other = packed_otherwise(BIG.zip)
    first, second = lab([BIG]), lab([BIG])
    first.broken[f"{PATH}.zip"] = together(barrier, BIG.zip)
    second.broken[f"{PATH}.zip"] = together(barrier, other)
    options = ("--store", "s3://modules/raced", "--timeout", "60")
    with bucket_server("modules") as port, Upstream(first) as a, Upstream(second) as b:
        around = variables(port)
        with (
            serving(tmp_path / "one", a.url, *options, gosumdb=first.sums.key, **around) as one,
            serving(tmp_path / "two", b.url, *options, gosumdb=first.sums.key, **around) as two,
            ThreadPoolExecutor(8) as pool,
        ):
            asked = [pool.submit(server.get, f"{PATH}.zip") for server in (one, two) for _ in range(4)]
            got = [each.result(PATIENCE) for each in asked]
            # Who asked while it was fetched got what that server fetched, or what the other had stored by then.
            assert {each.body for each in got} <= {BIG.zip, other} and not any(each.cut for each in got)
            for server in (one, two):
                settled(server)
            assert (first.count(f"{PATH}.zip"), second.count(f"{PATH}.zip")) == (1, 1)
            kept = stored(port)
            zips = {key: content for key, content in kept.items() if key.endswith(".zip")}
            assert set(zips) == {PATH[1:] + ".zip"}
            size, content = zips[PATH[1:] + ".zip"]
            assert content in (BIG.zip, other) and size == len(content)
            again = [server.get(f"{PATH}.zip") for server in (one, two)]
            assert [each.body for each in again] == [content, content]
            assert again[0].headers["etag"] == again[1].headers["etag"]
            for server in (one, two, one):  # asked of the other at once, it could be there too early
                assert server.get("/example.com/big/@v/list").text == "v1.0.0\n"
                settled(server)
            assert (first.count("/example.com/big/@v/list"), second.count("/example.com/big/@v/list")) == (1, 0)
