"""Runs checks: all start together as far as what they need allows, each with a limit, all within one limit."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gomend.diagnose.check import Checked, Status, skipped
from gomend.diagnose.plan import Check
from gomend.diagnose.world import World

WHOLE = 8.0  # seconds for all checks together; loading and showing come on top, ten in all


@dataclass(frozen=True, slots=True)
class Result:
    """What one check came to, and how long it took in seconds. `done` is False where it was not made to its end."""

    name: str
    checked: Checked
    seconds: float
    done: bool = True


async def run_checks(
    checks: Sequence[Check],
    world: World,
    *,
    seconds: float = WHOLE,
    waiting: Callable[[Sequence[str]], None] = lambda _: None,
) -> list[Result]:
    """The results in the order of `checks`. `waiting` is told the names of those that still run, as these get fewer."""
    running = dict.fromkeys(check.name for check in checks)
    tasks: dict[str, asyncio.Task[Result]] = {}

    def ended(name: str) -> None:
        del running[name]
        waiting(tuple(running))

    ends = world.clock() + seconds
    async with asyncio.TaskGroup() as group:
        for check in checks:  # a check stands after those that it needs
            needed = [tasks[name] for name in check.needs if name in tasks]
            awaited = [tasks[name] for name in check.after if name in tasks]
            tasks[check.name] = group.create_task(_made(check, needed, awaited, world, ends), name=check.name)
            tasks[check.name].add_done_callback(lambda task: ended(task.get_name()))
        waiting(tuple(running))
    return [tasks[check.name].result() for check in checks]


async def _made(
    check: Check,
    needed: Sequence[asyncio.Task[Result]],
    awaited: Sequence[asyncio.Task[Result]],
    world: World,
    ends: float,
) -> Result:
    for task in awaited:
        await asyncio.shield(task)
    for task in needed:
        before = await asyncio.shield(task)
        if before.checked.status in (Status.PROBLEM, Status.SKIPPED):
            title = world.say(f"doctor.title/{before.name}")
            return Result(check.name, skipped(world.say("doctor.run/needs", title=title)), 0.0, done=False)
    begun = world.clock()
    limit = min(check.seconds, max(0.0, ends - begun))
    done = True
    try:
        async with asyncio.timeout(limit):
            checked = await check.look()(world)
        done = check.is_optional or checked.status is not Status.SKIPPED
    except TimeoutError:
        checked, done = skipped(world.say("doctor.run/too_long", seconds=f"{limit:.0f}")), False
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        checked, done = skipped(world.say("doctor.run/failed", error=words)), False
    return Result(check.name, checked, world.clock() - begun, done)
