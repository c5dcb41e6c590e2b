"""What a go command is about to ask, in its order, as far as go.mod and go.sum tell. Pure, but for `ground`.

`go mod download` asks all .mod of the graph, then the .info of what go.mod lists, then its zips; a build asks zips
first and their .info last (Go 1.21 to 1.26, seen on the wire). Only what go.sum holds a hash for is read ahead: a
version without one may not be part of the build list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from gomend.gomod.gomodfile import GoMod, ModFileErrors, parse_gomod, parse_gowork, replacement
from gomend.gomod.gosum import GoSum, MalformedGoSumError, parse_gosum
from gomend.gomod.path import InvalidPathError, escape_path, escape_version, wire_form
from gomend.gomod.refusal import GoRefusalError
from gomend.relay.goline import GoLine, Need
from gomend.sources.base import Wanted

_ORDERS = {
    Need.DOWNLOAD: ("mod", "info", "zip"),
    Need.BUILD: ("zip", "mod", "info"),
    Need.TIDY: ("zip", "mod"),
    Need.GRAPH: ("mod",),
}


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
        "mod": listed if need in _PACKAGES else ground.sums.gomods,
        "info": listed,
        "zip": [one for one in listed if one in ground.sums.zips],
    }
    return [
        wanted
        for kind in _ORDERS[need]
        for module, version in modules[kind]
        if (wanted := _wanted(module, version, kind)) is not None and wants(module, version, kind)
    ]


def _wanted(module: str, version: str, kind: str) -> Wanted | None:
    try:
        return Wanted(f"{wire_form(escape_path(module))}/@v/{wire_form(escape_version(version))}.{kind}", kind)
    except (InvalidPathError, GoRefusalError):
        return None


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
