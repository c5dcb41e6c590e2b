"""`gomend doctor [MODULE[@VERSION]]`: what is wrong between this machine and its modules, found by asking."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click

from gomend.causes import Severity
from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.inforce import settings_of_go
from gomend.cli.output import deliver, hand_out
from gomend.cli.saying import Voice, write
from gomend.diagnose.examination import Examination, Health, examine, world_of
from gomend.diagnose.plan import Check, NoSuchCheckError, planned
from gomend.diagnose.world import Patience
from gomend.gocmd import records
from gomend.gocmd.inherited import environment
from gomend.report import phrases, render
from gomend.report.model import CheckLine, DoctorReport, doctor_report
from gomend.report.parts import fix_parts
from gomend.settings.load import Loaded, nearest
from gomend.texts import text

_CLEAR = "\r\x1b[K"


def _doctor(
    context: click.Context,
    *,
    subject: str,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    fail_on: str,
    listed: bool,
    bundle: str,
    bundle_check: str,
    yes: bool,
) -> int:
    loaded, voice = in_force(context)
    if bundle_check:
        from gomend.cli.bundling import check_bundle  # noqa: PLC0415 - few ask for one

        return check_bundle(bundle_check, settings_of_go(loaded), environment(), voice)
    checks = _planned(context, only, skip, voice, named=None if listed else bool(subject))
    if listed:
        width = max(len(check.name) for check in checks) + 2
        lines = (f"{check.name:<{width}}{text(voice.lang, f'doctor.about/{check.name}')}\n" for check in checks)
        deliver("".join(lines), loaded)
        return exits.FINE
    module, _, version = subject.partition("@")
    started, begun = time.time(), time.monotonic()
    world = world_of(
        environment(),
        str(Path.cwd()),
        partial(text, voice.lang),
        module=module,
        version=version,
        patience=_patience(loaded),
    )
    seen = examine(world, checks, _line(loaded, voice))
    document = _document(seen, started, time.monotonic() - begun, voice, recorded=loaded.switch("record"))
    _keep(document, started, loaded, voice)
    hand_out(document, loaded, voice)
    if bundle:
        from gomend.cli.bundling import write_bundle  # noqa: PLC0415 - as above

        return write_bundle(bundle, document, world, voice, yes=yes)
    return _status(seen, fail_on)


def _patience(loaded: Loaded) -> Patience:
    """The limits in force, as far as they are shorter than the doctor's own."""
    own = Patience()
    return Patience(
        min(own.connect, loaded.number("connect_limit")),
        min(own.tls, loaded.number("tls_limit")),
        min(own.first_byte, loaded.number("first_byte_limit")),
        min(own.stall, loaded.number("stall_limit")),
    )


def _planned(
    context: click.Context, only: Sequence[str], skip: Sequence[str], voice: Voice, *, named: bool | None
) -> tuple[Check, ...]:
    try:
        return planned(_names(only), _names(skip), named=named)
    except NoSuchCheckError as error:
        near = nearest(error.name, tuple(check.name for check in planned()))
        said = voice.text("doctor/no_check", name=error.name)
        raise click.UsageError(said + (voice.text("error/nearest", word=near) if near else ""), context) from error


def _names(given: Sequence[str]) -> list[str]:
    return [name for one in given for name in one.split(",") if name]


def _document(seen: Examination, started: float, seconds: float, voice: Voice, *, recorded: bool) -> DoctorReport:
    lines = [
        CheckLine(
            name=result.name,
            title=text(voice.lang, f"doctor.title/{result.name}"),
            status=result.checked.status.value,
            seconds=round(result.seconds, 3),
            summary=result.checked.summary,
        )
        for result in seen.results
    ]
    return doctor_report(
        run_id=records.new_id(),
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        command=["gomend", "doctor", *sys.argv[2:]],
        root=seen.world.main.root,
        outcome=seen.health.value,
        seconds=seconds,
        checks=lines,
        found=seen.findings,
        fixes=seen.fixes,
        step=_step(seen, voice.lang, recorded=recorded),
        lang=voice.lang,
    )


def _step(seen: Examination, lang: str, *, recorded: bool) -> str:
    """What to do about the most decisive finding: its first way out where that is a command to offer, else where to
    read on; a later way is no answer where a person has to act first.
    """
    if not seen.findings:
        return ""
    first = fix_parts(seen.fixes[: min(1, seen.of_first)], lang)
    step = phrases.step_of(first[0], recorded=recorded) if first else ""
    return step or f"gomend explain {seen.findings[0].code}"


def _keep(document: DoctorReport, started: float, loaded: Loaded, voice: Voice) -> None:
    """For `gomend fix`, which reads the newest record of what was seen here."""
    if not loaded.switch("record"):
        return
    data = render(document, "json").encode("utf-8", "replace")
    try:
        path = records.save(environment(), document.run, started, data, loaded.number("records"), kind=records.DOCTOR)
    except records.Unrecorded as error:
        if loaded.switch("verbose"):
            voice.tell("run/unrecorded" if error.reason else "run/no_state", reason=error.reason)
        return
    if loaded.switch("verbose"):
        voice.tell("run/recorded", path=path)


def _status(seen: Examination, fail_on: str) -> int:
    if seen.health is Health.PROBLEMS:
        return exits.PROBLEM
    if fail_on == "warning" and any(one.severity is Severity.WARNING for one in seen.findings):
        return exits.PROBLEM
    return exits.FINE if seen.health is Health.OK else exits.UNDETERMINED


def _line(loaded: Loaded, voice: Voice) -> Callable[[Sequence[str]], None]:
    """One line on a terminal while checks run; it is gone before the screen comes."""
    if loaded.switch("quiet") or not os.isatty(2):
        return lambda _: None

    def show(names: Sequence[str]) -> None:
        titles = ", ".join(text(voice.lang, f"doctor.title/{name}") for name in names[:4])
        write(2, _CLEAR + (text(voice.lang, "doctor.run/waiting", names=titles) if names else ""))

    return show


def _complete(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    return [check.name for check in planned() if check.name.startswith(begun)]


_voice = current_voice()
command = make(
    "doctor",
    _doctor,
    [
        click.Argument(["subject"], required=False, default="", metavar="[MODULE[@VERSION]]"),
        click.Option(
            ["--only"], multiple=True, metavar="CHECKS", shell_complete=_complete, help=_voice.text("option/only")
        ),
        click.Option(
            ["--skip"], multiple=True, metavar="CHECKS", shell_complete=_complete, help=_voice.text("option/skip")
        ),
        click.Option(["--list", "listed"], is_flag=True, help=_voice.text("option/list_checks")),
        click.Option(["--bundle"], type=click.Path(), default="", metavar="FILE", help=_voice.text("option/bundle")),
        click.Option(["--yes"], is_flag=True, help=_voice.text("option/yes")),
        click.Option(
            ["--bundle-check"], type=click.Path(), default="", metavar="FILE", help=_voice.text("option/bundle_check")
        ),
        click.Option(
            ["--fail-on"],
            type=click.Choice(["fatal", "warning"]),
            default="fatal",
            metavar="fatal|warning",
            help=_voice.text("option/fail_on"),
        ),
    ],
)
