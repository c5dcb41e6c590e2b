"""`gomend explain [FILE…|-|CODE]`: what a log says, or the page of a cause code."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click
from click.shell_completion import CompletionItem

from gomend.causes import Code, Outcome
from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.output import deliver, formed
from gomend.cli.saying import Voice
from gomend.report.model import Document, code_page, explanation, input_error
from gomend.settings.load import nearest

_CHUNK = 1 << 18
_CODE_LIKE = re.compile(r"[a-z]+\.[a-z_]+\Z|unknown\Z")
_ONE_DOCUMENT = ("sarif", "junit", "html")
_STATUS = {Outcome.OK: exits.FINE, Outcome.FAILED: exits.PROBLEM, Outcome.UNDETERMINED: exits.UNDETERMINED}
_WORST_FIRST = (exits.USAGE, exits.PROBLEM, exits.UNDETERMINED, exits.FINE)


def _explain(context: click.Context, inputs: tuple[str, ...], fail_on: str) -> int:
    loaded, voice = in_force(context)
    if not inputs:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError(voice.text("explain/nothing"), context)
        inputs = ("-",)
    form = loaded.text("format")
    if len(inputs) > 1 and form in _ONE_DOCUMENT:
        raise click.UsageError(voice.text("explain/one_input", format=form), context)
    statuses, parts = [], []
    for name in inputs:
        document, status = _one(name, form, voice, fail_on)
        statuses.append(status)
        if document is None:
            continue
        words = formed(document, loaded, voice)
        if loaded.text("output"):
            parts.append(words)
            continue
        apart = "\n" if form == "text" and len(statuses) > 1 else ""
        deliver(apart + words, loaded)
    if loaded.text("output"):
        deliver("".join(parts), loaded)
    return next(status for status in _WORST_FIRST if status in statuses)


def _one(name: str, form: str, voice: Voice, fail_on: str) -> tuple[Document | None, int]:
    if name != "-" and not Path(name).exists():
        code = next((code for code in Code if code.value == name), None)
        if code is not None:
            from gomend.explain.fixes import example_fixes  # noqa: PLC0415

            return code_page(code, voice.lang, example_fixes(code)), exits.FINE
        if _CODE_LIKE.match(name):
            near = nearest(name, tuple(code.value for code in Code))
            said = voice.text("explain/no_code", name=name)
            voice.line(said + (voice.text("error/nearest", word=near) if near else ""))
            return None, exits.USAGE
    from gomend.explain import Explainer  # noqa: PLC0415 - a code's page needs none of it

    explainer = Explainer()
    try:
        for chunk in _read(name):
            explainer.feed(chunk)
    except OSError as error:
        reason = error.strerror or str(error)
        voice.tell("explain/unreadable", name=name, reason=reason)
        return (input_error(name, reason) if form in ("json", "ndjson") else None), exits.USAGE
    verdict = explainer.finish()
    warned = fail_on == "warning" and verdict.outcome is Outcome.OK and bool(verdict.warnings)
    return explanation(name, verdict, voice.lang), exits.PROBLEM if warned else _STATUS[verdict.outcome]


def _read(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from _chunks(sys.stdin.buffer)
        return
    with Path(name).open("rb") as file:
        yield from _chunks(file)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    # click's own kind for files would push the codes aside.
    folder = Path(begun if begun.endswith("/") else Path(begun).parent)
    try:
        entries = sorted(f"{path}/" if path.is_dir() else str(path) for path in folder.iterdir())
    except OSError:
        entries = []
    words = [*(code.value for code in Code), *entries]
    return [CompletionItem(word) for word in words if word.startswith(begun)]


command = make(
    "explain",
    _explain,
    [
        click.Argument(["inputs"], nargs=-1, metavar="[FILE|-|CODE]...", shell_complete=_complete),
        click.Option(
            ["--fail-on"],
            type=click.Choice(["fatal", "warning"]),
            default="fatal",
            metavar="fatal|warning",
            help=current_voice().text("option/fail_on"),
        ),
    ],
)
