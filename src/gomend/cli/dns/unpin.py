"""`gomend dns unpin HOST…`: takes pinned names out again."""

from pathlib import Path

import click

from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.dns.pinning import all_pins, own_file, said, system_hosts, write
from gomend.cli.dns.pins import line_of
from gomend.cli.mending import RefusedError
from gomend.cli.output import hand_out
from gomend.cli.saying import Voice
from gomend.mend.pins import Pin
from gomend.report.pins import PinList
from gomend.texts import text


def _unpin(context: click.Context, hosts: tuple[str, ...], *, every: bool) -> int:
    loaded, voice = in_force(context)
    if not hosts and not every:
        raise click.UsageError(voice.text("error/missing", name="HOST"), context)
    try:
        own = own_file(voice)
        there = all_pins(own, system_hosts())
        names = {pin.host for pin in there} if every else {host.lower().removesuffix(".") for host in hosts}
        for name in sorted(names - {pin.host for pin in there}):
            said(voice, "error/not_pinned", host=name)
            return exits.USAGE
        gone = [pin for pin in there if pin.host in names]
        entries = tuple(_taken_out(gone, own, voice, system=system) for system in (False, True))
    except RefusedError as refused:
        return refused.status
    lines = tuple(line_of(pin, "removed") for pin in gone)
    hand_out(PinList("gomend.pins/1", lines, tuple(filter(None, entries))), loaded, voice)
    return exits.FINE


def _taken_out(gone: list[Pin], own: Path, voice: Voice, *, system: bool) -> str:
    changes: dict[str, Pin | None] = {pin.host: None for pin in gone if pin.system is system}
    if not changes:
        return ""
    words = ["gomend", "dns", "unpin", *changes]
    return write(system_hosts() if system else own, changes, voice, system=system, command=words)


command = make(
    "unpin",
    _unpin,
    [
        click.Argument(["hosts"], nargs=-1, metavar="[HOST]..."),
        click.Option(["--all", "every"], is_flag=True, help=text(current_voice().lang, "pins.option/all")),
    ],
    group="dns",
)
