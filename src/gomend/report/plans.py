"""`gomend fix` and `gomend undo` as documents: plans, what became of them, the journal."""

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import TYPE_CHECKING

import msgspec

from gomend.report.clean import clean, one_line
from gomend.texts import text

if TYPE_CHECKING:  # what reads no plans loads none of this
    from gomend.mend.journal import Entry, Undone
    from gomend.mend.lastlook import Kept
    from gomend.mend.plans import KeptFix, Plan

_STAND_INS: Mapping[str, str] = {"host": "HOST", "module": "MODULE", "version": "VERSION"}


class ChangePart(msgspec.Struct, frozen=True):
    """One setting, or what lies at a path; `after` is empty where the default holds again."""

    name: str
    before: str
    after: str


class PlanPart(msgspec.Struct, frozen=True):
    """One fix as a plan. `act` is settings, quarantine, project, run, or none where gomend does not do it itself.

    `tells` are the hosts that would see module names which do not go there now, `names` those names as far as go.mod
    tells them; `bytes` is what is downloaded again; `shadowed` are variables of this environment that hide what would
    be stored; `of_run`: what is at fault was given for that run alone (`--goproxy`), so that nothing is stored;
    `message` is a text to send to whoever can do it.
    """

    id: int
    level: str
    key: str
    title: str
    act: str
    changes: tuple[ChangePart, ...]
    commands: tuple[str, ...]
    tells: tuple[str, ...]
    names: tuple[str, ...]
    bytes: int
    shadowed: tuple[str, ...]
    message: str
    of_run: bool = False


class FixList(msgspec.Struct, frozen=True):
    """`gomend fix`: what can be done after one run or look around; `age` in seconds. Nothing was changed."""

    schema: str
    run: str
    kind: str
    command: tuple[str, ...]
    outcome: str
    root: str
    age: float
    plans: tuple[PlanPart, ...]


class Mended(msgspec.Struct, frozen=True):
    """`gomend fix N`: which fixes were done, the journal's `entries` for them, what the command came to afterwards.

    `outcome` is mended, not_mended, or not_seen where the command did not run again; `shell` are lines for the user's
    own shell, where a variable of the environment hides what could be stored, or, `of_run`, where the setting was given
    for that run alone.
    """

    schema: str
    run: str
    fixes: tuple[int, ...]
    entries: tuple[str, ...]
    command: tuple[str, ...]
    outcome: str
    shell: tuple[str, ...]
    of_run: bool = False


class MendEntry(msgspec.Struct, frozen=True):
    """One entry of the journal: `state` is applied, undone, stuck (broken off and changed since), applying, undoing."""

    id: str
    started: str
    state: str
    command: tuple[str, ...]
    what: tuple[str, ...]
    root: str


class MendList(msgspec.Struct, frozen=True):
    """`gomend undo --list`: what gomend changed, the newest first."""

    schema: str
    mends: tuple[MendEntry, ...]


class UndoneMend(msgspec.Struct, frozen=True):
    """`gomend undo`: what was taken back. `whole`: to the byte; else changes that others made since stay."""

    schema: str
    whole: bool
    mend: MendEntry


def title_of(fix: "KeptFix", lang: str) -> str:
    """The fix's title in the language asked for; as it was kept where this version does not know it."""
    try:
        template = text(lang, f"fixes.{fix.key}/title")
    except KeyError:
        return fix.title
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    return template.format_map({name: clean(fix.about.get(name, "")) or _STAND_INS.get(name, name) for name in names})


def plan_part(plan: "Plan", size: int, kept: "Kept", lang: str) -> PlanPart:
    """A plan as a part of a document; `size` is what is downloaded again, in bytes."""
    return PlanPart(
        id=plan.fix.id,
        level=plan.level.value,
        key=plan.fix.key,
        title=title_of(plan.fix, lang),
        act=plan.act.value,
        changes=tuple(ChangePart(one.name, one.before, one.after) for one in plan.changes),
        commands=plan.commands,
        tells=plan.reveals.to,
        names=plan.reveals.names,
        bytes=size,
        shadowed=plan.shadowed,
        message=_message(plan.fix, kept, lang) if plan.level == "manual" else "",
        of_run=plan.of_run,
    )


def fix_list(kept: "Kept", plans: Sequence[PlanPart], now: float) -> FixList:
    """The document of `gomend fix`."""
    return FixList(
        schema="gomend.fixes/1",
        run=kept.run,
        kind=kept.kind,
        command=kept.command,
        outcome=kept.outcome,
        root=kept.root,
        age=round(max(0.0, now - kept.at), 1),
        plans=tuple(plans),
    )


def mend_list(entries: "Sequence[Entry]") -> MendList:
    """The document of `gomend undo --list`."""
    return MendList("gomend.mends/1", tuple(map(_entry, entries)))


def undone(done: "Undone") -> UndoneMend:
    """The document of `gomend undo`."""
    return UndoneMend("gomend.undone/1", done.whole, _entry(done.entry))


def _entry(one: "Entry") -> MendEntry:
    return MendEntry(one.id, one.started, one.state, one.command, one.what, one.root)


def _message(fix: "KeptFix", kept: "Kept", lang: str) -> str:
    """A text for whoever can do what gomend cannot: when, what was asked, what came, what is asked of them."""
    cause = next((one for one in kept.causes if one.code == fix.about.get("code")), None)
    if cause is None:
        return ""
    lines = [
        text(lang, "mend.message/what", command=" ".join(kept.command), started=kept.started),
        text(lang, "mend.message/cause", code=cause.code, about=cause.host or cause.module or cause.url or "–"),
    ]
    if cause.module:
        about = f"{cause.module}@{cause.version}" if cause.version else cause.module
        lines.append(text(lang, "mend.message/module", module=about))
    if cause.text:
        lines.append(text(lang, "mend.message/line", line=one_line(cause.text)))
    lines.append(text(lang, "mend.message/please", title=title_of(fix, lang)))
    return "\n".join(lines)
