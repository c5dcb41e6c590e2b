"""What gomend's commands share: help in the user's language with an example, their options."""

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from gomend.cli.language import choose
from gomend.cli.options import given, shared
from gomend.cli.saying import Voice, voice
from gomend.settings.load import Loaded, load


class Helpful(click.Command):
    """A command whose help is `cli.help/<key>` and whose example is `cli.example/<key>`.

    The key is the command's name, with its group's before it: `trace`, `proxy_list`.
    """

    speaker: Voice
    key: str

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help` in the language in force."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = self.speaker.text("option/help")
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How to write the command line."""
        pieces = self.speaker.text(f"usage/{self.key}")
        formatter.write_usage(ctx.command_path, pieces, prefix=self.speaker.text("help/usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example, a group's commands, the options."""
        with formatter.section(self.speaker.text("help/example")):
            for line in self.speaker.text(f"example/{self.key}").splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        if isinstance(self, Group):
            rows = [(name, self.speaker.text(f"help/{self.within}{name}")) for name in self.list_commands(ctx)]
            with formatter.section(self.speaker.text("help/commands")):
                formatter.write_dl(rows)
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        rows = [row for one in options if (row := one.get_help_record(ctx)) is not None]
        with formatter.section(self.speaker.text("help/options")):
            formatter.write_dl(rows)


class Group(Helpful, click.Group):
    """A group of `names`. Each is loaded when it is named, from the file of its name in `package`."""

    package: str
    names: tuple[str, ...]
    within: str  # what stands before the keys of its commands

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All commands, in the order of their use."""
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, from the file of its name."""
        if cmd_name not in self.names:
            return None
        command: click.Command = import_module(f"{self.package}.{cmd_name}").command
        return command


def make(
    name: str,
    act: Callable[..., int],
    parameters: Sequence[click.Parameter] = (),
    *,
    group: str = "",
    wraps: bool = False,
) -> Helpful:
    """A command `name`, of a `group` or of gomend itself, that does `act`.

    One that `wraps` leaves all words from its first argument on alone.
    """
    speaker = current_voice()
    context: dict[str, Any] = {"allow_interspersed_args": False} if wraps else {}
    key = f"{group}_{name}" if group else name
    command = Helpful(
        name,
        callback=click.pass_context(act),
        params=[*parameters, *shared(speaker)],
        help=speaker.text(f"help/{key}"),
        context_settings=context,
    )
    command.speaker = speaker
    command.key = key
    return command


def make_group(name: str, names: Sequence[str], extra: Sequence[click.Parameter] = ()) -> Group:
    """The group `name`: its commands lie in the package `gomend.cli.<name>`, those of gomend itself in `gomend.cli`."""
    speaker = current_voice()
    group = Group(name, params=[*shared(speaker), *extra], help=speaker.text(f"help/{name}"), no_args_is_help=True)
    group.speaker = speaker
    group.key = name
    group.names = tuple(names)
    is_root = name == "gomend"
    group.package = "gomend.cli" if is_root else f"gomend.cli.{name}"
    group.within = "" if is_root else f"{name}_"
    return group


def current_voice() -> Voice:
    """A voice for help texts and for what is wrong with the command line, before options are parsed."""
    return voice()


def in_force(context: click.Context) -> tuple[Loaded, Voice]:
    """The options in force for a command of gomend's own, and the voice to speak with. Raises SettingError."""
    try:
        folder: str | None = str(Path.cwd())
    except OSError:
        folder = None
    loaded = load(given(context), os.environ, folder)
    return loaded, Voice(choose(loaded.text("lang"), os.environ))
