"""The client of a checksum database: nothing that it says is believed before it is proved.

The order of steps is the contract: a record's tree is opened by its signature, then shown to be on the timeline known
so far (or the other way round), then the record is shown to be in the tree; only then anything is kept. What touches
the world is passed in as `Ops`. Source: golang.org/x/mod/sumdb (client.go); https://go.dev/design/25530-sumdb.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from gomend.errors import GomendError
from gomend.gomod.note import NoteError, Verifier, open_note
from gomend.gomod.path import escape_path, escape_version
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.tlog import (
    EMPTY_HASH,
    FULL,
    HASH_BYTES,
    HEIGHT,
    LogError,
    Node,
    Tile,
    TileError,
    Tree,
    in_base64,
    parse_record,
    parse_tree,
    proved,
    record_hash,
    root_of,
    subtrees,
    tile_of,
    tiles_for,
)

_T = TypeVar("_T")
_TILES_IN_MEMORY = 1024  # 8 MiB


class RemoteError(GomendError):
    """The database gave no answer, or another than 200: `status`, None where none came; `not_found` for 404 and 410."""

    def __init__(self, words: str, status: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.status = status

    @property
    def not_found(self) -> bool:
        """Whether the database says that there is no such thing."""
        return self.status in (404, 410)


class UnprovedError(GoRefusalError):
    """A record that is not in the tree it came with. `str()` is go's text."""


class ForkError(GoRefusalError):
    """Two trees signed by one key contradict each other: the database, or who sits before it, misbehaves.

    `older` and `newer` are the signed notes; `root` is what the newer tree has as root over the older's records.
    """

    def __init__(self, older: bytes, newer: bytes, root: bytes) -> None:
        super().__init__("security error: misbehaving server")
        self.older = older
        self.newer = newer
        self.root = root

    @property
    def report(self) -> str:
        """Both notes, as go prints them."""
        old, new = (note.decode("utf-8", "replace").replace("\n", "\n\t") for note in (self.older, self.newer))
        return (
            "SECURITY ERROR\ngo.sum database server misbehavior detected!\n\n"
            f"old database:\n\t{old}\nnew database:\n\t{new}\nproof of misbehavior:\n\t{in_base64(self.root)}"
        )


class Ops(Protocol):
    """What the client needs of the world. Paths are below the database's address and name: `lookup/…`, `tile/…`."""

    async def read_remote(self, path: str) -> bytes:
        """What the database answers with 200. Raises RemoteError."""

    async def read_cache(self, path: str) -> bytes | None:
        """What was kept; None where nothing was."""

    async def write_cache(self, path: str, data: bytes) -> None:
        """Keep what was proved. A failure is nobody's matter but its own."""

    async def read_latest(self) -> bytes:
        """The signed tree that was kept last; empty for none."""

    async def replace_latest(self, old: bytes, new: bytes) -> bool:
        """Keep `new` in place of `old`, in one step; False where something else is kept by now."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The hashes recorded of one version; `message` is the database's whole answer."""

    zips: tuple[str, ...]
    gomods: tuple[str, ...]
    message: bytes


@dataclass(frozen=True, slots=True)
class _Head:
    tree: Tree
    note: bytes


