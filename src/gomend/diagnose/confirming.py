"""A failed run's cause, looked at once more: two questions at most, three seconds, nothing that go did not ask."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gomend.causes import Cause, Certainty, Code, Evidence
from gomend.diagnose.asking import Reply, ask
from gomend.diagnose.examination import completed, world_of
from gomend.diagnose.reaching import reach
from gomend.diagnose.wording import in_english
from gomend.diagnose.world import Patience, Say, World
from gomend.explain.fixes.names import is_module_path
from gomend.gomod.protocol import Asked, NotProtocolError, parse_path
from gomend.gomod.proxylist import ProxyEntry, ProxyListError, parse_proxy_list
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
    reply = await ask(world, *found)
    seen = (*first.evidence, Evidence("probe", _said(reply)))
    if reply.code is None:
        return replace(first, evidence=seen)
    certainty = Certainty.CERTAIN if reply.code is first.code else first.certainty
    return replace(first, certainty=certainty, evidence=seen)


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
    return in_english(key, words=mask(reply.words), took=reply.milliseconds)
