"""`gomend cache size` and `gomend cache clean`: what a module cache takes up, and what goes; documents and screens."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from gomend.report.amounts import size
from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen
from gomend.report.table import table
from gomend.texts import text

if TYPE_CHECKING:
    from gomend.mend.cacheclean import Cleaned
    from gomend.modcache.sizes import Kept, Sizes

_SHOWN = 15
_DAY = 86400.0
_AGES = (7, 30, 90, 365)  # days


class KeptVersion(msgspec.Struct, frozen=True):
    """One version: `bytes` on disk, `last` used or downloaded (RFC 3339, UTC)."""

    version: str
    bytes: int
    last: str


class KeptModule(msgspec.Struct, frozen=True):
    """A module with all its versions, the largest first."""

    module: str
    bytes: int
    versions: tuple[KeptVersion, ...]


class Age(msgspec.Struct, frozen=True):
    """What was last used at most `days` ago and longer ago than the row before; 0 days: longer than all rows."""

    days: int
    versions: int
    bytes: int


class CacheSize(msgspec.Struct, frozen=True):
    """`gomend cache size`. `age_by` is access or download; `duplicates` are bytes of all but each module's last used.

    All sizes are bytes on the disk: `clones` of repositories, `databases` of checksums, `quarantine` of gomend's own,
    `other` that is left over or not go's.
    """

    schema: str
    cache: str
    bytes: int
    age_by: str
    modules: tuple[KeptModule, ...]
    ages: tuple[Age, ...]
    duplicates: int
    clones: int
    databases: int
    quarantine: int
    other: int


def cache_size(cache: str, sizes: "Sizes", now: float) -> CacheSize:
    """The document; `now` is seconds since 1970."""
    by_module: dict[str, list[Kept]] = {}
    for one in sizes.versions:
        by_module.setdefault(one.module, []).append(one)
    modules = sorted((_module(name, kept) for name, kept in by_module.items()), key=lambda one: -one.bytes)
    every = sum(one.bytes for one in modules)
    duplicates = 0
    for kept in by_module.values():
        sources = [one for one in kept if one.has_sources]
        newest = max(sources, key=lambda one: one.last, default=None)
        duplicates += sum(one.bytes for one in sources if one is not newest)
    return CacheSize(
        schema="gomend.cache_size/1",
        cache=cache,
        bytes=every + sizes.clones + sizes.databases + sizes.own + sizes.other,
        age_by="access" if sizes.by_access else "download",
        modules=tuple(modules),
        ages=_ages(sizes.versions, now),
        duplicates=duplicates,
        clones=sizes.clones,
        databases=sizes.databases,
        quarantine=sizes.own,
        other=sizes.other,
    )


def _module(name: str, kept: "Sequence[Kept]") -> KeptModule:
    ordered = sorted(kept, key=lambda one: -one.bytes)
    versions = tuple(KeptVersion(one.version, one.bytes, _moment(one.last)) for one in ordered)
    return KeptModule(name, sum(one.bytes for one in kept), versions)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


def _ages(versions: "Iterable[Kept]", now: float) -> tuple[Age, ...]:
    counts = dict.fromkeys((*_AGES, 0), (0, 0))
    for one in versions:
        days = next((limit for limit in _AGES if now - one.last <= limit * _DAY), 0)
        number, held = counts[days]
        counts[days] = number + 1, held + one.bytes
    return tuple(Age(days, *count) for days, count in counts.items())


def size_screen(document: CacheSize, lang: str, screen: Screen) -> str:
    """The largest modules, what lies there how long, and the sum."""
    rows = [[text(lang, f"cache.column/{name}") for name in ("size", "versions", "last", "module")]]
    for module in document.modules[:_SHOWN]:
        last = max(one.last for one in module.versions)[:10]
        rows.append([size(module.bytes), str(len(module.versions)), last, one_line(module.module)])
    lines = table(rows, screen, right=(0, 1))
    if len(document.modules) > _SHOWN:
        rest = document.modules[_SHOWN:]
        said = text(lang, "cache.size/more", count=len(rest), size=size(sum(one.bytes for one in rest)))
        lines += marked("·", said, screen)
    lines.append("")
    rows = [[text(lang, f"cache.column/{name}") for name in ("size", "versions", document.age_by)]]
    for age in document.ages:
        if age.versions:
            key = f"within_{age.days}" if age.days else "longer"
            rows.append([size(age.bytes), str(age.versions), text(lang, f"cache.age/{key}")])
    lines += [*table(rows, screen, right=(0, 1)), ""]
    lines += marked("·", text(lang, f"cache.size/by_{document.age_by}"), screen)
    for name in ("duplicates", "clones", "databases", "quarantine", "other"):
        if held := getattr(document, name):
            lines += marked("·", text(lang, f"cache.size/{name}", size=size(held)), screen)
    said = text(lang, "cache.size/sum", cache=one_line(document.cache), size=size(document.bytes))
    lines += screen.block("", said, label_width=0)
    if any(age.versions for age in document.ages if age.days in (365, 0)):
        lines += next_line("gomend cache clean --older 90d --dry-run", lang, screen)
    return "".join(f"{line}\n" for line in lines)


class Removed(msgspec.Struct, frozen=True):
    """A version that goes or went; `last` as in the sizes."""

    module: str
    version: str
    bytes: int
    last: str


class NotRemoved(msgspec.Struct, frozen=True):
    """A version that stays, and why: the system's words, or in_use where a go command holds its lock."""

    module: str
    version: str
    reason: str


