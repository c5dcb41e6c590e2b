"""The checksum database, asked the way go asks it: through the first source that offers it, else by itself.

Source: cmd/go/internal/modfetch (sumdb.go: initBase, TryProxies). Nothing is kept; what go has kept is looked at.
"""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gomend.diagnose.asking import Reply, ask, ask_database
from gomend.diagnose.world import World
from gomend.gomod.gosumdb import Database
from gomend.gomod.path import unescape_path, unescape_version
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.proxylist import Answer, EntryKind, ProxyEntry
from gomend.gomod.sumdb import RemoteError, SumDatabase


@dataclass(frozen=True, slots=True)
class Base:
    """Where go asks the database: through `entry`, or at its own address where that is None.

    `handshakes` are what the sources said to `/supported`; `stopped` is the one because of which go gives up.
    """

    entry: ProxyEntry | None
    handshakes: tuple[Reply, ...] = ()
    stopped: Reply | None = None


async def base_of(world: World, database: Database, entries: Sequence[ProxyEntry]) -> Base:
    """Asks the sources whether they stand in for the database, all at once: the question names no module."""
    if database.is_direct:
        return Base(None)
    sources = [entry for entry in entries if entry.kind is not EntryKind.NOPROXY]
    asked = list(itertools.takewhile(lambda entry: entry.kind is EntryKind.URL, sources))
    question = Asked(Kind.SUMDB_SUPPORTED, sumdb=database.name)
    told = await asyncio.gather(*(ask(world, entry, question) for entry in asked))
    failed: Reply | None = None
    for at, (entry, reply) in enumerate(zip(asked, told, strict=True), start=1):
        if reply.answer is Answer.FOUND:
            return Base(entry, tuple(told[:at]))
        if reply.answer is Answer.FAILED:
            failed = reply
            if not entry.falls_back_on_error:
                return Base(None, tuple(told[:at]), failed)
    goes_on = len(asked) < len(sources)  # direct or off, after which the database is asked by itself
    return Base(None, tuple(told), None if goes_on else failed)


@dataclass(slots=True)
class Reading:
    """What SumDatabase needs of the world; remembers every answer in `replies`."""

    world: World
    database: Database
    base: Base
    replies: list[Reply] = field(default_factory=list)

    async def read_remote(self, path: str) -> bytes:
        """Raises RemoteError."""
        asked = self._asked(path)
        if self.base.entry is not None:
            reply = await ask(self.world, self.base.entry, asked)
        else:
            reply = await ask_database(self.world, self.database.url, asked)
        self.replies.append(reply)
        if reply.code is not None:
            raise RemoteError(reply.words, reply.status)
        return reply.body

    def _asked(self, path: str) -> Asked:
        if not path.startswith("lookup/"):
            return Asked(Kind.SUMDB_TILE, sumdb=self.database.name, tile=path)
        module, _, version = path.removeprefix("lookup/").rpartition("@")
        return Asked(Kind.SUMDB_LOOKUP, unescape_path(module), unescape_version(version), self.database.name)

    async def read_cache(self, _: str) -> bytes | None:
        """The network is what is looked at."""
        return None

    async def write_cache(self, _: str, __: bytes) -> None:
        """Nothing is kept."""

    async def read_latest(self) -> bytes:
        """The tree that go knows to be signed: a database that contradicts it is caught."""
        gopath = self.world.settings.get("GOPATH").split(":")[0]
        file = Path(gopath, "pkg", "sumdb", self.database.name, "latest")
        try:
            return await asyncio.to_thread(file.read_bytes) if gopath else b""
        except OSError:
            return b""

    async def replace_latest(self, _: bytes, __: bytes) -> bool:
        """Nothing is kept."""
        return True

    def opened(self) -> SumDatabase:
        """The client that believes only what is proved."""
        return SumDatabase(self.database.verifier, self)
