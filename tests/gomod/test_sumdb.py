"""The client of a checksum database: believes what golang.org/x/mod/sumdb believes, and nothing else."""

import asyncio
import os
import subprocess
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lab.modules import Module, World
from tests.lab.sumdb import SumDb
from tests.lab.upstream import Answers, Upstream

from gomend.gomod.gosumdb import KNOWN_KEYS, GoSumdbError, is_exempt, parse_gosumdb
from gomend.gomod.note import InvalidSignatureError, UnverifiedNoteError, parse_verifier
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.sumdb import ForkError, RemoteError, SumDatabase, UnprovedError
from gomend.gomod.tlog import LogError, Tile, TileError

MODULES = [Module(f"example.com/m{number}", "v1.0.0") for number in range(300)]
LAB = SumDb(MODULES, name="sum.example.org")
SMALLER = SumDb(MODULES[:100], name="sum.example.org")
FORKED = SumDb(MODULES, name="sum.example.org", salt="fork")
FIRST = MODULES[0]


@dataclass
class Memory:
    """A world in memory. `files` are what the database serves."""

    serve: object
    latest: bytes = b""
    cache: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    conflicts: list[bytes] = field(default_factory=list)

    async def read_remote(self, path):
        self.asked.append(path)
        if self.gate is not None:
            await self.gate.wait()
        data = self.serve(f"/{path}")
        if data is None:
            raise RemoteError("404 Not Found", 404)
        return data

    async def read_cache(self, path):
        return self.cache.get(path)

    async def write_cache(self, path, data):
        self.cache[path] = data

    async def read_latest(self):
        return self.latest

    async def replace_latest(self, old, new):
        if self.conflicts:
            self.latest = self.conflicts.pop()
            return False
        assert old == self.latest
        self.latest = new
        return True


def client(world, key=LAB.key):
    return SumDatabase(parse_verifier(key), world)


def look(world, module=FIRST, key=LAB.key):
    return asyncio.run(client(world, key).lookup(module.path, module.version))


def lines(sums, module):
    return (f"{module.path} {module.version} {sums.zips[0]}", f"{module.path} {module.version}/go.mod {sums.gomods[0]}")


def test_a_record_is_proved_then_kept_and_never_asked_again():
    world = Memory(LAB.file)
    for module in (FIRST, MODULES[-1], FIRST):
        assert lines(look(world, module), module) == module.sum_lines
    assert world.latest == LAB.note()
    asked = len(world.asked)
    assert len(set(world.asked)) == asked
    world.serve = lambda path: None
    assert lines(look(world), FIRST) == FIRST.sum_lines
    assert len(world.asked) == asked


def test_a_fork_is_told_with_both_signed_trees():
    world = Memory(FORKED.file, latest=SMALLER.note())
    with pytest.raises(ForkError) as caught:
        look(world)
    assert (caught.value.older, caught.value.newer) == (SMALLER.note(), FORKED.note())
    assert "SECURITY ERROR" in caught.value.report
    assert world.latest == SMALLER.note() and not any(path.startswith("lookup") for path in world.cache)


def test_a_stale_head_is_believed_and_never_rolls_back():
    world = Memory(SMALLER.file, latest=LAB.note())
    world.serve = lambda path: SMALLER.file(path) if path.startswith("/lookup") else LAB.file(path)
    assert lines(look(world), FIRST) == FIRST.sum_lines
    assert world.latest == LAB.note()
    with pytest.raises(RemoteError):
        look(Memory(SMALLER.file, latest=LAB.note()))  # cannot prove that its past is ours


def test_wrong_signatures_and_keys_are_refused():
    spoilt = SumDb(MODULES[:3], name="sum.example.org", sign=False)
    with pytest.raises(InvalidSignatureError):
        look(Memory(spoilt.file))
    with pytest.raises(UnverifiedNoteError):
        look(Memory(LAB.file), key=KNOWN_KEYS["sum.golang.org"])


def test_a_record_that_is_not_in_the_tree_is_refused():
    honest = LAB.file(f"/lookup/{FIRST.path}@{FIRST.version}")
    _, _, rest = honest.partition(b"\n")
    for answer in (honest.replace(b"h1:", b"h1:x", 1), b"5\n" + rest, b"99999\n" + rest):
        with pytest.raises(UnprovedError):
            look(Memory(lambda path, answer=answer: answer if path.startswith("/lookup") else LAB.file(path)))


