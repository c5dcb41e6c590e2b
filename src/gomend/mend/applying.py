"""From a plan to the steps of a mend, for the journal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomend.errors import GomendError
from gomend.mend import goenv, project, quarantine
from gomend.mend.journal import Entry, Journal
from gomend.mend.plans import Act, Ground, Plan
from gomend.mend.steps import Step


class NothingToDoError(GomendError):
    """All is already as the plan wants it."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a plan is carried out with: the go command, its environment, the module's root, an empty scratch folder.

    `run` runs a go command in the root, behind gomend's relay, and gives its exit status.
    """

    go: str
    environment: Mapping[str, str]
    root: Path
    scratch: Path
    run: Callable[[Sequence[str]], int]


def apply(plan: Plan, ground: Ground, hands: Hands, journal: Journal, command: Sequence[str]) -> Entry | None:
    """Does what the plan says and writes it down; None for one that changes nothing. Only for plans with an act.

    Raises NothingToDoError, what `goenv.steps`, `project.steps` and `Journal.apply` raise.
    """
    what = [_in_words(plan)]
    match plan.act:
        case Act.SETTINGS:
            return _done(
                goenv.steps(hands.go, hands.environment, plan.values), journal, hands, command=command, what=what
            )
        case Act.PROJECT:
            made = project.steps(hands.root, hands.scratch, plan.commands[0], hands.run)
            return _done(made, journal, hands, command=command, what=what)
        case Act.QUARANTINE:
            return _put_away(plan, ground, journal, hands, command=command)
        case _:
            return None


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
        root=str(hands.root),
        locks=locks,
        quarantine=quarantine.away(ground.cache, places),
    )


def _done(
    steps: Sequence[Step], journal: Journal, hands: Hands, *, command: Sequence[str], what: Sequence[str]
) -> Entry:
    if not steps:
        raise NothingToDoError
    return journal.apply(steps, command=command, what=what, root=str(hands.root))


def _in_words(plan: Plan) -> str:
    return "; ".join(f"{one.name}: {one.before} -> {one.after}" for one in plan.changes) or plan.commands[0]
