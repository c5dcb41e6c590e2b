"""One host's name, asked of every resolver that may hear it, and looked up as go does it."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gomend.causes import Code
from gomend.diagnose.names.privacy import PUBLIC_HOSTS, Privacy, any_private, privacy_of
from gomend.diagnose.world import World
from gomend.net.dns.asking import Asker
from gomend.net.dns.lookup import Looked, look_up
from gomend.net.dns.reply import Reply
from gomend.net.dns.server import Server
from gomend.net.faults import in_words
from gomend.net.forward import CGIError
from gomend.net.handshake import Shaken, Shaker
from gomend.net.timing import Limits

_TRIES = 3
_ENOUGH_SILENCE = 2  # questions after which one that never answered is asked no more: each costs seconds
_MOST_QUESTIONS = 1 << 20
_MOST_ADDRESSES = 4  # of one host that are connected to


class Whose(StrEnum):
    """Whose resolver it is."""

    SYSTEM = "system"  # resolv.conf names it
    PUBLIC = "public"  # one that anybody may ask
    NAMED = "named"  # the user named it


@dataclass(frozen=True, slots=True)
class Row:
    """One resolver: what it said to A and AAAA, None where it was not asked. `place` counts those of resolv.conf."""

    server: Server
    whose: Whose
    place: int = 0
    line: int = 0  # of resolv.conf
    v4: Reply | None = None
    v6: Reply | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses it gave."""
        return tuple(one for reply in (self.v4, self.v6) if reply is not None for one in reply.addresses)

    @property
    def reply(self) -> Reply | None:
        """The more telling of the two replies: one that says what is wrong, unless the other brought addresses."""
        if self.v4 is None or self.v6 is None:
            return self.v4 or self.v6
        if self.v4.addresses or (self.v4.code is not None and not self.v6.addresses):
            return self.v4
        return self.v6

    @property
    def is_dead(self) -> bool:
        """Whether it is of no use: silent, closed, failing, or answering only where go never asks."""
        reply = self.reply
        return reply is not None and (not reply.is_answer or bool(reply.without_edns))


@dataclass(frozen=True, slots=True)
class Seen:
    """A host's name as it was seen. `through` is the forward proxy that looks it up in go's place, empty for none."""

    host: str
    privacy: Privacy | None
    rows: tuple[Row, ...]
    looked: Looked
    through: str = ""
    shaken: tuple[Shaken, ...] = ()  # addresses that were connected to, to see whose certificate is there
    steps: tuple[Reply, ...] = ()  # the servers from the root down, where that was asked for

    @property
    def system(self) -> tuple[Row, ...]:
        """The rows of resolv.conf's resolvers, in their order."""
        return tuple(row for row in self.rows if row.whose is Whose.SYSTEM)

    @property
    def others(self) -> tuple[Row, ...]:
        """The rows of all other resolvers that were asked."""
        return tuple(row for row in self.rows if row.whose is not Whose.SYSTEM and row.reply is not None)


class Names:
    """Asks about names; the same question is put to a resolver once."""

    def __init__(self, world: World, *, seconds: float = 2.0, connect: float = 3.0, port: int = 443) -> None:
        """Limits in seconds: for a resolver's answer, and for each step of connecting to `port` of an address."""
        self._world = world
        self._port = port
        self._asker = Asker(
            world.clock,
            lambda: world.tls,
            lambda: world.client,
            seconds,
            edns="netedns0=0" not in world.environment.get("GODEBUG", "").split(","),
        )
        limits = Limits(connect=connect, tls=connect, first_byte=connect, stall=connect)
        self.shaker = Shaker(lambda: world.tls, world.clock, world.now, limits)
        self._asked: dict[tuple[Server, str, str], asyncio.Future[Reply]] = {}
        self._mute: Counter[Server] = Counter()  # questions in vain to one that never answered; far below 0 for others

    async def ask(self, server: Server, name: str, kind: str) -> Reply:
        """The reply to a question, from memory where it was asked before."""
        key = (server, name.lower().removesuffix("."), kind)
        if key not in self._asked:
            if self._mute[server] >= _ENOUGH_SILENCE:
                return Reply(server, key[1], kind, 0.0, tries=_TRIES, code=Code.DNS_TIMEOUT, words="i/o timeout")
            self._asked[key] = asyncio.ensure_future(self._asker.ask(server, key[1], kind, tries=_TRIES))
        reply = await asyncio.shield(self._asked[key])
        self._mute[server] += 1 if reply.is_silent else -_MOST_QUESTIONS
        return reply

    async def refer(self, server: Server, name: str) -> Reply:
        """What a name server says of a name by itself, without asking others (RD is not set)."""
        return await self._asker.ask(server, name, "A", tries=2, recursive=False)

    async def look_up(self, host: str) -> Looked:
        """What go gets for the name."""
        return await look_up(host, self._world.machine, self.ask, libc, self._world.clock)

    async def see(self, host: str, named: Sequence[Server] = (), *, compare: bool = True) -> Seen:
        """The name at this machine's resolvers and those `named`; `compare`: a public one at public resolvers, too."""
        machine = self._world.machine
        privacy = privacy_of(host, self._world.settings)
        rows = [
            Row(server, Whose.SYSTEM, place, machine.conf.servers[place - 1].line)
            for place, server in enumerate(machine.servers(), start=1)
        ]
        own, looked = await asyncio.gather(self._filled(rows, host), self.look_up(host))
        if privacy is None and host.lower() not in PUBLIC_HOSTS:
            found = [*looked.addresses, *(one for row in own for one in row.addresses)]
            privacy = Privacy.ADDRESS if any_private(found) else None
        wanted = [Row(server, Whose.NAMED) for server in named]
        public = [Row(one, Whose.PUBLIC) for one in self._world.public_resolvers if one not in named] if compare else []
        if privacy is None:
            others = await self._filled([*wanted, *public], host)
        else:
            others = [*await self._filled(wanted, host), *public]
        seen = Seen(host, privacy, (*own, *others), looked, self._through(host))
        return replace(seen, shaken=await self._shaken(seen)) if differs(seen) and not seen.through else seen

    def _through(self, host: str) -> str:
        try:
            proxy = self._world.forward.for_url(f"https://{host}/")
        except CGIError:
            return ""
        return proxy.shown if proxy is not None else ""

    async def _filled(self, rows: Iterable[Row], host: str) -> list[Row]:
        async def fill(row: Row) -> Row:
            v4, v6 = await asyncio.gather(*(self.ask(row.server, host, kind) for kind in ("A", "AAAA")))
            return replace(row, v4=v4, v6=v6)

        return list(await asyncio.gather(*map(fill, rows)))

    async def _shaken(self, seen: Seen) -> tuple[Shaken, ...]:
        theirs = [one for row in seen.others for one in row.addresses if one not in seen.looked.addresses]
        addresses = [*seen.looked.addresses[:_MOST_ADDRESSES], *dict.fromkeys(theirs)][: 2 * _MOST_ADDRESSES]
        return tuple(await asyncio.gather(*(self.shaker.shake(seen.host, self._port, one) for one in addresses)))


def differs(seen: Seen) -> bool:
    """Whether some resolver that was asked outside gives addresses of which go gets none."""
    ours = set(seen.looked.addresses)
    return bool(ours) and any(row.addresses and not ours & set(row.addresses) for row in seen.others)


async def libc(name: str) -> tuple[tuple[str, ...], Code | None, str]:
    """The addresses that the C library gives for a name, else the code and the words of what it says."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        code, words = in_words(error)
        return (), code, words
    return tuple(dict.fromkeys(str(one[4][0]) for one in found)), None, ""
