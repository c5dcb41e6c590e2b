"""After a wrapped command: the verdict, the report that was asked for, the record."""

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec

from gomend.causes import Cause, Certainty, Code, Outcome, Verdict
from gomend.cli import language
from gomend.cli.grounds import with_settings
from gomend.cli.saying import Voice, write
from gomend.cli.showing import is_on, screen, write_file
from gomend.cli.stalled import stall_cause
from gomend.cli.tracing import trace_of
from gomend.cli.wrapping import Run
from gomend.explain import Explainer
from gomend.explain.fixes import fixes_for
from gomend.gocmd import environment as goenv
from gomend.gocmd import program, records, workfolder
from gomend.gocmd.gosettings import go_settings
from gomend.masking import mask
from gomend.relay.evidence import with_exchanges, with_unseen
from gomend.relay.goline import read_go_line
from gomend.relay.session import Record
from gomend.relay.summary import summary
from gomend.report import render
from gomend.report.model import Ahead, Exchanges, RunReport, run_report
from gomend.report.place import GoMod
from gomend.settings.load import Loaded, defaults, load
from gomend.settings.trouble import SettingError
from gomend.texts import text

_NOT_ABOUT_MODULES = {Code.BUILD_COMPILE, Code.UNKNOWN}
_ORDINARY = {Code.PROGRESS_DOWNLOAD}


def tell(run: Run, flags: Mapping[str, object]) -> None:
    """Says what the run came to. Nothing in here changes its exit status."""
    folder = _folder(run)
    try:
        loaded, trouble = load(flags, run.environment, folder), None
    except SettingError as error:
        loaded, trouble = defaults(flags), error
    voice = Voice(language.choose(loaded.text("lang"), run.environment))
    if trouble is not None:
        voice.line(voice.setting(trouble))
    verdict = _verdict(run, folder, voice.lang, relay=loaded.switch("relay"), looks=_may_look(run, loaded))
    document = run_report(
        run_id=run.id,
        command=[mask(word.encode("utf-8", "replace").decode()) for word in run.command],
        exit_status=run.ended.status,
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.started)),
        seconds=run.ended.seconds,
        relay=run.passed is not None,
        verdict=verdict,
        exchanges=_exchanges(run.passed),
        lang=voice.lang,
        folder=mask(here) if (here := _here()) else "",
        root=mask(workfolder.module_root(folder, run.environment)) if folder else "",
        recorded=loaded.switch("record"),
        variables={name: mask(value) for name, value in run.given.items()},
    )
    if not _record(run, document, loaded, voice):
        document = msgspec.structs.replace(document, recorded=False)
    _write_report(document, loaded, voice, folder)
    if loaded.switch("quiet"):
        return
    if worth_saying(run, verdict, verbose=loaded.switch("verbose")):
        _show(run, document, loaded, voice, folder)
    elif document.exchanges.rescued and verdict.outcome is Outcome.OK:
        count = document.exchanges.rescued
        voice.tell("run/rescued" if count > 1 else "run/rescued_one", count=count)
    if loaded.switch("verbose") and document.exchanges.count:
        _tell_of_relay(document, voice)


def _tell_of_relay(document: RunReport, voice: Voice) -> None:
    sums = document.exchanges
    voice.tell(
        "run/relayed",
        count=sums.count,
        bytes=f"{sums.bytes / 1e6:.1f}",
        used=sums.ahead.used,
        fetched=sums.ahead.fetched,
    )


def _exchanges(passed: Record | None) -> Exchanges | None:
    if passed is None or not passed.exchanges:
        return None
    sums = summary(passed.exchanges)
    seen = passed.ahead
    ahead = Ahead(seen.fetched, seen.used, seen.bytes_fetched, seen.bytes_used) if seen else Ahead()
    faults = {str(code): count for code, count in sums.faults.items()}
    return Exchanges(sums.count, sums.bytes, sums.attempts, sums.rescued, ahead, faults)


def worth_saying(run: Run, verdict: Verdict, *, verbose: bool) -> bool:
    """Whether the screen is worth its lines.

    Not when the person ended the run; not when only progress was printed; not when what failed is the user's program,
    whose own words stand there already, or a command that has nothing to do with modules.
    """
    if run.ended.interrupted:
        return False
    if verbose:
        return True
    if verdict.outcome is Outcome.OK:
        return bool(verdict.warnings or set(verdict.harmless) - _ORDINARY)
    return any(root.code not in _NOT_ABOUT_MODULES for root in verdict.roots)


