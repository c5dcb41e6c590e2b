"""The transparency log: parsed as golang.org/x/mod/sumdb/tlog parses it, and proved tile by tile."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gomend.gomod.tlog import (
    LogError,
    MalformedRecordError,
    MalformedTreeError,
    Node,
    Tile,
    TileError,
    Tree,
    in_base64,
    node_hash,
    parse_record,
    parse_tile,
    parse_tree,
    proved,
    record_hash,
    root_of,
    subtrees,
    tiles_for,
)

ROOT = "nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI="


def of_rfc(leaves):
    """RFC 6962 §2.1, word by word."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + of_rfc(leaves[:k]) + of_rfc(leaves[k:])).digest()


LEAVES = [record_hash(b"%d\n" % number) for number in range(70_000)]
LEVELS = [LEAVES]
while len(LEVELS[-1]) > 1:
    below = LEVELS[-1]
    LEVELS.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])


def content(tile):
    level = LEVELS[tile.level * 8]
    return b"".join(level[tile.number * 256 : tile.number * 256 + tile.width])


def tree_of(size):
    return Tree(size, root_of([LEVELS[node.level][node.number] for node in subtrees(size)]))


TREES = (
    f"go.sum database tree\n2\n{ROOT}\n",
    f"go.sum database tree\n2\n{ROOT}\nmore\nlines\n",
    f"go.sum database tree\n2\n{ROOT}",
    f"go.sum database tree\n02\n{ROOT}\n",
    f"go.sum database tree\n+2\n{ROOT}\n",
    f"go.sum database tree\n-1\n{ROOT}\n",
    f"go.sum database tree\n0\n{ROOT}\n",
    f"go.sum database tree\n9223372036854775807\n{ROOT}\n",
    f"go.sum database tree\n9223372036854775808\n{ROOT}\n",
    f"go.sum database tree\n2\n{ROOT[:-4]}\n",
    f"go.sum database tree\n2\n{ROOT[:-1]}\n",
    f"go.sum database tree\n2\n{ROOT}=\n",
    f"go.sum database tree v2\n2\n{ROOT}\n",
    "",
)
RECORDS = (
    "7\na v1 h1:x\na v1/go.mod h1:y\n\nrest\n\nmore",
    "7\na\n\n",
    "7\n\n\n",
    "7\n\na\n\n",
    "x\na\n\n",
    "-1\na\n\n",
    "7\na\tb\n\n",
    "7\na\n",
    "",
)
PATHS = (
    "tile/8/0/000",
    "tile/8/0/x001/x234/067",
    "tile/8/3/x001/000.p/255",
    "tile/8/0/000.p/256",
    "tile/8/0/000.p/0",
    "tile/8/0/000.p/01",
    "tile/8/0/x000/001",
    "tile/8/0/001/002",
    "tile/8/00/000",
    "tile/8/0/0",
    "tile/8/0/",
    "tile/8/0/000.p/1/2",
    "",
)


@pytest.mark.parametrize(
    ("operation", "texts", "parse", "error"),
    [
        ("parse_tree", TREES, lambda t: f"{(p := parse_tree(t)).size} {in_base64(p.root)}", MalformedTreeError),
        (
            "parse_record",
            RECORDS,
            lambda t: f"{(p := parse_record(t)).number}|{p.text.decode()}|{p.note.decode()}",
            MalformedRecordError,
        ),
        ("parse_tile", PATHS, lambda t: parse_tile(t.decode()).path, LogError),
    ],
)
def test_what_is_well_formed_is_what_go_takes(oracle, operation, texts, parse, error):
    for text, (kind, told) in zip(texts, oracle((operation, text) for text in texts), strict=True):
        if kind == "ok" and not told.startswith("-1|"):  # a record number below 0: refused here at once, by go later
            assert parse(text.encode()) == told
        else:
            with pytest.raises(error) as caught:
                parse(text.encode())
            assert kind == "ok" or str(caught.value) == told


def test_tiles_of_other_heights_and_of_data_are_none_that_go_asks():
    for path in ("tile/4/0/000", "tile/8/data/000", "tile/8/64/000"):
        with pytest.raises(LogError):
            parse_tile(path)


@given(st.integers(1, 600))
def test_the_root_is_that_of_the_rfc(size):
    assert tree_of(size).root == of_rfc(LEAVES[:size])


@given(st.integers(1, len(LEAVES)), st.data())
def test_every_node_of_a_tree_can_be_proved(size, data):
    number = data.draw(st.integers(0, size - 1))
    older = data.draw(st.integers(1, size))
    nodes = [Node(0, number), *subtrees(older)]
    tiles = {tile: content(tile) for tile in tiles_for(nodes, size)}
    found = proved(nodes, tree_of(size), tiles)
    assert found[0] == LEAVES[number]
    assert root_of(found[1:]) == tree_of(older).root


@given(st.integers(1, len(LEAVES)), st.data())
def test_no_bit_of_any_tile_can_be_flipped(size, data):
    node = Node(0, data.draw(st.integers(0, size - 1)))
    tiles = {tile: content(tile) for tile in tiles_for([node], size)}
    spoilt = data.draw(st.sampled_from(list(tiles)))
    bits = bytearray(tiles[spoilt])
    bits[data.draw(st.integers(0, len(bits) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(TileError):
        proved([node], tree_of(size), tiles | {spoilt: bytes(bits)})
    with pytest.raises(TileError):
        proved([node], tree_of(size), tiles | {spoilt: tiles[spoilt][:-1]})


def test_a_node_beyond_the_tree_is_refused():
    with pytest.raises(LogError):
        tiles_for([Node(0, 10)], 10)
    with pytest.raises(LogError):
        tiles_for([Node(3, 1)], 15)


def test_paths_of_tiles():
    assert Tile(0, 1234067).path == "tile/8/0/x001/x234/067"
    assert Tile(1, 5, 17).path == "tile/8/1/005.p/17"
    assert Tile(1, 5, 17).full == Tile(1, 5)
