"""`gomend cache check`: what is wrong in a module cache, as a document and as a screen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from gomend.report.amounts import size
from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen, columns
from gomend.texts import text

if TYPE_CHECKING:  # every command loads the documents; what reads a cache, those of the cache alone
    from gomend.modcache.check import Checked
    from gomend.modcache.faults import Fault

UNREADABLE = "unreadable"
_SHOWN = 12  # faults on a screen; the document has all
_FILES = 3


class CacheFault(msgspec.Struct, frozen=True):
    """One thing that is wrong. `path` is below the cache; `severity` is fatal or warning.

    `notices` says how go comes across it: build, verify, heals or never.
    """

    kind: str
    severity: str
    notices: str
    module: str
    version: str
    path: str
    wanted: str
    found: str
    source: str
    files: tuple[str, ...]
    detail: str


class CacheCheck(msgspec.Struct, frozen=True):
    """`gomend cache check`. `outcome` is ok, problems or undetermined; `against` names what hashes were taken from.

    Of `versions`, `by_record` were compared with `against`, `by_hash` with the hash stored beside them alone; `mods`
    have a go.mod and nothing else. `bytes` were hashed; `missing` were asked for and are not there.
    """

    schema: str
    cache: str
    outcome: str
    against: tuple[str, ...]
    versions: int
    by_record: int
    by_hash: int
    mods: int
    bytes: int
    seconds: float
    faults: tuple[CacheFault, ...]
    missing: tuple[str, ...]


def cache_check(cache: str, against: Sequence[str], checked: "Checked", seconds: float) -> CacheCheck:
    """The document; `seconds` is how long the check took."""
    damaged = [one for one in checked.faults if one.severity == "fatal" and one.kind != UNREADABLE]
    undetermined = checked.missing or any(one.kind == UNREADABLE for one in checked.faults)
    return CacheCheck(
        schema="gomend.cache_check/1",
        cache=cache,
        outcome="problems" if damaged else "undetermined" if undetermined else "ok",
        against=tuple(against),
        versions=checked.versions,
        by_record=checked.by_record,
        by_hash=checked.by_hash,
        mods=checked.mods,
        bytes=checked.bytes,
        seconds=round(seconds, 3),
        faults=tuple(map(cache_fault, checked.faults)),
        missing=tuple(f"{module}@{version}" for module, version in checked.missing),
    )


def cache_fault(fault: "Fault") -> CacheFault:
    """A fault as documents have it."""
    return CacheFault(
        kind=fault.kind.value,
        severity=fault.severity,
        notices=fault.notices.value,
        module=fault.module,
        version=fault.version,
        path=fault.path,
        wanted=fault.wanted,
        found=fault.found,
        source=fault.source,
        files=fault.files,
        detail=fault.detail,
    )


def check_screen(document: CacheCheck, lang: str, screen: Screen) -> str:
    """The faults, the worst first, and what the check came to."""
    faults = sorted(document.faults, key=lambda one: one.severity != "fatal")
    width = label_width(lang)
    lines: list[str] = []
    for one in faults[:_SHOWN]:
        lines += fault_lines(one, lang, screen, width)
    if len(faults) > _SHOWN:
        lines += marked("·", text(lang, "cache.check/more", count=len(faults) - _SHOWN), screen)
    for name in document.missing:
        lines += marked("–", text(lang, "cache.check/missing", name=name), screen)
    lines += _ending(document, lang, screen)
    return "".join(f"{line}\n" for line in lines)


def label_width(lang: str) -> int:
    """The columns before what is said of a fault."""
    return 2 + max(columns(text(lang, f"cache.label/{name}")) for name in ("where", "go")) + 2


def fault_lines(fault: CacheFault, lang: str, screen: Screen, width: int) -> list[str]:
    """What is wrong, where, by what evidence, and how go comes across it."""
    sign = "✗" if fault.severity == "fatal" else "!"
    subject = f"{fault.module} {fault.version}".strip()
    sentence = text(lang, f"cache.kind/{fault.kind}")
    lines = marked(sign, f"{subject}: {sentence}" if subject else sentence, screen)
    where = one_line(fault.path)
    lines += screen.block(f"  {text(lang, 'cache.label/where')}", where, label_width=width, whole=True)
    if fault.files:
        named = ", ".join(map(one_line, fault.files[:_FILES]))
        more = int(fault.detail or len(fault.files)) - min(len(fault.files), _FILES)
        named += text(lang, "cache.check/and_more", count=more) if more else ""
        lines += screen.block("", named, label_width=width)
    elif fault.wanted:
        source = text(lang, f"cache.source/{fault.source}") if fault.source in _SOURCES else fault.source
        for key, value, who in (("wanted", fault.wanted, source), ("found", fault.found, "")):
            said = text(lang, f"cache.check/{key}", hash=one_line(value), source=one_line(who))
            lines += screen.block("", said, label_width=width)
    elif fault.detail:
        lines += screen.block("", one_line(fault.detail), label_width=width)
    label = f"  {text(lang, 'cache.label/go')}"
    return lines + screen.block(label, text(lang, f"cache.notices/{fault.notices}"), label_width=width)


_SOURCES = ("zip", "ziphash", "info")


def _ending(document: CacheCheck, lang: str, screen: Screen) -> list[str]:
    fatal = {_whose(one) for one in document.faults if one.severity == "fatal"}
    warnings = sum(one.severity != "fatal" for one in document.faults)
    facts = {
        "versions": document.by_record + document.by_hash,
        "mods": document.mods,
        "size": size(document.bytes),
        "seconds": f"{max(document.seconds, 0.1):.1f}",
        "damaged": len(fatal),
        "warnings": warnings,
    }
    lines: list[str] = []
    if not document.versions and not document.faults:
        return marked("–", text(lang, "cache.check/empty", cache=document.cache), screen)
    sign = "✓" if document.outcome == "ok" else "✗" if document.outcome == "problems" else "!"
    key = "whole" if document.outcome == "ok" else document.outcome
    lines += marked(sign, text(lang, f"cache.check/{key}", **facts), screen)
    if document.by_hash:
        counts = {"by_hash": document.by_hash, "by_record": document.by_record}
        said = text(lang, "cache.check/some_by_hash", **counts)
        lines += marked("·", said if document.by_record else text(lang, "cache.check/all_by_hash"), screen)
    if warnings and document.outcome == "ok":
        lines += marked("·", text(lang, "cache.check/warnings", warnings=warnings), screen)
    if document.outcome == "problems":
        lines += next_line("gomend cache repair", lang, screen)
    elif any(one.kind == UNREADABLE for one in document.faults):
        lines += next_line("gomend explain disk.permission", lang, screen)
    return lines


def _whose(fault: CacheFault) -> tuple[str, str]:
    return (fault.module, fault.version) if fault.module else ("", fault.path)
