"""One source of GOPROXY asked for every file of a module version, several times, and for the checksum database."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gomend.causes import Code
from gomend.diagnose.asking import WELL_KNOWN, Reply, ask
from gomend.diagnose.chain import Chain
from gomend.diagnose.probing.spread import Spread, spread
from gomend.diagnose.world import Patience, World
from gomend.gomod.modzip import ModuleZipError, hash_zip
from gomend.gomod.private import matches
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.proxylist import EntryKind, ProxyEntry, parse_proxy_list
from gomend.gomod.publicproxies import known_as, public_proxies
from gomend.gomod.route import database_of
from gomend.gomod.ziparchive import ZipContentError

ENDPOINTS = (Kind.LIST, Kind.LATEST, Kind.INFO, Kind.MOD, Kind.ZIP)
NEEDED = (Kind.INFO, Kind.MOD, Kind.ZIP)
_MOST_ZIP = 64 << 20  # bytes of a zip that are read to hash it
_SMALL = 1 << 16
_SUMS = "sum.golang.org"
PATIENCE = Patience(connect=5, tls=5, first_byte=10, stall=10)  # of somebody who compares, and does not build


@dataclass(frozen=True, slots=True)
class Measured:
    """What one source came to. `told` is the module version it was asked for; empty where it was not asked."""

    entry: ProxyEntry
    told: tuple[str, str] = ("", "")
    replies: Mapping[Kind, Reply] = field(default_factory=dict)
    sums: Reply | None = None  # to the question whether it serves the checksum database
    times: Spread | None = None  # of repeated small questions, in seconds
    h1: str = ""
    rate: float = 0.0  # bytes a second of the zip, 0 where it was too small to tell

    @property
    def is_asked(self) -> bool:
        """Whether it was asked anything."""
        return bool(self.replies)

    @property
    def serves(self) -> bool:
        """Whether all that a version needs came."""
        return all(kind in self.replies and self.replies[kind].code is None for kind in NEEDED)

    @property
    def fault(self) -> Reply | None:
        """The first reply of a needed file that is none."""
        return next((one for kind in NEEDED if (one := self.replies.get(kind)) is not None and one.code), None)

    @property
    def is_dead(self) -> bool:
        """Whether it gave no answer at all."""
        return self.is_asked and all(one.status is None and one.code is not None for one in self.replies.values())


async def measure_chain(
    world: World, entries: Sequence[ProxyEntry], module: str, version: str, times: int, *, named: bool
) -> tuple[Chain, list[Measured]]:
    """Each entry in turn. A module that the user `named` is told to an entry only where go itself would ask it there.

    The others are asked for a module that everybody knows, and so are all where none is named.
    """
    gonoproxy = world.settings.get("GONOPROXY")
    chain = Chain(entries, module, gonoproxy)
    found: list[Measured] = []
    confirmed = not named
    for at, entry in enumerate(entries):
        if entry.kind is not EntryKind.URL:
            found.append(Measured(entry))
            continue
        due = [kind for kind in NEEDED if chain.may_be_told(kind, at)]
        may_know = bool(due) or (confirmed and not matches(gonoproxy, module))
        subject = (module, version) if may_know else WELL_KNOWN
        one = await measure(world, entry, subject, times)
        found.append(one)
        if may_know:
            chain.replies.update({(at, kind): reply for kind, reply in one.replies.items()})
            if one.is_dead:  # what failed for one file fails for the others, too
                chain.replies.update({(at, kind): one.replies[Kind.INFO] for kind in NEEDED})
            known = known_as(entry.url)
            confirmed = confirmed or (one.serves and known is not None and known.is_open)
    return chain, found


async def measure(world: World, entry: ProxyEntry, subject: tuple[str, str], times: int) -> Measured:
    """One source, its endpoints one after the other on kept-alive connections."""
    module, version = subject
    replies: dict[Kind, Reply] = {}
    for kind in (Kind.INFO, Kind.MOD, Kind.LIST, Kind.LATEST):
        replies[kind] = await ask(world, entry, _asked(kind, module, version), _SMALL)
        if replies[kind].status is None and replies[kind].code is not None and entry.directory is None:
            return Measured(entry, subject, replies)  # out of reach: the others would wait as long
    replies[Kind.ZIP] = await ask(world, entry, _asked(Kind.ZIP, module, version), _MOST_ZIP)
    name = database_of(world.settings.get("GOSUMDB")).name or _SUMS
    sums = await ask(world, entry, Asked(Kind.SUMDB_SUPPORTED, sumdb=name), _SMALL)
    seconds = [replies[Kind.INFO].seconds] if times == 1 else []
    for _ in range(times if times > 1 else 0):
        again = await ask(world, entry, _asked(Kind.INFO, module, version), _SMALL)
        if again.code is None:
            seconds.append(again.seconds)
    zipped = replies[Kind.ZIP]
    h1 = await asyncio.to_thread(_hashed, zipped.body) if zipped.code is None else ""
    rate = len(zipped.body) / zipped.seconds if zipped.code is None and len(zipped.body) > _SMALL else 0.0
    lighter = {kind: replace(reply, body=b"") for kind, reply in replies.items()}
    return Measured(entry, subject, lighter, sums, spread(seconds), h1, rate)


def _asked(kind: Kind, module: str, version: str) -> Asked:
    return Asked(kind, module, version if kind in NEEDED else "")


def _hashed(data: bytes) -> str:
    """The h1 of a zip; "" for one that is none, or that was not read whole."""
    try:
        return hash_zip(io.BytesIO(data))
    except (ModuleZipError, ZipContentError, ValueError, EOFError):
        return ""


async def measure_public(world: World, urls: Sequence[str], times: int = 3) -> list[Measured]:
    """Public proxies side by side, asked for a module that everybody knows."""
    patient = replace(world, patience=PATIENCE)

    async def one(url: str) -> Measured:
        (entry,) = parse_proxy_list(url)
        return await measure(patient, entry, WELL_KNOWN, times)

    try:
        return list(await asyncio.gather(*map(one, urls)))
    finally:
        await patient.close()


async def measure_known(world: World, times: int = 3) -> list[Measured]:
    """All public proxies that are known to be open."""
    return await measure_public(world, [one.url for one in public_proxies() if one.is_open], times)


def disagreement(found: Sequence[Measured]) -> tuple[Measured, Measured] | None:
    """Two sources that serve different bytes for one version; None where all agree."""
    hashed = [one for one in found if one.h1]
    for one in hashed:
        for other in hashed:
            if one.told == other.told and one.h1 != other.h1:
                return one, other
    return None


def code_of_dead(one: Measured) -> Code:
    """Why a dead source gave no answer."""
    return next((reply.code for reply in one.replies.values() if reply.code is not None), Code.UNKNOWN)
