"""From a fix to a plan: what would change from what to what, what it costs, what a person types to do the same. Pure.

What acts on a plan is `mend.applying`.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from gomend.causes import Cause, Certainty, Code, Level, Subject
from gomend.explain.fixes.situation import Situation, host_of
from gomend.gomod.private import matches
from gomend.gomod.proxylist import EntryKind, ProxyListError, parse_proxy_list
from gomend.masking import mask
from gomend.mend.ability import GITS, LASTING, PINS, PROJECT, QUARANTINES, RUNS, VENDORS, WORKSPACES, can_apply
from gomend.mend.lasting import Values, values_for


class Act(StrEnum):
    """How gomend itself can do it."""

    SETTINGS = "settings"  # values in go's own settings file
    QUARANTINE = "quarantine"  # a part of the module cache put away, fetched again
    PROJECT = "project"  # go.mod and go.sum, as a go command leaves them
    WORKSPACE = "workspace"  # go.work
    VENDOR = "vendor"  # the vendor folder, made anew
    GIT = "git"  # the user's own git settings
    PIN = "pin"  # a name gets an address for a while
    RUN = "run"  # nothing changes: the command runs again
    NONE = "none"  # it cannot: a person's act, or a look at something


GO_DEFAULT: Final = "https://proxy.golang.org,direct"  # GOROOT/go.env, as Go ships it


@dataclass(frozen=True, slots=True)
class KeptFix:
    """A fix as the document of a run or a look holds it."""

    id: int
    level: Level
    key: str
    title: str
    commands: tuple[str, ...]
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What plans are made for: go's settings in force, the variables of this environment, what go.mod requires.

    `given` are settings that the run alone was given, which go before all others.
    """

    settings: Mapping[str, str]
    environment: Mapping[str, str]
    required: tuple[str, ...] = ()  # module paths
    command: tuple[str, ...] = ()  # that failed
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path | None:
        """The module cache."""
        place = self.settings.get("GOMODCACHE", "")
        return Path(place) if place else None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changes: a setting by its name, or what lies at a path. Secrets are masked."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """Who would see module names that do not go there now: hosts, and the names as far as go.mod tells them."""

    to: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A fix, and all of what doing it means. `commands` do the same by hand."""

    fix: KeptFix
    act: Act
    commands: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    reveals: Reveal = field(default_factory=Reveal)
    values: Values = field(default_factory=dict)
    shadowed: tuple[str, ...] = ()  # variables of the environment that hide what would be stored
    of_run: bool = False  # what is at fault was given for that run alone: there is nothing to store

    @property
    def level(self) -> Level:
        """Who may do it."""
        return self.fix.level


_ACTS: Final = (
    (QUARANTINES, Act.QUARANTINE),
    (PINS, Act.PIN),
    (PROJECT, Act.PROJECT),
    (WORKSPACES, Act.WORKSPACE),
    (VENDORS, Act.VENDOR),
    (GITS, Act.GIT),
    (RUNS, Act.RUN),
)


def plan_for(fix: KeptFix, ground: Ground) -> Plan:
    """The plan for a fix on this ground; its act is NONE where gomend cannot do it, or nothing would change."""
    if fix.level is Level.MANUAL or not fix.commands or not can_apply(fix.key, fix.about):
        return Plan(fix, Act.NONE, fix.commands)
    if fix.key in LASTING:
        values = values_for(fix.key, situation_of(fix, ground))
        return _storing(fix, values, ground) if values else Plan(fix, Act.NONE, fix.commands)
    act = next(act for keys, act in _ACTS if fix.key in keys)
    return Plan(fix, act, fix.commands)


def situation_of(fix: KeptFix, ground: Ground) -> Situation:
    """The fix's cause on this ground, its names checked again."""
    about = fix.about
    subject = Subject(about.get("module", ""), about.get("version", ""), about.get("host", ""))
    try:
        code = Code(about.get("code", "unknown"))
    except ValueError:  # written by another version of gomend
        code = Code.UNKNOWN
    facts = {name: about[name] for name in ("setting", "value") if name in about}
    return Situation(Cause(code, Certainty.LIKELY, subject, (0, 0), "", (), facts), ground.settings, ground.command)


def _storing(fix: KeptFix, values: Values, ground: Ground) -> Plan:
    of_run = any(name in ground.given for name in values)
    return Plan(
        fix,
        Act.SETTINGS,
        (run_with(ground.command, {**ground.given, **values}),) if of_run else commands_for(values),
        changes_of(values, ground.settings),
        reveals_of(values, ground),
        values,
        tuple(name for name in values if ground.environment.get(name) and name not in ground.given),
        of_run,
    )


def changes_of(values: Values, settings: Mapping[str, str]) -> tuple[Change, ...]:
    """What storing the values changes, secrets masked; "" after means that the default holds again."""
    return tuple(Change(name, mask(settings.get(name, "")), mask(value or "")) for name, value in values.items())


def commands_for(values: Values) -> tuple[str, ...]:
    """What a person types to store the values; quoted for a POSIX shell, secrets masked."""
    stored = [shlex.quote(mask(f"{name}={value}")) for name, value in values.items() if value is not None]
    dropped = [name for name, value in values.items() if value is None]
    lines = [f"go env -w {' '.join(stored)}"] if stored else []
    return (*lines, f"go env -u {' '.join(dropped)}") if dropped else tuple(lines)


def run_with(command: Sequence[str], given: Values) -> str:
    """The line that runs a command under gomend with settings for that run alone; for a POSIX shell, secrets masked."""
    named = {name: mask(value) for name, value in given.items() if value}
    goproxy = f"--goproxy {shlex.quote(named['GOPROXY'])} " if set(named) == {"GOPROXY"} else ""
    before = "" if goproxy else "".join(f"{name}={shlex.quote(value)} " for name, value in named.items())
    run = "" if command[:1] == ("go",) else "run -- "
    return f"{before}gomend {goproxy}{run}{shlex.join(command)}"


def reveals_of(values: Values, ground: Ground) -> Reveal:
    """Who would be asked for modules that is not asked, or not after every failure, today; and which names that are."""
    if "GOPROXY" not in values:
        return Reveal()
    goproxy = values["GOPROXY"] or GO_DEFAULT
    asked, wanted = (_askers(one) for one in (ground.settings.get("GOPROXY", ""), goproxy))
    to = tuple(who for who in wanted if who not in asked)
    if not to:
        return Reveal()
    private = ground.settings.get("GONOPROXY") or ground.settings.get("GOPRIVATE", "")
    return Reveal(to, tuple(module for module in ground.required if not matches(private, module)))


def _askers(goproxy: str) -> Sequence[str]:
    """The sources that see a name today whatever the ones before them answer: up to the first `,`."""
    try:
        entries = parse_proxy_list(goproxy)
    except ProxyListError:
        return ()
    seen = []
    for entry in entries:
        who = host_of(entry) or ("direct" if entry.kind is EntryKind.DIRECT else "")  # a folder tells nobody
        if who:
            seen.append(who)
        if not entry.falls_back_on_error:
            break
    return seen
