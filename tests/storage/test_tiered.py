"""A folder before a bucket: what is copied, what is not, what goes, and that a copy is whole or not there."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from gomend.sources.keys import never_changes
from gomend.storage.base import Blob, StoreError
from gomend.storage.bounded import Bounded
from gomend.storage.disk import DiskStore
from gomend.storage.memory import MemoryStore
from gomend.storage.tiered import Tiered

FRONT = "example.com/m/@v/v1.0."
KEY = f"{FRONT}0.zip"
BLOCK = 4096
PIECES = [b"a" * 100_000, b"b" * 100_000, b"c" * 7]
WHOLE = b"".join(PIECES)


class Watched:
    """A file of a bucket that comes piece by piece, as it is let."""

    path = None

    def __init__(self, inner: Blob, bucket: "Bucket") -> None:
        self.inner = inner
        self.stat = inner.stat
        self._bucket = bucket

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """As of Blob."""
        self._bucket.read.append((start, stop))
        at = 0
        for piece in PIECES:
            if at >= start and (stop is None or at < stop):
                await self._bucket.let.acquire()
                if self._bucket.is_down:
                    raise StoreError("cut")
                yield piece
            at += len(piece)


class Bucket(MemoryStore):
    """Says how often it was read, gives a piece for each turn of `let`, and may be down."""

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        self.read: list[tuple[int, int | None]] = []
        self.asked = 0
        self.let = asyncio.Semaphore(1000)
        self.is_down = False

    async def open(self, key: str) -> Watched | None:  # type: ignore[override]  # (a blob of another make)
        """As of Store."""
        self.asked += 1
        if self.is_down:
            raise StoreError("down")
        found = await super().open(key)
        return Watched(found, self) if found is not None else None

    async def add(self, key: str, content: bytes | Path) -> bool:
        """As of Store."""
        if self.is_down:
            raise StoreError("down")
        return await super().add(key, content)


class Place:
    """A bucket with one file, and folders before it."""

    def __init__(self, folder: Path) -> None:
        (folder / "scratch").mkdir()
        self.bucket = Bucket(folder / "scratch")
        self.folder = folder / "local"
        self.now = 1_700_000_000.0

    def bounded(self, most: int = 1 << 30) -> Bounded:
        return Bounded(self.folder, most, now=lambda: self.now)

    def tiered(self, most: int = 1 << 30) -> Tiered:
        return Tiered(self.bucket, self.bounded(most), never_changes)

    def names(self) -> list[str]:
        """The copies, and what is not whole yet."""
        files = [file for file in self.folder.rglob("*") if file.is_file() and file.name != "size"]
        return sorted(str(file.relative_to(self.folder)) for file in files)

    @property
    def account(self) -> int:
        """What is said to be taken up."""
        return int((self.folder / ".gomend/size").read_text())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Empty."""
    return Place(tmp_path)