def test_what_is_not_recorded_is_told_as_the_database_told_it():
    with pytest.raises(RemoteError) as caught:
        look(Memory(LAB.file), Module("example.com/none", "v1.0.0"))
    assert caught.value.not_found


def test_another_process_that_moved_on_meanwhile_is_merged():
    world = Memory(LAB.file, conflicts=[SMALLER.note()])
    look(world)
    assert world.latest == LAB.note()
    world = Memory(lambda path: SMALLER.file(path) or LAB.file(path), conflicts=[LAB.note()])
    look(world)
    assert world.latest == LAB.note()


def test_many_at_once_ask_once_and_survive_one_that_leaves():
    async def run():
        world = Memory(LAB.file, gate=asyncio.Event())
        database = client(world)
        tasks = [asyncio.ensure_future(database.lookup(FIRST.path, FIRST.version)) for _ in range(20)]
        while not world.asked:
            await asyncio.sleep(0)
        tasks[0].cancel()
        world.gate.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(answers[0], asyncio.CancelledError)
        assert len({answer.message for answer in answers[1:]}) == 1
        assert len(world.asked) == len(set(world.asked))

    asyncio.run(run())


def test_a_tile_is_proved_before_it_is_kept_and_the_beginning_of_a_longer_one_is_cut():
    async def run():
        world = Memory(LAB.file)
        database = client(world)
        await database.lookup(FIRST.path, FIRST.version)
        for tile in (Tile(0, 0), Tile(0, 0, 17), Tile(0, 1, 5)):
            assert await database.tile(tile) == LAB.file(f"/{tile.path}")
        world.serve = lambda path: LAB.note() if path == "/latest" else b"x" * 32
        assert await database.tile(Tile(0, 9, 1)) == b"x" * 32
        assert Tile(0, 9, 1).path not in world.cache
        world.serve = lambda path: LAB.note() if path == "/latest" else b"<html>"
        with pytest.raises(TileError):
            await database.tile(Tile(0, 9, 1))

    asyncio.run(run())


def test_the_first_tile_that_is_asked_for_is_proved_too():
    world = Memory(LAB.file)
    assert asyncio.run(client(world).tile(Tile(0, 0))) == LAB.file("/tile/8/0/000")
    assert world.latest == LAB.note()
    world = Memory(lambda path: b"x" * 8192 if path == "/tile/8/0/000" else LAB.file(path))
    with pytest.raises(TileError):
        asyncio.run(client(world).tile(Tile(0, 0)))


def test_the_record_of_another_module_is_no_answer_and_not_kept():
    other = LAB.file(f"/lookup/{MODULES[-1].path}@{MODULES[-1].version}")
    world = Memory(lambda path: other if path.startswith("/lookup") else LAB.file(path))
    with pytest.raises(UnprovedError, match="is not of"):
        look(world)
    assert not any(path.startswith("lookup") for path in world.cache)


def test_what_was_damaged_where_it_was_kept_is_asked_anew_and_mended():
    world = Memory(LAB.file)
    look(world)
    whole = dict(world.cache)
    for path, data in whole.items():
        for damage in (b"", data[:-1], data[:-1] + b"\0", b"\0" * len(data)):
            world.cache[path] = damage
            assert lines(look(world), FIRST) == FIRST.sum_lines
            assert world.cache == whole, path


def test_a_failed_lookup_is_asked_again():
    world = Memory(lambda path: None)

    async def run():
        database = client(world)
        with pytest.raises(RemoteError):
            await database.lookup(FIRST.path, FIRST.version)
        world.serve = lambda path: b"\0" * 8192 if path.startswith("/tile") else LAB.file(path)
        with pytest.raises(LogError):
            await database.lookup(FIRST.path, FIRST.version)
        world.serve = LAB.file
        assert (await database.lookup(FIRST.path, FIRST.version)).zips

    asyncio.run(run())


def files_asked(latest):
    world = Memory(LAB.file, latest=latest)
    look(world)
    found = {path: LAB.file(f"/{path}") for path in world.asked}
    return {path: data for path, data in found.items() if data is not None}


FILES = {latest: files_asked(latest) for latest in (b"", SMALLER.note())}


