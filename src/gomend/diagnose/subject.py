"""Which module version questions are asked about: the user's, one of go.mod, or a well-known one."""

from dataclasses import dataclass

from gomend.diagnose.asking import WELL_KNOWN
from gomend.diagnose.world import World
from gomend.gocmd import modcache
from gomend.gomod.gomodfile import GoMod, Require
from gomend.gomod.path import InvalidPathError, InvalidVersionError
from gomend.gomod.private import matches
from gomend.gomod.version import canonical, is_valid

_MOST_OTHERS = 5


@dataclass(frozen=True, slots=True)
class About:
    """A module version. `asked_for` is the user's own; `at_hand`: it lies in the module cache, so go asks nobody."""

    module: str
    version: str
    asked_for: bool = False
    at_hand: bool = False


def about(world: World) -> About:
    """What to ask the sources for. A version may be "" where the user named none and go.mod has none."""
    if world.module:
        required = _required(world.gomod)
        version = world.version or next((one.version for one in required if one.path == world.module), "")
        return About(world.module, version, asked_for=True)
    public = through_proxies(world)
    for one in public:
        if not _at_hand(world, one.path, one.version):
            return About(one.path, one.version)
    if public:
        return About(public[0].path, public[0].version, at_hand=True)
    return About(*WELL_KNOWN, at_hand=True)


def others(world: World, first: About) -> list[About]:
    """Further requirements that go would fetch through the sources now, one of each host and owner; a few."""
    if world.module:
        return []
    places = {_place(first.module)}
    found = []
    for one in through_proxies(world):
        if _place(one.path) in places or _at_hand(world, one.path, one.version):
            continue
        places.add(_place(one.path))
        found.append(About(one.path, one.version))
    return found[:_MOST_OTHERS]


def _place(module: str) -> str:
    return "/".join(module.split("/")[:2])


def through_proxies(world: World) -> list[Require]:
    """What go.mod requires and no pattern keeps from the sources, the direct ones first."""
    mod, noproxy = world.gomod, world.settings.get("GONOPROXY")
    public = [one for one in _required(mod) if not matches(noproxy, one.path) and _is_plain(mod, one.path)]
    public = [one for one in public if is_valid(one.version) and canonical(one.version) == one.version]
    return sorted(public, key=lambda one: one.indirect)


def _required(mod: GoMod | None) -> list[Require]:
    return list(mod.require) if mod else []


def _is_plain(mod: GoMod | None, path: str) -> bool:
    return mod is not None and all(one.path != path for one in mod.replace)


def _at_hand(world: World, module: str, version: str) -> bool:
    cache = world.module_cache
    try:
        return cache is not None and modcache.has(cache, module, version, "zip")
    except (InvalidPathError, InvalidVersionError, OSError):
        return False
