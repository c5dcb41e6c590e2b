"""Puts the parts of a server together. Everything heavy is imported from here."""

import asyncio
import os
import random
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from time import monotonic, time
from urllib.parse import urlsplit

from gomend.gomod.gosumdb import Database, is_exempt
from gomend.gomod.proxylist import EntryKind
from gomend.gomod.sumdb import SumDatabase
from gomend.net.addressfilter import AddressFilter
from gomend.net.client import Client, Limits
from gomend.net.dial import Dialer
from gomend.net.exchange import Exchange
from gomend.net.forward import ForwardProxies
from gomend.net.roots import client_context
from gomend.net.unseen import Unseen
from gomend.server.apart import without_credentials
from gomend.server.egress import Egress
from gomend.server.permitted import filter_of
from gomend.server.plan import Upstream as Sources
from gomend.server.repositories import ByPrivacy, direct
from gomend.sources.base import Source
from gomend.sources.cached import Cached, Freshness
from gomend.sources.chain import Chain
from gomend.sources.credentials.access import Credentials, access_of
from gomend.sources.credentials.byhost import ByHost, HostAccess, HostEntry
from gomend.sources.credentials.githubapp import GitHubApps
from gomend.sources.credentials.opening import credentials_of
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.git import Git
from gomend.sources.direct.hg import Hg
from gomend.sources.direct.turns import Turns
from gomend.sources.direct.watch import Watch
from gomend.sources.entry import HttpEntry, http_entry
from gomend.sources.folder import Folder
from gomend.sources.health import Health
from gomend.sources.marked import Marked
from gomend.sources.policy import Budget, Policy
from gomend.sources.purges import Purges
from gomend.sources.retrying import Retrying, World
from gomend.sources.sumdb import DatabaseAtSources, checked_lookup
from gomend.sources.upstream import Access, Upstream
from gomend.sources.verified import Failure, Verified
from gomend.sources.wellformed import WellFormed
from gomend.storage.base import Store

