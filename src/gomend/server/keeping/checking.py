"""Is each file of a store what it should be? Compared with the checksum database's record, as far as that was kept.

Nothing is asked of anybody: the database's lookups and tiles that lie in the store are proved once more, and count.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from gomend.errors import GomendError
from gomend.gomod.gomodfile import ModFileErrors, parse_gomod
from gomend.gomod.gosumdb import Database
from gomend.gomod.modzip import check_zip, hash_gomod, hash_zip, open_zip
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.sumdb import RemoteError, SumDatabase, Sums
from gomend.gomod.tlog import parse_tile
from gomend.gomod.version import is_incompatible
from gomend.server.keeping.contents import Held, contents
from gomend.sources.base import Answer, Request
from gomend.sources.keys import QUERIES
from gomend.sources.refused import BadAnswerError
from gomend.sources.sumdb import DatabaseAtSources
from gomend.sources.wellformed import checked
from gomend.sources.whole import Whole
from gomend.storage.base import OWN, Blob, Store, StoreError
from gomend.storage.disk import open_quietly
from gomend.storage.scratch import new_file, write_blob

_AT_ONCE = 8


class Kinds(StrEnum):
    """What may be wrong with a stored file."""

    MISMATCH = "mismatch"  # other bytes than those on record
    MALFORMED = "malformed"  # nothing that go would take
    DIFFERS = "differs"  # a .mod, of which no hash was kept, that is not the go.mod of its zip
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not what it should be."""

    key: str
    kind: Kinds
    words: str


@dataclass(slots=True)
class Checked:
    """What a check came to."""

    files: int = 0
    bytes: int = 0
    recorded: int = 0  # zips and go.mod files that agree with a hash on record
    by_rules: int = 0  # zips and go.mod files of which no hash was kept: only their form was looked at
    foreign: int = 0  # files that are none of a store's
    damage: list[Damage] = field(default_factory=list)


class _DamagedError(Exception):
    """A file's damage, on its way out."""

    def __init__(self, kind: Kinds, words: str) -> None:
        self.kind = kind
        self.words = words


async def check(store: Store, database: Database | None, told: Callable[[int, int], None] | None = None) -> Checked:
    """Check all files; `told` hears how many of how many are done. Raises StoreError where they cannot be listed."""
    held = await contents(store)
    result = Checked(len(held), sum(one.size for one in held))
    work = _Check(store, database, result)
    room = asyncio.Semaphore(_AT_ONCE)
    done = 0

    async def one(file: Held) -> None:
        nonlocal done
        async with room:
            await work.look_at(file)
        done += 1
        if told is not None:
            told(done, len(held))

    await asyncio.gather(*map(one, held))
    by_key = {damage.key: damage for damage in reversed(result.damage)}
    result.damage = [by_key[key] for key in sorted(by_key)]
    return result


async def remove(store: Store, damage: Sequence[Damage]) -> int:
    """Remove damaged files, so that they are fetched again; how many went. Raises StoreError."""
    gone = 0
    for one in damage:
        if one.kind is not Kinds.UNREADABLE:
            gone += await store.delete(one.key)
    return gone


