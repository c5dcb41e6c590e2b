"""`gomend completion SHELL`: the script that lets a shell complete gomend's command line."""

import click
from click.shell_completion import get_completion_class

from gomend.cli import exits
from gomend.cli.command import in_force, make
from gomend.cli.output import deliver

_SHELLS = ("bash", "zsh", "fish", "powershell")


def _completion(context: click.Context, shell: str) -> int:
    loaded, _ = in_force(context)
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click knows these four
    deliver(kind(context.find_root().command, {}, "gomend", "_GOMEND_COMPLETE").source(), loaded)
    return exits.FINE


command = make("completion", _completion, [click.Argument(["shell"], type=click.Choice(_SHELLS))])
