"""The check `machine`: build cache, temporary folder, clock, certificate authorities; where this machine runs."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from gomend.causes import Code, Finding, Subject
from gomend.diagnose.asking import limits
from gomend.diagnose.check import Checked, judged
from gomend.diagnose.findings import LIKELY, fatal, probe, setting, warning
from gomend.diagnose.kinds import kinds_of_machine
from gomend.diagnose.room import gigabytes, inodes, room
from gomend.diagnose.settings.faults import fix_facts
from gomend.diagnose.wording import in_english
from gomend.diagnose.world import World
from gomend.gomod.goenv import build_cache_folder

_CHECK = "machine"
_PLAIN_SECONDS = 1.5
_CLOCK = {"matter": "clock"}
_SKEW = 300.0  # seconds by which a clock may be wrong without harm
_TOO_LITTLE = 20 << 20  # bytes


async def look(world: World) -> Checked:
    """Looks at files, and at the dates with which sources answered what others asked."""
    findings = await asyncio.to_thread(lambda: [*_build_cache(world), *_temporary(world), *_authorities(world)])
    await _plain_dates(world)
    findings += _clock(world)
    kinds = await asyncio.to_thread(kinds_of_machine, world)
    summary = ", ".join(world.say(f"doctor.machine/{kind}") for kind in kinds or ["plain"])
    return judged(summary, findings)


def _build_cache(world: World) -> Iterator[Finding]:
    value = world.settings.get("GOCACHE") or build_cache_folder(world.environment)
    evidence = setting(f"GOCACHE={value}")
    if not value:
        yield fatal(_CHECK, Code.ENV_INVALID, world.say("doctor.machine/cache_nowhere"), evidence)
    elif value == "off" or not os.path.isabs(value):  # noqa: PTH117 - as go asks it
        text = world.say("doctor.machine/cache_refused", value=value)
        facts = fix_facts("GOCACHE", "", world.settings.setting("GOCACHE").origin)
        yield fatal(_CHECK, Code.ENV_INVALID, text, evidence, facts=facts)
    else:
        yield from _usable(world, Path(value), "doctor.machine/cache_closed")


def _temporary(world: World) -> Iterator[Finding]:
    name = "GOTMPDIR" if world.settings.get("GOTMPDIR") else "TMPDIR"
    folder = Path(world.settings.get("GOTMPDIR") or world.environment.get("TMPDIR") or "/tmp")  # noqa: S108 - go's own
    if not folder.is_dir():
        text = world.say("doctor.machine/no_temporary", folder=folder)
        facts = {"setting": name, "value": "", "place": "environment"} if name == "TMPDIR" else {}
        where = Subject(file=str(folder))
        yield fatal(_CHECK, Code.ENV_INVALID, text, setting(f"{name}={folder}"), subject=where, facts=facts)
        return
    yield from _usable(world, folder, "doctor.machine/temporary_closed")
    if room(folder, world.system).no_exec:
        text = world.say("doctor.machine/no_exec", folder=folder)
        yield warning(_CHECK, Code.DISK_PERMISSION, text, probe("noexec"), subject=Subject(file=str(folder)))


def _usable(world: World, folder: Path, closed: str) -> Iterator[Finding]:
    found = room(folder, world.system)
    subject = Subject(file=str(folder))
    if found.read_only or not os.access(found.folder, os.W_OK | os.X_OK):
        text = world.say(closed, folder=folder)
        yield fatal(_CHECK, Code.DISK_PERMISSION, text, probe(str(found.folder)), subject=subject)
    elif found.free < _TOO_LITTLE or found.inodes == 0:
        text = world.say("doctor.machine/full", folder=folder)
        seen = in_english("seen.seen/room", free=gigabytes(found.free), inodes=inodes(found))
        yield fatal(_CHECK, Code.DISK_FULL, text, probe(seen), subject=subject)


def _authorities(world: World) -> Iterator[Finding]:
    from gomend.net.roots import certificates  # noqa: PLC0415 - reads many files, in this thread

    if certificates(world.environment):
        return
    named = world.environment.get("SSL_CERT_FILE")
    evidence = setting(f"SSL_CERT_FILE={named}") if named else probe("/etc/ssl/certs")
    text = world.say("doctor.machine/no_roots_named" if named else "doctor.machine/no_roots")
    facts = {"setting": "SSL_CERT_FILE", "value": "", "place": "environment"} if named else {}
    yield fatal(_CHECK, Code.TLS_UNKNOWN_AUTHORITY, text, evidence, subject=Subject(file=named or ""), facts=facts)


def _long(seconds: float, world: World) -> str:
    for key, size in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * size:
            return world.say(f"doctor.machine/{key}", count=f"{seconds / size:.0f}")
    return world.say("doctor.machine/minutes", count=f"{seconds / 60:.0f}")


async def _plain_dates(world: World) -> None:
    """Hosts whose certificates seem to be out of date are asked for theirs over plain http, which needs none.

    Nothing is told there but the host's own name.
    """
    from gomend.net.client import Ask  # noqa: PLC0415 - loaded already, if there is a request at all
    from gomend.net.faults import WireError  # noqa: PLC0415

    failed = [urlsplit(one.url) for one in world.exchanges if one.code is Code.TLS_EXPIRED]
    for host in dict.fromkeys(parts.hostname for parts in failed if parts.port is None and parts.hostname):
        try:
            async with asyncio.timeout(_PLAIN_SECONDS):
                async with world.client.get(Ask(f"http://{host}/", method="HEAD"), limits(world)):
                    return
        except (WireError, TimeoutError):
            continue


def _clock(world: World) -> list[Finding]:
    """The clock against the dates of answers; only what several hosts agree on, or the one that answered."""
    skews: dict[str, float] = {}
    now = world.now()
    age = world.clock()
    for one in world.exchanges:
        if "Date" not in one.headers or "Age" in one.headers or one.phases.first_byte is None:
            continue
        try:
            date = parsedate_to_datetime(one.headers["Date"])
        except ValueError:
            continue
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        seen = now.timestamp() - (age - one.phases.first_byte)
        skews.setdefault(one.url.partition("://")[2].partition("/")[0], seen - date.timestamp())
    if not skews or any(abs(skew) < _SKEW for skew in skews.values()):
        return []
    host, skew = next(iter(skews.items()))
    ahead = "doctor.machine/clock_ahead" if skew > 0 else "doctor.machine/clock_behind"
    text = world.say(ahead, time=_long(abs(skew), world))
    return [warning(_CHECK, Code.TLS_EXPIRED, text, probe(f"{host}: Date"), certainty=LIKELY, facts=_CLOCK)]
