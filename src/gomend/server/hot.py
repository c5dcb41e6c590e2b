"""What was handed out a moment ago, ready to be handed out again. It is found by the path as it came."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gomend.server.conditions import Validators

HeaderList = tuple[tuple[bytes, bytes], ...]

_MOST_BYTES = 64 << 20
_MOST_ENTRIES = 50_000


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


class Hot:
    """Answers by path, each until its time is over. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ready: OrderedDict[bytes, tuple[float, Ready]] = OrderedDict()
        self.size = 0  # bytes of bodies

    def get(self, path: bytes) -> Ready | None:
        """What is ready for a path."""
        found = self._ready.get(path)
        if found is None:
            return None
        if found[0] < self._clock():
            self.drop(path)
            return None
        return found[1]

    def put(self, path: bytes, ready: Ready, seconds: float) -> None:
        """Keep an answer for so long."""
        self.drop(path)
        self._ready[path] = (self._clock() + seconds, ready)
        self.size += _size(ready)
        while self.size > _MOST_BYTES or len(self._ready) > _MOST_ENTRIES:
            self.drop(next(iter(self._ready)))

    def drop(self, path: bytes) -> None:
        """Forget one."""
        found = self._ready.pop(path, None)
        if found is not None:
            self.size -= _size(found[1])

    def drop_module(self, module: str) -> None:
        """Forget all of one module, by whatever path it was asked."""
        for path in [path for path, (_, ready) in self._ready.items() if ready.module == module]:
            self.drop(path)

    def clear(self) -> None:
        """Forget all."""
        self._ready.clear()
        self.size = 0


def _size(ready: Ready) -> int:
    return len(ready.body or b"") + len(ready.zipped or b"")
