"""Every command of gomend, those of groups with them."""

from collections.abc import Iterator

import click

from gomend.cli.command import Group
from gomend.cli.group import build


def _below(group: Group, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield " ".join((*path, name)), command
        if isinstance(command, Group):
            yield from _below(command, (*path, name))


EVERY_COMMAND = dict(_below(build(), ()))
"""The words of a command (`trace`, `proxy list`) to the command, groups before what they hold."""
