"""The check `gomod`: go.mod, go.sum, go.work and vendor against each other, without the network."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

from gomend.causes import Code, Evidence, Finding, Subject
from gomend.diagnose.check import Checked, judged
from gomend.diagnose.findings import CERTAIN, LIKELY, fatal, setting
from gomend.diagnose.world import World
from gomend.gomod.gomodfile import GoMod, GoWork, ModFileErrors, parse_gomod, parse_gowork
from gomend.gomod.gosum import GoSum, MalformedGoSumError, parse_gosum

_CHECK = "gomod"
_WRITES = re.compile(r"(?:^|\s)-mod=mod(?:\s|$)")
_MOST_NAMED = 4
_LOCAL = ("./", "../", "/")


async def look(world: World) -> Checked:
    """Reads the files. Without a go.mod there is nothing to look at."""
    if not world.main.gomod and not world.main.gowork:
        return judged(world.say("doctor.gomod/none", folder=world.main.folder))
    findings = await asyncio.to_thread(lambda: list(_looked(world)))
    mod = world.gomod
    count = len(mod.require) if mod else 0
    return judged(world.say("doctor.gomod/fine", module=mod.module if mod else "–", count=count), findings)


def _looked(world: World) -> Iterator[Finding]:
    if world.main.gowork:
        yield from _workspace(world, Path(world.main.gowork))
    if not world.main.gomod:
        return
    file = Path(world.main.gomod)
    try:
        mod = parse_gomod(file.read_bytes())
    except ModFileErrors as error:
        text = world.say("doctor.gomod/invalid", said=str(error).replace("\n", " "))
        yield fatal(_CHECK, Code.MODULE_GOMOD_INVALID, text, setting(str(file)), subject=Subject(file=str(file)))
        return
    except OSError as error:
        text = world.say("doctor.gomod/unreadable", file=file, reason=error.strerror or str(error))
        yield fatal(_CHECK, Code.DISK_PERMISSION, text, subject=Subject(file=str(file)))
        return
    yield from _replaced(world, mod, file.parent)
    vendored = (file.parent / "vendor" / "modules.txt").is_file()
    if vendored:
        yield from _vendor(world, mod, file.parent)
    else:
        yield from _sums(world, mod, file.with_suffix(".sum"))


def _replaced(world: World, mod: GoMod, folder: Path) -> Iterator[Finding]:
    for one in mod.replace:
        if one.new_version or not one.new_path.startswith(_LOCAL):
            continue
        place = folder / one.new_path
        if not (place / "go.mod").is_file():
            key = "replace_no_module" if place.is_dir() else "replace_missing"
            text = world.say(f"doctor.gomod/{key}", module=one.path, folder=one.new_path)
            subject = Subject(module=one.path, file=str(place))
            line = setting(f"go.mod:{one.at.line}: {one.path} => {one.new_path}")
            yield fatal(_CHECK, Code.MODULE_REPLACE_MISSING, text, line, subject=subject)


def _sums(world: World, mod: GoMod, file: Path) -> Iterator[Finding]:
    """What `go build` refuses with -mod=readonly, its default."""
    try:
        sums = parse_gosum(file.read_bytes(), file=str(file)) if file.exists() else GoSum()
    except MalformedGoSumError as error:
        text = world.say("doctor.gomod/gosum_malformed", line=error.line)
        words = setting(str(error).replace("\n", " "))
        yield fatal(_CHECK, Code.CHECKSUM_CACHE_CORRUPT, text, words, subject=Subject(file=str(file)))
        return
    except OSError:
        return
    if _WRITES.search(world.settings.get("GOFLAGS")) or world.main.gowork:
        return
    local = {one.path for one in mod.replace}
    needed = [one for one in mod.require if one.path not in local]
    missing = [one for one in needed if not sums.has_gomod(one.path, one.version)]
    certainty = CERTAIN
    if not missing:
        missing = [one for one in needed if not one.indirect and not sums.has_zip(one.path, one.version)]
        certainty = LIKELY  # go wants it where a package of that module is imported
    if missing:
        first = missing[0]
        text = world.say("doctor.gomod/sum_missing", count=len(missing), module=first.path)
        named = setting("go.sum: " + ", ".join(f"{one.path} {one.version}" for one in missing[:_MOST_NAMED]))
        subject = Subject(first.path, first.version)
        facts = {"modules": " ".join(one.path for one in missing)}
        yield fatal(_CHECK, Code.CHECKSUM_MISSING, text, named, subject=subject, certainty=certainty, facts=facts)


def _vendor(world: World, mod: GoMod, folder: Path) -> Iterator[Finding]:
    """Source: cmd/go/internal/modload (vendor.go: checkVendorConsistency), for what go.mod requires."""
    listed: dict[str, str] = {}
    explicit: set[str] = set()
    last = ""
    for line in (folder / "vendor" / "modules.txt").read_text("utf-8", "replace").splitlines():
        if line.startswith("# "):
            words = line.split()
            last = words[1] if len(words) > 1 else ""
            listed[last] = words[2] if len(words) > 2 and words[2].startswith("v") else ""
        elif line.startswith("## ") and "explicit" in line:
            explicit.add(last)
    replaced = {one.path for one in mod.replace}
    wrong = [
        one
        for one in mod.require
        if one.path not in replaced and (listed.get(one.path) != one.version or one.path not in explicit)
    ]
    wrong_paths = explicit - {one.path for one in mod.require} - replaced
    if wrong or wrong_paths:
        first = wrong[0].path if wrong else min(wrong_paths)
        text = world.say("doctor.gomod/vendor", module=first)
        seen = setting(f"vendor/modules.txt: {first} {listed.get(first) or '–'}")
        facts = {"matter": "vendor"}
        yield fatal(_CHECK, Code.MODE_VENDOR, text, seen, subject=Subject(module=first), facts=facts)


def _workspace(world: World, file: Path) -> Iterator[Finding]:
    subject = Subject(file=str(file))
    try:
        work = parse_gowork(file.read_bytes())
    except ModFileErrors as error:
        text = world.say("doctor.gomod/invalid", said=str(error).replace("\n", " "))
        yield fatal(_CHECK, Code.MODE_WORKSPACE, text, setting(str(file)), subject=subject)
        return
    except OSError as error:
        text = world.say("doctor.gomod/unreadable", file=file, reason=error.strerror or str(error))
        yield fatal(_CHECK, Code.MODE_WORKSPACE, text, subject=subject)
        return
    yield from _used(world, work, file)


def _used(world: World, work: GoWork, file: Path) -> Iterator[Finding]:
    places = {(file.parent / one.path).resolve(): one for one in work.use}
    for place, one in places.items():
        if not (place / "go.mod").is_file():
            text = world.say("doctor.gomod/work_missing", folder=one.path)
            line = setting(f"go.work:{one.at.line}: use {one.path}")
            yield fatal(_CHECK, Code.MODE_WORKSPACE, text, line, subject=Subject(file=str(place)))
    here = Path(world.main.gomod).parent.resolve() if world.main.gomod else None
    if here is not None and here not in places:
        text = world.say("doctor.gomod/work_outside")
        evidence = Evidence("settings", str(file))
        yield fatal(_CHECK, Code.MODE_WORKSPACE, text, evidence, subject=Subject(file=str(here)))
