"""Fills a store with what projects need: by their go.sum, else by walking the module graph as go does."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomend.gomod.buildlist import Version, module_graph, prunes
from gomend.gomod.gomodfile import GoMod, GoWork, ModFileErrors, parse_gomod, parse_gowork, replacement
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
    """A go.mod, or all those of a workspace, with their go.sum files where each that requires something has one."""

    mains: tuple[GoMod, ...]
    work: GoWork | None
    sums: tuple[GoSum, ...]

    def target(self, one: Version) -> Version | None:
        """What is asked of sources for a version: what replaces it, if anything does; None for a folder."""
        for replaces in (self.work.replace if self.work is not None else [], *(main.replace for main in self.mains)):
            replace = replacement(replaces, *one)
            if replace is not None:
                return (replace.new_path, replace.new_version) if replace.new_version else None
        return one

    @property
    def is_pruned(self) -> bool:
        """Whether go needs what is listed, and not all of the graph; of a workspace it fetches all."""
        return self.work is None and prunes(self.mains[0].go)


def project_at(path: Path) -> Project:
    """The project of a go.work or go.mod, or of the folder that it is in; a go.work goes first.

    Raises OSError, ModFileErrors, MalformedGoSumError.
    """
    if path.is_dir():
        path = path / "go.work" if (path / "go.work").is_file() else path / "go.mod"
    if path.suffix != ".work":
        mods, work = [path], None
    else:
        work = parse_gowork(path.read_bytes(), file=str(path))
        mods = [path.parent / use.path / "go.mod" for use in work.use]
    mains = tuple(parse_gomod(mod.read_bytes(), file=str(mod)) for mod in mods)
    beside = [mod.with_suffix(".sum") for mod in mods]
    if all(sums.is_file() or not main.require for sums, main in zip(beside, mains, strict=True)):
        beside += [path.with_name("go.work.sum")] if work is not None else []
        return Project(mains, work, tuple(_sums_at(sums) for sums in beside if sums.is_file()))
    return Project(mains, work, ())


def _sums_at(path: Path) -> GoSum:
    return parse_gosum(path.read_bytes(), file=str(path))


async def warm(
    source: Source, projects: Sequence[Project], told: Callable[[int, int], None] | None = None
) -> list[Brought]:
    """Ask `source`, which keeps what it answers, for all files that go would ask for in these projects.

    `told` hears how many of how many known by then are done.
    """
    files: dict[str, None] = {}
    walked: list[Brought] = []
    for project in projects:
        for sums in project.sums:
            files |= dict.fromkeys(_by_sums(sums))
        if not project.sums:
            needed, mods = await _by_graph(source, project, told)
            walked += mods
            files |= dict.fromkeys(needed)
    seen = {one.path for one in walked}
    return [*walked, *await bring(source, [path for path in files if path not in seen], told, len(seen))]


def _by_sums(sums: GoSum) -> Iterator[str]:
    """What go.sum has hashes for: of some versions everything, of others the go.mod alone."""
    for one in sums.modules():
        kinds = ("info", "mod", "zip") if one in sums.zips else ("mod",)
        yield from _paths([one], kinds)


async def _by_graph(
    source: Source, project: Project, told: Callable[[int, int], None] | None
) -> tuple[list[str], list[Brought]]:
    """The files that are needed, and what became of the go.mod files that were asked on the way to know that."""
    known: dict[Version, GoMod | None] = {}
    walked: dict[str, Brought] = {}

    def read(module: str, version: str) -> GoMod | None:
        target = project.target((module, version))
        return known.get(target) if target is not None else None

    for _ in range(_WAVES):
        graph = module_graph(project.mains, read)
        missing = [target for one in graph.unknown if (target := project.target(one)) is not None]
        missing = [one for one in dict.fromkeys(missing) if one not in known]
        if not missing:
            break
        for brought in await bring(source, _paths(missing, ("mod",)), told, len(walked)):
            walked[brought.path] = brought
        for one in missing:
            known[one] = await _gomod(source, one, walked)
    listed = {one.path for main in project.mains for one in main.require}
    wanted = (listed if project.is_pruned else set(graph.selected)) - {main.module for main in project.mains}
    chosen = [(module, version) for module, version in graph.selected.items() if module in wanted]
    targets = [target for one in chosen if (target := project.target(one)) is not None]
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


def _paths(versions: Iterable[Version], kinds: Sequence[str]) -> Iterator[str]:
    """As a source is asked; names that go refuses are left out."""
    for module, version in versions:
        try:
            front = f"{wire_form(escape_path(module))}/@v/{wire_form(escape_version(version))}"
        except (InvalidPathError, GoRefusalError):
            continue
        yield from (f"{front}.{kind}" for kind in kinds)
