"""Answers that may change, at the edges: of their time, of the clocks, of what sources and clients do meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gomend.sources.base import Answer, Request
from gomend.sources.cached import DOWN_WARNING, STALE_WARNING, Cached, Freshness, Result, Stored
from gomend.sources.whole import Whole
from gomend.storage.base import Blob, Store
from gomend.storage.disk import DiskStore
from gomend.storage.memory import MemoryStore

LIST = Request("example.com/m/@v/list", "list")
INFO = Request("example.com/m/@v/v1.0.0.info", "info")
GONE = Whole(404, b"not found\n", {})


def said(words: bytes) -> Whole:
    return Whole(200, words, {})


@dataclass
class Origin:
    """A source that says `words`; None: it cannot be reached. While `gate` is closed it says nothing."""

    words: Whole | None = field(default_factory=lambda: said(b"old\n"))
    asked: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def get(self, _: Request) -> AsyncIterator[Answer]:
        self.asked += 1
        await self.gate.wait()
        if self.words is None:
            raise ConnectionRefusedError
        yield self.words


@dataclass
class World:
    """A store before a source, and the clocks of both: of the calendar, of the store's calendar, a steady one."""

    store: Store
    origin: Origin = field(default_factory=Origin)
    now: float = 1e9
    steady: float = 0.0

    def __post_init__(self) -> None:
        self.origin.gate.set()
        self.cached = Cached(self.origin, self.store, Freshness(), lambda: self.steady, lambda: self.now)

    def pass_(self, seconds: float) -> None:
        """So much time."""
        self.now += seconds
        self.steady += seconds

    async def get(self, request: Request = LIST, *, only_stored: bool = False) -> tuple[int, bytes, str]:
        """Status, body and warning."""
        async with self.cached.get(request, only_stored=only_stored) as answer:
            warning = answer.warning if isinstance(answer, Stored) else ""
            return answer.status, b"".join([piece async for piece in answer.chunks()]), warning

    async def settled(self) -> None:
        """What is done behind is done."""
        for _ in range(30):
            await asyncio.sleep(0)


def within(act: Callable[[World], Awaitable[None]], folder: Path, ahead: float = 0) -> None:
    """Do this in a world whose store's clock is so many seconds ahead."""

    async def run() -> None:
        async with asyncio.timeout(60):
            world = World(MemoryStore(folder, lambda: world.now + ahead))
            await act(world)

    asyncio.run(run())


