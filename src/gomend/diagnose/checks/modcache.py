"""The check `modcache`: where the module cache lies, whether go may write there, what room it has."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from gomend.causes import Code, Finding, Subject
from gomend.diagnose.cachesample import sample_faults
from gomend.diagnose.check import Checked, judged
from gomend.diagnose.findings import LIKELY, fatal, probe, setting, warning
from gomend.diagnose.room import Room, gigabytes, inodes, room
from gomend.diagnose.settings.faults import fix_facts
from gomend.diagnose.wording import in_english
from gomend.diagnose.world import World

_CHECK = "modcache"
_LITTLE, _TOO_LITTLE = 500 << 20, 20 << 20  # bytes; a large project's modules are some hundred MB
_FEW_INODES = 5000


async def look(world: World) -> Checked:
    """The folder, its rights, its file system."""
    cache = world.module_cache
    if cache is None:
        text = world.say("doctor.modcache/nowhere")
        return judged("", [fatal(_CHECK, Code.ENV_INVALID, text, setting("GOMODCACHE="), setting("GOPATH="))])
    if not cache.is_absolute():
        text = world.say("doctor.modcache/relative")
        return judged("", [fatal(_CHECK, Code.ENV_INVALID, text, setting(f"GOMODCACHE={cache}"), facts=_unset(world))])
    found = await asyncio.to_thread(room, cache, world.system)
    findings = await asyncio.to_thread(lambda: list(_closed(world, cache, found)))
    if not findings:
        findings = await asyncio.to_thread(lambda: list(sample_faults(world, cache, _CHECK)))
    return judged(_summary(world, cache, found), findings)


def _unset(world: World) -> dict[str, str]:
    return fix_facts("GOMODCACHE", "", world.settings.setting("GOMODCACHE").origin)


def _summary(world: World, cache: Path, found: Room) -> str:
    home = world.environment.get("HOME", "")
    shown = f"~{str(cache).removeprefix(home)}" if home and str(cache).startswith(f"{home}/") else str(cache)
    key = "network" if found.is_network else "fine"
    return world.say(f"doctor.modcache/{key}", folder=shown, free=gigabytes(found.free), kind=found.kind)


def _closed(world: World, cache: Path, found: Room) -> Iterator[Finding]:
    if found.read_only:
        text, facts = world.say("doctor.modcache/read_only"), {"matter": "read_only"}
        seen, subject = probe(str(found.folder)), Subject(file=str(found.folder))
        yield fatal(_CHECK, Code.DISK_PERMISSION, text, seen, subject=subject, facts=facts)
        return
    yield from _rights(world, cache)
    yield from _space(world, found)


def _rights(world: World, cache: Path) -> Iterator[Finding]:
    """go makes what is missing, as long as the folder above lets it."""
    place = cache
    while not place.exists() and place.parent != place:
        place = place.parent
    subject = Subject(file=str(cache))
    if not place.is_dir():
        text = world.say("doctor.modcache/no_folder", folder=place)
        facts = _unset(world) | {"matter": "no_folder"}
        yield fatal(_CHECK, Code.DISK_PERMISSION, text, probe(str(place)), subject=subject, facts=facts)
        return
    for folder in (place, cache / "cache" / "download", cache / "cache" / "lock"):
        if not folder.exists() or os.access(folder, os.W_OK | (os.X_OK if folder.is_dir() else 0)):
            continue
        owner = folder.stat().st_uid
        text = world.say("doctor.modcache/not_writable", folder=folder)
        seen = probe(in_english("seen.seen/owner", owner=owner, user=os.geteuid()))
        yield fatal(_CHECK, Code.DISK_PERMISSION, text, seen, subject=subject)
        return


def _space(world: World, found: Room) -> Iterator[Finding]:
    subject = Subject(file=str(found.folder))
    facts = {"matter": "modcache"}
    seen = probe(in_english("seen.seen/room", free=gigabytes(found.free), inodes=inodes(found)))
    if found.free < _TOO_LITTLE or found.inodes == 0:
        yield fatal(_CHECK, Code.DISK_FULL, world.say("doctor.modcache/full"), seen, subject=subject, facts=facts)
    elif found.free < _LITTLE or (found.inodes or _FEW_INODES) < _FEW_INODES:
        text = world.say("doctor.modcache/little")
        yield warning(_CHECK, Code.DISK_FULL, text, seen, subject=subject, certainty=LIKELY, facts=facts)