class SumDatabase:
    """One database, by its key. Lookups may run at the same time."""

    def __init__(self, verifier: Verifier, ops: Ops) -> None:
        self.verifier = verifier
        self._ops = ops
        self._latest = _Head(Tree(0, EMPTY_HASH), b"")
        self._has_read_latest = False
        self._tiles: OrderedDict[Tile, bytes] = OrderedDict()
        self._saved: set[Tile] = set()
        self._doubted: set[Tile] = set()  # not to be taken from what was kept
        self._flying: dict[object, asyncio.Task[Any]] = {}

    async def lookup(self, module: str, version: str) -> Sums:
        """The hashes of a module version (not of its `/go.mod`; one record has both).

        Raises RemoteError, NoteError, LogError, UnprovedError, ForkError, and what `escape_path` and `escape_version`
        raise.
        """
        path = f"lookup/{escape_path(module)}@{escape_version(version)}"
        found: Sums = await self._shared(path, lambda: self._sums(path, module, version))
        return found

    async def tile(self, tile: Tile) -> bytes:
        """A tile's hashes, proved against the newest tree. One that even this tree does not have yet comes unproved.

        Raises as `lookup` does.
        """
        if not self._has_read_latest:
            await self._shared("latest", self._begin)
        tree = self._latest.tree
        last = Node(tile.level * HEIGHT, (tile.number << HEIGHT) + tile.width - 1)
        if (last.number + 1) << last.level > tree.size:
            await self.merge(await self._ops.read_remote("latest"))
            tree = self._latest.tree
        if (last.number + 1) << last.level > tree.size:
            content = await self._ops.read_remote(tile.path)
            if len(content) != tile.width * HASH_BYTES:
                raise TileError(f"tile {tile.path} has {len(content)} bytes, not {tile.width * HASH_BYTES}", tile)
            return content
        await self._hashes([last], tree)
        return (await self._tile(tile_of(last, tree.size)))[: tile.width * HASH_BYTES]

    async def merge(self, note: bytes) -> Tree:
        """Move on to a signed tree, or see that it is part of the timeline known so far; gives the tree.

        Raises as `lookup` does.
        """
        if not self._has_read_latest:
            await self._shared("latest", self._begin)
        tree, is_new = await self._merge_in_memory(note)
        while is_new:
            kept = await self._ops.read_latest()
            _, kept_is_newer = await self._merge_in_memory(kept)
            if kept_is_newer or kept == self._latest.note:
                break
            if await self._ops.replace_latest(kept, self._latest.note):
                break
        return tree

    @property
    def latest(self) -> bytes:
        """The signed tree that is the newest known; empty for none."""
        return self._latest.note

    async def _begin(self) -> None:
        await self._merge_in_memory(await self._ops.read_latest())
        self._has_read_latest = True

    async def _sums(self, path: str, module: str, version: str) -> Sums:
        kept = await self._ops.read_cache(path)
        if kept is not None:
            with suppress(NoteError, LogError, UnprovedError):  # damaged where it was kept: it is asked anew
                return await self._proved(kept, module, version)
        data = await self._ops.read_remote(path)
        found = await self._proved(data, module, version)
        await self._ops.write_cache(path, data)
        return found

    async def _proved(self, message: bytes, module: str, version: str) -> Sums:
        record = parse_record(message)
        await self.merge(record.note)
        head = self._latest
        if record.number >= head.tree.size:
            raise UnprovedError(f"cannot validate record {record.number} in tree of size {head.tree.size}")
        (found,) = await self._hashes([Node(0, record.number)], head.tree)
        if found != record_hash(record.text):
            raise UnprovedError("cannot authenticate record data in server response")
        zips, gomods = [], []
        for line in record.text.decode().splitlines():
            name, _, rest = line.partition(" ")
            recorded, _, digest = rest.partition(" ")
            if name == module and recorded == version:
                zips.append(digest)
            elif name == module and recorded == f"{version}/go.mod":
                gomods.append(digest)
        if not zips and not gomods:
            raise UnprovedError(f"record {record.number} is not of {module}@{version}")
        return Sums(tuple(zips), tuple(gomods), message)

    async def _merge_in_memory(self, note: bytes) -> tuple[Tree, bool]:
        """The note's tree, and whether it is now the newest known."""
        if not note:
            return Tree(0, EMPTY_HASH), False
        head = _Head(parse_tree(open_note(note, self.verifier)), note)
        while True:
            latest = self._latest
            if head.tree.size <= latest.tree.size:
                await self._check_timeline(head, latest)
                return head.tree, False
            await self._check_timeline(latest, head)
            if self._latest is latest:  # else another moved on meanwhile: compare with that
                self._latest = head
                return head.tree, True

    async def _check_timeline(self, older: _Head, newer: _Head) -> None:
        if older.tree == newer.tree:
            return
        root = root_of(await self._hashes(subtrees(older.tree.size), newer.tree)) if older.tree.size else EMPTY_HASH
        if root != older.tree.root:
            raise ForkError(older.note, newer.note, root)

    async def _hashes(self, nodes: list[Node], tree: Tree) -> list[bytes]:
        tiles = tiles_for(nodes, tree.size)
        contents = await asyncio.gather(*(self._tile(tile) for tile in tiles))
        try:
            hashes = proved(nodes, tree, dict(zip(tiles, contents, strict=True)))
        except LogError:
            for tile in tiles:  # asked anew, of the database itself: what was kept may be what is wrong
                self._tiles.pop(tile, None)
                self._doubted.add(tile)
            if self._saved.isdisjoint(tiles):
                raise
            self._saved.difference_update(tiles)
            return await self._hashes(nodes, tree)
        self._doubted.difference_update(tiles)
        for tile, content in zip(tiles, contents, strict=True):
            if tile not in self._saved:
                self._saved.add(tile)
                await self._ops.write_cache(tile.path, content)
        return hashes

    async def _tile(self, tile: Tile) -> bytes:
        if tile in self._tiles:
            self._tiles.move_to_end(tile)
            return self._tiles[tile]
        content: bytes = await self._shared(tile, lambda: self._read_tile(tile))
        self._tiles[tile] = content
        while len(self._tiles) > _TILES_IN_MEMORY:
            self._tiles.popitem(last=False)
        return content

    async def _read_tile(self, tile: Tile) -> bytes:
        for candidate in dict.fromkeys((tile, tile.full)) if tile not in self._doubted else ():
            kept = await self._ops.read_cache(candidate.path)
            if kept is not None and len(kept) == candidate.width * HASH_BYTES:
                self._saved.add(tile)
                return kept[: tile.width * HASH_BYTES]
        try:
            return await self._ops.read_remote(tile.path)
        except RemoteError as error:
            if tile.width == FULL:
                raise
            try:  # a tile that is complete by now is served as such alone
                return (await self._ops.read_remote(tile.full.path))[: tile.width * HASH_BYTES]
            except RemoteError:
                raise error from None

    async def _shared(self, key: object, make: Callable[[], Awaitable[_T]]) -> _T:
        """One call for all who ask at the same time; it goes on when one of them leaves."""
        task = self._flying.get(key)
        if task is None:
            task = self._flying[key] = asyncio.ensure_future(make())
            task.add_done_callback(lambda done: self._landed(key, done))
        result: _T = await asyncio.shield(task)
        return result

    def _landed(self, key: object, task: "asyncio.Task[Any]") -> None:
        self._flying.pop(key, None)
        if not task.cancelled():
            task.exception()  # told to those who wait; nobody need


__all__ = [
    "ForkError",
    "LogError",
    "NoteError",
    "Ops",
    "RemoteError",
    "SumDatabase",
    "Sums",
    "UnprovedError",
]
