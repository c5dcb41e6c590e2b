"""The sources of GOPROXY asked for every file of a module version, several times, and for the checksum database."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from gomend.diagnose.asking import WELL_KNOWN, ask
from gomend.diagnose.chain import Chain
from gomend.diagnose.hashing import ask_zip
from gomend.diagnose.probing.spread import spread
from gomend.diagnose.proxies.direct import measure_direct
from gomend.diagnose.proxies.measured import NEEDED, Measured
from gomend.diagnose.proxies.publicity import is_in_database
from gomend.diagnose.world import Patience, World
from gomend.gomod.private import matches
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.proxylist import EntryKind, ProxyEntry, ProxyListError, Use, parse_proxy_list, use_of
from gomend.gomod.publicproxies import known_as, public_proxies
from gomend.gomod.route import database_of

_TELLING = 1 << 16  # bytes of a zip from which on it tells a rate
_ZIP_SECONDS = 120.0  # that a zip is read, to be hashed
_SUMS = "sum.golang.org"
PATIENCE = Patience(connect=5, tls=5, first_byte=10, stall=10)  # of somebody who compares, and does not build


async def measure_chain(
    world: World, entries: Sequence[ProxyEntry], module: str, version: str, times: int, *, named: bool
) -> tuple[Chain, list[Measured]]:
    """Each entry in turn. A module that the user `named` is told to an entry only where go itself would ask it there,
    or once it is known to be public: by an open proxy that serves it, or by the checksum database.

    The other proxies are asked for a module that everybody knows; its own repository is not asked then.
    """
    gonoproxy = world.settings.get("GONOPROXY")
    chain = Chain(entries, module, gonoproxy)
    found: list[Measured] = []
    is_public = not named
    for at, entry in enumerate(entries):
        is_public = is_public or await _is_public_after(world, chain, version, found)
        may_know = _is_reached(chain, at) or (is_public and not matches(gonoproxy, module))
        if entry.kind is EntryKind.URL:
            one = await measure(world, entry, (module, version) if may_know else WELL_KNOWN, times)
            if may_know:
                _enter(chain, at, one)
        elif may_know and use_of(entry, module, gonoproxy) is Use.DIRECT:
            one = await measure_direct(world, entry, (module, version))
        else:
            one = Measured(entry)
        found.append(one)
    return chain, found


def _is_reached(chain: Chain, at: int) -> bool:
    """Whether go comes to this entry for one of the files, after what the earlier ones answered."""
    ways = [chain.way(kind) for kind in NEEDED]
    skipped = use_of(chain.entries[at], chain.module, chain.gonoproxy) is Use.SKIPPED
    return not skipped and any(way.at == at for way in ways)


def _enter(chain: Chain, at: int, one: Measured) -> None:
    """What it answered, for go's way through the chain."""
    chain.replies.update({(at, kind): reply for kind, reply in one.replies.items()})
    if one.is_dead:  # what failed for one file fails for the others, too
        chain.replies.update({(at, kind): one.replies[Kind.INFO] for kind in NEEDED})


async def _is_public_after(world: World, chain: Chain, version: str, found: Sequence[Measured]) -> bool:
    """Whether the last source has shown that everybody may have the module; go asks the database what it downloads."""
    if not found or not found[-1].serves or found[-1].told != (chain.module, version):
        return False
    known = known_as(found[-1].entry.url) if found[-1].entry.kind is EntryKind.URL else None
    if known is not None and known.is_open:
        return True
    told = [chain.entries[at] for at, one in enumerate(found) if one.told == (chain.module, version)]
    return await is_in_database(world, told, chain.module, version)


async def measure(world: World, entry: ProxyEntry, subject: tuple[str, str], times: int) -> Measured:
    """One module proxy, its endpoints one after the other on kept-alive connections."""
    module, version = subject
    replies = {}
    for kind in (Kind.INFO, Kind.MOD, Kind.LIST, Kind.LATEST):
        replies[kind] = await ask(world, entry, _asked(kind, module, version))
        if replies[kind].status is None and replies[kind].code is not None and entry.directory is None:
            return Measured(entry, subject, replies)  # out of reach: the others would wait as long
    zipped, h1 = await ask_zip(world, entry, _asked(Kind.ZIP, module, version), seconds=_ZIP_SECONDS)
    replies[Kind.ZIP] = zipped
    name = database_of(world.settings.get("GOSUMDB")).name or _SUMS
    sums = await ask(world, entry, Asked(Kind.SUMDB_SUPPORTED, sumdb=name))
    seconds = [replies[Kind.INFO].seconds] if times == 1 else []
    for _ in range(times if times > 1 else 0):
        again = await ask(world, entry, _asked(Kind.INFO, module, version))
        if again.code is None:
            seconds.append(again.seconds)
    tells = zipped.code is None and zipped.size > _TELLING and zipped.seconds > 0
    rate = zipped.size / zipped.seconds if tells else 0.0
    lighter = {kind: replace(reply, body=b"") for kind, reply in replies.items()}
    failed = max(times, 1) - len(seconds)
    return Measured(entry, subject, lighter, sums, spread(seconds), failed, h1, rate)


def _asked(kind: Kind, module: str, version: str) -> Asked:
    return Asked(kind, module, version if kind in NEEDED else "")


async def measure_public(
    world: World, urls: Sequence[str], times: int = 3, subject: tuple[str, str] = WELL_KNOWN
) -> list[Measured]:
    """Public proxies side by side, asked for a module that everybody may know."""
    patient = replace(world, patience=PATIENCE)

    async def one(url: str) -> Measured:
        (entry,) = parse_proxy_list(url)
        return await measure(patient, entry, subject, times)

    try:
        return list(await asyncio.gather(*map(one, urls)))
    finally:
        await patient.close()


async def measure_known(
    world: World, times: int = 3, subject: tuple[str, str] = WELL_KNOWN
) -> tuple[tuple[str, str], list[Measured]]:
    """All public proxies that are known to be open, and the module version that they were asked for.

    That is `subject` where the public checksum database has it, as the source that go asks first passes it on; else a
    module that everybody knows.
    """
    told = subject if subject == WELL_KNOWN or await _is_public(world, *subject) else WELL_KNOWN
    return told, await measure_public(world, [one.url for one in public_proxies() if one.is_open], times, told)


async def _is_public(world: World, module: str, version: str) -> bool:
    try:
        entries = parse_proxy_list(world.settings.get("GOPROXY"), world.settings.get("GONOPROXY"))
    except ProxyListError:
        return False
    first = next((one for one in entries if one.kind is not EntryKind.NOPROXY), None)
    return first is not None and first.kind is EntryKind.URL and await is_in_database(world, [first], module, version)
