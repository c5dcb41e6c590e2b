"""`gomend store …`: what a server's store holds, whether it is sound, what went and what came; the documents."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from gomend.report.storeimport import RefusedFile


class Version(Protocol):
    """What is told of a stored version: bytes, and when it was stored in seconds since 1970."""

    @property
    def module(self) -> str:
        """Its module's path."""

    @property
    def version(self) -> str:
        """Its name."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def stored(self) -> float:
        """Seconds since 1970."""

    @property
    def used(self) -> float:
        """When it was last handed out, as far as the store knows; seconds since 1970."""


class DamagedFile(msgspec.Struct, frozen=True):
    """A stored file that is not what it should be: `kind` is mismatch, malformed, differs or unreadable."""

    path: str
    kind: str
    text: str


class StoreCheck(msgspec.Struct, frozen=True):
    """`gomend store check`. `recorded` zips and go.mod files agree with a hash on record; of `by_rules` none was kept.

    `foreign` files are none of a store's; `removed` damaged ones are gone, to be fetched again. Sizes are bytes.
    """

    schema: str
    store: str
    outcome: str
    files: int
    bytes: int
    recorded: int
    by_rules: int
    foreign: int
    damaged: tuple[DamagedFile, ...]
    removed: int


class StoredModule(msgspec.Struct, frozen=True):
    """A module with all its stored versions; `last` is when one of their files was stored (RFC 3339, UTC)."""

    module: str
    versions: int
    bytes: int
    last: str


class StoreStats(msgspec.Struct, frozen=True):
    """`gomend store stats`: the modules, the largest first, and bytes of other things: `changing` are lists and the
    like, `databases` checksum databases, `other` what is none of these.
    """

    schema: str
    store: str
    files: int
    bytes: int
    modules: tuple[StoredModule, ...]
    versions: int
    changing: int
    databases: int
    other: int


class StoredVersion(msgspec.Struct, frozen=True):
    """A version that goes or went; `stored` and `used` are RFC 3339, UTC."""

    module: str
    version: str
    bytes: int
    stored: str
    used: str


class KeptVersion(msgspec.Struct, frozen=True):
    """A version that could not be removed, with the reason."""

    module: str
    version: str
    text: str


class StoreGc(msgspec.Struct, frozen=True):
    """`gomend store gc`. `outcome` is ok (nothing to remove), planned, cleaned or partly; `stay` versions stay, with
    `left` bytes. `by` is use where the store knows when a version was last handed out, else storing. `next` is the
    command to run now, empty for none.
    """

    schema: str
    store: str
    outcome: str
    by: str
    bytes: int
    versions: tuple[StoredVersion, ...]
    failed: tuple[KeptVersion, ...]
    stay: int
    left: int
    next: str


class StoreExport(msgspec.Struct, frozen=True):
    """`gomend store export`. `stored` files are new in `folder`, `known` had been there."""

    schema: str
    store: str
    folder: str
    stored: int
    known: int
    bytes: int
    failed: tuple[DamagedFile, ...]


class StoreWarm(msgspec.Struct, frozen=True):
    """`gomend store warm`. `place` is the store or server that was filled; `stored` files are new there, as far as can
    be told, `known` had been there.
    """

    schema: str
    place: str
    projects: tuple[str, ...]
    stored: int
    known: int
    refused: tuple[RefusedFile, ...]


class PurgedModule(msgspec.Struct, frozen=True):
    """A module; `known`: there was something to forget."""

    module: str
    known: bool


class StorePurge(msgspec.Struct, frozen=True):
    """`gomend store purge`. `place` is the store, the server's address or its socket."""

    schema: str
    place: str
    modules: tuple[PurgedModule, ...]


def store_check(
    store: str,
    damaged: Sequence[DamagedFile],
    *,
    files: int,
    size: int,
    recorded: int,
    by_rules: int,
    foreign: int,
    removed: int,
) -> StoreCheck:
    """The document; `size` is bytes."""
    return StoreCheck(
        schema="gomend.store_check/1",
        store=store,
        outcome="problems" if len(damaged) > removed else "ok",
        files=files,
        bytes=size,
        recorded=recorded,
        by_rules=by_rules,
        foreign=foreign,
        damaged=tuple(damaged),
        removed=removed,
    )


def store_stats(
    store: str, versions: Sequence[Version], *, files: int, every: int, changing: int, databases: int
) -> StoreStats:
    """The document; `every`, `changing` and `databases` are bytes."""
    by_module: dict[str, list[Version]] = {}
    for one in versions:
        by_module.setdefault(one.module, []).append(one)
    modules = [
        StoredModule(name, len(kept), sum(one.size for one in kept), _moment(max(one.stored for one in kept)))
        for name, kept in by_module.items()
    ]
    return StoreStats(
        schema="gomend.store_stats/1",
        store=store,
        files=files,
        bytes=every,
        modules=tuple(sorted(modules, key=lambda one: (-one.bytes, one.module))),
        versions=len(versions),
        changing=changing,
        databases=databases,
        other=every - changing - databases - sum(one.bytes for one in modules),
    )


def gc_plan(store: str, versions: Sequence[Version], going: Sequence[Version], *, by: str, again: str) -> StoreGc:
    """The document of what would go; `again` is the command that removes it."""
    return _gc(store, "planned" if going else "ok", versions, going, by=by, following=again if going else "")


def gc_done(
    store: str,
    versions: Sequence[Version],
    gone: Sequence[Version],
    failed: Iterable[tuple[Version, str]],
    *,
    by: str,
    again: str,
) -> StoreGc:
    """The document of what went; `again` is the command that tries once more."""
    stuck = [KeptVersion(one.module, one.version, words) for one, words in failed]
    following = again if stuck else ""
    return _gc(store, "partly" if stuck else "cleaned", versions, gone, stuck, by=by, following=following)


def _gc(
    store: str,
    outcome: str,
    versions: Sequence[Version],
    going: Sequence[Version],
    failed: Iterable[KeptVersion] = (),
    *,
    by: str,
    following: str,
) -> StoreGc:
    gone = sum(one.size for one in going)
    return StoreGc(
        schema="gomend.store_gc/1",
        store=store,
        outcome=outcome,
        by=by,
        bytes=gone,
        versions=tuple(
            StoredVersion(one.module, one.version, one.size, _moment(one.stored), _moment(one.used)) for one in going
        ),
        failed=tuple(failed),
        stay=len(versions) - len(going),
        left=sum(one.size for one in versions) - gone,
        next=following,
    )


def store_export(
    store: str, folder: str, *, stored: int, known: int, size: int, failed: Iterable[tuple[str, str]]
) -> StoreExport:
    """The document; `size` is bytes of the new files."""
    unread = tuple(DamagedFile(key, "unreadable", words) for key, words in failed)
    return StoreExport("gomend.store_export/1", store, folder, stored, known, size, unread)


def store_warm(
    place: str, projects: Sequence[str], stored: int, known: int, refused: Sequence[RefusedFile]
) -> StoreWarm:
    """The document."""
    return StoreWarm("gomend.store_warm/1", place, tuple(projects), stored, known, tuple(refused))


def store_purge(place: str, modules: Iterable[tuple[str, bool]]) -> StorePurge:
    """The document."""
    return StorePurge("gomend.store_purge/1", place, tuple(PurgedModule(*one) for one in modules))


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
