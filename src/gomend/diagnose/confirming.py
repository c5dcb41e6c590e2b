"""A failed run's cause, looked at once more: two questions at most, three seconds.

The first is what go asked; the second, where a source failed, is for a module that everybody knows: is it the source or
this module, and does the next source answer?
"""

import asyncio
import itertools
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gomend.causes import Cause, Certainty, Code, Evidence
from gomend.diagnose.asking import WELL_KNOWN, Reply, ask
from gomend.diagnose.examination import completed, world_of
from gomend.diagnose.reaching import reach
from gomend.diagnose.wording import in_english
from gomend.diagnose.world import Patience, Say, World
from gomend.explain.fixes.names import is_module_path
from gomend.gomod.private import matches
from gomend.gomod.protocol import Asked, Kind, NotProtocolError, parse_path
from gomend.gomod.proxylist import EntryKind, ProxyEntry, ProxyListError, parse_proxy_list
from gomend.masking import mask
from gomend.sources.entry import http_entry

SECONDS = 3.0
_AT_REPOSITORIES = ("vcs", "auth")
_ON_THE_WAY = ("dns", "net", "tls", "proxy")
_PATIENCE = Patience(connect=2, tls=2, first_byte=2.5, stall=1)


def is_open(roots: Sequence[Cause]) -> bool:
    """Whether a look could make the first cause certain."""
    first = roots[0] if roots else None
    return (
        first is not None
        and first.certainty is not Certainty.CERTAIN
        and first.code.layer in (*_AT_REPOSITORIES, *_ON_THE_WAY)
    )


def confirmed(roots: tuple[Cause, ...], environment: Mapping[str, str], folder: str, say: Say) -> tuple[Cause, ...]:
    """The roots; the first as a look at what it names has shown it, with what was asked as evidence `probe`."""
    first = roots[0]
    world = world_of(environment, folder, say, module=first.subject.module, patience=_PATIENCE)
    seen = completed(world, _looked(world, first))
    return (seen or first, *roots[1:])


async def _looked(world: World, first: Cause) -> Cause | None:
    try:
        async with asyncio.timeout(SECONDS):
            if first.code.layer in _AT_REPOSITORIES:
                return await _at_repository(world, first)
            return await _at_source(world, first)
    except TimeoutError:
        return None


async def _at_repository(world: World, first: Cause) -> Cause | None:
    """git's first question to the module's repository, which go asked, too, or it could not say this."""
    git = shutil.which("git", path=world.environment.get("PATH", ""))
    if git is None or not is_module_path(first.subject.module):
        return None
    reached = await reach(world, git, first.subject.module, "")
    if reached.finding is None:
        said = in_english("seen.seen/repository_answers")
        return replace(first, evidence=(*first.evidence, Evidence("probe", said)))
    found = reached.finding
    if found.code is Code.UNKNOWN:
        return None
    seen = tuple(Evidence("probe", one.text) for one in found.evidence[:1])
    return replace(first, code=found.code, certainty=Certainty.CERTAIN, evidence=(*first.evidence, *seen))


async def _at_source(world: World, first: Cause) -> Cause | None:
    """The very file that go asked for, at the source that it asked."""
    found = _question(world, first.subject.url)
    if found is None:
        return None
    reply, other = await asyncio.gather(ask(world, *found), _elsewhere(world, found[0]))
    told = [_said(reply)]
    if reply.code is not None and other is not None:
        key = "also_fails" if other.code else "is_fine"
        words = in_english("seen.seen/asked", url=mask(other.url), words=mask(other.words), took=other.milliseconds)
        told.append(in_english(f"seen.seen/{key}", words=words))
    seen = (*first.evidence, *(Evidence("probe", words) for words in told))
    if reply.code is None:
        return replace(first, evidence=seen)
    certainty = Certainty.CERTAIN if reply.code is first.code else first.certainty
    return replace(first, certainty=certainty, evidence=seen)


async def _elsewhere(world: World, failed: ProxyEntry) -> Reply | None:
    """The source after the one that failed, else that one itself, asked for a public module; None where none may be."""
    module, version = WELL_KNOWN
    if matches(world.settings.get("GONOPROXY"), module):
        return None
    entries = [entry for entry in parse_proxy_list(world.settings.get("GOPROXY")) if entry.kind is EntryKind.URL]
    after = itertools.dropwhile(lambda entry: entry.written != failed.written, entries)
    following = list(itertools.islice(after, 1, 2)) or [failed]
    return await ask(world, following[0], Asked(Kind.INFO, module, version))


def _question(world: World, url: str) -> tuple[ProxyEntry, Asked] | None:
    try:
        entries = parse_proxy_list(world.settings.get("GOPROXY"))
    except ProxyListError:
        return None
    for entry in entries:
        address = http_entry(entry)
        if address is None or not url.startswith(f"{address.base}/"):
            continue
        try:
            return entry, parse_path(url.removeprefix(f"{address.base}/"))
        except NotProtocolError:
            continue
    return None


def _said(reply: Reply) -> str:
    key = "seen.seen/again" if reply.code else "seen.seen/answers_now"
    words = in_english("seen.seen/asked", url=mask(reply.url), words=mask(reply.words), took=reply.milliseconds)
    return in_english(key, words=words)