def _verdict(run: Run, folder: str | None, lang: str, *, relay: bool, looks: bool) -> Verdict:
    explainer = Explainer(command=list(run.command))
    for chunk in run.ended.output.chunks():
        explainer.feed(chunk)
    go = _go_of(run) if run.ended.status else None
    settings = (goenv.effective(go, run.environment, folder or ".") or None) if go else None
    verdict = explainer.finish(run.ended.status, settings=settings)
    if run.stalled is not None:
        roots: tuple[Cause, ...] = (stall_cause(run.stalled),)
        return replace(verdict, roots=roots, fixes=fixes_for(roots, verdict.warnings, settings, list(run.command)))
    if not verdict.roots:
        return verdict
    roots = verdict.roots
    if run.passed is not None:
        roots = with_exchanges(roots, run.passed.exchanges)
    if looks and folder is not None:
        roots = _looked_at(roots, run, folder, lang)
    if roots is not verdict.roots:
        verdict = replace(verdict, fixes=fixes_for(roots, verdict.warnings, settings, list(run.command)))
    line = read_go_line(run.command[1:]) if run.go else None
    if line is not None and line.starts_programs and relay:
        roots = with_unseen(roots, run.command[1])
    if go and run.go:  # what runs under `gomend run` may set its own
        roots = with_settings(roots, go_settings(go, run.environment))
    return replace(verdict, roots=roots)


def _may_look(run: Run, loaded: Loaded) -> bool:
    """Whether gomend may look for itself after a failed go command: on a terminal, not in CI, unless told otherwise."""
    said = loaded.text("probe")
    if not run.go or run.ended.interrupted or said == "off":
        return False
    return said == "on" or (os.isatty(2) and not is_on(run.environment.get("CI", "")))


def _looked_at(roots: tuple[Cause, ...], run: Run, folder: str, lang: str) -> tuple[Cause, ...]:
    if not any(root.certainty is not Certainty.CERTAIN for root in roots[:1]):
        return roots
    from gomend.diagnose.confirming import confirmed, is_open  # noqa: PLC0415 - only for what is not certain yet

    return confirmed(roots, run.environment, folder, partial(text, lang)) if is_open(roots) else roots


def _go_of(run: Run) -> str | None:
    if run.go:
        return run.path
    try:
        return program.find_go(run.environment)
    except (program.NotFoundError, program.CannotRunError):
        return None


def _folder(run: Run) -> str | None:
    """The folder the command worked in; None where there is none any more."""
    here = _here()
    if here is None:
        return None
    return str(Path(here, workfolder.working_folder(run.command[1:]))) if run.go else here


def _here() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 - as the quick record has it
    except OSError:
        return None


def _record(run: Run, document: RunReport, loaded: Loaded, voice: Voice) -> bool:
    if not document.recorded:
        return False
    data = render(document, "json").encode("utf-8", "replace")
    try:
        trace = trace_of(run, command=document.command, started=document.started, seconds=document.seconds)
        path = records.save(run.environment, run.id, run.started, data, loaded.number("records"), trace=trace)
    except records.Unrecorded as error:
        if loaded.switch("verbose"):
            voice.tell("run/unrecorded" if error.reason else "run/no_state", reason=error.reason)
        return False
    if loaded.switch("verbose"):
        voice.tell("run/recorded", path=path)
    return True


def _write_report(document: RunReport, loaded: Loaded, voice: Voice, folder: str | None) -> None:
    path, form = loaded.text("output"), loaded.text("format")
    if not path:
        if form not in ("text", "github") and loaded.switch("verbose"):
            voice.tell("run/no_output", format=form)
        return
    try:
        write_file(path, render(document, form, lang=voice.lang, gomod=_gomod(folder)))
    except OSError as error:
        voice.tell("error/not_written", path=path, reason=error.strerror or str(error))


def _show(run: Run, document: RunReport, loaded: Loaded, voice: Voice, folder: str | None) -> None:
    in_actions = is_on(run.environment.get("GITHUB_ACTIONS", ""))
    asked = loaded.text("format") == "github" and not loaded.text("output")
    here = screen(2, loaded, run.environment)
    said = "" if asked else render(document, lang=voice.lang, color=here.color, width=here.width, unicode=here.unicode)
    if said and document.exit:
        said = "\n" + said  # apart from the command's own words
    if asked or in_actions:
        said += render(document, "github", lang=voice.lang, gomod=_gomod(folder))
    write(2, said)
    if in_actions and run.environment.get("GITHUB_STEP_SUMMARY"):
        try:
            with Path(run.environment["GITHUB_STEP_SUMMARY"]).open("ab") as file:
                file.write(render(document, "markdown", lang=voice.lang).encode("utf-8", "replace"))
        except OSError as error:
            voice.tell("error/not_written", path="GITHUB_STEP_SUMMARY", reason=error.strerror or str(error))


def _gomod(folder: str | None) -> GoMod | None:
    """The go.mod that the command worked with, named as a review names it."""
    if folder is None:
        return None
    root = os.environ.get("GITHUB_WORKSPACE") or str(Path.cwd())
    for place in (Path(folder), *Path(folder).parents):
        path = place / "go.mod"
        try:
            if path.is_file():
                name = Path(os.path.relpath(path, root)).as_posix()
                return GoMod(name, path.read_text("utf-8", "replace"))
        except OSError:
            return None
    return None
