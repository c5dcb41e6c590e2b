"""What go will ask for next comes in before it does: after a served .mod, the .mod files that its module requires.

The module that was asked for is taken for a main one, and what it requires is read on as go does: below a module that
prunes no further (`relay.graphwalk`). Where a zip of a required module was asked for before, that version's zip comes,
too. All of it is bounded; what finds no room is left to whoever asks. Private modules are left out altogether.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gomend.errors import GomendError
from gomend.gomod.protocol import Asked, Kind, parse_path
from gomend.relay.graphwalk import GraphWalk, wanted
from gomend.sources.base import Request
from gomend.sources.cached import Cached, Stored

_MOST_WAITING = 2000
_AT_ONCE = 4
_REMEMBERED = 20_000
_MOST_GOMOD = 1 << 20  # bytes of a go.mod that is read on
_MOST_BYTES = 256 << 20  # of zips, in one go
_BYTES_A_SECOND = 1 << 20  # with which that room comes back


class Outcome(StrEnum):
    """What became of a file."""

    FETCHED = "fetched"
    KNOWN = "known"  # was in the store
    FAILED = "failed"
    DROPPED = "dropped"  # no room in the queue


@dataclass(frozen=True, slots=True)
class _Turn:
    path: str
    walk: GraphWalk | None  # which reads on from it; None for what is fetched alone
    is_served: bool = False  # it was handed out, and is only read


class Prefetch:
    """Fetches ahead into what `files` keeps. `may_have(module, version)` says about which nobody else is told by that;
    `clock` gives seconds.
    """

    def __init__(self, files: Cached, may_have: Callable[[str, str], bool], clock: Callable[[], float]) -> None:
        self._files = files
        self._may_have = may_have
        self._clock = clock
        self._queue: asyncio.Queue[_Turn] = asyncio.Queue(_MOST_WAITING)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._with_zips: OrderedDict[str, None] = OrderedDict()
        self._room = float(_MOST_BYTES)
        self._since = clock()
        self.outcomes: dict[str, float] = dict.fromkeys(Outcome, 0)

    @property
    def waiting(self) -> int:
        """How many files wait for their turn."""
        return self._queue.qsize()

    def served(self, path: str, asked: Asked) -> None:
        """A file was handed out, `path` as a source is asked for it."""
        if asked.kind is Kind.ZIP:
            _remember(self._with_zips, asked.module)
        elif asked.kind is Kind.MOD and _remember(self._seen, f"{path} as main"):
            main = asked.module
            walk = GraphWalk(pruned=True, is_main=lambda module: module == main, wants=self._wants)
            self._put(_Turn(path, walk, is_served=True))

    async def work(self) -> None:
        """Fetch what waits, until cancelled."""
        await asyncio.gather(*(self._turns() for _ in range(_AT_ONCE)))

    async def _turns(self) -> None:
        while True:
            turn = await self._queue.get()
            try:
                outcome, body = await self._fetched(turn.path, keeps=turn.walk is not None)
            except (GomendError, OSError):
                outcome, body = Outcome.FAILED, b""
            if not turn.is_served:
                self.outcomes[outcome] += 1
            if turn.walk is not None:
                self._read_on(turn.path, body, turn.walk)

    def _read_on(self, path: str, body: bytes, walk: GraphWalk) -> None:
        for one in walk.after(path, {}, body):
            self._put(_Turn(one.path, walk))
            asked = parse_path(one.path)
            if asked.module not in self._with_zips:
                continue
            for kind in ("info", "zip"):
                file = wanted(asked.module, asked.version, kind)
                if file is not None and _remember(self._seen, file.path):
                    self._put(_Turn(file.path, None))

    async def _fetched(self, path: str, *, keeps: bool) -> tuple[Outcome, bytes]:
        """Fetching stores; with `keeps` the body, too. Raises what the sources raise."""
        kind = parse_path(path).kind
        if kind is Kind.ZIP and not self._has_room():
            return Outcome.DROPPED, b""
        body = b""
        async with self._files.get(Request(path, kind.value)) as answer:  # tried as often as for a client: one may join
            if answer.status != 200:
                return Outcome.FAILED, b""
            is_known = isinstance(answer, Stored)
            if is_known and not keeps:
                return Outcome.KNOWN, b""
            async for piece in answer.chunks():
                if kind is Kind.ZIP:
                    self._room -= len(piece)
                elif keeps and len(body) < _MOST_GOMOD:
                    body += piece
        return Outcome.KNOWN if is_known else Outcome.FETCHED, body

    def _wants(self, module: str, version: str, kind: str) -> bool:
        file = wanted(module, version, kind)
        return file is not None and self._may_have(module, version) and _remember(self._seen, file.path)

    def _put(self, turn: "_Turn") -> None:
        try:
            self._queue.put_nowait(turn)
        except asyncio.QueueFull:
            self.outcomes[Outcome.DROPPED] += 1
            self._seen.pop(turn.path, None)

    def _has_room(self) -> bool:
        now = self._clock()
        self._room = min(_MOST_BYTES, self._room + (now - self._since) * _BYTES_A_SECOND)
        self._since = now
        return self._room > 0


def _remember(known: OrderedDict[str, None], name: str) -> bool:
    """Whether it is new; the one not seen for longest is forgotten."""
    is_new = name not in known
    known[name] = None
    known.move_to_end(name)
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
    return is_new
