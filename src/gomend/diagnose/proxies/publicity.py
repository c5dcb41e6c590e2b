"""Whether a module is known to be everybody's: the public checksum database has it, as a source passes it on."""

from collections.abc import Sequence

from gomend.diagnose.database import Reading, base_of
from gomend.diagnose.world import World
from gomend.gomod.gosumdb import GoSumdbError, parse_gosumdb
from gomend.gomod.private import matches
from gomend.gomod.proxylist import ProxyEntry
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.sumdb import RemoteError

_PUBLIC = "sum.golang.org"
_PRIVATE = ("GOPRIVATE", "GONOPROXY", "GONOSUMDB")


async def is_in_database(world: World, told: Sequence[ProxyEntry], module: str, version: str) -> bool:
    """Asks it through one of the sources that were `told` the module already, so that nobody new hears of it.

    A module that a pattern covers is not asked about, nor is a database of somebody's own.
    """
    settings = world.settings
    if any(matches(settings.get(variable), module) for variable in _PRIVATE):
        return False
    try:
        database = parse_gosumdb(settings.get("GOSUMDB"))
    except GoSumdbError:
        return False
    if database is None or database.name != _PUBLIC or database.is_direct:
        return False
    base = await base_of(world, database, told)
    if base.entry is None:
        return False
    try:
        return bool((await Reading(world, database, base).opened().lookup(module, version)).zips)
    except (RemoteError, GoRefusalError):
        return False
