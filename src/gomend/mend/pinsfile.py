"""The file of gomend's own pins, one host at a time, and which are in force. Light: a door reads it when it opens."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from gomend.gocmd import records

_FILE = "pins.json"


class _File(msgspec.Struct):
    schema: str = "gomend.pins_file/1"
    pins: dict[str, str] = {}


def values(data: bytes) -> Mapping[str, str]:
    """The pins of gomend's own file; none where it is damaged."""
    try:
        return msgspec.json.decode(data, type=_File).pins
    except msgspec.DecodeError:
        return {}


def put(data: bytes, host: str, value: str | None) -> bytes:
    """The file with `host` pinned as `value` says, or not at all."""
    pins = {**values(data)}
    if value is None:
        pins.pop(host, None)
    else:
        pins[host] = value
    return msgspec.json.format(msgspec.json.encode(_File(pins=pins)), indent=2) + b"\n"


def place_of(environment: Mapping[str, str]) -> Path | None:
    """The file of gomend's own pins; None where there is no state folder."""
    place = records.folder(environment, _FILE)
    return Path(place) if place else None


def in_force(environment: Mapping[str, str], now: float) -> dict[str, str]:
    """gomend's own pins that have not expired: host in lower case → address. Empty where nothing can be read."""
    place = place_of(environment)
    try:
        data = place.read_bytes() if place else b""
    except OSError:
        return {}
    found = {}
    for host, value in values(data).items():
        with suppress(ValueError):
            address, _, until, _ = value.split(" ")
            if now < datetime.fromisoformat(until).timestamp():
                found[host] = address
    return found
