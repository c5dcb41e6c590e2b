"""The check `toolchain`: the go command, and the version that go.mod, go.work and GOTOOLCHAIN make it switch to."""

import asyncio
from collections.abc import Iterator

from gomend.causes import Code, Evidence, Finding, Subject
from gomend.diagnose.check import Checked, judged, skipped
from gomend.diagnose.findings import fatal, output, setting
from gomend.diagnose.world import World
from gomend.gocmd import toolchain
from gomend.gocmd.gosettings import goroot
from gomend.gomod.goenv import Origin

_CHECK = "toolchain"
_SECONDS = 4.0


async def look(world: World) -> Checked:
    """Whether go runs at all, and whether the version asked for is there or may be fetched."""
    say = world.say
    if not world.go:
        return judged("", [fatal(_CHECK, Code.TOOLCHAIN_UNAVAILABLE, say("doctor.toolchain/no_go"))])
    local = {"GOTOOLCHAIN": "local", "GOFLAGS": ""}
    ran = await world.run([world.go, "version"], seconds=_SECONDS, folder="/", set_to=local)
    if not ran.in_time:  # a busy machine, or a dead disk: whether go runs is not known
        return skipped(say("doctor.run/too_long", seconds=f"{_SECONDS:.0f}"))
    if ran.status != 0:
        text = say("doctor.toolchain/broken")
        said = output(ran.stderr or f"exit status {ran.status}")
        subject = Subject(file=world.go)
        return judged("", [fatal(_CHECK, Code.ENV_INVALID, text, said, subject=subject)])
    own = await asyncio.to_thread(toolchain.local_toolchain, goroot(world.go, world.environment))
    own = own or ran.stdout.split()[2]
    mod = await asyncio.to_thread(toolchain.deciding_file, world.main.folder, world.settings.get("GOWORK"))
    return judged(_summary(world, own), _switching(world, own, mod))


def _summary(world: World, local: str) -> str:
    asked = world.gomod.go if world.gomod else ""
    return world.say("doctor.toolchain/asks", local=local, version=asked) if asked else local


def _switching(world: World, local: str, mod: bytes) -> Iterator[Finding]:
    said = world.settings.get("GOTOOLCHAIN") or "auto"
    evidence = setting(f"GOTOOLCHAIN={said}")
    if not _is_valid(said):
        text = world.say("doctor.toolchain/invalid", value=said)
        yield fatal(_CHECK, Code.TOOLCHAIN_UNAVAILABLE, text, evidence, facts=_unpin(world))
        return
    asked = toolchain.wanted(local, "auto", mod)
    wanted = toolchain.wanted(local, said, mod)
    file = Evidence("settings", f"{world.main.gowork or world.main.gomod}: {asked.removeprefix('go')}")
    if not wanted:
        if said == "local" and asked:
            text = world.say("doctor.toolchain/too_old", local=local, wanted=asked)
            yield fatal(_CHECK, Code.TOOLCHAIN_TOO_OLD, text, file, evidence, facts=_unpin(world))
        return
    path = world.environment.get("PATH", "")
    if toolchain.is_at_hand(wanted, str(world.module_cache or ""), path):
        return
    if said == "path" or said.endswith("+path"):
        text = world.say("doctor.toolchain/not_on_path", wanted=wanted)
        yield fatal(_CHECK, Code.TOOLCHAIN_UNAVAILABLE, text, evidence, file, facts=_unpin(world))
        return
    for name in ("GOPROXY", "GOSUMDB"):
        if world.settings.get(name) == "off":
            text = world.say("doctor.toolchain/no_download", wanted=wanted, setting=f"{name}=off")
            yield fatal(_CHECK, Code.TOOLCHAIN_UNAVAILABLE, text, setting(f"{name}=off"), file)
            return


def _unpin(world: World) -> dict[str, str]:
    places = {Origin.ENVIRONMENT: "environment", Origin.USER_FILE: "stored"}
    setting = world.settings.setting("GOTOOLCHAIN")
    place = places.get(setting.origin)
    behind = setting.hidden[0][1] if setting.hidden else ""  # a distribution's own go.env may say local
    right = "auto" if behind in ("local", "path") else ""
    return {"setting": "GOTOOLCHAIN", "value": right, "place": place} if place else {}


def _is_valid(gotoolchain: str) -> bool:
    """Source: toolchain.Select (invalid GOTOOLCHAIN)."""
    name, plus, mode = gotoolchain.partition("+")
    if plus and mode not in ("auto", "path"):
        return False
    return name in ("local", "auto", "path") or bool(toolchain.version_of(name))
