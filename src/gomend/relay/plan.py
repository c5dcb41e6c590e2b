"""Which entries of GOPROXY get an address behind the door, and what go is given instead. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from gomend.gomod.proxylist import (
    Answer,
    EntryKind,
    ProxyEntry,
    ProxyListError,
    next_entry,
    parse_proxy_list,
    rewrite_proxy_list,
)
from gomend.sources.entry import HttpEntry, http_entry


@dataclass(frozen=True, slots=True)
class DoorEntry:
    """One http(s) entry of GOPROXY behind the door."""

    number: int  # among the list's URLs, from 0: its part of the door's address
    address: HttpEntry
    may_move_on: bool  # any failure lets go ask a later entry, and that is not `off`


@dataclass(frozen=True, slots=True)
class Plan:
    """A GOPROXY list as the door serves it."""

    goproxy: str
    entries: Mapping[int, DoorEntry]
    _places: Mapping[int, int]  # number of a door entry -> its index in _chain
    _chain: tuple[ProxyEntry, ...]

    @property
    def first(self) -> int | None:
        """The door entry that go asks first for a module that is not private; None where another kind comes first."""
        at = 1 if self._chain[0].kind is EntryKind.NOPROXY else 0
        return self._number_at(at)

    @property
    def goes_direct(self) -> bool:
        """Whether go may ask a repository itself."""
        return any(entry.kind in (EntryKind.DIRECT, EntryKind.NOPROXY) for entry in self._chain)

    @property
    def asks_https(self) -> bool:
        """Whether any of the entries behind the door is https."""
        return any(entry.address.base.startswith("https:") for entry in self.entries.values())

    def step(self, number: int, *, not_found: bool) -> int | None:
        """The door entry that go asks after entry `number` answered so; None where it asks none behind the door."""
        answer = Answer.NOT_EXIST if not_found else Answer.FAILED
        following = next_entry(self._chain, self._places[number], answer)
        return None if following is None else self._number_at(following)

    def value(self, address: str) -> str:
        """GOPROXY for go, the door answering at `address` (`http://127.0.0.1:PORT/SECRET`)."""
        return rewrite_proxy_list(
            self.goproxy, lambda number, _: f"{address}/{number}" if number in self.entries else None
        )

    def _number_at(self, place: int) -> int | None:
        return next((number for number, at in self._places.items() if at == place), None)


def _has_a_successor(chain: tuple[ProxyEntry, ...], place: int) -> bool:
    following = next_entry(chain, place, Answer.FAILED)
    return following is not None and chain[following].kind is not EntryKind.OFF


def plan(goproxy: str, gonoproxy: str) -> Plan | None:
    """What the door serves; None where go asks nothing of any network, or itself will refuse the list.

    `file://`, `direct`, `off` and entries that go refuses (credentials to http) stay as they are written; a list of
    such alone has no entries.
    """
    try:
        chain = parse_proxy_list(goproxy, gonoproxy)
    except ProxyListError:
        return None
    entries: dict[int, DoorEntry] = {}
    places: dict[int, int] = {}
    number = -1
    for place, entry in enumerate(chain):
        if entry.kind is not EntryKind.URL:
            continue
        number += 1
        address = http_entry(entry)
        if address is None:
            continue
        entries[number] = DoorEntry(number, address, _has_a_successor(chain, place))
        places[number] = place
    return None if chain[0].kind is EntryKind.OFF else Plan(goproxy, entries, places, chain)
