"""Which modules go fetches without a proxy. Pure."""

from gomend.diagnose.world import World
from gomend.gomod.path import InvalidPathError, check_module_path
from gomend.gomod.private import matches
from gomend.gomod.proxylist import EntryKind, Use, parse_proxy_list, use_of

_MOST = 6  # modules, of as many hosts and owners


def direct_modules(world: World) -> list[str]:
    """The modules of go.mod (or the one asked about) that go fetches without a proxy, one of each place.

    Raises ProxyListError.
    """
    entries = parse_proxy_list(world.settings.get("GOPROXY"), world.settings.get("GONOPROXY"))
    noproxy = world.settings.get("GONOPROXY")
    mod = world.gomod
    replaced = {one.path for one in mod.replace} if mod else set()
    named = [world.module] if world.module else [one.path for one in mod.require] if mod else []
    first = next((entry for entry in entries if entry.kind is not EntryKind.NOPROXY), entries[0])
    found: dict[str, str] = {}
    for module in named:
        if module in replaced or not _is_path(module):
            continue
        if matches(noproxy, module) or use_of(first, module, noproxy) is Use.DIRECT:
            found.setdefault("/".join(module.split("/")[:2]), module)
    return list(found.values())[:_MOST]


def _is_path(module: str) -> bool:
    try:
        check_module_path(module)
    except InvalidPathError:
        return False
    return True
