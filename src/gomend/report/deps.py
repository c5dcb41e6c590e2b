"""`gomend deps`: the health of a build list as a document, and as a screen."""

from typing import TYPE_CHECKING

import msgspec

from gomend.report.amounts import size
from gomend.report.clean import one_line
from gomend.report.ending import marked, next_line
from gomend.report.layout import Screen, columns, pad
from gomend.texts import text

if TYPE_CHECKING:
    from gomend.deps.model import Dependency, Health
    from gomend.gomod.buildlist import Version


_MODULE, _VERSION = 48, 16  # columns at most, so that one long name does not push all others aside


class Wanted(msgspec.Struct, frozen=True):
    """A version that somebody requires; `by` is `MODULE@VERSION`, a main module by its path."""

    version: str
    by: tuple[str, ...]


class DependencyEntry(msgspec.Struct, frozen=True):
    """One module of the build list. An empty string is "none", or where `newest_told` is empty "not known".

    `role` is direct, indirect or graph; `path` a shortest chain of requirements to it; `sums` both, gomod, none,
    unneeded or replaced; `newest_told` online or cache; `retracted`, `licence`, `zip_bytes` null where not so, or not
    known.
    """

    module: str
    version: str
    role: str
    path: tuple[str, ...]
    wanted: tuple[Wanted, ...]
    requires: tuple[str, ...]
    newest: str
    newest_told: str
    unknown: str
    retracted: str | None
    deprecated: str
    moved_to: str
    replaced_by: str
    incompatible: bool
    pseudo: str
    sums: str
    go: str
    needs_newer_go: bool
    private: bool
    zip_bytes: int | None
    licence: str | None
    source: str


class Deps(msgspec.Struct, frozen=True):
    """`gomend deps`. `outcome` is ok, problems or undetermined; `unread` are versions whose go.mod is not at hand."""

    schema: str
    outcome: str
    mains: tuple[str, ...]
    go: str
    local_go: str
    online: bool
    modules: tuple[DependencyEntry, ...]
    unread: tuple[str, ...]


def deps(health: "Health") -> Deps:
    """The document."""
    trouble = any(one.has_trouble for one in health.dependencies)
    return Deps(
        schema="gomend.deps/1",
        outcome="problems" if trouble else "undetermined" if health.unread else "ok",
        mains=health.mains,
        go=health.go,
        local_go=health.local_go,
        online=health.online,
        modules=tuple(map(_entry, health.dependencies)),
        unread=tuple(map(_name, health.unread)),
    )


def _name(version: "Version") -> str:
    return f"{version[0]}@{version[1]}" if version[1] else version[0]


def _entry(one: "Dependency") -> DependencyEntry:
    return DependencyEntry(
        module=one.module,
        version=one.version,
        role=one.role.value,
        path=tuple(map(_name, one.path)),
        wanted=tuple(Wanted(version, tuple(map(_name, by))) for version, by in one.wanted.items()),
        requires=one.requires,
        newest=one.newest,
        newest_told=one.newest_told.value,
        unknown=one.unknown,
        retracted=one.retracted,
        deprecated=one.deprecated,
        moved_to=one.moved_to,
        replaced_by=one.replaced_by,
        incompatible=one.incompatible,
        pseudo=one.pseudo,
        sums=one.sums.value,
        go=one.go,
        needs_newer_go=one.needs_newer_go,
        private=one.private,
        zip_bytes=one.zip_bytes,
        licence=one.licence,
        source=one.source,
    )


def has_module(document: Deps, module: str) -> bool:
    """Whether a module is in the build list."""
    return any(one.module == module for one in document.modules)


def has_trouble(one: DependencyEntry) -> bool:
    """Whether a build will fail, or should not use this version."""
    return one.retracted is not None or one.needs_newer_go or one.sums == "none"


def deserves_a_look(one: DependencyEntry) -> bool:
    """Whether its authors, or what it is, give reason to change it some day."""
    return bool(has_trouble(one) or one.deprecated or one.moved_to or one.replaced_by)


