"""`gomend trace [RUN]`: the recorded runs, or every request of one."""

import os

import click
import msgspec
from click.shell_completion import CompletionItem

from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.output import deliver, hand_out
from gomend.cli.saying import Voice
from gomend.cli.showing import screen
from gomend.cli.trace_exports import export
from gomend.gocmd.recorded import Recorded, recorded
from gomend.report.model import cleaned
from gomend.report.waterfall import waterfall
from gomend.settings.load import Loaded
from gomend.texts import text
from gomend.trace.difference import difference
from gomend.trace.model import Request, Trace
from gomend.trace.recorder import unpacked
from gomend.trace.runs import RunEntry, entry, matching, run_list
from gomend.trace.sharing import shared
from gomend.trace.timeline import chosen, slowest, telling

_ROWS = 20  # of a waterfall, unless more are asked for


def _trace(
    context: click.Context,
    words: tuple[str, ...],
    *,
    slow: int | None,
    host: str,
    module: str,
    failed: bool,
    **wanted: str | None,
) -> int:
    loaded, voice = in_force(context)
    kept = recorded(os.environ)
    if words[:1] == ("diff",) and len(words) == 3:
        before, after = (_read(_named(word, kept, context, voice), context, voice) for word in words[1:])
        hand_out(difference(before, after), loaded, voice)
        return exits.FINE
    if len(words) > 1 or words == ("diff",):
        raise click.UsageError(_said(voice, "usage"), context)
    if not words:
        if any(value is not None for value in wanted.values()):
            raise click.UsageError(_said(voice, "which"), context)
        hand_out(run_list(_entries(kept)), loaded, voice)
        return exits.FINE
    trace = _read(_named(words[0], kept, context, voice), context, voice)
    found = chosen(trace.requests, host=host, module=module, failed=failed)
    if slow is not None:
        found = slowest(found, slow)
    part = msgspec.structs.replace(trace, requests=tuple(found))
    if any(value is not None for value in wanted.values()):
        return export(shared(cleaned(part)), voice, **wanted)
    if loaded.text("format") == "text":
        _show(trace, found if slow is not None else telling(found, _ROWS), loaded, voice)
    else:
        hand_out(part, loaded, voice)
    return exits.FINE


def _entries(kept: list[Recorded]) -> list[RunEntry]:
    found = []
    for one in kept:
        try:
            found.append(entry(one.record.read_bytes(), traced=one.trace is not None))
        except (OSError, ValueError):  # forgotten meanwhile, or cut short by a full disk
            continue
    return found


def _named(word: str, kept: list[Recorded], context: click.Context, voice: Voice) -> Recorded:
    names = matching(word, [one.run for one in kept])
    if len(names) == 1:
        return next(one for one in kept if one.run == names[0])
    if names:
        raise click.UsageError(_said(voice, "many", name=word, names=", ".join(names)), context)
    raise click.UsageError(_said(voice, "no_run" if kept else "no_runs", name=word), context)


def _read(one: Recorded, context: click.Context, voice: Voice) -> Trace:
    if one.trace is None:
        raise click.UsageError(_said(voice, "no_requests", run=one.run), context)
    try:
        return unpacked(one.trace.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
    except ValueError as error:
        reason = str(error)
    raise click.UsageError(_said(voice, "unreadable", run=one.run, reason=reason), context)


def _said(voice: Voice, key: str, **params: object) -> str:
    return text(voice.lang, f"trace.error/{key}", **params)


def _show(trace: Trace, shown: list[Request], loaded: Loaded, voice: Voice) -> None:
    here = screen(1, loaded, os.environ)
    if loaded.text("output"):
        here = type(here)(unicode=here.unicode, color=loaded.text("color") == "always")
    trace = cleaned(trace)
    deliver(waterfall(trace, [cleaned(one) for one in shown], voice.lang, here), loaded)


def _complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    items = [CompletionItem("last"), *(CompletionItem(one.run) for one in recorded(os.environ) if one.trace)]
    return [item for item in items if item.value.startswith(begun)]


def _help(name: str) -> str:
    return current_voice().text(f"trace/{name}")


command = make(
    "trace",
    _trace,
    [
        click.Argument(["words"], nargs=-1, metavar="[RUN]", shell_complete=_complete),
        click.Option(["--slowest", "slow"], type=click.IntRange(min=1), metavar="N", help=_help("slowest")),
        click.Option(["--host"], default="", metavar="HOST", help=_help("host")),
        click.Option(["--module"], default="", metavar="MODULE", help=_help("module")),
        click.Option(["--failed"], is_flag=True, help=_help("failed")),
        click.Option(["--html"], type=click.Path(), metavar="FILE", help=_help("html")),
        click.Option(["--har"], type=click.Path(), metavar="FILE", help=_help("har")),
        click.Option(["--otlp"], is_flag=False, flag_value="", metavar="[URL]", help=_help("otlp")),
    ],
)
