"""The transparency log of a checksum database: its tree (RFC 6962 §2.1), its tiles, and what proves that they agree.

Source: golang.org/x/mod/sumdb/tlog; https://research.swtch.com/tlog. Tiles have the height 8, as all of go's have.
"""

import binascii
import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gomend.gomod.quoting import quote
from gomend.gomod.refusal import GoRefusalError

HEIGHT = 8
FULL = 1 << HEIGHT  # hashes of a complete tile
HASH_BYTES = 32
EMPTY_HASH = hashlib.sha256().digest()  # of the tree without records

_TREE_HEAD = b"go.sum database tree\n"
_MOST_TREE_BYTES = 1_000_000
_MOST_RECORDS = (1 << 63) - 1  # go counts in int64
_DECIMAL = re.compile(rb"0|[1-9][0-9]{0,18}")
_TILE_PATH = re.compile(r"tile/8/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class LogError(GoRefusalError):
    """What a checksum database sent is malformed or contradicts itself. `str()` is go's text where go has one."""


class MalformedTreeError(LogError):
    """The text of a signed note is no tree."""

    def __init__(self) -> None:
        super().__init__("malformed tree note")


class MalformedRecordError(LogError):
    """The answer to a lookup is no record."""

    def __init__(self) -> None:
        super().__init__("malformed record data")


class TileError(LogError):
    """A tile does not belong to the tree that was signed."""

    def __init__(self, text: str, tile: "Tile") -> None:
        super().__init__(text)
        self.tile = tile


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree by its number of records and its root."""

    size: int
    root: bytes


class Node(NamedTuple):
    """The hash over the records from `number << level` up to `(number + 1) << level`."""

    level: int
    number: int


@dataclass(frozen=True, slots=True)
class Tile:
    """`width` hashes of the nodes at `level * 8`, beginning at number `number * 256`."""

    level: int
    number: int
    width: int = FULL

    @property
    def path(self) -> str:
        """`tile/8/LEVEL/NUMBER[.p/WIDTH]`, as a database serves it."""
        rest, digits = divmod(self.number, 1000)
        name = f"{digits:03d}"
        while rest:
            rest, digits = divmod(rest, 1000)
            name = f"x{digits:03d}/{name}"
        partial = "" if self.width == FULL else f".p/{self.width}"
        return f"tile/{HEIGHT}/{self.level}/{name}{partial}"

    @property
    def full(self) -> "Tile":
        """The complete tile that this one is the beginning of."""
        return Tile(self.level, self.number)

    @property
    def root(self) -> Node:
        """The node that a complete tile is the tree of."""
        return Node((self.level + 1) * HEIGHT, self.number)


def parse_tile(path: str) -> Tile:
    """The tile at such a path. Raises LogError for another, a level of data or another height among them."""
    found = _TILE_PATH.fullmatch(path)
    if found is not None:
        level, upper, last, width = found.groups()
        tile = Tile(int(level), int(upper.replace("x", "").replace("/", "") + last), int(width or FULL))
        if tile.path == path and tile.level < 64:
            return tile
    raise LogError(f"malformed tile path {quote(path)}")


def parse_tree(text: bytes) -> Tree:
    """The tree that the text of a note describes; further lines are passed over. Raises MalformedTreeError."""
    if not text.startswith(_TREE_HEAD) or text.count(b"\n") < 3 or len(text) > _MOST_TREE_BYTES:
        raise MalformedTreeError
    _, size, encoded, _ = text.split(b"\n", 3)
    try:
        root = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedTreeError from None
    if not _DECIMAL.fullmatch(size) or int(size) > _MOST_RECORDS or (len(root), len(encoded)) != (HASH_BYTES, 44):
        raise MalformedTreeError
    return Tree(int(size), root)


@dataclass(frozen=True, slots=True)
class Record:
    """The answer to a lookup, before anything of it was proved."""

    number: int
    text: bytes  # lines of go.sum
    note: bytes  # the signed tree that was current


def parse_record(message: bytes) -> Record:
    """The parts of the answer to a lookup. Raises MalformedRecordError."""
    number, _, rest = message.partition(b"\n")
    text, blank, note = rest.partition(b"\n\n")
    if not _DECIMAL.fullmatch(number) or int(number) > _MOST_RECORDS or not blank:
        raise MalformedRecordError
    text += b"\n"
    try:
        words = text.decode()
    except UnicodeDecodeError:
        raise MalformedRecordError from None
    if any(char < " " and char != "\n" for char in words) or words.startswith("\n\n"):
        raise MalformedRecordError
    return Record(int(number), text, note)


def record_hash(text: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\0" + text).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two halves."""
    return hashlib.sha256(b"\1" + left + right).digest()


def subtrees(size: int) -> list[Node]:
    """The complete trees that a tree of `size` records consists of, from the left."""
    found = []
    start = 0
    while start < size:
        level = (size - start).bit_length() - 1
        found.append(Node(level, start >> level))
        start += 1 << level
    return found


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root of a tree from the hashes of its `subtrees`."""
    if not hashes:
        return EMPTY_HASH
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def tile_of(node: Node, size: int) -> Tile:
    """The tile that a node is computed from, as wide as a tree of `size` records has it."""
    level = node.level // HEIGHT
    number = (node.number << (node.level % HEIGHT)) >> HEIGHT
    return Tile(level, number, min(FULL, (size >> (level * HEIGHT)) - (number << HEIGHT)))


def _hash_in(tile: Tile, data: bytes, node: Node) -> bytes:
    within = node.level % HEIGHT
    begin = (node.number << within) - (tile.number << HEIGHT)
    return _joined([data[at * HASH_BYTES : (at + 1) * HASH_BYTES] for at in range(begin, begin + (1 << within))])


def _joined(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def tiles_for(nodes: Iterable[Node], size: int) -> list[Tile]:
    """The tiles that give these nodes of a tree of `size` records and prove them against its root.

    Raises LogError for a node that the tree does not have.
    """
    tiles = dict.fromkeys(tile_of(node, size) for node in subtrees(size))
    for node in nodes:
        if (node.number + 1) << node.level > size:
            raise LogError("indexes not in tree")
        tile = tile_of(node, size)
        while tile not in tiles:
            tiles[tile] = None
            tile = tile_of(tile.root, size)
    return list(tiles)


def proved(nodes: Sequence[Node], tree: Tree, data: Mapping[Tile, bytes]) -> list[bytes]:
    """The hashes of these nodes, once all tiles in `data` (those of `tiles_for`) are proved to belong to the tree.

    Raises TileError.
    """
    for tile, content in data.items():
        if len(content) != tile.width * HASH_BYTES:
            raise TileError(f"tile {tile.path} has {len(content)} bytes, not {tile.width * HASH_BYTES}", tile)

    def hash_of(node: Node) -> bytes:
        tile = tile_of(node, tree.size)
        return _hash_in(tile, data[tile], node)

    edge = subtrees(tree.size)
    if root_of([hash_of(node) for node in edge]) != tree.root:
        raise TileError("downloaded inconsistent tile", tile_of(edge[-1], tree.size) if edge else Tile(0, 0))
    on_edge = {tile_of(node, tree.size) for node in edge}
    for tile, content in data.items():
        if tile in on_edge:
            continue
        leaves = [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]
        if _joined(leaves) != hash_of(tile.root):
            raise TileError("downloaded inconsistent tile", tile)
    return [hash_of(node) for node in nodes]


def in_base64(digest: bytes) -> str:
    """A hash as notes and proofs write it."""
    return b64encode(digest).decode()
