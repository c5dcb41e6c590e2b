"""What was handed out a moment ago, ready to be handed out again: found by the path as it came, or by a whole head."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gomend.server.access.tokens import Token
from gomend.server.conditions import Validators
from gomend.sources.purges import Purges

HeaderList = tuple[tuple[bytes, bytes], ...]

_MOST_BYTES = 64 << 20
_MOST_ENTRIES = 50_000
_LONGEST_HEAD = 1024  # bytes


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer with 200. Its body is `body`, or the file at `path`."""

    kind: str
    size: int
    headers: HeaderList
    validators: Validators
    body: bytes | None = None
    zipped: bytes | None = None  # the body as gzip, where that is shorter
    path: Path | None = None
    module: str = ""
    version: str = ""
    plain: list[tuple[bytes, bytes]] = field(default_factory=list, compare=False)  # headers of the whole, as it is
    packed: list[tuple[bytes, bytes]] = field(default_factory=list, compare=False)  # the same, of `zipped`


@dataclass(frozen=True, slots=True)
class Quick:
    """The whole answer to all requests whose head is the same, byte by byte. `path` is theirs, as it came."""

    path: bytes
    ready: Ready
    head: bytes  # the headers as on the wire, with the empty line at their end
    body: bytes
    file: str  # that has the body instead; empty for none
    size: int
    holder: Token | None = None  # whose token the head shows


class Hot:
    """Answers by path, each until its time is over; those that may change until something is purged, too. `clock` gives
    seconds.
    """

    def __init__(self, clock: Callable[[], float], purges: Purges) -> None:
        self._clock = clock
        self._purged = purges.word
        self._seen = purges.last
        self._changing: set[bytes] = set()  # paths
        self._ready: OrderedDict[bytes, tuple[float, Ready]] = OrderedDict()
        self._quick: OrderedDict[bytes, Quick] = OrderedDict()
        self.size = 0  # bytes of bodies

    def get(self, path: bytes) -> Ready | None:
        """What is ready for a path."""
        if self._purged[0] != self._seen:
            self._forget_changing()
        found = self._ready.get(path)
        if found is None:
            return None
        if found[0] < self._clock():
            self.drop(path)
            return None
        return found[1]

    def put(self, path: bytes, ready: Ready, seconds: float, purges: int | None = None) -> None:
        """Keep an answer for so long. One that may change names the last of the `purges` before it was looked for, and
        is not kept if it is no longer the last.
        """
        self.drop(path)
        if purges is not None:
            if purges != self._purged[0]:
                return
            self._changing.add(path)
        self._ready[path] = (self._clock() + seconds, ready)
        self.size += _size(ready)
        while self.size > _MOST_BYTES or len(self._ready) > _MOST_ENTRIES:
            self.drop(next(iter(self._ready)))

    def quick(self, head: bytes) -> Quick | None:
        """The answer to a request with just this head, as long as `get` gives the one that it was made from."""
        if self._purged[0] != self._seen:
            self._forget_changing()
        key = head
        found = self._quick.get(key)
        if found is None:
            key = _digest(head)
            found = self._quick.get(key)
        if found is None:
            return None
        until, ready = self._ready.get(found.path, (0.0, None))
        if ready is found.ready and until >= self._clock() and (not found.file or _is_there(found)):
            return found
        del self._quick[key]
        return None

    def learn(
        self, head: bytes, path: bytes, ready: Ready, *, is_packed: bool, is_secret: bool, holder: Token | None
    ) -> None:
        """Remember that requests with this head for `path` are all answered with the whole of `ready`, as long as the
        token of `holder` is good, if it shows one. Of a head that `is_secret` no more than a digest is kept.
        """
        _, known = self._ready.get(path, (0.0, None))
        key = _digest(head) if is_secret else head
        if known is not ready or len(head) > _LONGEST_HEAD or key in self._quick:
            return
        pairs = ready.packed if is_packed else ready.plain
        wire = b"".join(b"%b: %b\r\n" % pair for pair in pairs) + b"\r\n"
        body = (ready.zipped if is_packed else ready.body) or b""
        file = str(ready.path) if ready.path is not None else ""
        self._quick[key] = Quick(path, ready, wire, body, file, len(body) or ready.size, holder)
        while len(self._quick) > _MOST_ENTRIES:
            self._quick.popitem(last=False)

    def drop(self, path: bytes) -> None:
        """Forget one."""
        found = self._ready.pop(path, None)
        if found is not None:
            self.size -= _size(found[1])
            self._changing.discard(path)

    def clear(self) -> None:
        """Forget all."""
        self._ready.clear()
        self._quick.clear()
        self._changing.clear()
        self.size = 0

    def _forget_changing(self) -> None:
        self._seen = self._purged[0]
        for path in list(self._changing):
            self.drop(path)


def _digest(head: bytes) -> bytes:
    return hashlib.sha256(head).digest()


def _size(ready: Ready) -> int:
    return len(ready.body or b"") + len(ready.zipped or b"")


def _is_there(quick: Quick) -> bool:
    try:
        return os.stat(quick.file).st_size == quick.size  # noqa: PTH116  (the way of every request)
    except OSError:
        return False
