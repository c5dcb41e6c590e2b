"""Fills a store with what projects need: by their go.sum, else by walking the module graph as go does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomend.gomod.buildlist import Version, module_graph, prunes
from gomend.gomod.gomodfile import GoMod, ModFileErrors, parse_gomod
from gomend.gomod.gosum import GoSum, parse_gosum
from gomend.gomod.path import InvalidPathError, escape_path, escape_version, wire_form
from gomend.gomod.refusal import GoRefusalError
from gomend.server.importing import Brought, bring
from gomend.sources.base import Request, Source
from gomend.sources.whole import read_whole

_MOST_GOMOD = 16 << 20
_WAVES = 1000  # of go.mod files; each is a step down the graph


@dataclass(frozen=True, slots=True)
class Project:
    """A go.mod, with the go.sum beside it if there is one."""

    mod: GoMod
    sums: GoSum | None


def project_at(path: Path) -> Project:
    """The project of a go.mod, or of the folder that it is in. Raises OSError, ModFileErrors, MalformedGoSumError."""
    file = path / "go.mod" if path.is_dir() else path
    beside = file.with_suffix(".sum")
    sums = parse_gosum(beside.read_bytes(), file=str(beside)) if beside.is_file() else None
    return Project(parse_gomod(file.read_bytes(), file=str(file)), sums)


async def warm(source: Source, projects: Sequence[Project]) -> list[Brought]:
    """Ask `source`, which keeps what it answers, for all files that go would ask for in these projects."""
    files: dict[str, None] = {}
    walked: list[Brought] = []
    for project in projects:
        if project.sums is not None:
            files |= dict.fromkeys(_by_sums(project.sums))
        else:
            needed, mods = await _by_graph(source, project.mod)
            walked += mods
            files |= dict.fromkeys(needed)
    seen = {one.path for one in walked}
    return [*walked, *await bring(source, [path for path in files if path not in seen])]


def _by_sums(sums: GoSum) -> Iterator[str]:
    """What go.sum has hashes for: of some versions everything, of others the go.mod alone."""
    for one in sums.modules():
        kinds = ("info", "mod", "zip") if one in sums.zips else ("mod",)
        yield from _paths([one], kinds)


async def _by_graph(source: Source, main: GoMod) -> tuple[list[str], list[Brought]]:
    """The files that are needed, and what became of the go.mod files that were asked on the way to know that."""
    known: dict[Version, GoMod | None] = {}
    walked: dict[str, Brought] = {}

    def read(module: str, version: str) -> GoMod | None:
        target = _target(main, (module, version))
        return known.get(target) if target is not None else None

    for _ in range(_WAVES):
        graph = module_graph([main], read)
        missing = [target for one in graph.unknown if (target := _target(main, one)) is not None]
        missing = [one for one in dict.fromkeys(missing) if one not in known]
        if not missing:
            break
        for brought in await bring(source, _paths(missing, ("mod",))):
            walked[brought.path] = brought
        for one in missing:
            known[one] = await _gomod(source, one, walked)
    wanted = {one.path for one in main.require} if prunes(main.go) else set(graph.selected)
    chosen = [(module, version) for module, version in graph.selected.items() if module in wanted]
    targets = [target for one in chosen if (target := _target(main, one)) is not None]
    return list(_paths(targets, ("info", "mod", "zip"))), list(walked.values())


async def _gomod(source: Source, version: Version, walked: dict[str, Brought]) -> GoMod | None:
    path = next(iter(_paths([version], ("mod",))), "")
    if path not in walked or walked[path].code is not None:
        return None
    async with source.get(Request(path, "mod")) as answer:
        try:
            return parse_gomod(await read_whole(answer, _MOST_GOMOD), lax=True) if answer.status == 200 else None
        except ModFileErrors:
            return None


def _target(main: GoMod, one: Version) -> Version | None:
    """What is asked of sources for a version: what replaces it, if anything does; None for a folder."""
    replace = main.replacement(*one)
    if replace is None:
        return one
    return (replace.new_path, replace.new_version) if replace.new_version else None


def _paths(versions: Iterable[Version], kinds: Sequence[str]) -> Iterator[str]:
    """As a source is asked; names that go refuses are left out."""
    for module, version in versions:
        try:
            front = f"{wire_form(escape_path(module))}/@v/{wire_form(escape_version(version))}"
        except (InvalidPathError, GoRefusalError):
            continue
        yield from (f"{front}.{kind}" for kind in kinds)
