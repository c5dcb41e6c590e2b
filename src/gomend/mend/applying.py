"""From a plan to the steps of a mend, for the journal."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomend.errors import GomendError
from gomend.gocmd.mainfiles import MainFiles
from gomend.mend import gitsettings, goenv, project, quarantine, vendoring, workspace
from gomend.mend.journal import Entry, Journal
from gomend.mend.plans import Act, Ground, Plan
from gomend.mend.steps import Step


class NothingToDoError(GomendError):
    """All is already as the plan wants it."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a plan is carried out with: the go command, its environment, the files of the main module, a scratch folder.

    `run` runs a go command in a folder, behind gomend's relay, with further variables, and gives its exit status.
    """

    go: str
    environment: Mapping[str, str]
    main: MainFiles
    scratch: Path  # empty
    run: Callable[[Sequence[str], Path, Mapping[str, str]], int]


def apply(plan: Plan, ground: Ground, hands: Hands, journal: Journal, command: Sequence[str]) -> Entry | None:
    """Does what the plan says and writes it down; None for one that changes nothing. Only for plans with an act.

    Raises NothingToDoError, what the `steps` of the acts and `Journal.apply` raise.
    """
    if plan.act in (Act.RUN, Act.PIN, Act.NONE):
        return None
    if plan.act is Act.QUARANTINE:
        return _put_away(plan, ground, journal, hands, command=command)
    steps = _steps(plan, hands)
    if not steps:
        raise NothingToDoError
    return journal.apply(steps, command=command, what=[_in_words(plan)], root=hands.main.root)


def _steps(plan: Plan, hands: Hands) -> Sequence[Step]:
    main, words = hands.main, shlex.split(plan.commands[0])
    match plan.act:
        case Act.SETTINGS:
            return goenv.steps(hands.go, hands.environment, plan.values)
        case Act.PROJECT:
            root = Path(main.gomod).parent if main.gomod else Path(main.folder)
            return project.steps(
                root, hands.scratch, plan.commands[0], lambda command: hands.run(command, root, {"GOWORK": "off"})
            )
        case Act.WORKSPACE:
            return workspace.steps(plan.fix.key, hands.go, hands.environment, main, hands.scratch)
        case Act.VENDOR:
            root = Path(main.root)
            return vendoring.steps(root, hands.scratch, plan.commands[0], lambda command: hands.run(command, root, {}))
        case _:
            return gitsettings.steps(hands.environment, hands.scratch, words[words.index("--global") + 1 :])


def places_of(plan: Plan, ground: Ground) -> list[Path]:
    """What a plan puts away, as far as it is there."""
    cache, about = ground.cache, plan.fix.about
    if plan.act is not Act.QUARANTINE or cache is None:
        return []
    if plan.fix.key == "remove_sumdb_answers":
        return quarantine.of_database(cache)
    return quarantine.of_version(cache, about["module"], about["version"])


def _put_away(plan: Plan, ground: Ground, journal: Journal, hands: Hands, *, command: Sequence[str]) -> Entry:
    places = places_of(plan, ground)
    if not places or ground.cache is None:
        raise NothingToDoError
    about = plan.fix.about
    locks = quarantine.locks_of(ground.cache, about["module"], about["version"]) if about.get("version") else []
    return journal.apply(
        (),
        command=command,
        what=[str(place) for place in places],
        root=hands.main.root,
        locks=locks,
        quarantine=quarantine.away(ground.cache, places),
    )


def _in_words(plan: Plan) -> str:
    return "; ".join(f"{one.name}: {one.before} -> {one.after}" for one in plan.changes) or plan.commands[0]
