"""`gomend cache repair`: what was put right in a module cache, as a document and as a screen."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from gomend.report.cachecheck import UNREADABLE, CacheFault, cache_fault, fault_lines, label_width
from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen
from gomend.texts import text

if TYPE_CHECKING:
    from gomend.mend.cacherepair import Plan, Repaired


class NotMended(msgspec.Struct, frozen=True):
    """A version that stayed as it was, and why: go's own words, or the kind of a fault of what was fetched."""

    module: str
    version: str
    reason: str


class CacheRepair(msgspec.Struct, frozen=True):
    """`gomend cache repair`. `outcome` is ok (nothing to mend), planned, mended or not_mended.

    `versions` are those to mend, or mended; `aside` what is only put aside, since go fetches it again; `left` what is
    left alone. `undo` are the ids to take it back by, `quarantine` the folders with what was put aside.
    """

    schema: str
    cache: str
    outcome: str
    versions: tuple[str, ...]
    aside: tuple[str, ...]
    failed: tuple[NotMended, ...]
    left: tuple[CacheFault, ...]
    undo: tuple[str, ...]
    quarantine: tuple[str, ...]


def repair_plan(cache: str, plan: "Plan") -> CacheRepair:
    """The document of what would be done."""
    return CacheRepair(
        schema="gomend.cache_repair/1",
        cache=cache,
        outcome="planned" if plan.versions or plan.aside else "ok",
        versions=_names(plan.versions),
        aside=plan.aside,
        failed=(),
        left=tuple(map(cache_fault, plan.left)),
        undo=(),
        quarantine=(),
    )


def repair_done(cache: str, done: "Repaired") -> CacheRepair:
    """The document of what was done."""
    return CacheRepair(
        schema="gomend.cache_repair/1",
        cache=cache,
        outcome="not_mended" if done.failed else "mended" if done.mended or done.aside else "ok",
        versions=_names(done.mended),
        aside=tuple(done.aside),
        failed=tuple(NotMended(*one, reason=reason) for one, reason in done.failed.items()),
        left=tuple(map(cache_fault, done.left)),
        undo=tuple(done.mends),
        quarantine=tuple(done.quarantine),
    )


def _names(versions: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{module}@{version}" for module, version in versions)


def repair_screen(document: CacheRepair, lang: str, screen: Screen) -> str:
    """What was mended, what was not and why, and how to take it back."""
    planned = document.outcome == "planned"
    lines: list[str] = []
    for name in document.versions:
        key = "will_replace" if planned else "replaced"
        lines += marked("·" if planned else "✓", text(lang, f"cache.repair/{key}", name=name), screen)
    for path in document.aside:
        key = "will_put_aside" if planned else "put_aside"
        lines += marked("·" if planned else "✓", text(lang, f"cache.repair/{key}", path=path), screen)
    for one in document.failed:
        said = text(lang, "cache.repair/failed", name=f"{one.module}@{one.version}")
        lines += [*marked("✗", said, screen), *screen.block("", _reason(one, lang), label_width=2)]
        lines[-1] = lines[-1].rstrip()
    for fault in document.left:
        if fault.severity == "fatal":
            lines += fault_lines(fault, lang, screen, label_width(lang))
            key = "unreadable" if fault.kind == UNREADABLE else "toolchain"
            lines += screen.block("", text(lang, f"cache.repair/{key}"), label_width=label_width(lang))
    warnings = sum(one.severity != "fatal" for one in document.left)
    if warnings:
        lines += marked("·", text(lang, "cache.repair/left", warnings=warnings), screen)
    return "".join(f"{line}\n" for line in [*lines, *_ending(document, lang, screen)])


def _reason(one: NotMended, lang: str) -> str:
    try:
        return text(lang, f"cache.fetched/{one.reason}")
    except KeyError:
        return one_line(one.reason)


def _ending(document: CacheRepair, lang: str, screen: Screen) -> list[str]:
    count = len(document.versions) + len(document.aside)
    lines = []
    if document.outcome == "ok":
        lines += marked("✓", text(lang, "cache.repair/nothing"), screen)
    elif document.outcome == "planned":
        lines += marked("·", text(lang, "cache.repair/planned"), screen)
        return lines + next_line("gomend cache repair", lang, screen)
    elif document.outcome == "mended":
        lines += marked("✓", text(lang, "cache.repair/mended", count=count), screen)
    else:
        said = text(lang, "cache.repair/not_mended", count=count, failed=len(document.failed))
        lines += marked("✗", said, screen)
    if document.undo:
        folders = ", ".join(document.quarantine)
        lines += marked("·", text(lang, "cache.repair/undo", command=f"gomend undo {document.undo[0]}"), screen)
        lines += screen.block("", folders, label_width=2, whole=True)
    if document.failed:
        first = document.failed[0]
        lines += next_line(f"gomend doctor {first.module}@{first.version}", lang, screen)
    return lines
