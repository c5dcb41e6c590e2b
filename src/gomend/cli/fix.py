"""`gomend fix [N|RUN:N]`: what can be done after the last run or look around here, and doing it."""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import MappingProxyType

import click

from gomend.causes import Level
from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.inforce import settings_of_go
from gomend.cli.mending import RefusedError, agrees, faults_told, go_path, ground, journal, said
from gomend.cli.options import given
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice, write
from gomend.cli.showing import screen
from gomend.cli.wrapping import wrap
from gomend.explain.fixes.names import is_repeatable
from gomend.gocmd.mainfiles import main_files
from gomend.gocmd.workfolder import module_root, working_folder
from gomend.masking import MASK
from gomend.mend import applying, quarantine
from gomend.mend.applying import Hands, NothingToDoError
from gomend.mend.lastlook import Kept, NoVerdictError, kept, named, newest
from gomend.mend.plans import Act, Ground, KeptFix, Plan, plan_for
from gomend.mend.shelllines import lines_for, shell_of
from gomend.relay.verbs import needs_no_modules
from gomend.report.fixes import ago, plan_lines
from gomend.report.phrases import command_name, is_go
from gomend.report.plans import Mended, PlanPart, fix_list, plan_part
from gomend.settings.load import Loaded
from gomend.texts import text

_WORD = re.compile(r"(?:([0-9a-z-]+):)?(\d{0,3})\Z")
_OTHERS = 5


def _fix(context: click.Context, word: str, *, dry_run: bool, safe: bool, yes: bool) -> int:
    loaded, voice = in_force(context)
    run, number = _parsed(word, voice, context)
    try:
        verdict = _verdict(run, voice)
        here = ground(loaded, verdict)
        plans = [plan_for(fix, here) for fix in verdict.fixes]
        nothing_safe = safe and number is None and not _chosen(plans, None, verdict, voice)
        if verdict.is_fine or dry_run or nothing_safe or (number is None and not safe):
            parts = [] if verdict.is_fine else [_part(one, here, verdict, voice) for one in plans]
            hand_out(fix_list(verdict, parts, time.time()), loaded, voice)
            return exits.PROBLEM if nothing_safe and not verdict.is_fine else exits.FINE
        chosen = _chosen(plans, number, verdict, voice)
        return _Doing(context, loaded, voice, verdict, here, yes=yes).do(chosen)
    except RefusedError as refused:
        return refused.status


def _parsed(word: str, voice: Voice, context: click.Context) -> tuple[str, int | None]:
    found = _WORD.match(word)
    if found is None or (word and not found[2] and not found[1]):
        raise click.UsageError(text(voice.lang, "mend.error/number", word=word), context)
    return found[1] or "", int(found[2]) if found[2] else None


def _verdict(run: str, voice: Voice) -> Kept:
    here = module_root(str(Path.cwd()), os.environ)
    found = [one for one in kept(os.environ) if not _is_beside_the_point(one)]
    try:
        return named(found, run) if run else newest(found, here, time.time())
    except NoVerdictError as error:
        if run:
            said(voice, "error/no_run", run=run)
        else:
            said(voice, "error/no_verdict", root=here)
        if error.others:
            runs = ", ".join(_brief(one, voice) for one in error.others[:_OTHERS])
            said(voice, "error/others", runs=runs)
        raise RefusedError(exits.USAGE) from error


def _is_beside_the_point(one: Kept) -> bool:
    """Whether it went well and had nothing to do with modules, as `go version` after a failed build."""
    return one.kind == "runs" and one.outcome == "ok" and is_go(one.command) and needs_no_modules(list(one.command[1:]))


def _brief(one: Kept, voice: Voice) -> str:
    return f"{one.run} ({command_name(one.command)}, {one.root}, {ago(time.time() - one.at, voice.lang)})"


def _chosen(plans: Sequence[Plan], number: int | None, verdict: Kept, voice: Voice) -> list[Plan]:
    if number is None:
        return [one for one in plans if one.level is Level.SAFE and one.act is not Act.NONE]
    found = [one for one in plans if one.fix.id == number]
    if not found:
        said(voice, "error/no_fix", run=verdict.run, id=number, count=len(plans))
        raise RefusedError(exits.USAGE)
    return found


