"""The newest versions, asked where go itself would ask: one list a module, one go.mod of the newest, few at a time."""

import asyncio
from collections.abc import Callable, Sequence

from gomend.deps.files import ModFiles, newest_of
from gomend.deps.health import judge
from gomend.deps.model import Dependency, Told
from gomend.diagnose.asking import Reply, ask
from gomend.diagnose.chain import Chain, End
from gomend.diagnose.world import World
from gomend.gomod.gomodfile import ModFileErrors, parse_gomod
from gomend.gomod.protocol import Asked, Kind
from gomend.gomod.proxylist import ProxyListError, parse_proxy_list
from gomend.gomod.version import is_pseudo, is_valid, sort_versions

_AT_ONCE = 16
_MOST_BYTES = 4 << 20

Progress = Callable[[int, int], None]


async def ask_newest(
    world: World, files: ModFiles, dependencies: Sequence[Dependency], progress: Progress | None = None
) -> None:
    """Asks for each module and judges it anew. What nobody tells stays as the cache has it, with the reason.

    A module that go would fetch from its repository (GOPRIVATE, `direct`) is asked of nobody.
    """
    try:
        entries = parse_proxy_list(world.settings.get("GOPROXY"), world.settings.get("GONOPROXY"))
    except ProxyListError as error:
        for one in dependencies:
            one.unknown = str(error)
        return
    gate = asyncio.Semaphore(_AT_ONCE)
    done = 0

    async def look(one: Dependency) -> None:
        nonlocal done
        async with gate:
            await _look(world, files, one, Chain(entries, one.module, world.settings.get("GONOPROXY")))
        done += 1
        if progress is not None:
            progress(done, len(dependencies))

    await asyncio.gather(*map(look, dependencies))


async def _look(world: World, files: ModFiles, one: Dependency, chain: Chain) -> None:
    listed = await _first(world, chain, Asked(Kind.LIST, one.module))
    if isinstance(listed, str):
        one.unknown = listed
        return
    versions = _versions(listed.body)
    newest = newest_of(versions)
    if not newest:
        return
    mod = files.own(one.module, newest)
    if mod is None:
        answer = await _first(world, chain, Asked(Kind.MOD, one.module, newest))
        if not isinstance(answer, str):
            try:
                mod = parse_gomod(answer.body, lax=True)
            except ModFileErrors:
                mod = None
    judge(one, files, versions, Told.ONLINE, mod)


async def _first(world: World, chain: Chain, asked: Asked) -> Reply | str:
    """The answer that go would use, or why there is none."""
    last = ""
    for at in chain.urls():
        if chain.may_be_told(asked.kind, at):
            reply = await ask(world, chain.entries[at], asked, _MOST_BYTES)
            chain.replies[at, asked.kind] = reply
            last = f"{reply.host}: {reply.words}" if reply.host else reply.words
    way = chain.way(asked.kind)
    if way.end is End.SERVED:
        return chain.replies[way.at, asked.kind]
    return way.end.value if way.end in (End.DIRECT, End.OFF) else last or way.end.value


def _versions(body: bytes) -> list[str]:
    words = (line.split() for line in body.decode("utf-8", "replace").splitlines())
    return sort_versions(word[0] for word in words if word and is_valid(word[0]) and not is_pseudo(word[0]))
