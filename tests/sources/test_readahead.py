"""How much is fetched ahead at once, and what is kept of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import pytest

from gomend.sources.base import Answer, Request, Wanted
from gomend.sources.kept import Shelf
from gomend.sources.readahead import ReadAhead

MEGABYTE = 1 << 20


class Body:
    """200 with `size` bytes."""

    def __init__(self, size: int) -> None:
        self.status, self.reason, self.headers = 200, "OK", {"Content-Length": str(size)}
        self._size = size

    async def chunks(self) -> AsyncIterator[bytes]:
        for _ in range(0, self._size, MEGABYTE):
            yield bytes(min(MEGABYTE, self._size))


class Held:
    """A source that answers once `go_on` is set."""

    def __init__(self, size: int = 10) -> None:
        self.asked: list[str] = []
        self.go_on = asyncio.Event()
        self._size = size

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        self.asked.append(request.path)
        await self.go_on.wait()
        yield Body(self._size)


def run(
    folder: Path,
    act: Callable[[ReadAhead, Held, Shelf], Awaitable[None]],
    *,
    size: int = 10,
    streams: int = 0,
    memory: int = 64 * MEGABYTE,
    after_go: bool = False,
    wait: float = 0.05,
) -> None:
    """`wait`: seconds that pass whenever the clock is looked at."""

    async def go() -> None:
        source, shelf = Held(size), Shelf(folder, memory=memory, spare=0)
        seconds = count(0.0, wait)
        ahead = ReadAhead(
            {0: source},
            lambda _, **__: None,
            shelf,
            lambda: next(seconds),
            streams=lambda _: streams,
            after_go=after_go,
        )
        try:
            await act(ahead, source, shelf)
        finally:
            await ahead.close()
        assert (shelf.in_memory, shelf.on_disk) == (0, 0)

    asyncio.run(go())


def wanted(*paths: str) -> list[Wanted]:
    return [Wanted(path, path.rpartition(".")[2]) for path in paths]


async def rest() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


MODS = [f"{number}.mod" for number in range(100)]
ZIPS = [f"{number}.zip" for number in range(20)]


def test_small_files_go_beside_all_others_as_far_as_the_host_takes_them(tmp_path: Path) -> None:
    async def act(ahead: ReadAhead, source: Held, _: Shelf) -> None:
        ahead.want(wanted(*ZIPS, *MODS), 0)
        await rest()
        zips = [path for path in source.asked if path.endswith(".zip")]
        assert (zips, len(source.asked) - len(zips)) == (ZIPS[:8], 60 - 16)  # 16 are left for go
        source.go_on.set()
        await rest()
        assert sorted(source.asked) == sorted(ZIPS + MODS)

    run(tmp_path, act, streams=60)


def test_without_such_a_host_all_go_in_one_order(tmp_path: Path) -> None:
    async def act(ahead: ReadAhead, source: Held, _: Shelf) -> None:
        ahead.want(wanted(*ZIPS, *MODS), 0)
        await rest()
        assert source.asked == ZIPS[:8]

    run(tmp_path, act)


async def taken(ahead: ReadAhead, path: str) -> int:
    async with ahead.at(0).get(Request(path)) as answer:
        return sum([len(piece) async for piece in answer.chunks()])


def test_nothing_is_written_to_disk_as_long_as_go_takes_what_is_there(tmp_path: Path) -> None:
    async def act(ahead: ReadAhead, source: Held, shelf: Shelf) -> None:
        source.go_on.set()
        ahead.want(wanted(*ZIPS), 0)
        for path in ZIPS:
            await rest()
            assert shelf.in_memory <= 40 * MEGABYTE
            assert await taken(ahead, path) == 2 * MEGABYTE
            assert shelf.on_disk == 0
        assert sorted(source.asked) == sorted(ZIPS)

    run(tmp_path, act, size=2 * MEGABYTE, memory=40 * MEGABYTE)


@pytest.mark.parametrize("size", [2 * MEGABYTE, 5 * MEGABYTE])
def test_where_go_takes_another_order_the_rest_goes_on_to_disk(tmp_path: Path, size: int) -> None:
    async def act(ahead: ReadAhead, source: Held, shelf: Shelf) -> None:
        source.go_on.set()
        ahead.want(wanted(*ZIPS), 0)
        await rest()
        assert await taken(ahead, ZIPS[-1]) == size
        await taken(ahead, ZIPS[0])
        while len(source.asked) < len(ZIPS):
            await asyncio.sleep(0.001)
        while shelf.on_disk == 0:
            await asyncio.sleep(0.001)
        assert [await taken(ahead, path) for path in ZIPS[1:-1]] == [size] * (len(ZIPS) - 2)

    run(tmp_path, act, size=size, memory=24 * MEGABYTE)


def test_for_a_script_nothing_is_asked_before_go_asks_for_what_was_foreseen(tmp_path: Path) -> None:
    async def act(ahead: ReadAhead, source: Held, _: Shelf) -> None:
        source.go_on.set()
        ahead.want(wanted("a.mod", "b.mod"), 0)
        await rest()
        assert source.asked == []
        async with ahead.at(0).get(Request("other/@v/list", "list")):
            assert source.asked == ["other/@v/list"]
        async with ahead.at(0).get(Request("a.mod", "mod")):
            await rest()
        assert sorted(source.asked) == ["a.mod", "b.mod", "other/@v/list"]

    run(tmp_path, act, after_go=True)


@pytest.mark.parametrize("asked", [ZIPS[:1], MODS[:3]], ids=["a zip", "all small files"])
def test_where_the_source_is_near_zips_wait_until_go_is_done_with_small_files(tmp_path: Path, asked: list[str]) -> None:
    async def act(ahead: ReadAhead, source: Held, _: Shelf) -> None:
        source.go_on.set()
        ahead.want(wanted(*MODS[:3]), 0)
        await rest()
        ahead.want(wanted(*ZIPS), 0)
        await rest()
        assert source.asked == MODS[:3]
        for path in asked:
            async with ahead.at(0).get(Request(path, path.rpartition(".")[2])):
                pass
        await rest()
        assert sorted(source.asked) == sorted(MODS[:3] + ZIPS)

    run(tmp_path, act, wait=0.0001)
