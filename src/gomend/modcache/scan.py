"""The entries of a module cache by module version, and whatever else lies there.

Source: cmd/go/internal/modfetch (cache.go: CachePath, DownloadDir); https://go.dev/ref/mod#module-cache.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gomend.gomod.path import escape_path, escape_version, unescape_path, unescape_version
from gomend.gomod.refusal import GoRefusalError

OWN = "cache/gomend"  # below GOMODCACHE: what gomend put aside, and what it fetches
KINDS = ("info", "mod", "zip", "ziphash", "lock", "partial")
_FILE = re.compile(r"(?P<version>v.+)\.(?P<kind>info|mod|zip|ziphash|lock|partial)\Z")
_UNFINISHED = re.compile(r"\d\.tmp\Z|\.tmp-\d+\Z")
_TOP = ("download", "vcs", "lock", "gomend")


@dataclass(slots=True)
class Entry:
    """All that is kept of one module version."""

    module: str
    version: str
    files: dict[str, Path] = field(default_factory=dict)  # kind → its file
    folder: Path | None = None  # the extracted sources


@dataclass(slots=True)
class Contents:
    """What lies in a module cache."""

    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    unfinished: list[Path] = field(default_factory=list)
    foreign: list[Path] = field(default_factory=list)
    collisions: list[Path] = field(default_factory=list)  # names that differ from another in case alone
    unreadable: list[tuple[Path, str]] = field(default_factory=list)  # with the system's words
    clones: list[Path] = field(default_factory=list)  # bare repositories of direct mode
    databases: list[Path] = field(default_factory=list)  # folders of checksum databases
    own: int = 0  # quarantines and unfinished fetches of gomend's


def scan(cache: Path) -> Contents:
    """Look through the whole cache; the contents of files are not read. A missing cache has no entries."""
    found = Contents()
    _Scan(cache, found).top()
    # A lock alone is what is left of a version that was removed.
    found.entries = {key: one for key, one in found.entries.items() if one.folder or set(one.files) - {"lock"}}
    return found


def entry_of(cache: Path, module: str, version: str) -> Entry:
    """One version's entry alone, looked up anew. Raises what `escape_path` and `escape_version` raise."""
    entry = Entry(module, version)
    stem = cache / "cache" / "download" / escape_path(module) / "@v" / escape_version(version)
    for kind in KINDS:
        path = stem.with_name(f"{stem.name}.{kind}")
        if path.exists() or path.is_symlink():
            entry.files[kind] = path
    folder = cache / f"{escape_path(module)}@{escape_version(version)}"
    if folder.is_dir():
        entry.folder = folder
    return entry


class _Scan:
    def __init__(self, cache: Path, found: Contents) -> None:
        self._cache = cache
        self._found = found

    def _list(self, folder: str | Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda one: one.name)
        except FileNotFoundError:
            return []
        except OSError as error:
            self._found.unreadable.append((Path(folder), error.strerror or str(error)))
            return []
        seen: dict[str, str] = {}
        for one in listed:
            other = seen.setdefault(one.name.casefold(), one.name)
            if other != one.name:
                self._found.collisions.append(Path(one.path))
        return listed

    def top(self) -> None:
        for one in self._list(self._cache):
            if one.name == "cache" and one.is_dir(follow_symlinks=False):
                self._inner()
            else:
                self._extracted(one, "")

    def _inner(self) -> None:
        for one in self._list(self._cache / "cache"):
            if one.name not in _TOP:
                self._found.foreign.append(Path(one.path))
            elif one.name == "vcs":
                self._vcs(Path(one.path))
            elif one.name == "gomend":
                self._found.own = len(self._list(one.path))
            elif one.name == "download":
                for below in self._list(one.path):
                    if below.name == "sumdb" and below.is_dir(follow_symlinks=False):
                        self._found.databases += [Path(db.path) for db in self._databases(below.path)]
                    else:
                        self._downloads(below, "")

    def _databases(self, folder: str) -> Iterator[os.DirEntry[str]]:
        """A database's name may hold slashes: its folder is the one with `lookup` or `tile` in it."""
        for one in self._list(folder):
            if not one.is_dir(follow_symlinks=False):
                continue
            if any(below.name in ("lookup", "tile") for below in self._list(one.path)):
                yield one
            else:
                yield from self._databases(one.path)

    def _vcs(self, folder: Path) -> None:
        for one in self._list(folder):
            if re.fullmatch(r"[0-9a-f]{64}", one.name) and one.is_dir(follow_symlinks=False):
                self._found.clones.append(Path(one.path))
            elif not re.fullmatch(r"[0-9a-f]{64}\.(info|lock)", one.name):
                self._found.foreign.append(Path(one.path))

    def _downloads(self, one: os.DirEntry[str], above: str) -> None:
        if not one.is_dir(follow_symlinks=False):
            self._found.foreign.append(Path(one.path))
        elif one.name == "@v":
            self._versions(one.path, above)
        else:
            for below in self._list(one.path):
                self._downloads(below, f"{above}/{one.name}" if above else one.name)

    def _versions(self, folder: str, escaped: str) -> None:
        module = _unescaped(escaped)
        for one in self._list(folder):
            path = Path(one.path)
            if one.name in ("list", "list.lock"):
                continue
            match = _FILE.fullmatch(one.name)
            version = _version(match["version"]) if match else None
            if module and match and version:
                self._entry(module, version).files[match["kind"]] = path
            elif _UNFINISHED.search(one.name):
                self._found.unfinished.append(path)
            else:
                self._found.foreign.append(path)

    def _extracted(self, one: os.DirEntry[str], above: str) -> None:
        name = f"{above}/{one.name}" if above else one.name
        path = Path(one.path)
        if not one.is_dir(follow_symlinks=False):
            self._found.foreign.append(path)
        elif "@" not in one.name:
            below = self._list(one.path)
            for inner in below:
                self._extracted(inner, name)
        else:
            escaped, _, written = name.rpartition("@")
            module, version = _unescaped(escaped), _version(written)
            if module and version:
                self._entry(module, version).folder = path
            elif _UNFINISHED.search(one.name):
                self._found.unfinished.append(path)
            else:
                self._found.foreign.append(path)

    def _entry(self, module: str, version: str) -> Entry:
        key = module, version
        if key not in self._found.entries:
            self._found.entries[key] = Entry(module, version)
        return self._found.entries[key]


def _unescaped(escaped: str) -> str:
    try:
        return unescape_path(escaped)
    except GoRefusalError:
        return ""


def _version(escaped: str) -> str:
    try:
        return unescape_version(escaped)
    except GoRefusalError:
        return ""
