"""`gomend store …` on a terminal."""

from collections.abc import Sequence

from gomend.report.amounts import size
from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen
from gomend.report.storeimport import RefusedFile
from gomend.report.stores import DamagedFile, StoreCheck, StoreExport, StoreGc, StorePurge, StoreStats, StoreWarm
from gomend.report.table import table
from gomend.texts import text

_SHOWN = 15


def check_screen(document: StoreCheck, lang: str, screen: Screen) -> str:
    """What is damaged, what the check rests on, and what to do."""
    lines = _damaged(document.damaged, lang, screen)
    said = text(lang, "store.check/rests_on", recorded=document.recorded, by_rules=document.by_rules)
    lines += marked("·", said, screen)
    if document.foreign:
        lines += marked("!", text(lang, "store.check/foreign", count=document.foreign), screen)
    facts = {"files": document.files, "size": size(document.bytes), "damaged": len(document.damaged)}
    facts |= {"removed": document.removed}
    key = "sound" if not document.damaged else "removed" if document.outcome == "ok" else "damaged"
    lines += marked("✗" if key == "damaged" else "✓", text(lang, f"store.check/{key}", **facts), screen)
    if key == "damaged" and not document.removed:
        lines += next_line("gomend store check --remove", lang, screen)
    return "".join(f"{line}\n" for line in lines)


def stats_screen(document: StoreStats, lang: str, screen: Screen) -> str:
    """The largest modules, and the sum."""
    lines: list[str] = []
    if document.modules:
        rows = [[text(lang, f"store.column/{name}") for name in ("size", "versions", "stored", "module")]]
        rows += [
            [size(one.bytes), str(one.versions), one.last[:10], one_line(one.module)]
            for one in document.modules[:_SHOWN]
        ]
        lines += table(rows, screen, right=(0, 1))
    if len(document.modules) > _SHOWN:
        rest = document.modules[_SHOWN:]
        facts = {"count": len(rest), "size": size(sum(one.bytes for one in rest))}
        lines += marked("·", text(lang, "store.stats/more", **facts), screen)
    for name in ("changing", "databases", "other"):
        if held := getattr(document, name):
            lines += marked("·", text(lang, f"store.stats/{name}", size=size(held)), screen)
    sums = {"size": size(document.bytes), "files": document.files, "versions": document.versions}
    sums |= {"modules": len(document.modules), "store": one_line(document.store)}
    lines += marked("·", text(lang, "store.stats/sum", **sums), screen)
    return "".join(f"{line}\n" for line in lines)


def gc_screen(document: StoreGc, lang: str, screen: Screen) -> str:
    """What goes or went, used longest ago first, how much that is, and what to run now."""
    lines = gc_lines(document, lang, screen)
    for failure in document.failed:
        lines += marked("!", f"{failure.module}@{failure.version}: {failure.text}", screen)
    facts = {"count": len(document.versions), "size": size(document.bytes), "stay": document.stay}
    sign = {"ok": "✓", "planned": "·", "cleaned": "✓", "partly": "!"}[document.outcome]
    said = text(lang, f"store.gc/{document.outcome}", **facts, left=size(document.left))
    lines += marked(sign, said, screen)
    if document.next:
        lines += next_line(document.next, lang, screen)
    return "".join(f"{line}\n" for line in lines)


def gc_lines(document: StoreGc, lang: str, screen: Screen) -> list[str]:
    """The versions that go or went."""
    if not document.versions:
        return []
    when = "used" if document.by == "use" else "stored"
    rows = [[text(lang, f"store.column/{name}") for name in ("size", when, "module")]]
    rows += [
        [size(one.bytes), (one.used if when == "used" else one.stored)[:10], f"{one_line(one.module)} {one.version}"]
        for one in document.versions[:_SHOWN]
    ]
    lines = table(rows, screen, right=(0,))
    if len(document.versions) > _SHOWN:
        rest = document.versions[_SHOWN:]
        facts = {"count": len(rest), "size": size(sum(one.bytes for one in rest))}
        lines += marked("·", text(lang, "store.gc/more", **facts), screen)
    return lines


def export_screen(document: StoreExport, lang: str, screen: Screen) -> str:
    """How much was brought, and how go uses it."""
    lines = _damaged(document.failed, lang, screen)
    facts = {"stored": document.stored, "known": document.known, "size": size(document.bytes)}
    said = text(lang, "store.export/done", **facts, folder=one_line(document.folder))
    lines += marked("!" if document.failed else "✓", said, screen)
    if not document.failed and document.stored + document.known:
        lines += next_line(f"export GOPROXY=file://{one_line(document.folder)}", lang, screen)
    return "".join(f"{line}\n" for line in lines)


def warm_screen(document: StoreWarm, lang: str, screen: Screen) -> str:
    """How many files came, what did not, and why."""
    lines = _refused(document.refused, lang, screen)
    facts = {"stored": document.stored, "known": document.known, "refused": len(document.refused)}
    key = "partly" if document.refused else "done"
    said = text(lang, f"store.warm/{key}", **facts, place=one_line(document.place))
    lines += marked("!" if document.refused else "✓", said, screen)
    if document.refused:
        lines += next_line(f"gomend explain {document.refused[0].code}", lang, screen)
    return "".join(f"{line}\n" for line in lines)


def purge_screen(document: StorePurge, lang: str, screen: Screen) -> str:
    """A line a module."""
    lines: list[str] = []
    for one in document.modules:
        key = "forgotten" if one.known else "nothing"
        facts = {"module": one_line(one.module), "place": one_line(document.place)}
        lines += marked("✓" if one.known else "·", text(lang, f"store.purge/{key}", **facts), screen)
    return "".join(f"{line}\n" for line in lines)


def _damaged(files: Sequence[DamagedFile], lang: str, screen: Screen) -> list[str]:
    lines: list[str] = []
    for one in files[:_SHOWN]:
        lines += marked("✗", f"{one.path}: {text(lang, f'store.kind/{one.kind}')} ({one.text})", screen)
    return lines + _more(len(files), lang, screen)


def _refused(files: Sequence[RefusedFile], lang: str, screen: Screen) -> list[str]:
    lines: list[str] = []
    for one in files[:_SHOWN]:
        lines += marked("✗", one.text or f"{one.code}: {one.path}", screen)
    return lines + _more(len(files), lang, screen)


def _more(count: int, lang: str, screen: Screen) -> list[str]:
    return marked("·", text(lang, "store.check/more", count=count - _SHOWN), screen) if count > _SHOWN else []
