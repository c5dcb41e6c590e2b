"""What a client asks for next comes in before it does, where it goes through a list a second and a third time.

`go mod download` asks for the .mod of each module that it needs, a few at a time, then for each .info, one after the
other, then for each zip, in the same order: from a source 50 ms away that is 16 s of waiting for 150 modules. The order
shows in the .mod requests; so a client's .info brings in those behind it, and its zip those behind that of
which it has asked for the .info, too: `go build` asks for no .info, and leaves out zips at will. How many come ahead
grows with each one that was foretold rightly. A source that is near is not worth it: then the work is the server's own.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from gomend.errors import GomendError
from gomend.gomod.protocol import Kind
from gomend.server.routes import ModuleRoute
from gomend.sources.base import Request
from gomend.sources.cached import Cached, Stored
from gomend.sources.keys import is_immutable

_CLIENTS = 64  # that are remembered
_VERSIONS = 2048  # of one client's list
_LONGEST = 256  # characters of a path
_STAYS = 120.0  # seconds after a client's last request
_FIRST, _MOST = 2, {Kind.INFO: 32, Kind.ZIP: 16}  # that come ahead of one client
_AT_ONCE = 64  # of all
_FAR = 0.005  # seconds that a .mod of a walk took
_WEIGHT = 0.25  # of the newest


@dataclass(slots=True)
class _Ahead:
    """How far one kind of file was asked for ahead, as a place in the list, and how many may come ahead at a time."""

    reached: int = -1
    width: int = _FIRST


@dataclass(slots=True)
class Walk:
    """The versions that one client goes through: each known by the path of its files, less the ending."""

    order: list[str] = field(default_factory=list)  # of their .mod; empty where one was asked for anew
    places: dict[str, int] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)  # those whose .info was asked for
    ahead: dict[Kind, _Ahead] = field(default_factory=dict)
    wait: float | None = None  # seconds until the answer for a .mod that came from a source, the newest counting most

    def asked(self, kind: Kind, version: str) -> Iterator[str]:
        """The versions whose file of this kind is to come now that this one's is asked for, each told once."""
        if kind is Kind.MOD:
            if len(self.order) >= _VERSIONS:
                self.order, self.places, self.named = [], {}, set()
            self._append(version)
        elif version in self.places:
            if kind is Kind.INFO:
                self.named.add(version)
            if version in self.named and self.wait is not None and self.wait >= _FAR:
                yield from self._behind(kind, self.places[version])

    def came(self, kind: Kind, seconds: float) -> None:
        """A file came from a source, so long after it was asked for."""
        if kind is Kind.MOD:
            self.wait = seconds if self.wait is None else self.wait + (seconds - self.wait) * _WEIGHT

    def _append(self, version: str) -> None:
        place = self.places.pop(version, None)
        if place is not None:  # another run of go
            self.order[place] = ""
            self.named.discard(version)
        if place is not None or not self.order:
            self.ahead = {Kind.INFO: _Ahead(), Kind.ZIP: _Ahead()}
            self.wait = None
        self.places[version] = len(self.order)
        self.order.append(version)

    def _behind(self, kind: Kind, place: int) -> Iterator[str]:
        ahead = self.ahead[kind]
        if place <= ahead.reached:
            ahead.width = min(_MOST[kind], ahead.width * 2)
        for number in range(max(place, ahead.reached) + 1, min(place + 1 + ahead.width, len(self.order))):
            ahead.reached = number
            version = self.order[number]
            if version and (kind is Kind.INFO or version in self.named):
                yield version


class Following:
    """Fetches ahead into what `files` keeps. `clock` gives seconds."""

    def __init__(self, files: Cached, clock: Callable[[], float]) -> None:
        self._files = files
        self._clock = clock
        self._walks: OrderedDict[str, tuple[float, Walk]] = OrderedDict()  # by client, the one last heard of at the end
        self._tasks: set[asyncio.Task[None]] = set()
        self.fetched = 0

    def asked(self, client: str, found: ModuleRoute) -> None:
        """A client asks for a file that it may have fetched, and is about to be answered."""
        kind = found.asked.kind
        if not is_immutable(found.asked) or len(found.path) > _LONGEST:
            return
        now = self._clock()
        last, walk = self._walks.pop(client, (now, Walk()))
        if last + _STAYS < now:
            walk = Walk()
        self._walks[client] = now, walk
        if len(self._walks) > _CLIENTS:
            self._walks.popitem(last=False)
        for version in walk.asked(kind, found.path.removesuffix(f".{kind}")):
            if len(self._tasks) < _AT_ONCE:
                task = asyncio.ensure_future(self._fetch(Request(f"{version}.{kind}", kind.value)))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def came(self, client: str, kind: Kind, seconds: float) -> None:
        """A file for a client came from a source, and it took so long until the answer to the client began."""
        if client in self._walks:
            self._walks[client][1].came(kind, seconds)

    async def _fetch(self, request: Request) -> None:
        """Whoever asks for it meanwhile joins, and is told of a fault; the fetch goes on without a reader."""
        with suppress(GomendError, OSError):
            async with self._files.get(request) as answer:
                self.fetched += answer.status == 200 and not isinstance(answer, Stored)
