"""What the wrappers of a server promise, each for itself: sharing, checking, keeping, refusing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.lab.modules import Module, h1

from gomend.causes import Code
from gomend.gomod.modzip import MAX_ZIP
from gomend.gomod.sumdb import Sums
from gomend.sources.base import Answer, Request
from gomend.sources.cached import Cached, Freshness
from gomend.sources.coalesced import Coalesced
from gomend.sources.refused import BadAnswerError, CheckError
from gomend.sources.verified import Failure, Verified
from gomend.sources.wellformed import WellFormed
from gomend.sources.whole import TEXT, Whole
from gomend.storage.memory import MemoryStore

MODULE = Module("example.com/m", "v1.0.0")
LIST = Request("example.com/m/@v/list", "list")
ZIP = Request("example.com/m/@v/v1.0.0.zip", "zip")
MOD = Request("example.com/m/@v/v1.0.0.mod", "mod")


class Pieces:
    """An answer that comes piece by piece; `gate` is waited for before the last, `fault` ends it."""

    status = 200
    reason = "OK"

    def __init__(
        self,
        pieces: list[bytes],
        *,
        gate: asyncio.Event | None = None,
        fault: Exception | None = None,
        length: int = -1,
    ) -> None:
        self._pieces = pieces
        self._gate = gate
        self._fault = fault
        self.headers = {"Content-Length": str(length)} if length >= 0 else {}

    async def chunks(self) -> AsyncIterator[bytes]:
        for at, piece in enumerate(self._pieces):
            if self._gate is not None and at == len(self._pieces) - 1:
                await self._gate.wait()
            yield piece
        if self._fault is not None:
            raise self._fault


class Origin:
    """A source that makes its answers anew."""

    def __init__(self, make: Callable[[], Answer]) -> None:
        self.make = make
        self.asked = 0

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        self.asked += 1
        yield self.make()


async def begin(_: Request) -> None:
    return None


async def nothing(_: Request, __: Answer, ___: None) -> None:
    return None


async def whole(source: object, request: Request) -> bytes:
    async with source.get(request) as answer:  # type: ignore[attr-defined]  # any of the wrappers
        return b"".join([piece async for piece in answer.chunks()])


def test_a_fault_before_the_first_byte_is_told_to_all_and_asked_anew_by_the_next() -> None:
    async def run() -> None:
        origin = Origin(lambda: Pieces([], fault=BadAnswerError("no")))
        shared = Coalesced(origin, begin, nothing)
        told = await asyncio.gather(*(whole(shared, LIST) for _ in range(5)), return_exceptions=True)
        assert [type(one) for one in told] == [BadAnswerError] * 5 and origin.asked == 1
        origin.make = lambda: Whole(200, b"v1.0.0\n")
        assert await whole(shared, LIST) == b"v1.0.0\n" and origin.asked == 2
        assert shared.under_way == 0

    asyncio.run(run())


def test_who_is_cancelled_leaves_the_fetch_to_the_others_and_to_the_store() -> None:
    async def run() -> None:
        gate, landed = asyncio.Event(), []

        async def land(_: Request, answer: Answer, __: None) -> None:
            landed.append(answer.status)

        origin = Origin(lambda: Pieces([b"a", b"b"], gate=gate))
        shared = Coalesced(origin, begin, land)
        tasks = [asyncio.ensure_future(whole(shared, LIST)) for _ in range(3)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        tasks[0].cancel()
        gate.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(answers[0], asyncio.CancelledError) and answers[1:] == [b"ab", b"ab"]
        assert (origin.asked, landed, shared.joined) == (1, [200], 2)

    asyncio.run(run())


def checked(tmp_path: Path, answer: Answer, zips: tuple[str, ...], told: list[Failure]) -> Verified:
    async def lookup(_: str, __: str) -> Sums:
        return Sums(zips, (), b"")

    return Verified(Origin(lambda: answer), lookup, lambda _: False, tmp_path, told.append)


SUM = h1((f"example.com/m@v1.0.0/{name}", data) for name, data in MODULE.content.items())


def test_the_last_piece_of_a_zip_is_held_back_until_its_hash_was_compared(tmp_path: Path) -> None:
    async def run(sums: str) -> tuple[bytes, Exception | None]:
        pieces = [MODULE.zip[:100], MODULE.zip[100:200], MODULE.zip[200:]]
        seen = b""
        told: list[Failure] = []
        try:
            async with checked(tmp_path, Pieces(pieces), (sums,), told).get(ZIP) as answer:
                async for piece in answer.chunks():
                    seen += piece
        except CheckError as error:
            assert [failure.code for failure in told] == [error.code]
            return seen, error
        return seen, None

    assert asyncio.run(run(SUM)) == (MODULE.zip, None)
    seen, error = asyncio.run(run("h1:other"))
    assert seen == MODULE.zip[:200] and isinstance(error, CheckError)
    assert error.code is Code.CHECKSUM_SUMDB_MISMATCH
    assert not list(tmp_path.iterdir()), "a scratch file was left"


def test_a_zip_shorter_than_its_source_said_is_none(tmp_path: Path) -> None:
    source = checked(tmp_path, Pieces([MODULE.zip], length=len(MODULE.zip) + 1), (SUM,), [])
    with pytest.raises(BadAnswerError, match="instead of"):
        asyncio.run(whole(source, ZIP))


def test_a_zip_of_unknown_length_ends_where_go_would_read_no_further() -> None:
    block = b"\0" * (1 << 20)
    source = WellFormed(Origin(lambda: Pieces([b"PK", *[block] * (MAX_ZIP // len(block) + 1)])))

    async def run() -> int:
        size = 0
        async with source.get(ZIP) as answer:
            with pytest.raises(BadAnswerError, match="too large"):
                async for piece in answer.chunks():
                    size += len(piece)
        return size

    assert asyncio.run(run()) <= MAX_ZIP


def test_clocks_decide_how_old_an_answer_is_and_one_that_jumps_makes_none_immortal(tmp_path: Path) -> None:
    now, steady = [1_000_000.0], [0.0]
    origin = Origin(lambda: Whole(200, b"v1.0.0\n"))

    async def run() -> None:
        store = MemoryStore(tmp_path, lambda: now[0])
        cached = Cached(origin, store, Freshness(), lambda: steady[0], lambda: now[0])

        async def ask() -> int:
            before = origin.asked
            assert await whole(cached, LIST) == b"v1.0.0\n"
            for _ in range(20):
                await asyncio.sleep(0)  # what is refreshed behind
            return origin.asked - before

        assert [await ask(), await ask()] == [1, 0]
        now[0] += 61
        assert [await ask(), await ask()] == [1, 0]  # given at once, and refreshed behind
        now[0] += 86_400
        assert [await ask(), await ask()] == [1, 0]
        now[0] -= 86_400
        assert [await ask(), await ask()] == [1, 0]  # it is from tomorrow: asked anew, and good again
        origin.make = lambda: Whole(404, b"none\n", {"Content-Type": TEXT})
        missing = Request("example.com/none/@v/list", "list")
        assert await whole(cached, missing) == await whole(cached, missing) == b"none\n"
        now[0] += 86_400
        count = origin.asked
        await whole(cached, missing)
        assert origin.asked == count, "a negative answer is aged by the steady clock"
        steady[0] += 11
        await whole(cached, missing)
        assert origin.asked == count + 1

    asyncio.run(run())


def test_a_file_that_never_changes_is_asked_for_once_whatever_the_clock_says(tmp_path: Path) -> None:
    now = [0.0]
    origin = Origin(lambda: Whole(200, MODULE.go_mod))

    async def run() -> None:
        cached = Cached(origin, MemoryStore(tmp_path, lambda: now[0]), Freshness(), lambda: now[0], lambda: now[0])
        for jump in (0, 1e9, -1e9):
            now[0] += jump
            assert await whole(cached, MOD) == MODULE.go_mod
        assert origin.asked == 1

    asyncio.run(run())
