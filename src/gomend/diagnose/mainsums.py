"""The go.sum of the main module against its go.mod."""

from pathlib import Path

from gomend.diagnose.world import World
from gomend.gomod.gosum import GoSum, MalformedGoSumError, parse_gosum


def sums_of(world: World) -> GoSum | None:
    """The go.sum beside the go.mod in force; None where there is none or go cannot read it."""
    if not world.main.gomod:
        return None
    try:
        return parse_gosum(Path(world.main.gomod).with_suffix(".sum").read_bytes())
    except (OSError, MalformedGoSumError):
        return None


def is_complete(world: World) -> bool:
    """Whether go.sum lists all that go.mod requires, so that go asks no checksum database to build it."""
    mod, sums = world.gomod, sums_of(world)
    if mod is None:
        return False
    replaced = {one.path for one in mod.replace}
    needed = [one for one in mod.require if one.path not in replaced]
    return not needed or (sums is not None and all(sums.has_gomod(one.path, one.version) for one in needed))
