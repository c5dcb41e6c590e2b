"""A purge while what it is about is being fetched: what was asked for before it is not kept after it."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gomend.sources.base import Answer, Request
from gomend.sources.cached import Cached, Freshness
from gomend.sources.purges import Purges, forget_stored, purge_mark
from gomend.sources.whole import Whole
from gomend.storage.base import Blob, Store
from gomend.storage.disk import DiskStore
from gomend.storage.memory import MemoryStore

LIST = "example.com/m/@v/list"
BRANCH = "example.com/m/@v/main.info"
EXACT = "example.com/m/@v/v1.0.0.info"
ZIP = "example.com/m/@v/v1.0.0.zip"


class Held:
    """A source that answers when it is told to."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[asyncio.Future[Whole]] = asyncio.Queue()

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        answer: asyncio.Future[Whole] = asyncio.get_running_loop().create_future()
        self.waiting.put_nowait(answer)
        yield await answer


class Slowly:
    """A source whose answers come in two pieces, the second when that is wanted."""

    def __init__(self, go_on: asyncio.Event) -> None:
        self.asked = 0
        self._go_on = go_on

    @asynccontextmanager
    async def get(self, _: Request) -> AsyncIterator[Answer]:
        self.asked += 1

        class Coming:
            status, reason, headers = 200, "OK", {}

            async def chunks(inner) -> AsyncIterator[bytes]:  # noqa: N805  (`self` is the source)
                yield b"a"
                await self._go_on.wait()
                yield b"b"

        yield Coming()


async def asked(cached: Cached, path: str) -> tuple[int, bytes]:
    async with cached.get(Request(path)) as answer:
        return answer.status, b"".join([piece async for piece in answer.chunks()])


def said(words: str) -> Whole:
    return Whole(200, words.encode(), {})


def info(version: str) -> str:
    return json.dumps({"Version": version})


MISSING = Whole(404, b"not found", {})


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStore(tmp_path) if request.param == "memory" else DiskStore(tmp_path)


