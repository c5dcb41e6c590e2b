"""The check `settings`: go's variables, where each value stands, and which do not do what they are there for."""

import asyncio
from collections.abc import Iterator

from gomend.causes import Code, Evidence, Finding
from gomend.diagnose.check import Checked, judged
from gomend.diagnose.settings.faults import fault
from gomend.diagnose.settings.goproxy import goproxy_faults
from gomend.diagnose.settings.modes import checks_off, modes, tutorials
from gomend.diagnose.settings.origins import origins
from gomend.diagnose.settings.patterns import gaps, pattern_faults
from gomend.diagnose.world import World
from gomend.gomod.goflags import put_right
from gomend.masking import mask


async def look(world: World) -> Checked:
    """All that the values show, and GOFLAGS as go itself judges it."""
    findings = [*await asyncio.to_thread(lambda: list(_told_by_values(world)))]
    findings += await _flags(world)
    return judged(_summary(world), findings)


def _told_by_values(world: World) -> Iterator[Finding]:
    settings, say = world.settings, world.say
    yield from goproxy_faults(settings, say)
    yield from modes(settings, world.main, say)
    yield from origins(settings, say)
    yield from pattern_faults(settings, say)
    required = [one.path for one in world.gomod.require] if world.gomod else []
    yield from gaps(settings, required, say)
    yield from checks_off(settings, say)
    yield from tutorials(world.environment, say)


def _summary(world: World) -> str:
    shown = [f"{name}={mask(world.settings.get(name))}" for name in ("GOPROXY", "GOSUMDB")]
    if world.settings.get("GOPRIVATE"):
        shown.append(f"GOPRIVATE={mask(world.settings.get('GOPRIVATE'))}")
    return "  ".join(shown)


async def _flags(world: World) -> list[Finding]:
    """GOFLAGS is checked by every go command but env and bug, before they do anything (base.InitGOFLAGS)."""
    setting = world.settings.setting("GOFLAGS")
    if not setting.value or not world.go:
        return []
    ran = await world.run([world.go, "version"], seconds=2, folder="/", set_to={"GOTOOLCHAIN": "local"})
    said = ran.stderr.strip()
    if not ran.status or "GOFLAGS" not in said:
        return []
    text = world.say("doctor.settings/flags_refused")
    right = put_right(setting.value, said)
    return [fault(Code.ENV_INVALID, text, setting, right=right, fatal=True, more=(Evidence("output", said),))]
