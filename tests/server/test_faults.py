"""Whatever a source does, a client is told what is true, nothing wrong is kept, and all is well when the fault goes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from tests.lab import upstream as acts
from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.faulttable import TABLE, Fault
from tests.server.serving import Got, Lab, Served, lab, serving
from tests.server.sourcefaults import BIG, ROWS, TIMEOUT, Place, Row, right

TABLE[__name__] += [Fault(row.place.value, row.what, row.told, row.asked) for row in ROWS]


@dataclass
class Seen:
    """What came of one row. `sources` are the addresses of those that were asked in vain."""

    sources: list[str]
    broken: Got
    stored: bool
    mended: Got
    again: Got
    fetches: int


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Seen]:
    """All rows, those of one list of sources at once at one server; then all again without faults."""
    modules = {row.number: row.module for row in ROWS}
    first, second = lab(list(modules.values())), lab(list(modules.values()))
    found: dict[int, Seen] = {}
    with (
        Upstream(first) as a,
        Upstream(second) as b,
        ThreadPoolExecutor(len(ROWS)) as pool,
    ):
        for listed, places in (
            (a.url, {Place.ALONE}),
            (f"{a.url},{b.url}", {Place.FIRST, Place.LAST}),
            (f"{a.url}|{b.url}", {Place.FIRST_PIPE, Place.LAST_PIPE}),
        ):
            rows = [row for row in ROWS if row.place in places]
            with serving(tmp_path_factory.mktemp("faults"), listed, *TIMEOUT, gosumdb=first.sums.key) as server:
                found |= _all(rows, server, (first, second), modules, pool, (a.url, b.url))
    return found


def _all(
    rows: list[Row],
    server: Served,
    labs: tuple[Lab, Lab],
    modules: dict[int, Module],
    pool: ThreadPoolExecutor,
    urls: tuple[str, str],
) -> dict[int, Seen]:
    first, second = labs
    for row in rows:
        if row.place in (Place.LAST, Place.LAST_PIPE):
            first.broken[row.path] = acts.status(404 if row.place is Place.LAST else 500)
            second.broken[row.path] = row.act(modules[row.number])
        else:
            first.broken[row.path] = row.act(modules[row.number])
    broken = list(pool.map(lambda row: server.get(row.path), rows))
    for row, got in zip(rows, broken, strict=True):
        if got.status == 200 and not got.cut and row.asked != "main.info":
            server.await_stored(row.path)
    stored = [(server.store / row.path[1:]).exists() for row in rows]
    first.broken.clear()
    second.broken.clear()
    for row in rows:
        server.purge(row.path)
    before = [first.count(row.path) + second.count(row.path) for row in rows]
    mended = list(pool.map(lambda row: server.get(row.path), rows))
    again = list(pool.map(lambda row: server.get(row.path), rows))
    fetches = [first.count(row.path) + second.count(row.path) - was for row, was in zip(rows, before, strict=True)]
    both = (Place.LAST, Place.LAST_PIPE)
    return {
        row.number: Seen(
            list(urls) if row.place in both else list(urls[:1]), broken[at], stored[at], mended[at], again[at], count
        )
        for at, (row, count) in enumerate(zip(rows, fetches, strict=True))
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_client_is_told_the_truth(row: Row, seen: dict[int, Seen]) -> None:
    came = seen[row.number]
    got = came.broken
    if row.status == 200:
        assert (got.status, got.cut, got.body) == (200, False, right(row.module, row.asked)), got.text
    elif row.status:
        assert (got.status, got.cut) == (row.status, False), got.text
        assert got.headers["content-type"].startswith("text/plain")
        assert got.headers["x-gomend-code"] == row.code and row.code in got.text, got.text
        assert row.module.path in got.text, got.text
        for source in came.sources:
            assert urlsplit(source).netloc in got.text, got.text
    else:
        assert got.cut and got.status == 200
        assert len(got.body) < len(row.module.zip) + BIG


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_nothing_of_a_fault_is_kept_and_all_is_well_when_it_goes(row: Row, seen: dict[int, Seen]) -> None:
    came = seen[row.number]
    assert came.stored is (row.status == 200 and not came.broken.cut and row.asked != "main.info")
    assert (came.mended.status, came.mended.cut) == (200, False), came.mended.text
    assert (came.again.status, came.again.cut) == (200, False), came.again.text
    is_here_for_good = row.status == 200 and row.asked in (".info", ".mod", ".zip")
    assert came.fetches == (0 if is_here_for_good else 1)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.big], ids=lambda row: row.id)
def test_what_comes_afterwards_are_the_sources_own_bytes(row: Row, seen: dict[int, Seen]) -> None:
    assert seen[row.number].mended.body == seen[row.number].again.body == right(row.module, row.asked)


def test_a_source_that_says_when_to_come_again_is_passed_on(seen: dict[int, Seen]) -> None:
    for row in ROWS:
        if row.what == "answers 429" and row.status == 502:
            assert seen[row.number].broken.headers["retry-after"] == "77"


def test_each_row_is_another_fault() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
