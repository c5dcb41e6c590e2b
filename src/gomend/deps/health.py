"""The health of a build list from what lies on this machine: go.mod, go.sum, the module cache, gomend's records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomend.deps.files import Main, ModFiles, newest_of
from gomend.deps.model import Dependency, Health, Role, Sums, Told
from gomend.gocmd import toolchain
from gomend.gocmd.modcache import downloaded, extracted
from gomend.gomod.buildlist import Graph, module_graph, prunes
from gomend.gomod.gomodfile import GoMod
from gomend.gomod.private import matches
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.version import compare, is_incompatible, is_pseudo, parse_pseudo
from gomend.modcache.recorded import Recorded

_LICENCES = ("license", "licence", "copying", "unlicense", "mit-license", "notice")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a build list is looked at with. `served` maps (module, version) to the host that sent the zip."""

    files: ModFiles
    sums: Recorded
    gonoproxy: str
    local_go: str  # the version of the go at hand, without "go"
    served: Mapping[tuple[str, str], str]


def health(ground: Ground) -> tuple[Health, Graph]:
    """The build list with all that is known without asking anybody, and the graph it comes from."""
    mains = ground.files.mains
    graph = module_graph([one.mod for one in mains], ground.files.effective)
    listed = {one.path for main in mains for one in main.mod.require}
    # A go.mod below 1.17 does not list all that its packages need.
    rest = Role.GRAPH if all(prunes(main.mod.go) for main in mains) else Role.INDIRECT
    found = Health(graph.mains, _most(mains), ground.local_go, unread=tuple(graph.unknown))
    for module, version in graph.selected.items():
        role = Role.DIRECT if module in graph.direct else Role.INDIRECT if module in listed else rest
        dependency = Dependency(module, version, role, graph.path_to(module, version), graph.wanted.get(module, {}))
        required = (one for one, _ in graph.requires.get((module, version), ()))
        dependency.requires = tuple(dict.fromkeys(one for one in required if one in graph.selected))
        _of_the_version(dependency, ground)
        _of_its_files(dependency, ground)
        judge(dependency, ground.files, ground.files.versions(module), Told.CACHE)
        found.dependencies.append(dependency)
    return found, graph


def judge(one: Dependency, files: ModFiles, versions: list[str], told: Told, newest_mod: GoMod | None = None) -> None:
    """What the newest version's go.mod says of this one. `versions` are those known, from where `told` says.

    Source: https://go.dev/ref/mod#go-mod-file-retract: retractions and deprecations count as the newest version, itself
    retracted or not, states them.
    """
    known = [*versions, *([] if is_pseudo(one.version) else [one.version])]
    newest = newest_of(known)
    one.newest, one.newest_told = newest, told if newest else Told.NOWHERE
    stating = newest_mod or files.own(one.module, newest or one.version)
    if stating is None:
        return
    one.deprecated = stating.deprecated
    if stating.module and stating.module != one.module:
        one.moved_to = stating.module
    for retract in stating.retract:
        if compare(retract.low, one.version) <= 0 <= compare(retract.high, one.version):
            one.retracted = retract.rationale
            break
    retracted = {
        version
        for version in known
        for retract in stating.retract
        if compare(retract.low, version) <= 0 <= compare(retract.high, version)
    }
    usable = newest_of([version for version in known if version not in retracted])
    one.newest = usable or newest
    if is_pseudo(one.version) and one.newest and compare(one.newest, one.version) < 0:
        one.newest, one.newest_told = "", Told.NOWHERE  # it is ahead of all that is released


def _most(mains: Sequence[Main]) -> str:
    asked = [one.mod.go for one in mains if one.mod.go]
    return max(asked, key=lambda go: toolchain.order(go) or (0, 0, 0, "", 0), default="")


def _of_the_version(one: Dependency, ground: Ground) -> None:
    one.incompatible = is_incompatible(one.version)
    if is_pseudo(one.version):
        moment = parse_pseudo(one.version).time
        one.pseudo = moment.isoformat().replace("+00:00", "Z") if moment else ""
    one.private = matches(ground.gonoproxy, one.module)
    mod = ground.files.effective(one.module, one.version)
    one.go = mod.go if mod is not None else ""
    asked, here = toolchain.order(one.go), toolchain.order(ground.local_go)
    one.needs_newer_go = asked is not None and here is not None and asked > here


def _of_its_files(one: Dependency, ground: Ground) -> None:
    module, version = one.module, one.version
    replaced = ground.files.replaced_by(module, version)
    if replaced is not None:
        _, replace = replaced
        one.replaced_by = f"{replace.new_path} {replace.new_version}".strip()
        if not replace.new_version:
            one.sums = Sums.REPLACED
            return
        module, version = replace.new_path, replace.new_version
    key = module, version
    has_zip, has_mod = ground.sums.knows("zip", key), ground.sums.knows("mod", key)
    one.sums = Sums.BOTH if has_zip and has_mod else Sums.GOMOD if has_mod else Sums.NONE
    if one.sums is Sums.NONE and one.role is Role.GRAPH:
        one.sums = Sums.UNNEEDED
    one.source = ground.served.get(key, "")
    try:
        one.zip_bytes = downloaded(ground.files.cache, module, version, "zip").stat().st_size
        one.licence = _licence(extracted(ground.files.cache, module, version))
    except (OSError, GoRefusalError):
        return


def _licence(folder: Path) -> str | None:
    try:
        names = sorted(one.name for one in folder.iterdir())
    except OSError:
        return None
    return next((name for name in names if name.lower().startswith(_LICENCES)), "")
