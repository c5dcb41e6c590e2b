"""The check `version`: everything about one version that the user named: who has it, since when not, whose bytes."""

import asyncio
import re
from collections.abc import Iterator, Sequence

from gomend.causes import Code, Evidence, Finding, Subject
from gomend.diagnose.asking import Reply
from gomend.diagnose.authors import withdrawn
from gomend.diagnose.chain import Chain
from gomend.diagnose.check import Checked, judged, skipped
from gomend.diagnose.findings import CERTAIN, LIKELY, fatal, output, probe
from gomend.diagnose.subject import about
from gomend.diagnose.witnesses import (
    Role,
    Testimony,
    Witness,
    differing,
    of_author,
    of_database,
    of_files,
    of_repository,
    of_sources,
)
from gomend.diagnose.wording import asked, in_english
from gomend.diagnose.world import World
from gomend.gomod.path import InvalidPathError, InvalidVersionError
from gomend.gomod.proxylist import ProxyListError, parse_proxy_list
from gomend.gomod.version import canonical, check, is_pseudo

_CHECK = "version"
_SECONDS = 7.5
_MAX_AGE = re.compile(r"max-age=(\d{1,9})")


async def look(world: World) -> Checked:
    """Asks all who know, side by side. Skipped where no version is known to ask about."""
    subject = about(world)
    module, version = subject.module, subject.version
    if not version:
        return skipped(world.say("doctor.version/none", module=module))
    try:
        entries = parse_proxy_list(world.settings.get("GOPROXY"), world.settings.get("GONOPROXY"))
        check(module, version)
    except ProxyListError:
        return skipped(world.say("doctor.run/needs", title=world.say("doctor.title/settings")))
    except (InvalidPathError, InvalidVersionError) as error:
        text = world.say("doctor.version/invalid", version=version, module=module)
        where = Subject(module=module, version=version)
        return judged("", [fatal(_CHECK, Code.MODULE_INVALID_VERSION, text, output(str(error)), subject=where)])
    if canonical(version) != version:
        return skipped(world.say("doctor.version/no_version", version=version))
    heard = await _heard(world, Chain(entries, module, world.settings.get("GONOPROXY")), version)
    told = withdrawn(world, _CHECK, module, version, heard.newest) if heard.newest is not None else ()
    findings = [*_findings(world, module, version, heard), *told]
    if not findings and not any(one.h1 for one in heard.witnesses):
        return skipped(world.say("doctor.version/nobody", version=version))
    return judged(_summary(world, heard), findings)


async def _heard(world: World, chain: Chain, version: str) -> Testimony:
    heard = Testimony()
    heard.witnesses += await asyncio.to_thread(of_files, world, chain.module, version)
    try:
        async with asyncio.timeout(_SECONDS):
            await asyncio.gather(
                of_sources(world, chain, version, heard),
                of_database(world, chain, version, heard),
                of_repository(world, chain.module, version, heard),
                of_author(world, chain, heard),
            )
    except TimeoutError:  # what was heard until then is told
        pass
    return heard


def _summary(world: World, heard: Testimony) -> str:
    spoken = [one for one in heard.witnesses if one.h1]
    if not spoken:
        return ""
    names = ", ".join(dict.fromkeys(_called(world, one) for one in spoken))
    return world.say("doctor.version/agree", names=names, h1=spoken[0].h1)


def _called(world: World, one: Witness) -> str:
    if one.role is Role.CACHE:
        return world.say("doctor.title/modcache")
    return one.name


def _findings(world: World, module: str, version: str, heard: Testimony) -> Iterator[Finding]:
    subject = Subject(module, version)
    right, others = differing(heard.witnesses)
    if others:
        yield _differs(world, subject, heard, right, others)
        return
    sources = [one for one in heard.witnesses if one.role is Role.SOURCE]
    unfound = [one for one in sources if one.is_missing]
    served = any(one.h1 for one in sources)
    if served or not (unfound or heard.repository):
        return
    repository = next((one for one in heard.witnesses if one.role is Role.REPOSITORY), None)
    if repository is not None and repository.h1:
        if unfound:
            yield _just_tagged(world, subject, heard, unfound[0])
        return
    yield from _not_in_repository(world, subject, heard, unfound)


