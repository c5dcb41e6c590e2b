"""The check `retracted`: what go.mod requires directly and its author has withdrawn; a few questions to one source."""

import asyncio

from gomend.causes import Finding
from gomend.diagnose.authors import newest_gomod, withdrawn
from gomend.diagnose.chain import Chain
from gomend.diagnose.check import Checked, judged, skipped
from gomend.diagnose.subject import through_proxies
from gomend.diagnose.world import World
from gomend.gomod.proxylist import ProxyListError, parse_proxy_list

_CHECK = "retracted"
_MOST = 10  # requirements: two questions each
_SECONDS = 3.0


async def look(world: World) -> Checked:
    """Asks the source that go asks first, about what no pattern keeps from it. Skipped where it tells nothing."""
    gonoproxy = world.settings.get("GONOPROXY")
    try:
        entries = parse_proxy_list(world.settings.get("GOPROXY"), gonoproxy)
    except ProxyListError:
        return skipped(world.say("doctor.run/needs", title=world.say("doctor.title/settings")))
    required = [one for one in through_proxies(world) if not one.indirect][:_MOST]
    if not required:
        return judged(world.say("doctor.retracted/none"))
    told: list[bool] = []
    findings: list[Finding] = []

    async def about(module: str, version: str) -> None:
        newest = await newest_gomod(world, Chain(entries, module, gonoproxy))
        if newest is not None:
            told.append(True)
            findings.extend(withdrawn(world, _CHECK, module, version, newest))

    try:
        async with asyncio.timeout(_SECONDS):
            await asyncio.gather(*(about(one.path, one.version) for one in required))
    except TimeoutError:  # what was told until then counts
        pass
    if not told:
        return skipped(world.say("doctor.run/needs", title=world.say("doctor.title/chain")))
    return judged(world.say("doctor.retracted/fine", count=len(told)), findings)
