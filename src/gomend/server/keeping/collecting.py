"""Which versions of a store may go. The choice is pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from gomend.server.keeping.contents import Version
from gomend.storage.base import Store, StoreError


def chosen(
    versions: Sequence[Version],
    *,
    before: float | None,
    most: int | None,
    pinned: Collection[tuple[str, str]],
) -> list[Version]:
    """The versions that go, those used longest ago first.

    Without `most` (bytes) all that were last used before `before` (seconds since 1970); with it as many as it takes for
    the rest to fit, and still none that was used after `before`. One that is `pinned` never goes.
    """
    size = sum(one.size for one in versions)
    found = []
    for one in sorted(versions, key=lambda version: version.used):
        if (before is not None and one.used >= before) or (one.module, one.version) in pinned:
            continue
        if most is not None and size <= most:
            break
        found.append(one)
        size -= one.size
    return found


@dataclass(slots=True)
class Collected:
    """What went, and what did not with the reason."""

    gone: list[Version] = field(default_factory=list)
    failed: list[tuple[Version, str]] = field(default_factory=list)


async def collect(store: Store, versions: Sequence[Version]) -> Collected:
    """Remove versions, the zip of each first: a .info without it says only that there is such a version."""
    done = Collected()
    for one in versions:
        try:
            for file in sorted(one.files, key=lambda held: held.key, reverse=True):
                await store.delete(file.key)
        except StoreError as error:
            done.failed.append((one, error.words))
        else:
            done.gone.append(one)
    return done
