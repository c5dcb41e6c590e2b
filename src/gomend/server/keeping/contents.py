"""What a store holds, file by file and version by version."""

from collections.abc import Iterable
from dataclasses import dataclass

from gomend.gomod.protocol import Asked, Kind, NotProtocolError, parse_path
from gomend.sources.keys import QUERIES, is_immutable
from gomend.storage.base import OWN, Store


@dataclass(frozen=True, slots=True)
class Held:
    """One stored file. `asked` is None for one that is no answer of the protocol."""

    key: str
    size: int  # bytes
    modified: float  # seconds since 1970: when it was stored
    used: float  # when it was last handed out, as far as the store knows
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class Version:
    """One module version, with its .info, .mod and .zip as far as they are stored."""

    module: str
    version: str
    files: tuple[Held, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)

    @property
    def stored(self) -> float:
        """When the last of its files was stored, in seconds since 1970."""
        return max(file.modified for file in self.files)

    @property
    def used(self) -> float:
        """When one of its files was last handed out, as far as the store knows, else stored; seconds since 1970."""
        return max(file.used for file in self.files)


async def contents(store: Store) -> list[Held]:
    """All files of a store, sorted by key. Raises StoreError."""
    found = [Held(one.key, one.size, one.modified, one.used, _asked(one.key)) async for one in store.list()]
    return sorted(found, key=lambda one: one.key)


def versions(held: Iterable[Held]) -> list[Version]:
    """The versions among files, in the order of module and version."""
    found: dict[tuple[str, str], list[Held]] = {}
    for one in held:
        if one.asked is not None and not one.key.startswith(OWN) and is_immutable(one.asked):
            found.setdefault((one.asked.module, one.asked.version), []).append(one)
    return [Version(*key, tuple(files)) for key, files in sorted(found.items())]


def may_change(held: Held) -> bool:
    """Whether a file is an answer that may change: a list, @latest, what a branch led to."""
    return held.asked is not None and (held.asked.kind in (Kind.LIST, Kind.LATEST) or held.key.startswith(QUERIES))


def _asked(key: str) -> Asked | None:
    try:
        return parse_path(key.removeprefix(QUERIES), percent_encoded=False)
    except NotProtocolError:
        return None