def notes(one: DependencyEntry, lang: str, local_go: str) -> list[str]:
    """What there is to say of a module, the most urgent first."""
    said = []
    if one.retracted is not None:
        key = "retracted_why" if one.retracted else "retracted"
        said.append(text(lang, f"deps.note/{key}", reason=one_line(one.retracted)))
    if one.needs_newer_go:
        said.append(text(lang, "deps.note/needs_newer_go", go=one.go, local=local_go))
    if one.sums == "none":
        said.append(text(lang, "deps.note/no_sum"))
    if one.deprecated:
        said.append(text(lang, "deps.note/deprecated", reason=one_line(one.deprecated)))
    if one.moved_to:
        said.append(text(lang, "deps.note/moved", module=one.moved_to))
    if one.replaced_by:
        said.append(text(lang, "deps.note/replaced", by=one.replaced_by))
    if one.pseudo:
        said.append(text(lang, "deps.note/pseudo", date=one.pseudo[:10]))
    if one.incompatible:
        said.append(text(lang, "deps.note/incompatible"))
    if one.private:
        said.append(text(lang, "deps.note/private"))
    if one.zip_bytes is None and one.role != "graph" and one.sums != "replaced":
        said.append(text(lang, "deps.note/not_cached"))
    return said


def newest_cell(one: DependencyEntry) -> str:
    """The newest version where it is another; `=` for none newer, `?` where nobody can tell."""
    if not one.newest_told or (one.newest_told == "cache" and one.newest == one.version):
        return "?"
    return "=" if one.newest == one.version or not one.newest else one.newest


def deps_screen(document: Deps, lang: str, screen: Screen) -> str:
    """The direct ones, those others that deserve a look, and what it all comes to."""
    shown = [one for one in document.modules if one.role == "direct" or deserves_a_look(one)]
    shown.sort(key=lambda one: (not has_trouble(one), not deserves_a_look(one), one.role != "direct", one.module))
    rows = [["", *(text(lang, f"deps.column/{name}") for name in ("module", "version", "newest")), ""]]
    for one in shown:
        sign = "✗" if has_trouble(one) else "!" if deserves_a_look(one) else " "
        role = [] if one.role == "direct" else [text(lang, f"deps.role/{one.role}")]
        rows.append(
            [sign, one_line(one.module), one_line(one.version), newest_cell(one),
             " · ".join([*role, *notes(one, lang, document.local_go)])]
        )  # fmt: skip
    lines = _rows(rows, screen) if shown else []
    return "".join(f"{line}\n" for line in [*lines, *_ending(document, lang, screen)])


def _rows(rows: list[list[str]], screen: Screen) -> list[str]:
    """One line a module, in columns as far as names allow: they are never cut. What is said of it stands below."""
    widths = [min(max(columns(row[at]) for row in rows), most) for at, most in ((1, _MODULE), (2, _VERSION))]
    lines = []
    for sign, module, version, newest, said in rows:
        mark = screen.symbol(sign) if sign.strip() else " "
        line = f"{mark} {pad(module, widths[0])}  {pad(version, widths[1])}  {newest}".rstrip()
        lines.append(screen.spell(line) if not screen.color else line)
        if said:
            lines += screen.block("", said, label_width=4)
    return lines


def _ending(document: Deps, lang: str, screen: Screen) -> list[str]:
    counts = {role: sum(one.role == role for one in document.modules) for role in ("direct", "indirect", "graph")}
    held = sum(one.zip_bytes or 0 for one in document.modules)
    trouble = [one for one in document.modules if has_trouble(one)]
    look = [one for one in document.modules if deserves_a_look(one) and not has_trouble(one)]
    conflicts = [one for one in document.modules if one.role != "graph" and len(one.wanted) > 1]
    lines = [""] if document.modules else []
    if document.online:
        unknown = sum(not one.newest_told or one.newest_told == "cache" for one in document.modules)
        if unknown:
            lines += marked("·", text(lang, "deps.end/unknown", count=unknown), screen)
    else:
        lines += marked("·", text(lang, "deps.end/offline"), screen)
    if conflicts:
        most = max(conflicts, key=lambda one: len(one.wanted))
        said = text(lang, "deps.end/conflicts", count=len(conflicts), module=most.module, versions=len(most.wanted))
        lines += marked("·", said, screen)
    if document.unread:
        said = text(lang, "deps.end/unread", count=len(document.unread), name=document.unread[0])
        lines += marked("!", said, screen)
    facts = {"count": len(document.modules), **counts, "size": size(held), "trouble": len(trouble), "look": len(look)}
    sign = "✗" if trouble else "!" if document.unread or look else "✓"
    key = "problems" if trouble else "look" if look else document.outcome
    lines += marked(sign, text(lang, f"deps.end/{key}", **facts), screen)
    first = next(iter([*trouble, *look]), None)
    if first is not None:
        lines += next_line(f"gomend deps --why {first.module}", lang, screen)
    elif document.unread:
        lines += next_line("gomend go mod download", lang, screen)
    return lines