class CacheClean(msgspec.Struct, frozen=True):
    """`gomend cache clean`. `outcome` is ok (nothing to remove), planned, cleaned or partly.

    `versions` go or went, `bytes` on the disk with them, `stay` versions stay untouched; `quarantine` are bytes of what
    gomend had put aside, in `bytes` too. `next` is the command to run now.
    """

    schema: str
    cache: str
    outcome: str
    age_by: str
    bytes: int
    versions: tuple[Removed, ...]
    failed: tuple[NotRemoved, ...]
    stay: int
    quarantine: int
    next: str = ""


def clean_plan(cache: str, sizes: "Sizes", versions: "Sequence[Kept]", quarantine: int, again: str) -> CacheClean:
    """The document of what would go; `again` is the command that does it."""
    planned = bool(versions or quarantine)
    return _cleaning(
        cache,
        "planned" if planned else "ok",
        sizes,
        versions,
        quarantine=quarantine,
        step=again if planned else "gomend cache size",
    )


def clean_done(cache: str, sizes: "Sizes", done: "Cleaned", quarantine: int, again: str) -> CacheClean:
    """The document of what went; `again` is the command that does it."""
    failed = [NotRemoved(one.module, one.version, "in_use") for one in done.in_use]
    failed += [NotRemoved(*one, reason=words) for one, words in done.failed.items()]
    return _cleaning(
        cache,
        "partly" if failed else "cleaned",
        sizes,
        done.removed,
        quarantine=quarantine,
        failed=failed,
        step=again if failed else "gomend cache size",
    )


def _cleaning(
    cache: str,
    outcome: str,
    sizes: "Sizes",
    versions: "Sequence[Kept]",
    *,
    quarantine: int,
    step: str,
    failed: Sequence[NotRemoved] = (),
) -> CacheClean:
    return CacheClean(
        schema="gomend.cache_clean/1",
        cache=cache,
        outcome=outcome,
        age_by="access" if sizes.by_access else "download",
        bytes=sum(one.bytes for one in versions) + quarantine,
        versions=tuple(Removed(one.module, one.version, one.bytes, _moment(one.last)) for one in versions),
        failed=tuple(failed),
        stay=len(sizes.versions) - len(versions) - len(failed),
        quarantine=quarantine,
        next=step,
    )


def clean_screen(document: CacheClean, lang: str, screen: Screen) -> str:
    """What goes or went, the largest first, and how much that is; the command to run now."""
    lines: list[str] = []
    if document.versions:
        rows = [[text(lang, f"cache.column/{name}") for name in ("size", document.age_by, "module")]]
        rows += [
            [size(one.bytes), one.last[:10], f"{one_line(one.module)} {one.version}"]
            for one in document.versions[:_SHOWN]
        ]
        lines += table(rows, screen, right=(0,))
        if len(document.versions) > _SHOWN:
            rest = document.versions[_SHOWN:]
            said = text(lang, "cache.clean/more", count=len(rest), size=size(sum(one.bytes for one in rest)))
            lines += marked("·", said, screen)
    for failure in document.failed:
        name = f"{failure.module}@{failure.version}"
        said = text(lang, "cache.clean/in_use" if failure.reason == "in_use" else "cache.clean/failed", name=name)
        lines += marked("!", said if failure.reason == "in_use" else f"{said} {failure.reason}", screen)
    if document.quarantine:
        key = "quarantine_goes" if document.outcome == "planned" else "quarantine_gone"
        lines += marked("·", text(lang, f"cache.clean/{key}", size=size(document.quarantine)), screen)
    if document.outcome != "ok":
        lines += marked("·", text(lang, f"cache.size/by_{document.age_by}"), screen)
    facts = {"count": len(document.versions), "size": size(document.bytes), "stay": document.stay}
    sign = {"ok": "✓", "planned": "·", "cleaned": "✓", "partly": "!"}[document.outcome]
    lines += marked(sign, text(lang, f"cache.clean/{document.outcome}", **facts), screen)
    lines += next_line(document.next, lang, screen)
    return "".join(f"{line}\n" for line in lines)
