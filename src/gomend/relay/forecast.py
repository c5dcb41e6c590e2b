"""What a go command is about to ask, in its order, as far as go.mod and go.sum tell. Pure, but for `ground`.

`go mod download` asks all .mod of the graph, then the .info of what go.mod lists, then its zips; a build asks zips
first and their .info last (Go 1.21 to 1.26, seen on the wire). Only what go.sum holds a hash for is read ahead: a
version without one may not be part of the build list.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from gomend.gomod.buildlist import prunes
from gomend.gomod.gomodfile import GoMod, ModFileErrors, parse_gomod, parse_gowork, replacement
from gomend.gomod.gosum import GoSum, MalformedGoSumError, parse_gosum
from gomend.relay.goline import GoLine, Need
from gomend.relay.graphwalk import GraphWalk, wanted
from gomend.sources.base import Wanted

_ORDERS = {
    Need.DOWNLOAD: ("mod", "info", "zip"),
    Need.BUILD: ("zip", "mod", "info"),
    Need.TIDY: ("zip", "mod"),
    Need.GRAPH: ("mod",),
}


_WALKED = (Need.GRAPH, Need.DOWNLOAD, Need.TIDY, Need.NAMED)
_EXACT = re.compile(r"v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+incompatible)?")
_PACKAGES = (Need.BUILD, Need.TIDY)


@dataclass(frozen=True, slots=True)
class Ground:
    """The main modules that a command works in."""

    mods: tuple[GoMod, ...]
    sums: GoSum
    vendored: bool  # packages come from a vendor folder


def forecast(need: Need, ground: Ground, wants: Callable[[str, str, str], bool]) -> list[Wanted]:
    """The files to fetch ahead, in order.

    `wants(module, version, kind)` says whether go will ask a proxy for one: it is not in the module cache, and the
    module is not private.
    """
    if need not in _ORDERS or (ground.vendored and need is Need.BUILD):
        return []
    listed = list(_listed(ground))
    # go.sum also holds .mod files that go never asks: where what go.mod lists is complete, a command like this one
    # has run before, and what is missing is not needed.
    if not any(wants(module, version, kind) for module, version in listed for kind in _ORDERS[need]):
        return []
    modules = {
        "mod": listed if need in _PACKAGES else dict.fromkeys([*ground.sums.gomods, *listed]),
        "info": listed,
        "zip": [one for one in listed if one in ground.sums.zips],
    }
    return [
        file
        for kind in _ORDERS[need]
        for module, version in modules[kind]
        if (file := wanted(module, version, kind)) is not None and wants(module, version, kind)
    ]


def walk(line: GoLine, ground: Ground | None, wants: Callable[[str, str, str], bool]) -> GraphWalk | None:
    """The walk of the module graph for a command whose go.sum does not tell it; None where there is none to make.

    `wants` as for `forecast`.
    """
    mains = ground.mods if ground is not None else ()
    named = [argument.partition("@")[0] for argument in line.arguments if "@" in argument]
    if line.need is Need.NAMED and line.installs:
        return GraphWalk(pruned=True, is_main=lambda module: any(_is_in(name, module) for name in named), wants=wants)
    if ground is None or line.need not in _WALKED or line.downloads_named:
        return None
    if line.need is not Need.NAMED and all(one in ground.sums.gomods for one in _listed(ground)):
        return None

    def not_replaced(module: str, version: str, kind: str) -> bool:
        return wants(module, version, kind) and not _is_replaced(ground, module, version)

    return GraphWalk(pruned=all(prunes(mod.go) for mod in mains), is_main=lambda _: False, wants=not_replaced)


def named(line: GoLine, ground: Ground | None, wants: Callable[[str, str, str], bool]) -> list[Wanted]:
    """The files of the versions that `go mod download MODULE@VERSION…` names in full; `wants` as for `forecast`."""
    if not line.downloads_named:
        return []
    exact = [(module, version) for module, _, version in (one.partition("@") for one in line.arguments)]
    exact = [one for one in exact if _EXACT.fullmatch(one[1]) and not _is_replaced(ground, *one)]
    files = [
        (module, version, kind) for kinds in (("info", "mod"), ("zip",)) for module, version in exact for kind in kinds
    ]
    return [file for one in files if (file := wanted(*one)) is not None and wants(*one)]


def _is_replaced(ground: Ground | None, module: str, version: str) -> bool:
    return ground is not None and any(replacement(mod.replace, module, version) for mod in ground.mods)


def _is_in(package: str, module: str) -> bool:
    return package == module or package.startswith(f"{module}/")


def _listed(ground: Ground) -> Iterable[tuple[str, str]]:
    """What the go.mod files require, replaced ones by what replaces them, folders left out, each once."""
    seen: dict[tuple[str, str], None] = {}
    main = {mod.module for mod in ground.mods}
    for mod in ground.mods:
        for require in mod.require:
            replace = replacement(mod.replace, require.path, require.version)
            if replace is None:
                found = (require.path, require.version)
            elif replace.new_version:
                found = (replace.new_path, replace.new_version)
            else:
                continue
            if found[0] not in main:
                seen[found] = None
    return seen


def ground(line: GoLine, start: Path, gowork: str) -> Ground | None:
    """Read the main modules that a command run in `start` works in; None where there are none that can be read.

    `gowork` is GOWORK as set: `off`, a file, or "" to search upwards.
    """
    folder = start / line.folder
    work = _work_file(folder, gowork)
    try:
        if work is not None and not line.modfile:
            folders = [work.parent / use.path for use in parse_gowork(work.read_bytes()).use]
            sums = [work.with_name("go.work.sum"), *(one / "go.sum" for one in folders)]
            mods = [parse_gomod((one / "go.mod").read_bytes()) for one in folders]
            vendor = work.parent / "vendor"
        else:
            file = folder / line.modfile if line.modfile else _upwards(folder, "go.mod")
            if file is None:
                return None
            sums = [file.with_suffix(".sum")]
            mods = [parse_gomod(file.read_bytes())]
            vendor = file.parent / "vendor"
        return Ground(tuple(mods), _sums(sums), line.mod == "vendor" or (not line.mod and vendor.is_dir()))
    except (OSError, ModFileErrors, MalformedGoSumError):
        return None


def _sums(files: Iterable[Path]) -> GoSum:
    every = GoSum()
    for file in files:
        if file.exists():
            found = parse_gosum(file.read_bytes())
            every.zips.update(found.zips)
            every.gomods.update(found.gomods)
    return every


def _work_file(folder: Path, gowork: str) -> Path | None:
    if gowork == "off":
        return None
    return Path(gowork) if gowork else _upwards(folder, "go.work")


def _upwards(folder: Path, name: str) -> Path | None:
    folder = folder.absolute()
    return next((at / name for at in (folder, *folder.parents) if (at / name).is_file()), None)
