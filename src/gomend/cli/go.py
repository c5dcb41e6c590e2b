"""`gomend [options] go ARGS…`"""

import os
from pathlib import Path

import click

from gomend.cli.command import Helpful, make
from gomend.cli.options import given
from gomend.cli.wrapping import wrap
from gomend.settings.load import load
from gomend.settings.trouble import SettingError


def _go(context: click.Context, words: tuple[str, ...]) -> int:
    check(context)
    return wrap(["go", *words], go=True, flags=given(context))


def check(context: click.Context) -> None:
    """Refuses, before anything runs, a form of report that would have to share standard output with the command."""
    flags = given(context)
    form = flags.get("format", "text")
    if form in ("text", "github") or flags.get("output"):
        return
    try:
        output = load(flags, os.environ, str(Path.cwd())).text("output")
    except (SettingError, OSError):
        output = ""
    if not output:
        raise click.UsageError(command.speaker.text("run/needs_output", format=form), context.parent)


def _make() -> Helpful:
    made = make("go", _go, [click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)], wraps=True)
    # Every word after `go` is go's own, --help too.
    made.params = [one for one in made.params if isinstance(one, click.Argument)]
    made.add_help_option = False
    made.context_settings["ignore_unknown_options"] = True
    return made


command = _make()
