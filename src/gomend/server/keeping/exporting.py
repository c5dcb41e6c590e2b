"""Brings versions of a store into a folder that go can use as `GOPROXY=file://…`."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gomend.gomod.path import escape_path, unescape_version
from gomend.gomod.protocol import Kind
from gomend.gomod.version import is_pseudo, sort_versions
from gomend.server.keeping.contents import Version
from gomend.storage.base import Store, StoreError
from gomend.storage.base import named as fault
from gomend.storage.disk import DiskStore
from gomend.storage.scratch import write_blob

_AT_ONCE = 8


@dataclass(slots=True)
class Exported:
    """What became of the files."""

    new: int = 0
    known: int = 0  # were there before, and stayed as they were
    bytes: int = 0  # of the new ones
    failed: list[tuple[str, str]] = field(default_factory=list)  # keys, with the reason


def named(versions: Iterable[Version], words: Sequence[str]) -> list[Version]:
    """The versions that `MODULE` or `MODULE@VERSION` name; all where there are no words."""
    wanted = [(module, version) for module, _, version in (word.partition("@") for word in words)]
    return [
        one
        for one in versions
        if not wanted or any(one.module == module and version in ("", one.version) for module, version in wanted)
    ]


async def export(store: Store, versions: Sequence[Version], folder: Path) -> Exported:
    """Copy these versions; each file has its name once it is whole. Raises StoreError for a folder that is no use."""
    there = DiskStore(folder)
    done = Exported()
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(key: str, size: int) -> None:
        async with room:
            try:
                if await _copy(store, there, key):
                    done.new += 1
                    done.bytes += size
                else:
                    done.known += 1
            except StoreError as error:
                done.failed.append((key, error.words))

    await asyncio.gather(*(one(file.key, file.size) for version in versions for file in version.files))
    for module in dict.fromkeys(version.module for version in versions):
        await _list(there, module)
    for empty in (there.scratch, there.scratch.parent):
        with suppress(OSError):
            empty.rmdir()
    return done


async def _copy(store: Store, there: DiskStore, key: str) -> bool:
    """Whether it is new there. Raises StoreError."""
    if await there.stat(key) is not None:
        return False
    blob = await store.open(key)
    if blob is None:
        raise StoreError("it is no longer there")
    made = there.scratch / f"export-{key.replace('/', '_')[-120:]}-{id(blob):x}"
    try:
        with made.open("xb", buffering=0) as file:
            await write_blob(file.fileno(), blob)
        return await there.add(key, made)
    except OSError as error:
        raise fault(error) from error
    finally:
        made.unlink(missing_ok=True)


async def _list(there: DiskStore, module: str) -> None:
    """The list of a module, of all versions that have lain in the folder; it names no pseudo-versions, as go's."""
    front = f"{escape_path(module)}/@v/"
    names = [entry.key.removeprefix(front) async for entry in there.list(front)]
    versions = {unescape_version(name.rpartition(".")[0]) for name in names if name.endswith(f".{Kind.MOD}")}
    body = "".join(f"{version}\n" for version in sort_versions(v for v in versions if not is_pseudo(v)))
    await there.replace(f"{front}list", body.encode())