def test_the_last_moment_of_freshness_asks_nobody_and_the_next_is_answered_at_once(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.get()
        world.origin.words = None
        world.pass_(60)
        assert await world.get() == (200, b"old\n", "")
        assert world.origin.asked == 1
        world.pass_(0.001)
        assert await world.get() == (200, b"old\n", STALE_WARNING)
        await world.settled()
        assert world.origin.asked == 2

    within(act, tmp_path)


def test_the_last_moment_of_staleness_waits_for_nobody_and_the_next_for_sources_that_are_down(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.get()
        world.origin.words = None
        world.pass_(600)
        world.origin.gate.clear()
        assert await world.get() == (200, b"old\n", STALE_WARNING)
        world.origin.gate.set()
        await world.settled()
        world.pass_(0.001)
        assert await world.get() == (200, b"old\n", DOWN_WARNING)
        world.origin.words = said(b"new\n")
        assert await world.get() == (200, b"new\n", "")
        await world.settled()
        assert await world.get() == (200, b"new\n", "")

    within(act, tmp_path)


def test_an_old_answer_is_refreshed_once_at_a_time_and_not_soon_again_in_vain(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.get()
        world.origin.words = None
        world.pass_(61)
        world.origin.gate.clear()
        for _ in range(10):
            assert await world.get() == (200, b"old\n", STALE_WARNING)
        await world.settled()
        assert (world.origin.asked, world.cached.joined) == (2, 0)
        world.origin.gate.set()
        await world.settled()
        for _ in range(10):
            await world.get()
            await world.settled()
        assert world.origin.asked == 2
        world.pass_(10)
        await world.get()
        await world.settled()
        assert world.origin.asked == 3
        await world.cached.forget_module("example.com/other")  # whoever purges wants things to be asked for
        await world.get()
        await world.settled()
        assert world.origin.asked == 4

    within(act, tmp_path)


@pytest.mark.parametrize("ahead", [-50, -1, 1, 2, 50])
def test_the_clock_of_a_bucket_may_differ(ahead: float, tmp_path: Path) -> None:
    async def act(world: World) -> None:
        for _ in range(3):
            assert await world.get() == (200, b"old\n", "")
            await world.settled()
        assert world.origin.asked == 1
        world.pass_(60 + ahead + 1)
        assert (await world.get())[2] == STALE_WARNING

    within(act, tmp_path, ahead)


@pytest.mark.parametrize("jump", [-86_400, -3_600, -601])
def test_what_comes_from_far_ahead_counts_as_old(jump: float, tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.get()
        world.now += jump
        world.origin.words = None
        assert await world.get() == (200, b"old\n", DOWN_WARNING)
        world.origin.words = said(b"new\n")
        assert await world.get() == (200, b"new\n", "")
        await world.settled()
        assert await world.get() == (200, b"new\n", "")
        assert world.origin.asked == 3

    within(act, tmp_path)


def test_what_was_not_there_is_asked_for_again_after_ten_seconds(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        world.origin.words = GONE
        for _ in range(2):
            assert (await world.get(INFO))[0] == 404
            await world.settled()
        assert world.origin.asked == 1
        world.origin.words = said(b"{}")
        world.pass_(9.9)
        world.now -= 86_400
        assert (await world.get(INFO))[0] == 404
        world.pass_(0.1)
        assert await world.get(INFO) == (200, b"{}", "")

    within(act, tmp_path)


def test_what_another_has_stored_meanwhile_is_there_at_once(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        world.origin.words = GONE
        assert (await world.get(INFO))[0] == 404
        await world.settled()
        await world.store.add("example.com/m/@v/v1.0.0.info", b"{}")
        assert await world.get(INFO) == (200, b"{}", "")

    within(act, tmp_path)


@pytest.mark.parametrize("age", [61, 601])
def test_what_is_gone_takes_the_place_of_an_old_answer(age: float, tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.get()
        world.pass_(age)
        world.origin.words = GONE
        await world.get()
        await world.settled()
        assert (await world.get())[0] == 404
        world.origin.words = None
        world.pass_(10)
        with pytest.raises(ConnectionRefusedError):
            await world.get()
        world.origin.words = said(b"new\n")
        assert await world.get() == (200, b"new\n", "")

    within(act, tmp_path)


def test_who_wants_no_source_to_be_asked_is_told_that_the_answer_is_old(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.get()
        assert await world.get(only_stored=True) == (200, b"old\n", "")
        world.pass_(61)
        assert await world.get(only_stored=True) == (200, b"old\n", STALE_WARNING)
        world.pass_(86_400)
        async with world.cached.get(LIST, only_stored=True) as answer:
            assert isinstance(answer, Stored) and answer.result is Result.STALE
        await world.settled()
        assert world.origin.asked == 1

    within(act, tmp_path)


def test_a_purge_while_it_is_refreshed_leaves_the_old_answer_nowhere(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.get()
        world.pass_(61)
        world.origin.gate.clear()
        assert (await world.get())[2] == STALE_WARNING
        await world.settled()
        await world.cached.forget(LIST.path)
        world.origin.gate.set()
        await world.settled()
        world.origin.words = said(b"new\n")
        assert await world.get() == (200, b"new\n", "")
        await world.settled()
        assert await world.get() == (200, b"new\n", "")
        assert world.origin.asked == 3

    within(act, tmp_path)


def test_a_client_that_leaves_while_an_old_answer_is_asked_for_ends_nothing(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.get()
        world.pass_(601)
        world.origin.words = said(b"new\n")
        world.origin.gate.clear()
        client = asyncio.ensure_future(world.get())
        await world.settled()
        client.cancel()
        await asyncio.wait([client])
        assert client.cancelled()
        world.origin.gate.set()
        await world.settled()
        assert await world.get() == (200, b"new\n", "")
        assert world.origin.asked == 2

    within(act, tmp_path)


def test_two_servers_at_one_store_fetch_once_what_one_of_them_has_stored(tmp_path: Path) -> None:
    async def act() -> None:
        async with asyncio.timeout(60):
            one, two = World(DiskStore(tmp_path)), World(DiskStore(tmp_path))
            one.now = two.now = time.time()
            asked = [await world.get() for world in (one, two)]  # the second one comes before it is stored
            assert asked == [(200, b"old\n", "")] * 2 and one.origin.asked + two.origin.asked <= 2
            await one.cached.close(60)
            await two.cached.close(60)
            before = one.origin.asked + two.origin.asked
            for world in (one, two, one, two):
                assert await world.get() == (200, b"old\n", "")
            assert one.origin.asked + two.origin.asked == before

    asyncio.run(act())


class SlowStore(MemoryStore):
    """What it says of INFO is known at once, and told when the next of `gates` opens."""

    gates: list[asyncio.Event]

    async def open(self, key: str) -> Blob | None:
        found = await super().open(key)
        if key == INFO.path and self.gates:
            await self.gates.pop(0).wait()
        return found


def test_what_comes_while_the_store_takes_its_time_is_not_fetched_again(tmp_path: Path) -> None:
    async def act() -> None:
        store = SlowStore(tmp_path)
        first, second = store.gates = [asyncio.Event(), asyncio.Event()]
        world = World(store)
        early = asyncio.ensure_future(world.get(INFO))
        await world.get()  # something else comes meanwhile
        await world.settled()
        first.set()
        await world.settled()
        late = asyncio.ensure_future(world.get(INFO))
        await asyncio.wait({early, late}, return_when=asyncio.FIRST_COMPLETED)
        await world.settled()
        second.set()
        assert [status for status, *_ in await asyncio.gather(early, late)] == [200, 200]
        assert world.origin.asked == 2  # once for each file

    asyncio.run(asyncio.wait_for(act(), 60))
