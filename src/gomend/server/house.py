"""Puts the parts of a server together. Everything heavy is imported from here."""

import asyncio
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, time
from urllib.parse import urlsplit

from gomend.gomod.gosumdb import Database, is_exempt
from gomend.gomod.proxylist import EntryKind
from gomend.gomod.sumdb import SumDatabase
from gomend.net.client import Client, Limits
from gomend.net.exchange import Exchange
from gomend.net.forward import ForwardProxies
from gomend.net.roots import client_context
from gomend.server.plan import Upstream as Sources
from gomend.server.repositories import direct
from gomend.sources.base import Source
from gomend.sources.cached import Cached, Freshness
from gomend.sources.chain import Chain
from gomend.sources.credentials.access import access_of
from gomend.sources.credentials.opening import credentials_of
from gomend.sources.entry import HttpEntry, http_entry
from gomend.sources.folder import Folder
from gomend.sources.health import Health
from gomend.sources.marked import Marked
from gomend.sources.named import Named
from gomend.sources.policy import Budget, Policy
from gomend.sources.retrying import Retrying, World
from gomend.sources.sumdb import DatabaseAtSources
from gomend.sources.upstream import Upstream
from gomend.sources.verified import Failure, Verified
from gomend.sources.wellformed import WellFormed
from gomend.storage.base import Store

_STALE = 600.0  # seconds for which an old answer is given while it is refreshed
_CONNECTIONS = 256  # to one host: those that a source keeps waiting must not hold up all others


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a server was told: its sources, go's settings, the longest wait for a source's answer in seconds."""

    sources: Sources
    database: Database | None
    go: Mapping[str, str]
    environment: Mapping[str, str]
    seconds: float
    instance: str
    is_alone: bool  # nobody but this machine's user asks
    fresh: float = 60  # seconds for which an answer that may change is good


class House:
    """The sources of a server, over one store. Made and closed inside a running event loop.

    `asked` is handed each request to a source when it starts, `failed` hears of files that did not pass their check.
    """

    def __init__(
        self, wishes: Wishes, store: Store, *, asked: Callable[[Exchange], None], failed: Callable[[Failure], None]
    ) -> None:
        self.store = store
        self._limits = Limits(first_byte=wishes.seconds)
        self._policy = Policy(patient=1, patience=wishes.seconds)
        self._budget = Budget(self._policy)
        self._world = World(monotonic, lambda: datetime.now(UTC), asyncio.sleep, random.random)
        proxies = ForwardProxies(wishes.environment)
        self._client = Client(
            tls=client_context(wishes.environment),
            clock=monotonic,
            record=asked,
            proxy_for=proxies.for_url,
            connections_per_host=_CONNECTIONS,
        )
        self._credentials = credentials_of(wishes.go.get("GOAUTH", "netrc"), wishes.environment, "/", self._client)
        self._healths: dict[str, Health] = {}
        via = f"gomend/{wishes.instance}"
        raw: dict[int, Source] = {}
        for index, entry in enumerate(wishes.sources.entries):
            address = http_entry(entry) if entry.kind is EntryKind.URL else None
            if address is not None:
                raw[index] = Marked(self._asked_at(address, index), {"Via": via})
            elif entry.directory is not None:
                raw[index] = Folder(Path(os.fsdecode(entry.directory)))
        checked: dict[int, Source] = {index: WellFormed(source) for index, source in raw.items()}
        from_repositories = WellFormed(self._direct(wishes))
        checked |= {
            index: from_repositories
            for index, entry in enumerate(wishes.sources.entries)
            if entry.kind in (EntryKind.DIRECT, EntryKind.NOPROXY)
        }
        chain = Chain(
            wishes.sources.entries,
            checked,
            wishes.sources.gonoproxy,
            wishes.seconds,
        )
        self.database: SumDatabase | None = None
        self.ops: DatabaseAtSources | None = None
        if wishes.database is not None:
            itself = Marked(self._direct_to(wishes.database), {"Via": via})
            self.ops = DatabaseAtSources(wishes.database, wishes.sources.entries, raw, itself, store, clock=monotonic)
            self.database = SumDatabase(wishes.database.verifier, self.ops)
        verified = Verified(
            chain,
            self.database.lookup if self.database is not None else None,
            partial(is_exempt, gonosumdb=wishes.go.get("GONOSUMDB", "")),
            store.scratch,
            failed,
        )
        self.files = Cached(verified, store, Freshness(wishes.fresh, max(wishes.fresh, _STALE)), monotonic, time)

    async def close(self, seconds: float) -> None:
        """Give fetches under way so long to end, then release everything, the store too."""
        await self.files.close(seconds)
        await self._credentials.close()
        await self._client.close()
        await self.store.close()

    @property
    def hosts(self) -> int:
        """How many hosts there are to ask."""
        return len(self._healths)

    def unreachable(self) -> dict[str, str]:
        """The hosts of sources that could not be connected to, with the reason."""
        return {host: health.cause.words for host, health in self._healths.items() if health.cause is not None}

    def _asked_at(self, address: HttpEntry, index: int) -> Source:
        return Retrying(
            Upstream(self._client, address.url, index, access_of(address, self._credentials)),
            policy=self._policy,
            limits=self._limits,
            budget=self._budget,
            health=self._healths.setdefault(urlsplit(address.base).netloc, Health()),
            world=self._world,
        )

    def _direct(self, wishes: Wishes) -> Source:
        def proxy(base: str) -> Source:
            return self._asked_at(HttpEntry(base.rstrip("/"), "", None, None, base), -1)

        repositories = direct(
            self._client,
            self._credentials,
            self._limits,
            go=wishes.go,
            environment=wishes.environment,
            scratch=self.store.scratch,
            proxy=proxy,
        )
        return repositories if wishes.is_alone else Named(repositories, wishes.go.get("GOPRIVATE", ""))

    def _direct_to(self, database: Database) -> Source:
        address = HttpEntry(database.url, "", None, None, database.url)
        return self._asked_at(address, -1)
