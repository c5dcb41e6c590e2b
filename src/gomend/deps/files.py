"""go.mod files as go reads them for a module graph: from the module cache, or from what replaces a module."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gomend.gocmd.modcache import downloaded
from gomend.gomod.gomodfile import GoMod, ModFileErrors, Replace, parse_gomod, parse_gowork, replacement
from gomend.gomod.path import escape_path, unescape_version
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.version import is_pseudo, is_valid, parse, sort_versions
from gomend.modcache.projects import Project
from gomend.modcache.reading import read


@dataclass(frozen=True, slots=True)
class Main:
    """A main module and the folder of its go.mod."""

    folder: Path
    mod: GoMod


def mains_of(project: Project) -> list[Main]:
    """The main modules of a project. Raises OSError and ModFileErrors."""
    return [Main(one.parent, parse_gomod(one.read_bytes(), file=str(one))) for one in project.mods]


@dataclass
class ModFiles:
    """Reads and keeps go.mod files. `cache` is GOMODCACHE."""

    cache: Path
    mains: Sequence[Main]
    work: Path | None = None
    _kept: dict[tuple[str, str], GoMod | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # In a workspace go.work's own lines go before those of its modules.
        self._replaces: list[tuple[Path, list[Replace]]] = [(one.folder, one.mod.replace) for one in self.mains]
        if self.work is not None:
            self._replaces.insert(0, (self.work.parent, parse_gowork(self.work.read_bytes()).replace))

    def replaced_by(self, module: str, version: str) -> tuple[Path, Replace] | None:
        """What replaces a version, and the folder that a relative path in it starts from; None for nothing."""
        for folder, replaces in self._replaces:
            found = replacement(replaces, module, version)
            if found is not None:
                return folder, found
        return None

    def effective(self, module: str, version: str) -> GoMod | None:
        """The go.mod that counts for a version: of itself or of what replaces it."""
        found = self.replaced_by(module, version)
        if found is None:
            return self.own(module, version)
        folder, replace = found
        if replace.new_version:
            return self.own(replace.new_path, replace.new_version)
        return _parsed(Path(os.path.normpath(folder / replace.new_path)) / "go.mod")

    def own(self, module: str, version: str) -> GoMod | None:
        """A version's own go.mod from the cache; None where it is not there or cannot be read."""
        key = module, version
        if key not in self._kept:
            try:
                self._kept[key] = _parsed(downloaded(self.cache, module, version, "mod"))
            except GoRefusalError:
                self._kept[key] = None
        return self._kept[key]

    def versions(self, module: str) -> list[str]:
        """The released versions whose go.mod lies in the cache, the oldest first."""
        try:
            folder = self.cache / "cache" / "download" / escape_path(module) / "@v"
            names = [one.name for one in folder.iterdir()]
        except (OSError, GoRefusalError):
            return []
        found = []
        for name in names:
            if name.endswith(".mod"):
                try:
                    version = unescape_version(name.removesuffix(".mod"))
                except GoRefusalError:
                    continue
                if is_valid(version) and not is_pseudo(version):
                    found.append(version)
        return sort_versions(found)


def newest_of(versions: Sequence[str]) -> str:
    """The version that go would take for `latest`: the highest release, else the highest pre-release; "" for none."""
    ordered = sort_versions(versions)
    releases = [one for one in ordered if (parts := parse(one)) is not None and not parts.prerelease]
    compatible = [one for one in releases if not one.endswith("+incompatible")]
    return (compatible or releases or ordered or [""])[-1]


def _parsed(path: Path) -> GoMod | None:
    try:
        return parse_gomod(read(path), file=str(path), lax=True)
    except (OSError, ModFileErrors):
        return None
