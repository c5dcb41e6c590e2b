"""A checksum database as the server asks it: through the source that supports it, else directly, all in one store.

Source of the route: cmd/go/internal/modfetch (sumdb.go: initBase).
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from gomend.causes import Code
from gomend.gomod.gosumdb import Database
from gomend.gomod.note import NoteError, open_note
from gomend.gomod.path import wire_form
from gomend.gomod.protocol import answer_of
from gomend.gomod.proxylist import Answer as Outcome
from gomend.gomod.proxylist import EntryKind, ProxyEntry, next_entry
from gomend.gomod.sumdb import ForkError, RemoteError, SumDatabase, Sums, UnprovedError
from gomend.gomod.tlog import LogError, parse_tree
from gomend.net.faults import WireError
from gomend.sources.base import Request, Source
from gomend.sources.refused import BadAnswerError, CheckError
from gomend.sources.retrying import GaveUpError
from gomend.sources.whole import read_whole
from gomend.storage.base import OWN, Store, StoreError

_MOST = 1 << 20
_REMEMBERED = 600.0  # seconds for which the way that was found is taken again


class DatabaseAtSources:
    """`Ops` of a SumDatabase. `direct` asks the database itself, an answer is waited for `seconds` of `clock`."""

    def __init__(
        self,
        database: Database,
        entries: Sequence[ProxyEntry],
        sources: Mapping[int, Source],
        direct: Source,
        store: Store,
        *,
        seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._entries = [] if database.is_direct else entries
        self._sources = sources
        self._direct = direct
        self._store = store
        self._seconds = seconds
        self._clock = clock
        self._way: tuple[Source, str, str] | None = None
        self._found = 0.0

    async def read_remote(self, path: str) -> bytes:
        """As of Ops."""
        if self._way is None or self._clock() - self._found > _REMEMBERED:
            self._way = await self._find_way()
            self._found = self._clock()
        source, front, shown = self._way
        status, body = await self._asked(source, front + wire_form(path), shown)
        if status != 200:
            raise RemoteError(f"reading {shown}/{front}{path}: {status}", status)
        return body

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Raises what a SumDatabase raises as CheckError, with the source that it was asked through."""
        try:
            yield
        except RemoteError as error:
            code = Code.CHECKSUM_SUMDB_NOT_FOUND if error.not_found else Code.CHECKSUM_SUMDB_UNREACHABLE
            raise CheckError(code, error.words) from error
        except (ForkError, NoteError, LogError, UnprovedError) as error:
            words = error.report if isinstance(error, ForkError) else str(error)
            through = f"{self._database.name} through {self._way[2]}" if self._way else self._database.name
            raise CheckError(Code.CHECKSUM_SUMDB_UNTRUSTED, f"{through}: {words}") from error

    async def read_cache(self, path: str) -> bytes | None:
        """As of Ops. A store that fails costs another request, no more."""
        with suppress(StoreError):
            blob = await self._store.open(self.key(path))
            if blob is not None:
                return b"".join([piece async for piece in blob.chunks()])
        return None

    async def write_cache(self, path: str, data: bytes) -> None:
        """As of Ops."""
        with suppress(StoreError):
            await self._store.replace(self.key(path), data)

    def key(self, path: str) -> str:
        """Where a file of the database is stored: where a proxy's client asks it."""
        return f"sumdb/{self._database.name}/{path}"

    async def read_latest(self) -> bytes:
        """As of Ops: the largest of the trees that were ever kept, so that no process can roll another back.

        One that is damaged is passed over.
        """
        found: list[str] = []
        try:
            async for entry in self._store.list(self._latest("")):
                found.append(entry.key)  # noqa: PERF401  (an asynchronous comprehension hides what raises)
            for key in sorted(found, reverse=True):
                blob = await self._store.open(key)
                note = b"".join([piece async for piece in blob.chunks()]) if blob is not None else b""
                if _size(note, self._database):
                    return note
            return b""
        except StoreError as error:
            raise RemoteError(f"the tree that was kept cannot be read: {error.words}") from error

    async def replace_latest(self, old: bytes, new: bytes) -> bool:
        """As of Ops. Each tree has a name of its own, by its size; only smaller ones are removed."""
        name = self._latest(f"{_size(new, self._database):020d}")
        try:
            await self._store.replace(name, new)
            if old:
                await self._store.delete(self._latest(f"{_size(old, self._database):020d}"))
        except StoreError:
            return True  # kept in memory; the store's fault is told by whoever needs it
        return True

    def _latest(self, size: str) -> str:
        return f"{OWN}sumdb/{self._database.name}/latest/{size}"

    async def _find_way(self) -> tuple[Source, str, str]:
        """Whom to ask, what stands before the paths there, and how that source is shown."""
        index: int | None = 0 if self._entries else None
        failed: RemoteError | None = None
        while index is not None:
            entry = self._entries[index]
            if entry.kind in (EntryKind.DIRECT, EntryKind.OFF):
                break
            outcome = Outcome.NOT_EXIST
            if entry.kind is EntryKind.URL and index in self._sources:
                try:
                    supported = f"sumdb/{self._database.name}/supported"
                    status, _ = await self._asked(self._sources[index], supported, entry.redacted)
                    outcome = answer_of(status)
                except RemoteError as error:
                    outcome, failed = Outcome.FAILED, error
                else:
                    if outcome is Outcome.FOUND:
                        return self._sources[index], f"sumdb/{self._database.name}/", entry.redacted
                    if outcome is Outcome.FAILED:
                        failed = RemoteError(f"reading {entry.redacted}/{supported}: {status}", status)
            following = next_entry(self._entries, index, outcome)
            if following is None and outcome is Outcome.FAILED:
                raise failed or RemoteError("no source answered")
            index = following
        if index is None and failed is not None:
            raise failed  # as go: with `a|b`, an error goes before the other's 404
        return self._direct, "", self._database.url

    async def _asked(self, source: Source, path: str, shown: str) -> tuple[int, bytes]:
        """Status and body. Raises RemoteError."""
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit, source.get(Request(path, "sumdb")) as answer:
                return answer.status, await read_whole(answer, _MOST) if answer.status == 200 else b""
        except TimeoutError as error:
            if not limit.expired():
                raise
            words = f"no answer within {self._seconds:g} s"
            raise RemoteError(f"reading {shown}/{path}: {words}") from error
        except (GaveUpError, WireError, BadAnswerError) as error:
            fault = error.last if isinstance(error, GaveUpError) else error
            raise RemoteError(f"reading {shown}/{path}: {fault.words}") from error


async def checked_lookup(database: SumDatabase, ops: DatabaseAtSources, module: str, version: str) -> Sums:
    """The hashes of a module version. Raises CheckError."""
    with ops.faults():
        return await database.lookup(module, version)


def _size(note: bytes, database: Database) -> int:
    try:
        return parse_tree(open_note(note, database.verifier)).size
    except (NoteError, LogError):
        return 0