def _differs(world: World, subject: Subject, heard: Testimony, right: str, others: Sequence[Witness]) -> Finding:
    """Checksum forensics: who says what, and which of them stands alone."""
    roles = {one.role for one in heard.witnesses if one.h1 == right}
    code = Code.CHECKSUM_SUMDB_MISMATCH if Role.DATABASE in roles else Code.CHECKSUM_GOSUM_MISMATCH
    names = ", ".join(_called(world, one) for one in others)
    kinds = {one.role for one in others}
    if kinds == {Role.REPOSITORY}:
        key = "tag_moved"
    elif kinds == {Role.CACHE}:
        key, code = "cache_differs", Code.CHECKSUM_CACHE_CORRUPT
    elif kinds == {Role.GOSUM}:
        key, code = "gosum_differs", Code.CHECKSUM_GOSUM_MISMATCH
    else:
        key = "differs"
    text = world.say(f"doctor.version/{key}", names=names, module=subject.module, version=subject.version)
    said = [probe(f"{_called(world, one)}: {one.h1}") for one in heard.witnesses if one.h1]
    host = next((one.name for one in others if one.role is Role.SOURCE), "")
    return fatal(_CHECK, code, text, *said, subject=Subject(subject.module, subject.version, host))


def _just_tagged(world: World, subject: Subject, heard: Testimony, unfound: Witness) -> Finding:
    """The repository has the tag and a proxy answers 404: it was asked too early, and remembers."""
    tags = heard.repository
    tag = (tags.place.tag_prefix if tags else "") + subject.version
    commit = tags.tags.get(tag, "") if tags else ""
    text = world.say("doctor.version/just_tagged", host=unfound.name, tag=tag)
    evidence: list[Evidence] = []
    if unfound.info is not None:
        evidence += [asked(unfound.info), *_remembered(unfound.info)]
    if commit:
        evidence.append(probe(f"{tags.url if tags else ''}: {tag} = {commit[:12]}"))
    facts = {"commit": commit} if commit else {}
    where = Subject(subject.module, subject.version, unfound.name)
    return fatal(_CHECK, Code.PROXY_NOT_FOUND, text, *evidence, subject=where, facts=facts)


def _remembered(reply: Reply) -> list[Evidence]:
    """Since when a 404 is remembered and for how long, as far as its headers tell (RFC 9111: Age, max-age)."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    age = headers.get("age", "")
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    said = []
    if age.isdigit():
        said.append(probe(in_english("seen.seen/since", seconds=age)))
    if found:
        left = max(0, int(found[1]) - (int(age) if age.isdigit() else 0))
        said.append(probe(in_english("seen.seen/still_for", seconds=left)))
    return said


def _not_in_repository(
    world: World, subject: Subject, heard: Testimony, unfound: Sequence[Witness]
) -> Iterator[Finding]:
    """No source has it: what the repository has instead, or that it is gone."""
    version, tags = subject.version, heard.repository
    if any(one.role is Role.DATABASE and one.h1 for one in heard.witnesses):
        text = world.say("doctor.version/gone", version=version)
        said = [probe(f"{one.name}: {one.h1 or one.said}") for one in heard.witnesses]
        yield fatal(_CHECK, Code.PROXY_NOT_FOUND, text, *said, subject=subject, facts={"matter": "gone"})
        return
    if tags is None or is_pseudo(version):
        return
    wanted = tags.place.tag_prefix + version
    evidence = [probe(f"{tags.url}: {', '.join(list(tags.tags)[-6:]) or '–'}")]
    bare = version.removeprefix("v")
    key, facts = "", {}
    if wanted in tags.tags:
        reason = next((one.said for one in heard.witnesses if one.role is Role.REPOSITORY), "")
        text = world.say("doctor.version/unusable", tag=wanted)
        yield fatal(_CHECK, Code.MODULE_INVALID_VERSION, text, output(reason), subject=subject)
        return
    if tags.place.tag_prefix and version in tags.tags:
        key, facts = "no_prefix", {"tag": wanted, "wrong_tag": version}
    elif unfit := next((one for one in (tags.place.tag_prefix + bare, bare) if one in tags.tags), ""):
        key, facts = "no_v", {"tag": wanted, "wrong_tag": unfit}
    text = world.say(f"doctor.version/{key or 'no_tag'}", tag=wanted, version=version, bare=bare)
    if unfound and unfound[0].info is not None:
        evidence.append(asked(unfound[0].info))
    certainty = CERTAIN if key else LIKELY
    yield fatal(_CHECK, Code.VCS_UNKNOWN_REVISION, text, *evidence, subject=subject, certainty=certainty, facts=facts)
