"""The module cache: what lies where below GOMODCACHE. Source: cmd/go/internal/modfetch (cache.go)."""

import os
from pathlib import Path

from gomend.gomod.path import escape_path, escape_version


def downloaded(cache: Path, module: str, version: str, kind: str) -> Path:
    """Where go keeps the `info`, `mod`, `zip` or `ziphash` of a module version; raises as `escape_path` does."""
    return cache / "cache" / "download" / escape_path(module) / "@v" / f"{escape_version(version)}.{kind}"


def extracted(cache: Path, module: str, version: str) -> Path:
    """The folder of a module version's sources."""
    return cache / f"{escape_path(module)}@{escape_version(version)}"


def has(cache: Path, module: str, version: str, kind: str) -> bool:
    """Whether go finds this file and asks no source for it. A zip is there, too, once it is extracted and hashed."""
    path, name = escape_path(module), escape_version(version)
    stem = f"{cache}/cache/download/{path}/@v/{name}."  # no Path: asked some thousand times before a run can begin
    if os.path.exists(stem + kind):
        return True
    return (
        kind == "zip"
        and os.path.isdir(f"{cache}/{path}@{name}")
        and os.path.exists(stem + "ziphash")
        and not os.path.exists(stem + "partial")
    )