@settings(max_examples=60)
@given(data=st.data())
def test_whatever_bit_is_flipped_go_and_gomend_come_to_the_same(oracle, data):
    latest = data.draw(st.sampled_from(sorted(FILES)))
    files = dict(FILES[latest])
    path = data.draw(st.sampled_from(sorted(files)))
    changed = bytearray(files[path])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    files[path] = bytes(changed)
    question = ["sumdb", LAB.key, latest.decode(), FIRST.path, FIRST.version]
    for name, content in files.items():
        question += [name, content.decode("utf-8", "surrogateescape")]
    (told,) = oracle([question])
    world = Memory(lambda asked: files.get(asked.removeprefix("/")), latest=latest)
    try:
        sums = look(world)
    except ForkError:
        assert told == ["forked"]
    except (GoRefusalError, RemoteError):
        assert told[0] == "error"
    else:
        mine = [f"{FIRST.path} {FIRST.version} {digest}" for digest in sums.zips]
        assert told == ["ok", "\n".join(mine) + "|" + world.latest.decode("utf-8", "surrogateescape")]


def test_real_go_and_gomend_believe_the_same_database(go, tmp_path):
    modules = MODULES[:40]
    database = SumDb(modules, name="sum.example.org")
    with Upstream(Answers(World(modules), other=database.proxied)) as proxy:
        environment = dict(os.environ) | {
            "GOPROXY": proxy.url,
            "GOSUMDB": database.key,
            "GOMODCACHE": str(tmp_path / "cache"),
            "GOFLAGS": "-modcacherw",
        }
        (tmp_path / "go.mod").write_text("module x\n\ngo 1.21\n")
        wanted = [f"{module.path}@{module.version}" for module in modules[:3]]
        ran = subprocess.run(
            [go, "mod", "download", *wanted],
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
    kept = tmp_path / "cache/cache/download/sumdb/sum.example.org"
    world = Memory(lambda path: None)
    world.cache = {str(file.relative_to(kept)): file.read_bytes() for file in kept.rglob("*") if file.is_file()}
    for module in modules[:3]:
        assert lines(look(world, module, database.key), module) == module.sum_lines
    world = Memory(database.file)
    for module in modules[:3]:
        look(world, module, database.key)
    for path, data in world.cache.items():
        if not path.startswith("lookup"):
            continue
        assert (kept / path).read_bytes() == data


def test_gosumdb_names_a_database_as_go_reads_it():
    usual = parse_gosumdb("sum.golang.org")
    assert (usual.name, usual.url, usual.is_direct) == ("sum.golang.org", "https://sum.golang.org", False)
    alias = parse_gosumdb("sum.golang.google.cn")
    assert (alias.name, alias.url, alias.is_direct) == ("sum.golang.org", "https://sum.golang.google.cn", True)
    slashed = SumDb((), name="localhost.localdev/sumdb").key
    assert parse_gosumdb(slashed).name == "localhost.localdev/sumdb"
    own = parse_gosumdb(f"{LAB.key}  http://127.0.0.1:1/db/")
    assert (own.name, own.url) == ("sum.example.org", "http://127.0.0.1:1/db")
    assert parse_gosumdb("off") is None


@pytest.mark.parametrize("value", ["", " ", "nobody.example", "a b c", "sum.golang.org http://[bad", "x+1+AQ=="])
def test_a_gosumdb_that_go_refuses_is_refused_with_its_words(go, tmp_path, value):
    with pytest.raises(GoSumdbError) as caught:
        parse_gosumdb(value)
    if not value.strip():
        return  # go takes an empty variable for an unset one
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.21\n")
    with Upstream(Answers(World([FIRST]))) as proxy:
        ran = subprocess.run(
            [go, "mod", "download", f"{FIRST.path}@{FIRST.version}"],
            cwd=tmp_path,
            env=dict(os.environ) | {"GOPROXY": proxy.url, "GOSUMDB": value},
            check=False,
            capture_output=True,
            text=True,
        )
    assert str(caught.value) in ran.stderr


def test_the_toolchain_is_never_exempt():
    assert is_exempt("corp.example/a", "corp.example") and not is_exempt("example.com/a", "corp.example")
    assert not is_exempt("golang.org/toolchain", "*")