class _Check:
    def __init__(self, store: Store, database: Database | None, result: Checked) -> None:
        self._store = store
        self._result = result
        self._database = SumDatabase(database.verifier, _Kept(store, database)) if database is not None else None

    async def look_at(self, file: Held) -> None:
        if file.asked is None or (file.key.startswith(OWN) and not file.key.startswith(QUERIES)):
            self._result.foreign += not file.key.startswith(OWN)
            return
        try:
            blob = await self._store.open(file.key)
            if blob is not None:  # else it went meanwhile
                await self._judge(file, file.asked, blob)
        except _DamagedError as refused:
            self._result.damage.append(Damage(file.key, refused.kind, refused.words))
        except StoreError as error:
            self._result.damage.append(Damage(file.key, Kinds.UNREADABLE, error.words))
        except (GomendError, ValueError) as error:
            self._result.damage.append(Damage(file.key, Kinds.MALFORMED, str(error).partition("\n")[0]))

    async def _judge(self, file: Held, asked: Asked, blob: Blob) -> None:
        match asked.kind:
            case Kind.ZIP:
                await self._zip(file, asked, blob)
            case Kind.SUMDB_LOOKUP:
                await self._sums(asked)
            case Kind.SUMDB_TILE:
                if blob.stat.size != parse_tile(asked.tile).width * 32:
                    raise _DamagedError(Kinds.MALFORMED, f"{blob.stat.size} bytes")
            case Kind.SUMDB_LATEST | Kind.SUMDB_SUPPORTED:
                pass
            case _:
                body = await _whole(blob)
                try:
                    checked(asked, body)
                except BadAnswerError as error:
                    raise _DamagedError(Kinds.MALFORMED, error.words) from error
                if asked.kind is Kind.MOD:
                    await self._mod(asked, body)

    async def _mod(self, asked: Asked, body: bytes) -> None:
        try:
            parse_gomod(body, lax=True)
            broken = ""
        except ModFileErrors as error:
            broken = str(error).partition("\n")[0]
        sums = await self._sums(asked)
        if not self._agrees(sums.gomods if sums is not None else (), hash_gomod(body)) and broken:
            raise _DamagedError(Kinds.MALFORMED, broken)

    async def _zip(self, file: Held, asked: Asked, blob: Blob) -> None:
        sums = await self._sums(asked)
        hashes = sums.zips if sums is not None else await self._ziphash(file)
        async with _on_disk(self._store, blob) as path:
            digest = await asyncio.to_thread(_hashed, path)
            if not self._agrees(hashes, digest):
                await asyncio.to_thread(_checked_zip, path, asked)
            await self._beside(file, asked, path, sums)

    async def _beside(self, file: Held, asked: Asked, path: Path, sums: Sums | None) -> None:
        """Compare the .mod that lies beside a zip, if there is one, with what go would make of the zip's go.mod."""
        key = f"{file.key.removesuffix('zip')}mod"
        with suppress(StoreError):  # told where the file itself is looked at
            blob = await self._store.open(key)
            body = await _whole(blob) if blob is not None else None
            if body is None or (sums is not None and hash_gomod(body) in sums.gomods):
                return
            wanted = await asyncio.to_thread(_gomods, path, asked)
            if body not in wanted:
                words = f"stored: {hash_gomod(body)}, by the zip: {hash_gomod(wanted[0])}"
                self._result.damage.append(Damage(key, Kinds.DIFFERS, words))

    def _agrees(self, hashes: Sequence[str], digest: str) -> bool:
        """Whether a hash stands on record; none at all is counted. Raises _DamagedError for another one."""
        if not hashes:
            self._result.by_rules += 1
            return False
        if digest not in hashes:
            raise _DamagedError(Kinds.MISMATCH, f"stored: {digest}, on record: {hashes[0]}")
        self._result.recorded += 1
        return True

    async def _ziphash(self, file: Held) -> Sequence[str]:
        """The hash that lies beside a zip, as in a module cache; servers write none."""
        beside = await self._store.open(f"{file.key}hash")
        return () if beside is None else ((await _whole(beside)).decode("ascii", "replace").strip(),)

    async def _sums(self, asked: Asked) -> Sums | None:
        """What was kept of the record of a version; None for nothing. Raises as `SumDatabase.lookup`."""
        if self._database is None or (asked.sumdb and asked.sumdb != self._database.verifier.name):
            return None
        with suppress(RemoteError):  # not kept, or not all of what proves it
            return await self._database.lookup(asked.module, asked.version)
        return None


class _Kept:
    """`Ops` of a database of which only what a store holds is to be had, and where nothing is written."""

    def __init__(self, store: Store, database: Database) -> None:
        self._kept = DatabaseAtSources(database, (), {}, _Nobody(), store, clock=monotonic, seconds=1)

    async def read_remote(self, path: str) -> bytes:
        """As of Ops."""
        raise RemoteError(f"{path} was not kept")

    async def read_cache(self, path: str) -> bytes | None:
        """As of Ops."""
        return await self._kept.read_cache(path)

    async def write_cache(self, path: str, data: bytes) -> None:
        """As of Ops."""

    async def read_latest(self) -> bytes:
        """As of Ops."""
        return await self._kept.read_latest()

    async def replace_latest(self, old: bytes, new: bytes) -> bool:
        """As of Ops."""
        del old, new
        return True


class _Nobody:
    """A source that is not asked."""

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`."""
        raise RemoteError(f"{request.path} was not kept")
        yield Whole(404, b"")


def _read(path: Path) -> BinaryIO:
    """Looking at a file is no use of it."""
    return open(path, "rb", opener=open_quietly)


def _hashed(path: Path) -> str:
    with _read(path) as file:
        return hash_zip(file)


def _checked_zip(path: Path, asked: Asked) -> None:
    with _read(path) as file:
        check_zip(file, asked.module, asked.version)


def _gomods(path: Path, asked: Asked) -> list[bytes]:
    """What a source may give as .mod of a zip: its go.mod; without one, a line that go makes from the module's path.

    Source: go.dev/ref/mod#goproxy-protocol ($module/@v/$version.mod). Before go 1.13 a version with +incompatible could
    have a go.mod, which did not count.
    """
    made = f"module {asked.module}\n".encode()
    with _read(path) as file:
        archive = open_zip(file)
        name = f"{asked.module}@{asked.version}/go.mod"
        found = [b"".join(archive.content(entry)) for entry in archive.entries if entry.name == name]
    return [*found[-1:], made] if not found or is_incompatible(asked.version) else found[-1:]


async def _whole(blob: Blob) -> bytes:
    return b"".join([piece async for piece in blob.chunks()])


@asynccontextmanager
async def _on_disk(store: Store, blob: Blob) -> AsyncIterator[Path]:
    """A file on this disk with the bytes of a stored one."""
    if blob.path is not None:
        yield blob.path
        return
    handle, path = new_file(store.scratch, blob.stat.size)
    try:
        await write_blob(handle, blob)
        yield path
    finally:
        os.close(handle)
        path.unlink(missing_ok=True)
