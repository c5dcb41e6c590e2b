"""A whole run of the doctor: the world as it is, the checks, what they found in order, the fixes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from gomend.causes import Finding, Fix, Severity
from gomend.diagnose.check import judged, skipped
from gomend.diagnose.decisive import decisive, explained
from gomend.diagnose.plan import Check
from gomend.diagnose.programs import programs
from gomend.diagnose.runner import Result, run_checks
from gomend.diagnose.threads import Unwaited
from gomend.diagnose.world import Patience, Say, World
from gomend.explain.fixes import fixes_for
from gomend.gocmd.gosettings import go_settings
from gomend.gocmd.mainfiles import main_files
from gomend.gocmd.program import CannotRunError, NotFoundError, find_go
from gomend.gomod.goenv import GoEnv

_SETTINGS = ("GOPROXY", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOSUMDB", "GOTOOLCHAIN", "GO111MODULE", "GOFLAGS")


_T = TypeVar("_T")


class Health(StrEnum):
    """What a run of the doctor came to."""

    OK = "ok"
    PROBLEMS = "problems"
    UNDETERMINED = "undetermined"  # no problem seen, but not all could be looked at


@dataclass(frozen=True, slots=True)
class Examination:
    """What the doctor saw. `results` in the order of the checks, `findings` in that of decisiveness."""

    world: World
    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    of_first: int  # so many of the fixes are ways out of the first finding
    seconds: float

    @property
    def health(self) -> Health:
        """The worst there is."""
        if any(one.severity is Severity.FATAL for one in self.findings):
            return Health.PROBLEMS
        return Health.OK if all(one.done for one in self.results) else Health.UNDETERMINED


def world_of(
    environment: Mapping[str, str],
    folder: str,
    say: Say,
    *,
    module: str = "",
    version: str = "",
    patience: Patience | None = None,
) -> World:
    """This machine, for work in `folder` (absolute) with `environment`."""
    try:
        go = find_go(environment)
    except (NotFoundError, CannotRunError):
        go = ""
    settings = go_settings(go or "/nowhere/bin/go", environment)
    return World(
        environment=environment,
        settings=settings,
        go=go,
        main=main_files(folder, settings.get("GOWORK")),
        say=say,
        clock=time.monotonic,
        now=lambda: datetime.now(UTC),
        run=programs(environment),
        module=module,
        version=version,
        patience=patience or Patience(),
    )


def completed(world: World, looking: Coroutine[object, object, _T]) -> _T:
    """Runs `looking` to its end, and waits for nothing that hangs beside it."""
    loop = asyncio.new_event_loop()
    loop.set_default_executor(Unwaited())
    try:
        return loop.run_until_complete(_closing(world, looking))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _closing(world: World, looking: Awaitable[_T]) -> _T:
    try:
        return await looking
    finally:
        await world.close()


def examine(
    world: World, checks: Sequence[Check], waiting: Callable[[Sequence[str]], None] = lambda _: None
) -> Examination:
    """Makes the checks and waits for none that hangs."""
    begun = world.clock()
    results = tuple(completed(world, run_checks(checks, world, waiting=waiting)))
    kept = decisive(_effective(results))
    results = tuple(_without_consequences(world, result, kept) for result in results)
    return _judged(world, results, kept, world.clock() - begun)


def _effective(results: Sequence[Result]) -> list[Finding]:
    """The findings, but for those about hosts that go does without, as another check has seen."""
    return [
        finding
        for result in results
        for finding in result.checked.findings
        if not any(
            finding.subject.host in other.checked.unneeded
            for other in results
            if other is not result and finding.subject.host
        )
    ]


def _without_consequences(world: World, result: Result, kept: Sequence[Finding]) -> Result:
    """A check that found nothing but what another one explains says so, and raises no alarm of its own."""
    found = result.checked.findings
    left = tuple(one for one in kept if one.check == result.name)
    if left:
        return replace(result, checked=judged(result.checked.summary, left))
    if not found:
        return result
    explaining = next((name for one in found if (name := explained(one, kept))), "")
    if not explaining:
        return replace(result, checked=judged(result.checked.summary))
    title = world.say(f"doctor.title/{explaining}")
    return replace(result, checked=skipped(world.say("doctor.run/follows", title=title)))


def _judged(world: World, results: tuple[Result, ...], findings: tuple[Finding, ...], seconds: float) -> Examination:
    values = effective(world.settings)
    causes = {
        fatal: [one.cause for one in findings if (one.severity is Severity.FATAL) is fatal] for fatal in (True, False)
    }
    fixes = fixes_for(causes[True], causes[False], values, None, has_looked=True)
    of_first = len(fixes_for([findings[0].cause], (), values, None, has_looked=True)) if findings else 0
    return Examination(world, results, findings, fixes, of_first, seconds)


def effective(settings: GoEnv) -> dict[str, str]:
    """The settings that fixes depend on."""
    return {name: settings.get(name) for name in _SETTINGS}
