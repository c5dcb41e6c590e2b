"""The command line for all but the quickest way to a wrapped command: `gomend COMMAND`."""

import os
from collections.abc import Sequence

import click

from gomend import __version__
from gomend.cli import exits
from gomend.cli.command import Group, current_voice, make_group
from gomend.cli.options import goproxy
from gomend.cli.saying import Voice
from gomend.errors import GomendError
from gomend.settings.load import nearest
from gomend.settings.trouble import SettingError

COMMANDS: tuple[str, ...] = (
    "go",
    "run",
    "explain",
    "fix",
    "undo",
    "doctor",
    "proxy",
    "cache",
    "serve",
    "store",
    "deps",
    "token",
    "dns",
    "probe",
    "trace",
    "codes",
    "settings",
    "schema",
    "completion",
)


def build() -> Group:
    """`gomend` itself."""
    speaker = current_voice()
    return make_group("gomend", COMMANDS, [goproxy(speaker), _version(speaker)])


def main(words: Sequence[str]) -> int:
    """Does what the words say. Returns the exit status."""
    try:
        status = build().main(list(words), prog_name="gomend", standalone_mode=False)
        return int(status or exits.FINE)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
    except click.UsageError as error:
        _refuse(error)
    except SettingError as error:
        speaker = current_voice()
        speaker.line(speaker.setting(error))
    except GomendError as error:
        current_voice().line(str(error))
    except (click.Abort, KeyboardInterrupt):
        return exits.INTERRUPTED
    except BrokenPipeError:  # `gomend codes | head`
        _forget_output()
        return exits.FINE
    return exits.USAGE


def _version(speaker: Voice) -> click.Option:
    def show(context: click.Context, _: click.Parameter, value: bool) -> None:
        if value and not context.resilient_parsing:
            click.echo(f"gomend {__version__}")
            context.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help=speaker.text("option/version"),
    )


def _refuse(error: click.UsageError) -> None:
    speaker = current_voice()
    speaker.line(_said(error, speaker))
    path = error.ctx.command_path if error.ctx else "gomend"
    speaker.tell("error/see_help", command=f"{path} --help")


def _said(error: click.UsageError, speaker: Voice) -> str:
    match error:
        case click.exceptions.NoSuchCommand():
            said, word, known = "error/no_command", error.command_name, tuple(_commands(error.ctx))
        case click.NoSuchOption():
            said, word, known = "error/no_option", error.option_name, tuple(_options(error.ctx))
        case click.MissingParameter():
            return speaker.text("error/missing", name=_name(error))
        case click.BadParameter() if isinstance(getattr(error.param, "type", None), click.Choice):
            choices = ", ".join(getattr(error.param.type, "choices", ())) if error.param else ""
            return speaker.text("error/choice", name=_name(error), choices=choices)
        case click.BadOptionUsage():
            return speaker.text("error/needs_value", name=error.option_name)
        case _:
            return error.format_message()
    near = nearest(word, known)
    return speaker.text(said, name=word) + (speaker.text("error/nearest", word=near) if near else "")


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    return (
        next(iter(error.param.opts), "")
        if isinstance(error.param, click.Option)
        else error.param.make_metavar(error.ctx or click.Context(click.Command("")))
    )


def _commands(context: click.Context | None) -> list[str]:
    group = context.command if context is not None else None
    return group.list_commands(context) if context is not None and isinstance(group, click.Group) else []


def _options(context: click.Context | None) -> list[str]:
    if context is None:
        return []
    return [name for one in context.command.get_params(context) for name in one.opts if name.startswith("--")]


def _forget_output() -> None:
    """Standard output is closed at its far end: what is still held back for it must not be tried again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
