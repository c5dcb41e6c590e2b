"""What the commands that look share: the world they look at, their loop, what to do about what they found."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from gomend.causes import Finding, Fix, Severity
from gomend.cli.saying import Voice
from gomend.diagnose.examination import effective, world_of
from gomend.diagnose.threads import Unwaited
from gomend.diagnose.world import World
from gomend.explain.fixes import fixes_for
from gomend.gocmd.inherited import environment
from gomend.settings.load import Loaded
from gomend.texts import text

_T = TypeVar("_T")


def look(loaded: Loaded, voice: Voice, act: Callable[[World], Awaitable[_T]]) -> tuple[World, _T]:
    """What `act` sees of this machine, and that world; connections are ended, and nobody waits for a stuck call."""
    told = dict(environment())
    if loaded.text("go"):
        told["GOMEND_GO"] = loaded.text("go")
    world = world_of(told, str(Path.cwd()), partial(text, voice.lang))

    async def run() -> _T:
        try:
            return await act(world)
        finally:
            await world.close()

    loop = asyncio.new_event_loop()
    loop.set_default_executor(Unwaited())
    try:
        seen = loop.run_until_complete(run())
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
    return world, seen


def fixed(found: Sequence[Finding], world: World) -> tuple[Fix, ...]:
    """The fixes of what was found, the fatal ones' first."""
    fatal = [one.cause for one in found if one.severity is Severity.FATAL]
    warnings = [one.cause for one in found if one.severity is not Severity.FATAL]
    return fixes_for(fatal, warnings, effective(world.settings), None, has_looked=True)


def host_of(written: str) -> str:
    """The host name in what the user wrote: a name, a URL, host:port, a module path; "" where there is none."""
    try:
        return urlsplit(written if "://" in written else f"//{written}").hostname or ""
    except ValueError:
        return ""
