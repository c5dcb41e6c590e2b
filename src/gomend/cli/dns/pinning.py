"""What the commands about pins share: where they lie, whether an address answers for a name, what has expired."""

import ipaddress
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from gomend.cli import exits
from gomend.cli.mending import RefusedError, faults_told, journal
from gomend.cli.saying import Voice
from gomend.diagnose.names.looking import Names
from gomend.diagnose.world import World
from gomend.mend import pins
from gomend.mend.choosing import Tried
from gomend.mend.goenv import NotWritableError
from gomend.mend.pins import Pin, hosts_file, pins_in
from gomend.mend.pinsfile import place_of
from gomend.texts import text

_DURATION = re.compile(r"(\d{1,4})([mhd])\Z")
_UNITS = {"m": 60, "h": 3600, "d": 86_400}
_MOST = 30 * 86_400


def said(voice: Voice, key: str, **params: object) -> None:
    """Writes the text `pins.<key>` as one line."""
    voice.line(text(voice.lang, f"pins.{key}", **params))


def seconds_of(written: str) -> float | None:
    """The seconds that `30m`, `2h` or `3d` stands for; None for what is none, or is longer than 30 days."""
    found = _DURATION.match(written)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    return seconds if 0 < seconds <= _MOST else None


def is_address(written: str) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(written)
    except ValueError:
        return False
    return True


def own_file(voice: Voice) -> Path:
    """The file of gomend's own pins. Raises RefusedError."""
    place = place_of(os.environ)
    if place is None:
        said(voice, "error/no_place")
        raise RefusedError(exits.USAGE)
    return place


def all_pins(own: Path, hosts: Path) -> list[Pin]:
    """gomend's own pins, then those of the hosts file."""
    found: list[Pin] = []
    for path, system in ((own, False), (hosts, True)):
        try:
            found += pins_in(path.read_bytes(), system=system)
        except OSError:
            continue
    return found


def system_hosts() -> Path:
    """The hosts file of this machine."""
    return hosts_file(os.environ, sys.platform)


def write(path: Path, changes: Mapping[str, Pin | None], voice: Voice, *, system: bool, command: Sequence[str]) -> str:
    """Puts pins into a file, or takes them out. Gives the journal's entry, "" where all stood so; or RefusedError."""
    made = journal(voice)
    try:
        steps = pins.steps(path, changes, system=system)
    except NotWritableError as error:
        said(voice, "error/needs_rights", path=error.path, command=f"sudo {' '.join(command)}")
        raise RefusedError(exits.PROBLEM) from error
    if not steps:
        return ""
    with faults_told(voice):
        what = [f"{host} {pin.value if pin else '–'} ({path})" for host, pin in changes.items()]
        return made.apply(steps, command=command, what=what).id


def expire(own: Path, hosts: Path, voice: Voice) -> None:
    """Takes out what has expired; where that may not be done, says how it is."""
    now = time.time()
    for path, system in ((own, False), (hosts, True)):
        old = [pin for pin in all_pins(own, hosts) if pin.system is system and pin.until <= now]
        if not old:
            continue
        if path.exists() and not os.access(path, os.W_OK):
            for pin in old:
                said(voice, "error/expired", host=pin.host, path=path, command=f"sudo gomend dns unpin {pin.host}")
            continue
        write(path, {pin.host: None for pin in old}, voice, system=system, command=["gomend", "dns", "pins"])
        for pin in old if system else ():
            said(voice, "error/gone", host=pin.host, path=path)


async def try_all(world: World, host: str, port: int, addresses: Sequence[tuple[str, int]]) -> list[Tried]:
    """Whether each address answers for `host` on `port` with a certificate that go would accept; how fast."""
    shaker = Names(world, port=port).shaker
    found = []
    for address, votes in addresses:
        shaken = await shaker.shake(host, port, address)
        if shaken.code is None:
            found.append(Tried(address, votes, (shaken.connect or 0.0) + (shaken.tls or 0.0)))
        else:
            found.append(Tried(address, votes, None, shaken.code.value, shaken.words))
    return found
