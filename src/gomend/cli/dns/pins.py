"""`gomend dns pins`: the pinned names, and whether their addresses still answer for them."""

import time
from datetime import UTC, datetime

import click

from gomend.cli import exits
from gomend.cli.command import in_force, make
from gomend.cli.dns.pinning import all_pins, expire, own_file, system_hosts, try_all
from gomend.cli.looking import look
from gomend.cli.mending import RefusedError
from gomend.cli.output import hand_out
from gomend.diagnose.world import World
from gomend.mend.pins import Pin
from gomend.report.pins import PinLine, PinList


def _pins(context: click.Context) -> int:
    loaded, voice = in_force(context)
    try:
        own, hosts = own_file(voice), system_hosts()
        there = all_pins(own, hosts)
        _, lines = look(loaded, voice, lambda world: _lines(world, there))
        expire(own, hosts, voice)
    except RefusedError as refused:
        return refused.status
    hand_out(PinList("gomend.pins/1", tuple(lines), ()), loaded, voice)
    return exits.PROBLEM if any(line.state == "broken" for line in lines) else exits.FINE


async def _lines(world: World, there: list[Pin]) -> list[PinLine]:
    found = []
    for pin in there:
        if pin.until <= time.time():
            found.append(line_of(pin, "expired"))
            continue
        (tried,) = await try_all(world, pin.host, pin.port, [(pin.address, 0)])
        found.append(line_of(pin, "broken" if tried.seconds is None else "valid", tried.words))
    return found


def line_of(pin: Pin, state: str, words: str = "") -> PinLine:
    """A pin as a document has it."""
    since, until = (datetime.fromtimestamp(one, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for one in (pin.since, pin.until))
    return PinLine(pin.host, pin.address, since, until, pin.system, state, words)


command = make("pins", _pins, group="dns")