def _part(plan: Plan, here: Ground, verdict: Kept, voice: Voice) -> PlanPart:
    size = quarantine.size(applying.places_of(plan, here))
    return plan_part(plan, size, verdict, voice.lang)


class _Doing:
    """Does plans one after another, then runs again what had failed."""

    def __init__(
        self, context: click.Context, loaded: Loaded, voice: Voice, verdict: Kept, here: Ground, *, yes: bool
    ) -> None:
        self._context, self._loaded, self._voice = context, loaded, voice
        self._verdict, self._here, self._yes = verdict, here, yes
        self._given: dict[str, str] = dict(verdict.variables)  # for each run of a command

    def do(self, plans: Sequence[Plan]) -> int:
        """Returns the exit status: 0 only where the command was seen to work again. Raises RefusedError."""
        applied: list[str] = []
        done: list[int] = []
        shell: list[str] = []
        dropped: list[str] = []
        tried: dict[str, str] = {}
        for plan in plans:
            part = _part(plan, self._here, self._verdict, self._voice)
            self._show(part)
            if plan.act is Act.NONE:
                return self._by_hand(part)
            self._confirm(plan)
            if plan.of_run:
                self._given = {name: value for name, value in {**self._given, **plan.values}.items() if value}
                shell = list(plan.commands)
            elif plan.shadowed:
                tried |= {name: value for name, value in plan.values.items() if value is not None}
                dropped += [name for name, value in plan.values.items() if value is None]
                shell += lines_for(shell_of(os.environ), plan.values)
            elif (entry := self._apply(plan)) is not None:
                applied.append(entry)
            done.append(plan.fix.id)
        outcome = self._again(tried, dropped, [plan.fix for plan in plans])
        told = Mended(
            "gomend.mended/1",
            self._verdict.run,
            tuple(done),
            tuple(applied),
            self._verdict.command,
            outcome,
            tuple(shell),
            any(plan.of_run for plan in plans),
        )
        hand_out(told, self._loaded, self._voice)
        return exits.FINE if outcome == "mended" and not shell else exits.PROBLEM

    def _show(self, part: PlanPart) -> None:
        if self._loaded.text("format") == "text":
            here = screen(2, self._loaded, os.environ)
            write(2, "".join(f"{line}\n" for line in plan_lines(part, self._voice.lang, here)))

    def _by_hand(self, part: PlanPart) -> int:
        if part.message:
            write(2, f"{text(self._voice.lang, 'mend.done/message')}\n")
            write(1, f"\n{part.message}\n")
        else:
            write(2, f"{text(self._voice.lang, 'mend.done/by_hand', id=part.id)}\n")
            write(2, "".join(f"  {command}\n" for command in part.commands))
        return exits.PROBLEM

    def _confirm(self, plan: Plan) -> None:
        if plan.level is not Level.CAREFUL:
            return
        agreed = agrees(text(self._voice.lang, "mend.ask/apply"), self._voice, yes=self._yes)
        if agreed is None:
            said(self._voice, "error/needs_yes", id=plan.fix.id)
            raise RefusedError(exits.USAGE)
        if not agreed:
            write(2, f"{text(self._voice.lang, 'mend.list/unchanged')}\n")
            raise RefusedError(exits.PROBLEM)

    def _apply(self, plan: Plan) -> str | None:
        if plan.act is Act.RUN:
            return None
        if plan.act is Act.PIN:
            return self._pin(plan.fix.about["host"])
        go = go_path(self._loaded, self._voice)
        made = journal(self._voice)
        folder = Path(self._verdict.folder, working_folder(self._verdict.command[1:]))
        gowork = settings_of_go(self._loaded).get("GOWORK")
        words = ["gomend", "fix", f"{self._verdict.run}:{plan.fix.id}"]
        with tempfile.TemporaryDirectory(prefix="gomend-") as scratch, faults_told(self._voice):
            hands = Hands(go, os.environ, main_files(str(folder), gowork), Path(scratch), self._run)
            try:
                # Those before it may have changed what it starts from.
                now = ground(self._loaded, self._verdict)
                entry = applying.apply(plan_for(plan.fix, now), now, hands, made, words)
            except NothingToDoError:
                said(self._voice, "done/nothing", id=plan.fix.id)
                return None
        return entry.id if entry else None

    def _pin(self, host: str) -> str:
        """As `gomend dns pin` does. Returns the journal's entry. Raises RefusedError where no address would do."""
        words = [sys.executable, "-m", "gomend", "dns", "pin", host, "--format", "json"]
        ran = subprocess.run(words, stdout=subprocess.PIPE, check=False)
        try:
            told = json.loads(ran.stdout)
        except ValueError:
            told = {}
        if ran.returncode or not told.get("entry"):
            write(2, "".join(f"{one['address']}: {one['words']}\n" for one in told.get("tried", [])))
            raise RefusedError(exits.PROBLEM)
        return str(told["entry"])

    def _again(self, tried: dict[str, str], unset: Sequence[str], fixes: Sequence[KeptFix]) -> str:
        """Runs again what had failed: mended (it works, and nothing asks for these fixes), not_mended, or not_seen."""
        command = self._verdict.command
        name = command_name(command)
        if any(MASK in word for word in (*command, *self._verdict.variables.values())):
            said(self._voice, "error/secret")
            return "not_seen"
        if not Path(self._verdict.folder).is_dir():
            said(self._voice, "error/no_folder", folder=self._verdict.folder)
            return "not_seen"
        if self._verdict.kind == "runs" and not is_repeatable(command):
            question = text(self._voice.lang, "mend.ask/rerun", command=shlex.join(command))
            if not agrees(question, self._voice, yes=self._yes):
                return "not_seen"
        write(2, f"{text(self._voice.lang, 'mend.done/running', command=name)}\n")
        for variable in unset:
            os.environ.pop(variable, None)
        os.environ.update(tried)
        before = {one.run for one in kept(os.environ)}  # their times are whole seconds: not what tells them apart
        status = self._run(command, Path(self._verdict.folder))
        new = (one for one in kept(os.environ) if one.run not in before and one.root == self._verdict.root)
        seen = next(new, None)
        if self._verdict.kind == "doctor" and seen is not None:  # it may find other things, or not be able to tell all
            return "mended" if seen.finds_less(self._verdict, fixes) else "not_mended"
        asks = seen is not None and seen.still_asks_for(fixes)
        return "not_mended" if status != exits.FINE or asks else "mended"

    def _run(self, command: Sequence[str], folder: Path, variables: Mapping[str, str] = MappingProxyType({})) -> int:
        own_output = self._loaded.text("format") == "text" or self._loaded.text("output")
        with _in(folder), nullcontext() if own_output else _spoken_aside():
            if self._verdict.kind == "doctor" and command and command[0] == "gomend":
                return subprocess.run([sys.executable, "-m", "gomend", *command[1:]], check=False).returncode
            told = {name: value for name, value in given(self._context).items() if name not in ("format", "output")}
            as_then: dict[str, object] = {} if self._verdict.relay else {"relay": False}
            flags = {**as_then, "variables": {**self._given, **variables}, **told}
            return wrap(command, go=is_go(command), flags=flags)


@contextmanager
def _in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _spoken_aside() -> Iterator[None]:
    """What a command writes to standard output goes to standard error: a document alone is to stand there."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def _help(name: str) -> str:
    return text(current_voice().lang, f"mend.option/{name}")


command = make(
    "fix",
    _fix,
    [
        click.Argument(["word"], required=False, default="", metavar="[N|RUN:N]"),
        click.Option(["--dry-run"], is_flag=True, help=_help("dry_run")),
        click.Option(["--safe"], is_flag=True, help=_help("safe")),
        click.Option(["-y", "--yes"], is_flag=True, help=_help("yes")),
    ],
)
