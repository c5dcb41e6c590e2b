"""The check `names`: every host that settings and go.mod lead to, as go looks it up and as each resolver has it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address

from gomend.causes import Finding, Severity
from gomend.diagnose.check import Checked, judged, skipped
from gomend.diagnose.kinds import kinds_of_machine
from gomend.diagnose.names.judging import judge
from gomend.diagnose.names.looking import Names, Seen
from gomend.diagnose.places import Place, places
from gomend.diagnose.world import World

_CHECK = "names"


async def look(world: World) -> Checked:
    """Names that a forward proxy looks up in go's place are not looked up here."""
    wanted = [one for one in places(world) if one.through is None and not _is_address(one.host)]
    if not wanted:
        return skipped(world.say("doctor.names/none"))
    in_container = "container" in await asyncio.to_thread(kinds_of_machine, world)
    names = Names(world, seconds=1.0, connect=2.0)
    seen = await asyncio.gather(*(names.see(one.host) for one in wanted))
    found: list[Finding] = []
    for place, one in zip(wanted, seen, strict=True):
        for finding in judge(one, world.machine, _CHECK, world.say, in_container=in_container):
            weighed = finding if place.is_needed else replace(finding, severity=Severity.WARNING)
            if not any((each.code, each.text) == (weighed.code, weighed.text) for each in found):
                found.append(weighed)
    return judged(_summary(world, wanted, seen), found)


def _summary(world: World, wanted: Sequence[Place], seen: Sequence[Seen]) -> str:
    resolvers = len({row.server for one in seen for row in one.system})
    slowest = max(one.looked.seconds for one in seen)
    return world.say("doctor.names/fine", names=len(wanted), resolvers=resolvers, milliseconds=f"{slowest * 1000:.0f}")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