def run(act: Awaitable[None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(60):
            await act

    asyncio.run(limited())


@pytest.mark.parametrize(
    ("path", "old", "new"), [(LIST, "v1.0.0\n", "v1.1.0\n"), (BRANCH, info("v0.1.0"), info("v0.2.0"))]
)
@pytest.mark.parametrize("by", ["path", "module", "another", "command"])
def test_what_was_asked_for_before_is_not_kept(store: Store, path: str, old: str, new: str, by: str) -> None:
    async def act() -> None:
        source = Held()
        cached = Cached(source, store, Freshness())
        first = asyncio.ensure_future(asked(cached, path))
        answer = await source.waiting.get()
        purge: dict[str, Callable[[], Awaitable[bool]]] = {
            "path": lambda: cached.forget(path),
            "module": lambda: cached.forget_module("example.com/m"),
            "another": lambda: Cached(Held(), store, Freshness()).forget(path),
            "command": lambda: forget_stored(store, "example.com/m"),
        }
        await purge[by]()
        answer.set_result(said(old))
        assert await first == (200, old.encode())
        await cached.close(60)  # it has landed
        second = asyncio.ensure_future(asked(cached, path))
        (await source.waiting.get()).set_result(said(new))
        assert await second == (200, new.encode())
        await cached.close(60)
        assert await asked(cached, path) == (200, new.encode())  # kept: the source would not answer

    run(act())


def test_who_asks_after_it_does_not_join_what_was_asked_before(store: Store) -> None:
    async def act() -> None:
        source = Held()
        cached = Cached(source, store, Freshness())
        first = asyncio.ensure_future(asked(cached, LIST))
        before = await source.waiting.get()
        await cached.forget(LIST)
        second = asyncio.ensure_future(asked(cached, LIST))
        after = await source.waiting.get()
        assert cached.under_way == 2
        after.set_result(said("new\n"))
        assert await second == (200, b"new\n")
        before.set_result(said("old\n"))
        assert await first == (200, b"old\n")
        await cached.close(60)
        assert cached.under_way == 0
        assert await asked(cached, LIST) == (200, b"new\n")

    run(act())


def test_who_asks_another_worker_after_it_does_not_join_what_was_asked_before(store: Store) -> None:
    async def act() -> None:
        purges, source, sources = Purges(), Held(), [LIST, EXACT]
        cached = Cached(source, store, Freshness(), purges=purges)
        firsts = [asyncio.ensure_future(asked(cached, path)) for path in sources]
        before = [await source.waiting.get() for _ in sources]
        await Cached(Held(), store, Freshness(), purges=purges).forget_module("example.com/other")
        seconds = [asyncio.ensure_future(asked(cached, path)) for path in sources]
        after = [await source.waiting.get() for _ in sources]
        for answers, words in ((after, "new"), (before, "old")):
            for answer in answers:
                answer.set_result(said(words))
        assert [await one for one in [*firsts, *seconds]] == [(200, b"old")] * 2 + [(200, b"new")] * 2
        await cached.close(60)
        assert await asked(cached, LIST) == (200, b"new")

    run(act())


def test_a_file_that_never_changes_is_not_fetched_twice_for_it(tmp_path: Path) -> None:
    async def act() -> None:
        purges, go_on = Purges(), asyncio.Event()
        source = Slowly(go_on)
        cached = Cached(source, MemoryStore(tmp_path), Freshness(), purges=purges)
        async with cached.get(Request(ZIP)) as first, asyncio.timeout(60):
            pieces = aiter(first.chunks())
            assert await anext(pieces) == b"a"
            purges.add()
            async with cached.get(Request(ZIP)) as second:
                go_on.set()
                assert [piece async for piece in second.chunks()] == [b"a", b"b"]
        assert source.asked == 1
        await cached.close(60)

    run(act())


def test_who_watches_a_store_hears_of_purges_by_others(store: Store) -> None:
    async def act() -> None:
        purges = Purges()
        watching = asyncio.ensure_future(purges.watch(store, 0, begins=False))
        while not purges.last:  # what was before it began to watch is not known
            await asyncio.sleep(0)
        for purge in (
            lambda: forget_stored(store, "example.com/m"),
            lambda: Cached(Held(), store, Freshness()).forget(EXACT),
            lambda: Cached(Held(), store, Freshness()).forget(LIST),
        ):
            before = purges.last
            await purge()
            while purges.last == before:
                await asyncio.sleep(0)
        watching.cancel()

    run(act())


def test_the_first_look_of_a_server_is_no_purge(tmp_path: Path) -> None:
    class Seen(MemoryStore):
        looks = 0

        async def open(self, key: str) -> Blob | None:
            self.looks += 1
            return await super().open(key)

    async def act() -> None:
        purges, store = Purges(), Seen(tmp_path)
        await forget_stored(store, "example.com/m")
        watching = asyncio.ensure_future(purges.watch(store, 0, begins=True))
        while store.looks < 3:
            await asyncio.sleep(0)
        assert not purges.last
        await forget_stored(store, "example.com/m")
        while not purges.last:
            await asyncio.sleep(0)
        watching.cancel()

    run(act())


def test_it_may_come_while_the_old_answer_is_being_stored(tmp_path: Path) -> None:
    class Slow(MemoryStore):
        def __init__(self) -> None:
            super().__init__(tmp_path)
            self.begun, self.go = asyncio.Event(), asyncio.Event()

        async def replace(self, key: str, content: bytes) -> None:
            if content == b"old\n":
                self.begun.set()
                await self.go.wait()
            await super().replace(key, content)

    async def act() -> None:
        source, store = Held(), Slow()
        cached = Cached(source, store, Freshness())
        first = asyncio.ensure_future(asked(cached, LIST))
        (await source.waiting.get()).set_result(said("old\n"))
        await store.begun.wait()
        await cached.forget(LIST)
        store.go.set()
        assert await first == (200, b"old\n")
        await cached.close(60)
        assert await store.stat(LIST) is None

    run(act())


@pytest.mark.parametrize("path", [LIST, BRANCH, EXACT])
def test_not_found_is_not_remembered_over_it(store: Store, path: str) -> None:
    async def act() -> None:
        source = Held()
        cached = Cached(source, store, Freshness())
        first = asyncio.ensure_future(asked(cached, path))
        answer = await source.waiting.get()
        await cached.forget(path)
        answer.set_result(MISSING)
        assert (await first)[0] == 404
        await cached.close(60)
        second = asyncio.ensure_future(asked(cached, path))
        (await source.waiting.get()).set_result(said(info("v1.0.0")))
        assert (await second)[0] == 200
        await cached.close(60)

    run(act())


def test_two_purges_within_a_tick_of_the_clock_are_two(tmp_path: Path) -> None:
    async def act() -> None:
        store, module = DiskStore(tmp_path), "example.com/m"
        await forget_stored(store, module)
        before = await purge_mark(store, module)
        (mark,) = (tmp_path / ".gomend/purged").rglob("@purged")
        times = mark.stat()
        await forget_stored(store, module)
        os.utime(mark, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert await purge_mark(store, module) != before

    run(act())


def test_a_module_below_another_has_a_mark_of_its_own(store: Store) -> None:
    async def act() -> None:
        source = Held()
        cached = Cached(source, store, Freshness())
        for path in (LIST, "example.com/m/sub/@v/list", "example.com/@v/list"):
            await cached.forget(path)
        held = asyncio.ensure_future(asked(cached, "example.com/m/sub/@v/list"))
        answer = await source.waiting.get()
        await cached.forget(LIST)
        answer.set_result(said("v1.0.0\n"))
        await held
        await cached.close(60)
        assert await store.stat("example.com/m/sub/@v/list") is not None

    run(act())
