"""How far go reads the module graph below a go.mod that has arrived."""

import gzip

import pytest

from gomend.gomod.buildlist import prunes
from gomend.relay.forecast import named, walk
from gomend.relay.goline import read_go_line
from gomend.relay.graphwalk import GraphWalk
from gomend.sources.base import Wanted

MOD = b"module example.com/m\n\ngo %s\n\nrequire (\n\texample.com/Upper v1.0.0\n\tcorp.example/p v1.0.0\n)\n"
BELOW = Wanted("example.com/%21upper/@v/v1.0.0.mod", "mod")


def wants(module: str, version: str, kind: str) -> bool:
    return not module.startswith("corp.example/")


def after(data: bytes, *, pruned: bool = True, main: str = "", **headers: str) -> list[Wanted]:
    found = GraphWalk(pruned=pruned, is_main=lambda module: module == main, wants=wants)
    return found.after("example.com/m/@v/v1.0.0.mod", headers, data)


def test_below_an_older_module_the_whole_graph_is_read():
    assert after(MOD % b"1.16") == [BELOW]


def test_a_module_that_prunes_ends_the_walk_where_the_main_module_prunes_too():
    assert after(MOD % b"1.17") == []
    assert after(MOD % b"1.17", pruned=False) == [BELOW]


def test_what_lies_below_an_older_module_is_read_whole():
    found = GraphWalk(pruned=True, is_main=lambda _: False, wants=wants)
    (below,) = found.after("example.com/m/@v/v1.0.0.mod", {}, MOD % b"1.16")
    deeper = b"module example.com/Upper\n\ngo 1.21\n\nrequire example.com/x v1.0.0\n"
    assert found.after(below.path, {}, deeper) == [Wanted("example.com/x/@v/v1.0.0.mod", "mod")]


def test_a_module_that_becomes_the_main_one_is_followed():
    assert after(MOD % b"1.21", main="example.com/m") == [BELOW]


def test_a_body_may_be_compressed():
    assert after(gzip.compress(MOD % b"1.16"), **{"Content-Encoding": "gzip"}) == [BELOW]


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"<html>log in</html>", {}),
        (b"\xff\xfe", {}),
        (b"not gzip", {"Content-Encoding": "gzip"}),
        (gzip.compress(bytes(2 << 20)), {"Content-Encoding": "gzip"}),
    ],
)
def test_nothing_follows_from_what_is_no_go_mod(data: bytes, headers: dict[str, str]):
    assert after(data, **headers) == []


@pytest.mark.parametrize(
    ("go", "does"), [("", False), ("1.16", False), ("1.17", True), ("1.21rc1", True), ("2.0", True)]
)
def test_a_module_prunes_from_go_1_17_on(go: str, does: bool):
    assert prunes(go) is does


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("mod download example.com/a@v1.0.0", ["info", "mod", "zip"]),
        ("mod download example.com/a@latest corp.example/p@v1.0.0 example.com/a", []),
        ("get example.com/a@v1.0.0", []),
    ],
)
def test_versions_named_in_full_are_known_before_go_asks(words: str, paths: list[str]):
    found = named(read_go_line(words.split()), None, wants)
    assert [file.path for file in found] == [f"example.com/a/@v/v1.0.0.{ending}" for ending in paths]


@pytest.mark.parametrize("words", ["build ./...", "mod download example.com/a@v1.0.0", "mod tidy", "env"])
def test_there_is_no_walk_without_a_graph_to_read(words: str):
    assert walk(read_go_line(words.split()), None, wants) is None
