"""Checks start together, each has its limit, and one that fails costs no other."""

import asyncio
import threading
from pathlib import Path

import pytest
from tests.diagnose.worlds import world

from gomend.causes import Certainty, Code, Finding, Severity, Subject
from gomend.diagnose.check import Checked, Look, Status, judged
from gomend.diagnose.examination import Health, examine
from gomend.diagnose.plan import CHECKS, Check, NoSuchCheckError, planned
from gomend.diagnose.runner import run_checks
from gomend.diagnose.world import World


class Planned(Check):
    """A check with a function of the test's own."""

    def __init__(self, name: str, look: Look, needs: tuple[str, ...] = (), seconds: float = 8.0) -> None:
        super().__init__(name, needs, seconds)
        object.__setattr__(self, "_look", look)

    def look(self) -> Look:
        """The test's function."""
        look: Look = object.__getattribute__(self, "_look")
        return look


async def fine(_: World) -> Checked:
    return judged("fine")


async def broken(_: World) -> Checked:
    return judged("", [Finding(Code.ENV_INVALID, Severity.FATAL, Certainty.CERTAIN, Subject(), "settings", "broken")])


async def hanging(_: World) -> Checked:
    await asyncio.Event().wait()
    raise AssertionError


async def faulty(_: World) -> Checked:
    raise ValueError("a fault of gomend")


def test_checks_start_together(tmp_path: Path) -> None:
    async def run() -> list[str]:
        met = asyncio.Barrier(3)

        async def meeting(_: World) -> Checked:
            await met.wait()
            return judged("met")

        names = ("settings", "toolchain", "modcache")
        results = await run_checks([Planned(name, meeting) for name in names], world(tmp_path, {}))
        return [result.checked.summary for result in results]

    assert asyncio.run(run()) == ["met", "met", "met"]


def test_a_check_that_hangs_is_given_up_and_the_others_are_told(tmp_path: Path) -> None:
    checks = [Planned("settings", hanging, seconds=0.05), Planned("toolchain", fine)]
    results = asyncio.run(run_checks(checks, world(tmp_path, {})))
    assert [(one.name, one.checked.status, one.done) for one in results] == [
        ("settings", Status.SKIPPED, False),
        ("toolchain", Status.OK, True),
    ]


def test_all_checks_together_have_one_limit(tmp_path: Path) -> None:
    checks = [Planned("settings", hanging, seconds=99), Planned("toolchain", hanging, seconds=99)]
    results = asyncio.run(run_checks(checks, world(tmp_path, {}), seconds=0.05))
    assert [one.checked.status for one in results] == [Status.SKIPPED, Status.SKIPPED]


def test_a_fault_in_one_check_is_told_as_gomends_own(tmp_path: Path) -> None:
    (result, other) = asyncio.run(
        run_checks([Planned("settings", faulty), Planned("toolchain", fine)], world(tmp_path, {}))
    )
    assert result.checked.status is Status.SKIPPED
    assert "a fault of gomend" in result.checked.summary
    assert other.checked.status is Status.OK


def test_what_needs_a_failed_check_is_skipped_and_says_why(tmp_path: Path) -> None:
    checks = [Planned("settings", broken), Planned("toolchain", fine, needs=("settings",))]
    results = asyncio.run(run_checks(checks, world(tmp_path, {})))
    assert results[1].checked == Checked(Status.SKIPPED, "skipped, needs Settings")


def test_what_is_needed_and_not_made_is_taken_to_be_fine(tmp_path: Path) -> None:
    (result,) = asyncio.run(run_checks([Planned("toolchain", fine, needs=("settings",))], world(tmp_path, {})))
    assert result.checked.status is Status.OK


def test_nobody_waits_for_a_call_that_never_returns(tmp_path: Path) -> None:
    never, entered = threading.Event(), threading.Event()

    def stuck() -> None:
        entered.set()
        never.wait()

    async def dead_file_system(_: World) -> Checked:
        await asyncio.to_thread(stuck)
        raise AssertionError

    seen = examine(world(tmp_path, {}), [Planned("settings", dead_file_system, seconds=0.05)])
    assert entered.is_set()
    assert seen.health is Health.UNDETERMINED
    never.set()


def test_the_outcome_is_the_worst_there_is(tmp_path: Path) -> None:
    for looks, health in (([fine], "ok"), ([fine, faulty], "undetermined"), ([faulty, broken], "problems")):
        checks = [Planned(name, look) for name, look in zip(("settings", "toolchain"), looks, strict=False)]
        assert examine(world(tmp_path, {}), checks).health == health


def test_the_names_still_running_get_fewer(tmp_path: Path) -> None:
    seen: list[tuple[str, ...]] = []
    checks = [Planned("settings", fine), Planned("toolchain", fine)]
    examine(world(tmp_path, {}), checks, lambda names: seen.append(tuple(names)))
    assert seen[0] == ("settings", "toolchain")
    assert seen[-1] == ()


def test_checks_are_chosen_by_name_in_their_own_order() -> None:
    names = [check.name for check in CHECKS]
    assert [check.name for check in planned(only=[names[1], names[0]])] == names[:2]
    assert [check.name for check in planned(skip=[names[0]])] == names[1:]
    with pytest.raises(NoSuchCheckError):
        planned(only=["dsn"])


def test_a_check_stands_after_those_that_it_needs() -> None:
    seen: set[str] = set()
    for check in CHECKS:
        assert set(check.needs) <= seen
        seen.add(check.name)
        assert callable(check.look())