def run(place: Place, body: Callable[[Tiered], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        await MemoryStore.add(place.bucket, KEY, WHOLE)
        tiered = place.tiered()
        try:
            async with asyncio.timeout(20):
                await body(tiered)
        finally:
            await tiered.close()

    asyncio.run(all_of_it())


async def read(blob: Blob | None, start: int = 0, stop: int | None = None) -> bytes:
    assert blob is not None
    return b"".join([piece async for piece in blob.chunks(start, stop)])


async def copied(tiered: Tiered, key: str = KEY) -> Blob:
    """The copy of a file, once it is there."""
    while True:
        blob = await tiered.open(key)
        assert blob is not None
        if blob.path is not None:
            return blob
        await asyncio.sleep(0)


def test_one_reading_of_the_bucket_is_enough_for_all_who_ask_and_for_ever(place: Place) -> None:
    async def body(tiered: Tiered) -> None:
        blobs = [await tiered.open(KEY) for _ in range(20)]
        assert set(await asyncio.gather(*map(read, blobs))) == {WHOLE}
        assert place.bucket.read == [(0, None)]
        blob = await copied(tiered)
        asked = place.bucket.asked
        assert blob.path is not None and blob.path.read_bytes() == WHOLE == await read(blob)
        assert await read(await tiered.open(KEY), 5, 10) == WHOLE[5:10]
        assert (place.bucket.asked, len(place.bucket.read)) == (asked, 1)
        assert {one.stat for one in blobs if one is not None} == {blob.stat, await tiered.stat(KEY)}
        assert place.names() == [KEY]

    run(place, body)


def test_what_has_come_is_passed_on_at_once_and_the_copy_has_no_name_before_it_is_whole(place: Place) -> None:
    async def body(tiered: Tiered) -> None:
        place.bucket.let = asyncio.Semaphore(1)
        blob = await tiered.open(KEY)
        assert blob is not None
        first = await anext(blob.chunks())
        assert first == PIECES[0]
        assert KEY not in place.names()
        other = await place.tiered().open(KEY)  # another server at this folder
        assert other is not None and other.path is None
        for _ in PIECES:
            place.bucket.let.release()
        assert await read(await copied(tiered)) == WHOLE  # though whoever began it has left

    run(place, body)


def test_a_bucket_that_is_cut_is_told_and_leaves_nothing(place: Place) -> None:
    async def body(tiered: Tiered) -> None:
        place.bucket.let = asyncio.Semaphore(1)
        blob = await tiered.open(KEY)
        assert blob is not None
        pieces = blob.chunks()
        assert await anext(pieces) == PIECES[0]
        place.bucket.is_down = True
        place.bucket.let.release()
        with pytest.raises(StoreError, match="cut"):
            await anext(pieces)
        while place.account:
            await asyncio.sleep(0)
        assert place.names() == [] and tiered.counts.faults == 0
        place.bucket.is_down, place.bucket.let = False, asyncio.Semaphore(1000)
        assert await read(await tiered.open(KEY)) == WHOLE

    run(place, body)


def test_a_bucket_that_is_down_is_not_missed_for_what_was_copied(place: Place) -> None:
    async def body(tiered: Tiered) -> None:
        await read(await tiered.open(KEY))
        await copied(tiered)
        place.bucket.is_down = True
        assert await read(await tiered.open(KEY)) == WHOLE
        with pytest.raises(StoreError):
            await tiered.open(f"{FRONT}1.zip")

    run(place, body)


def test_only_what_the_bucket_took_from_here_is_copied_when_it_is_stored(place: Place) -> None:
    async def body(tiered: Tiered) -> None:
        mine = tiered.scratch / "mine"
        mine.write_bytes(WHOLE[::-1])
        assert not await tiered.add(KEY, mine) and place.names() == [] and not mine.exists()
        assert place.account == 0
        mine.write_bytes(b"new")
        assert await tiered.add(f"{FRONT}1.zip", mine) and place.names() == [f"{FRONT}1.zip"]
        assert await tiered.add("example.com/m/@v/list", b"v1.0.0\n")
        seen = await place.bucket.stat(f"{FRONT}1.zip")
        kept = await tiered.stat(f"{FRONT}1.zip")
        assert seen is not None and kept is not None and kept.modified == round(seen.modified)
        place.bucket.is_down = True
        with pytest.raises(StoreError):
            await tiered.add(f"{FRONT}2.mod", b"module example.com/m\n")
        assert place.names() == [f"{FRONT}1.zip"] and place.account == BLOCK

    run(place, body)


def test_a_part_is_read_from_the_bucket_and_costs_no_copy(place: Place) -> None:
    async def body(tiered: Tiered) -> None:
        assert await read(await tiered.open(KEY), 0, 100_000) == PIECES[0]
        assert place.bucket.read == [(0, 100_000)] and not place.names()

    run(place, body)


def test_what_is_removed_goes_from_the_disk_too_also_in_the_middle_of_its_copy(place: Place) -> None:
    async def body(tiered: Tiered) -> None:
        await read(await tiered.open(KEY))
        await copied(tiered)
        await tiered.delete(KEY)
        assert place.names() == [] and await tiered.open(KEY) is None
        await MemoryStore.add(place.bucket, KEY, WHOLE)
        place.bucket.let = asyncio.Semaphore(1)
        blob = await tiered.open(KEY)
        assert blob is not None
        pieces = blob.chunks()
        await anext(pieces)
        await tiered.delete(KEY)
        for _ in PIECES:
            place.bucket.let.release()
        assert b"".join([piece async for piece in pieces]) == b"".join(PIECES[1:])
        while place.account:
            await asyncio.sleep(0)
        assert place.names() == []

    run(place, body)


def test_a_disk_that_refuses_costs_no_more_than_a_copy(place: Place) -> None:
    async def body(tiered: Tiered) -> None:
        scratch = place.folder / ".gomend/tmp"
        scratch.rmdir()
        scratch.write_bytes(b"in the way")
        assert await read(await tiered.open(KEY)) == WHOLE
        assert await tiered.add(f"{FRONT}1.mod", b"module example.com/m\n")
        assert tiered.counts.faults == 2 and KEY not in place.names()

    run(place, body)


def test_what_was_used_longest_ago_goes_first_also_for_the_next_server(place: Place) -> None:
    async def keep(bounded: Bounded, number: int) -> None:
        draft = await bounded.draft(b"x" * BLOCK)
        assert draft is not None
        await bounded.keep(draft, f"{FRONT}{number}.zip", 0)
        place.now += 100

    async def body() -> None:
        bounded = place.bounded(16 * BLOCK)
        for number in range(16):
            await keep(bounded, number)
        assert len(place.names()) == 16
        for number in (0, 3):
            assert await bounded.open(f"{FRONT}{number}.zip") is not None
        place.now += 1000
        await keep(place.bounded(16 * BLOCK), 16)  # a server that was started anew
        left = {int(name.removesuffix(".zip").rpartition(".")[2]) for name in place.names()}
        assert left == {0, 3, *range(5, 17)}
        assert place.account == len(left) * BLOCK

    asyncio.run(body())


def test_what_may_be_about_to_be_sent_stays_and_then_there_is_no_room(place: Place) -> None:
    async def body() -> None:
        bounded = place.bounded(2 * BLOCK)
        for number in range(2):
            draft = await bounded.draft(b"x" * BLOCK)
            assert draft is not None
            await bounded.keep(draft, f"{FRONT}{number}.zip", 0)
        assert await bounded.draft(b"x") is None
        assert len(place.names()) == 2
        place.now += 1000
        draft = await bounded.draft(b"x")
        assert draft is not None
        assert await bounded.draft(4 * BLOCK) is None  # larger than the bound

    asyncio.run(body())


def test_tenants_have_one_bound_together_and_their_copies_apart(place: Place) -> None:
    async def body() -> None:
        for number in range(6):
            for name in ("", ".gomend/tenants/a", ".gomend/tenants/b"):
                bounded = Bounded(place.folder, 9 * BLOCK, name, lambda: place.now)
                place.now += 1000
                draft = await bounded.draft(name.encode() or b"x")
                assert draft is not None
                await bounded.keep(draft, f"{FRONT}{number}.zip", 0)
                assert len(place.names()) <= 9
        found = await bounded.open(f"{FRONT}5.zip")
        assert await read(found) == b".gomend/tenants/b"
        assert await bounded.open(f"{FRONT}0.zip") is None
        assert {name.partition("example.com")[0] for name in place.names()} == {
            "",
            ".gomend/tenants/a/",
            ".gomend/tenants/b/",
        }

    asyncio.run(body())


def test_however_many_share_a_folder_its_bound_holds(place: Place) -> None:
    most = 40 * BLOCK

    def taken() -> int:
        with (place.folder / ".gomend/size").open() as account:
            fcntl.flock(account, fcntl.LOCK_EX)  # nothing comes or goes meanwhile, but a name for what is there
            found: dict[int, int] = {}
            for name in place.names():
                with contextlib.suppress(FileNotFoundError):
                    there = (place.folder / name).stat()
                    found[there.st_ino] = -(-there.st_size // BLOCK) * BLOCK
            return sum(found.values())

    async def store(bounded: Bounded, who: int) -> None:
        for number in range(60):
            place.now += 5
            draft = await bounded.draft(b"x" * BLOCK * (1 + number % 3))
            assert taken() <= most
            if draft is not None:
                await bounded.keep(draft, f"{FRONT}{who * 100 + number}.zip", 0)
                await bounded.discard(draft)

    async def body() -> None:
        await asyncio.gather(*(store(place.bounded(most), who) for who in range(4)))
        assert most // 2 < taken() <= most

    asyncio.run(body())


@pytest.mark.parametrize("said", ["", "nonsense", "7\n", f"{7:020d}\n", f"{1 << 40:020d}\n"])
def test_a_wrong_account_is_put_right_by_the_next_server(place: Place, said: str) -> None:
    async def body() -> None:
        await DiskStore(place.folder).add(KEY, b"x" * BLOCK * 3)
        (place.folder / ".gomend/size").write_text(said)
        await place.bounded().settle()
        assert place.account == 3 * BLOCK
        place.now = (place.folder / KEY).stat().st_atime + 1000
        await place.bounded(BLOCK).settle()
        assert place.names() == [] and not (place.folder / "example.com").exists()

    asyncio.run(body())