_STALE = 600.0  # seconds for which an old answer is given while it is refreshed
_HOSTS_AT_ONCE = 4  # that git programs talk to, if each has as many as it may


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a server was told: its sources, go's settings, the longest wait for a source's answer in seconds."""

    sources: Sources
    database: Database | None  # that modules are compared with
    go: Mapping[str, str]
    environment: Mapping[str, str]
    seconds: float
    instance: str
    is_alone: bool  # nobody asks but who is at this machine
    fresh: float = 60  # seconds for which an answer that may change is good
    allow_hosts: str = ""  # patterns of hosts that `direct` may reach at addresses that are not public
    per_host: int = 256  # requests to one host at a time
    clones: int = 4  # git programs that talk to one host at a time
    clone_size: int | None = None  # bytes on the disk that one clone of a repository may take
    clones_size: int | None = None  # bytes that all of them may take together
    credentials: tuple[HostEntry, ...] = ()
    databases: tuple[Database, ...] = ()  # that are handed on beside it


@dataclass(frozen=True, slots=True)
class Listed:
    """A module proxy of the list, and what is remembered of its host."""

    host: str
    health: Health
    source: Source


class House:
    """The sources of a server, over one store. Made and closed inside a running event loop.

    `asked` is handed each request to a source when it starts, `failed` hears of files that did not pass their check,
    `purges` tell of what was purged elsewhere, `watch` hears of what is done for modules from repositories. `tls` has
    whom go trusts (`client_context`), where it is shared with others: it takes 20 ms to make.
    """

    def __init__(
        self,
        wishes: Wishes,
        store: Store,
        *,
        asked: Callable[[Exchange], None],
        failed: Callable[[Failure], None],
        watch: Watch,
        purges: Purges | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.store = store
        self._tls = tls or client_context(wishes.environment)
        self.purges = purges or Purges()
        self._limits = Limits(first_byte=wishes.seconds, stall=min(wishes.seconds, Limits().stall))
        # Half of the time is for trying again, so that what went wrong is told, and not that the time is over.
        self._policy = Policy(patient=1, patience=wishes.seconds / 2)
        self._budget = Budget(self._policy)
        self._world = World(monotonic, lambda: datetime.now(UTC), asyncio.sleep, random.random)
        self._asked = asked
        self._watch = watch
        self._wishes = wishes
        self._client = self._made_client(None)
        self._credentials = self._made_credentials(self._client)
        of_app = GitHubApps(self._client, self._limits, self._world.today).token
        self._by_host = ByHost(wishes.credentials, wishes.environment, self._world.today, of_app)
        self._for_others: Client | None = None
        self._credentials_for_others: Credentials | None = None
        self._egress: Egress | None = None
        self._healths: dict[str, Health] = {}
        via = f"gomend/{wishes.instance}"
        raw: dict[int, Source] = {}
        self.entries = wishes.sources.entries
        self.listed: dict[int, Listed] = {}  # by their places among the entries
        for index, entry in enumerate(wishes.sources.entries):
            address = http_entry(entry) if entry.kind is EntryKind.URL else None
            if address is not None:
                host = urlsplit(address.base).netloc
                raw[index] = source = Marked(self._listed(address, index), {"Via": via})
                self.listed[index] = Listed(host, self._healths[host], source)
            elif entry.directory is not None:
                raw[index] = Folder(Path(os.fsdecode(entry.directory)))
        self.clones = Clones(store.scratch / "clones", wishes.clone_size, wishes.clones_size)
        self.clones.start()
        checked: dict[int, Source] = {index: WellFormed(source) for index, source in raw.items()}
        from_repositories = WellFormed(self._direct())
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
        self.databases = {
            database.name: self._opened(database, raw, via)
            for database in (wishes.database, *wishes.databases)
            if database is not None
        }
        lookup = partial(checked_lookup, *self.databases[wishes.database.name]) if wishes.database is not None else None
        # The modules that the database may not hear of.
        self.is_exempt = partial(is_exempt, gonosumdb=wishes.go.get("GONOSUMDB", ""))
        verified = Verified(
            chain,
            lookup,
            self.is_exempt,
            store.scratch,
            failed,
        )
        freshness = Freshness(wishes.fresh, max(wishes.fresh, _STALE))
        self.files = Cached(verified, store, freshness, monotonic, time, purges=self.purges)

    async def close(self, seconds: float) -> None:
        """Give fetches under way so long to end, then release everything, the store too."""
        await self.files.close(seconds)
        if self._egress is not None:
            await self._egress.close()
        for credentials in (self._credentials, self._credentials_for_others):
            if credentials is not None:
                await credentials.close()
        for client in (self._client, self._for_others):
            if client is not None:
                await client.close()
        await self.clones.ready()
        await self.store.close()

    @property
    def waiting_for_repositories(self) -> int:
        """How many git programs wait for their turn."""
        return self._turns.waiting

    def breakers(self) -> dict[str, float]:
        """For each source's host: 1 where it is taken for dead and asked now and then alone, 0.5 where it could not be
        connected to a moment ago, else 0.
        """
        now = monotonic()
        return {
            host: 1 if health.is_dead(now) else 0.5 if health.is_suspect() else 0
            for host, health in self._healths.items()
        }

    def _made_client(self, permitted: AddressFilter | None) -> Client:
        return Client(
            tls=self._tls,
            clock=monotonic,
            record=self._asked,
            proxy_for=ForwardProxies(self._wishes.environment).for_url,
            connections_per_host=self._wishes.per_host,
            permitted=permitted,
        )

    def _made_credentials(self, client: Client) -> Credentials:
        return credentials_of(self._wishes.go.get("GOAUTH", "netrc"), self._wishes.environment, "/", client)

    def _asked_at(
        self, address: HttpEntry, index: int, client: Client, credentials: Credentials | None, health: Health
    ) -> Source:
        """A module proxy; without `credentials` it is asked as anybody would."""
        access: Access | None = access_of(address, credentials) if credentials is not None else None
        if access is not None and access.user is None:
            access = HostAccess(self._by_host, access)
        return Retrying(
            Upstream(client, address.url, index, access),
            policy=self._policy,
            limits=self._limits,
            budget=self._budget,
            health=health,
            world=self._world,
        )

    def _listed(self, address: HttpEntry, index: int) -> Source:
        """A source that who runs the server has named."""
        health = self._healths.setdefault(urlsplit(address.base).netloc, Health())
        return self._asked_at(address, index, self._client, self._credentials, health)

    def _direct(self) -> Source:
        """Repositories. Where others say which, none is reached at an address of this network that was not named, and
        only private modules are asked for with credentials: whoever may name any other could have it made from any
        repository that the server may read.
        """
        wishes = self._wishes
        self._turns = Turns(wishes.clones, wishes.clones * _HOSTS_AT_ONCE)
        git = Git("git", wishes.environment, turns=self._turns, watch=self._watch)
        hg = Hg("hg", wishes.environment, turns=self._turns, watch=self._watch)
        if wishes.is_alone:
            git = replace(git, by_host=self._by_host)
            return self._repositories(git, hg, self._client, self._credentials, self.clones)
        private = wishes.go.get("GOPRIVATE", "")
        permitted = filter_of(wishes.allow_hosts, private)
        client = self._for_others = self._made_client(permitted)
        credentials = self._credentials_for_others = self._made_credentials(client)
        for_proxies = cache(partial(client_context, wishes.environment))  # that are asked over TLS: they are few
        dialer = Dialer(for_proxies, monotonic, self._limits, permitted=permitted, unseen=Unseen(permitted))
        egress = self._egress = Egress(dialer, wishes.environment, self._policy, self._world, self._asked)

        def tools(environment: Mapping[str, str]) -> tuple[Git, Hg]:
            return (
                replace(git, environment=egress.variables(environment), settings=egress.settings, way=egress),
                replace(
                    hg,
                    environment=egress.of_hg(environment),
                    settings=egress.settings_of_hg(environment),
                    way=egress,
                ),
            )

        own_git, own_hg = tools(wishes.environment)
        own_git = replace(own_git, by_host=self._by_host)
        return ByPrivacy(
            private,
            self._repositories(own_git, own_hg, client, credentials, self.clones),
            self._repositories(
                *tools(without_credentials(wishes.environment)), client, None, self.clones.apart("open-")
            ),
        )

    def _repositories(
        self, git: Git, hg: Hg, client: Client, credentials: Credentials | None, clones: Clones
    ) -> Source:
        def proxy(base: str) -> Source:
            address = HttpEntry(base.rstrip("/"), "", None, None, base)
            return self._asked_at(address, -1, client, credentials, Health())  # no source of the list: not remembered

        return direct(
            client,
            credentials or credentials_of("off", {}, "/", client),
            self._limits,
            go=self._wishes.go,
            git=git,
            hg=hg,
            clones=clones,
            scratch=self.store.scratch,
            proxy=proxy,
        )

    def _opened(
        self, database: Database, sources: Mapping[int, Source], via: str
    ) -> tuple[SumDatabase, DatabaseAtSources]:
        itself = Marked(self._listed(HttpEntry(database.url, "", None, None, database.url), -1), {"Via": via})
        wishes = self._wishes
        ops = DatabaseAtSources(
            database, wishes.sources.entries, sources, itself, self.store, seconds=wishes.seconds, clock=monotonic
        )
        return SumDatabase(database.verifier, ops), ops
