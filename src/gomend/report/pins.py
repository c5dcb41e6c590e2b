"""`gomend dns pin`, `unpin`, `pins` and `flush` as documents."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:  # what pins nothing loads none of this
    from gomend.mend.choosing import Tried


class TriedPart(msgspec.Struct, frozen=True):
    """An address that was tried: `votes` of resolvers, `seconds` until its certificate was seen, -1 for none."""

    address: str
    votes: int
    seconds: float
    code: str
    words: str


class Pinned(msgspec.Struct, frozen=True):
    """`gomend dns pin`: the name and its address, empty where none would do; `entry` is the journal's."""

    schema: str
    host: str
    address: str
    until: str
    system: bool
    entry: str
    tried: tuple[TriedPart, ...]


class PinLine(msgspec.Struct, frozen=True):
    """One pin. `state` is valid, expired, or broken where the address no longer answers for that name."""

    host: str
    address: str
    since: str
    until: str
    system: bool
    state: str
    words: str


class PinList(msgspec.Struct, frozen=True):
    """`gomend dns pins`, and the pins that `gomend dns unpin` took out."""

    schema: str
    pins: tuple[PinLine, ...]
    entries: tuple[str, ...]


class FlushedCache(msgspec.Struct, frozen=True):
    """A cache of names: the `commands` that empty it; `state` is emptied, failed, refused (no rights) or unseen.

    `left` is how many entries there are still, -1 where that cannot be told.
    """

    name: str
    commands: tuple[str, ...]
    state: str
    left: int
    words: str


class Flushed(msgspec.Struct, frozen=True):
    """`gomend dns flush`."""

    schema: str
    caches: tuple[FlushedCache, ...]


def tried_parts(tried: "Sequence[Tried]") -> tuple[TriedPart, ...]:
    """What was tried, for a document."""
    return tuple(
        TriedPart(one.address, one.votes, -1.0 if one.seconds is None else round(one.seconds, 4), one.code, one.words)
        for one in tried
    )
