"""Whatever bytes a source or a database sends, the parsers read them or refuse them in their own words, and end.

PYTEST_FAULTS=full tries many more.
"""

import io
import os
import random
import warnings
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.lab.modules import Module, make_zip
from tests.lab.sumdb import SumDb

from gomend.gomod.gomodfile import parse_gomod
from gomend.gomod.modzip import check_zip, hash_zip
from gomend.gomod.note import open_note, parse_verifier
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.tlog import HASH_BYTES, Node, Tree, parse_record, parse_tile, parse_tree, proved, tiles_for

EXAMPLES = 20_000 if os.environ.get("PYTEST_FAULTS") == "full" else 150
LAB = SumDb([Module("example.com/a", "v1.0.0")], name="sum.example.org")
VERIFIER = parse_verifier(LAB.key)
RECORD = LAB.file("/lookup/example.com/a@v1.0.0") or b""
MODULE = Module("example.com/a", "v1.0.0", files={"a.go": "package a\n", "b/b.go": "package b\n" * 50})
GOMOD = (
    b'module "example.com/a" // x\n\ngo 1.21\n\nrequire (\n\tb.c/d v1.0.0 // indirect\n)\nretract [v1.0.0, v1.1.0]\n'
)


def tried(examples: int = EXAMPLES) -> settings:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=checks)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with some cut out, put in, turned or repeated."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 4)):
            case 0:
                del data[at : at + draw(st.integers(1, 40))]
            case 1:
                data[at:at] = draw(st.binary(min_size=1, max_size=20))
            case 2:
                data[at : at + 4] = draw(st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\n\n\n\n"]))
            case 3:
                data[at:at] = data[at : at + 50]
            case _:
                if at < len(data):
                    data[at] ^= 1 << draw(st.integers(0, 7))
    return bytes(data)


@tried()
@given(st.one_of(damaged(MODULE.zip), st.binary(max_size=200)))
def test_zips(data: bytes) -> None:
    for act in (hash_zip, lambda file: check_zip(file, MODULE.path, MODULE.version)):
        try:
            act(io.BytesIO(data))
        except GoRefusalError as error:
            assert str(error)


@tried(EXAMPLES // 3)
@given(st.lists(st.tuples(st.text(max_size=30), st.binary(max_size=30)), max_size=6), st.integers(0, 3))
def test_zips_with_names_of_any_kind(files: list[tuple[str, bytes]], front: int) -> None:
    prefix = ("example.com/a@v1.0.0/", "example.com/a@v1.0.0", "../", "/")[front]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names that stand twice: one ends at its first NUL
            data = make_zip({prefix + name: content for name, content in files})
    except (UnicodeEncodeError, ValueError, zipfile.BadZipFile):
        return  # no zip can have such a name
    for act in (hash_zip, lambda file: check_zip(file, MODULE.path, MODULE.version)):
        try:
            act(io.BytesIO(data))
        except GoRefusalError as error:
            assert str(error)


@tried()
@given(st.one_of(damaged(LAB.note()), st.binary(max_size=200)))
def test_notes(data: bytes) -> None:
    try:
        text = open_note(data, VERIFIER)
    except GoRefusalError:
        return
    assert LAB.note().startswith(text), "another text than the one that was signed was taken"
    parse_tree(text)


@tried()
@given(st.one_of(damaged(RECORD), st.binary(max_size=200)))
def test_records(data: bytes) -> None:
    try:
        record = parse_record(data)
    except GoRefusalError:
        return
    assert record.number >= 0 and record.text.endswith(b"\n")


@tried()
@given(st.one_of(damaged(b"tile/8/1/x001/x234/067.p/12").map(lambda raw: raw.decode("latin-1")), st.text(max_size=40)))
def test_tile_paths(path: str) -> None:
    try:
        tile = parse_tile(path)
    except GoRefusalError:
        return
    assert tile.path == path


@tried(EXAMPLES // 3)
@given(st.integers(1, 3000), st.integers(0, 1 << 30), st.randoms(use_true_random=False))
def test_tiles_that_do_not_belong_to_the_tree_prove_nothing(size: int, seed: int, chance: random.Random) -> None:
    nodes = [Node(0, chance.randrange(size))]
    tiles = {tile: random.Random(seed).randbytes(tile.width * HASH_BYTES) for tile in tiles_for(nodes, size)}
    with pytest.raises(GoRefusalError):
        proved(nodes, Tree(size, b"\1" * HASH_BYTES), tiles)


@tried()
@given(st.one_of(damaged(GOMOD), st.binary(max_size=200)))
def test_gomod_files(data: bytes) -> None:
    try:
        parse_gomod(data)
    except GoRefusalError as error:
        assert str(error)
