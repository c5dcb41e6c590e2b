"""What gomend's commands share: help in the user's language with an example, their options."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from gomend.cli.language import choose, flag
from gomend.cli.options import given, shared
from gomend.cli.saying import Voice, voice
from gomend.settings.load import Loaded, load


class Helpful(click.Command):
    """A command whose help is `cli.help/<name>` and whose example is `cli.example/<name>`."""

    speaker: Voice

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help` in the language in force."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = self.speaker.text("option/help")
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How to write the command line."""
        pieces = self.speaker.text(f"usage/{_key(self)}")
        formatter.write_usage(ctx.command_path, pieces, prefix=self.speaker.text("help/usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example, a group's commands, the options."""
        with formatter.section(self.speaker.text("help/example")):
            for line in self.speaker.text(f"example/{_key(self)}").splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        if isinstance(self, click.Group):
            rows = [(name, self.speaker.text(f"help/{name}")) for name in self.list_commands(ctx)]
            with formatter.section(self.speaker.text("help/commands")):
                formatter.write_dl(rows)
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        rows = [row for one in options if (row := one.get_help_record(ctx)) is not None]
        with formatter.section(self.speaker.text("help/options")):
            formatter.write_dl(rows)


def _key(command: click.Command) -> str:
    return command.name or ""


def make(
    name: str,
    act: Callable[..., int],
    parameters: Sequence[click.Parameter] = (),
    *,
    wraps: bool = False,
) -> Helpful:
    """A command `name` that does `act`. One that `wraps` leaves all words from its first argument on alone."""
    speaker = current_voice()
    context: dict[str, Any] = {"allow_interspersed_args": False} if wraps else {}
    command = Helpful(
        name,
        callback=click.pass_context(act),
        params=[*parameters, *shared(speaker)],
        help=speaker.text(f"help/{name}"),
        context_settings=context,
    )
    command.speaker = speaker
    return command


def current_voice() -> Voice:
    """A voice for help texts and for what is wrong with the command line, before options are parsed."""
    return voice(flag(sys.argv[1:]))


def in_force(context: click.Context) -> tuple[Loaded, Voice]:
    """The options in force for a command of gomend's own, and the voice to speak with. Raises SettingError."""
    try:
        folder: str | None = str(Path.cwd())
    except OSError:
        folder = None
    loaded = load(given(context), os.environ, folder)
    return loaded, Voice(choose(loaded.text("lang"), os.environ))
