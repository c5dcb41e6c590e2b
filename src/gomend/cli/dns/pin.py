"""`gomend dns pin HOST [IP]`: a name with a fixed address for a while, a way round a broken resolver."""

import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import click

from gomend.cli import exits
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.dns.pinning import expire, is_address, own_file, seconds_of, system_hosts, try_all, write
from gomend.cli.looking import look
from gomend.cli.mending import RefusedError
from gomend.cli.output import hand_out
from gomend.diagnose.names.looking import Names
from gomend.diagnose.world import World
from gomend.mend.choosing import Tried, candidates, fastest
from gomend.mend.pins import Pin
from gomend.report.pins import Pinned, tried_parts
from gomend.texts import text

_HTTPS = 443


def _pin(context: click.Context, host: str, address: str, *, lasting: str, system: bool) -> int:
    loaded, voice = in_force(context)
    seconds = seconds_of(lasting)
    if seconds is None:
        raise click.UsageError(text(voice.lang, "pins.error/duration", value=lasting), context)
    name, port = _parted(host)
    if not name or is_address(name):
        raise click.UsageError(text(voice.lang, "pins.error/host", written=host), context)
    if address and not is_address(address):
        raise click.UsageError(text(voice.lang, "pins.error/address", written=address), context)
    try:
        own = own_file(voice)
        expire(own, system_hosts(), voice)
        _, tried = look(loaded, voice, lambda world: _tried(world, name, port, address))
        chosen = fastest(tried)
        now = time.time()
        pin = Pin(name, chosen.address if chosen else "", now, now + seconds, system, port)
        entry = ""
        if chosen is not None:
            words = ["gomend", "dns", "pin", host, chosen.address, "--for", lasting, *(["--system"] if system else [])]
            entry = write(system_hosts() if system else own, {name: pin}, voice, system=system, command=words)
    except RefusedError as refused:
        return refused.status
    until = datetime.fromtimestamp(pin.until, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    hand_out(Pinned("gomend.pinned/1", name, pin.address, until, system, entry, tried_parts(tried)), loaded, voice)
    return exits.FINE if chosen else exits.PROBLEM


def _parted(written: str) -> tuple[str, int]:
    try:
        parts = urlsplit(written if "://" in written else f"//{written}")
        return (parts.hostname or "").lower().removesuffix("."), parts.port or _HTTPS
    except ValueError:
        return "", _HTTPS


async def _tried(world: World, host: str, port: int, address: str) -> list[Tried]:
    if address:
        return await try_all(world, host, port, [(address, 0)])
    seen = await Names(world, port=port).see(host)
    answers = [row.addresses for row in seen.rows]
    if seen.looked.source != "dns":  # the C library or the hosts file said so
        answers.append(seen.looked.addresses)
    return await try_all(world, host, port, candidates(answers))


def _help(name: str) -> str:
    return text(current_voice().lang, f"pins.option/{name}")


command = make(
    "pin",
    _pin,
    [
        click.Argument(["host"], metavar="HOST"),
        click.Argument(["address"], required=False, default="", metavar="[IP]"),
        click.Option(["--for", "lasting"], default="24h", metavar="TIME", help=_help("for")),
        click.Option(["--system"], is_flag=True, help=_help("system")),
    ],
    group="dns",
)
