"""What the main module needs of the module cache: is what lies there what it should be? A sample, within a time."""

import time
from collections.abc import Iterator
from pathlib import Path

from gomend.causes import Code, Finding, Subject
from gomend.diagnose.findings import fatal, probe
from gomend.diagnose.mainsums import sums_of
from gomend.diagnose.world import World
from gomend.gomod.gomodfile import GoMod
from gomend.gomod.path import InvalidPathError, InvalidVersionError
from gomend.modcache.faults import Fault, Kind, Notices
from gomend.modcache.recorded import Recorded
from gomend.modcache.scan import Entry, entry_of
from gomend.modcache.versions import VersionCheck

_SECONDS = 1.5
_LARGE = 8 << 20  # bytes of a zip that is left out
_OF_GOSUM = (Kind.MOD_MISMATCH, Kind.ZIP_MISMATCH, Kind.ZIPHASH_WRONG)


def sample_faults(world: World, cache: Path, check: str) -> Iterator[Finding]:
    """Faults that a build of the main module comes across, of its direct requirements first. Reads files."""
    sums = sums_of(world)
    if world.gomod is None or not cache.is_dir():
        return
    recorded = Recorded()
    if sums is not None:
        recorded.add(sums, "go.sum")
    ends = time.monotonic() + _SECONDS
    for module, version in _needed(world.gomod):
        if time.monotonic() > ends:
            return
        for fault in _faults_of(cache, module, version, recorded):
            yield _told(world, cache, fault, check)


def _needed(mod: GoMod) -> list[tuple[str, str]]:
    replaced = {one.path for one in mod.replace}
    wanted = sorted((one for one in mod.require if one.path not in replaced), key=lambda one: one.indirect)
    return [(one.path, one.version) for one in wanted]


def _faults_of(cache: Path, module: str, version: str, recorded: Recorded) -> list[Fault]:
    """At most one of a version: the others follow from it."""
    try:
        entry = entry_of(cache, module, version)
        if _is_large(entry):
            return []
        found = VersionCheck(cache, entry, recorded).run()
    except (InvalidPathError, InvalidVersionError, OSError):
        return []
    return [one for one in found if one.notices is Notices.BUILD][:1]


def _is_large(entry: Entry) -> bool:
    path = entry.files.get("zip")
    return path is not None and path.stat().st_size > _LARGE


def _told(world: World, cache: Path, fault: Fault, check: str) -> Finding:
    subject = Subject(fault.module, fault.version, file=str(cache / fault.path))
    about = f"{fault.module}@{fault.version}"
    if fault.kind in _OF_GOSUM and fault.source == "go.sum":
        text = world.say("doctor.modcache/not_as_recorded", module=about)
        seen = probe(f"{fault.path}: {fault.found}")
        wanted = probe(f"go.sum: {fault.wanted}")
        facts = {"matter": "cache"}
        return fatal(check, Code.CHECKSUM_GOSUM_MISMATCH, text, wanted, seen, subject=subject, facts=facts)
    text = world.say("doctor.modcache/damaged", module=about)
    seen = probe(f"{fault.path}: {fault.detail or fault.kind}")
    code = Code.DISK_PERMISSION if fault.kind is Kind.UNREADABLE else Code.CHECKSUM_CACHE_CORRUPT
    return fatal(check, code, text, seen, subject=subject)
