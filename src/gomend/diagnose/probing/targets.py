"""Which URLs a module's own endpoints are, as go would ask them with the settings in force. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from gomend.gomod.goenv import GoEnv
from gomend.gomod.protocol import Asked, Kind, url_of
from gomend.gomod.proxylist import EntryKind, Use
from gomend.gomod.route import route


def endpoints(module: str, version: str, settings: GoEnv) -> Iterator[str]:
    """URLs without credentials. Only the source that go asks first is told the module's name.

    Raises what `route` raises, and InvalidVersionError.
    """
    way = route(module, settings)
    kinds = (Kind.INFO, Kind.MOD, Kind.ZIP) if version else (Kind.LIST, Kind.LATEST)
    first = next((one for one in way.stops if one.use in (Use.PROXY, Use.DIRECT, Use.OFF)), None)
    if first is None or first.use is Use.OFF:
        return
    if first.use is Use.DIRECT:
        yield f"https://{module}?go-get=1"
        return
    if first.entry.kind is EntryKind.URL and first.entry.directory is None:
        base = str(replace(first.entry.parsed, user=None, password=None))
        yield from (url_of(base, Asked(kind, way.module, version)) for kind in kinds)
