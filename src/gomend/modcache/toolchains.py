"""Toolchains in the module cache: which of them are in use."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

MODULE = "golang.org/toolchain"


def in_use(cache: Path, goroot: str, names: Iterable[str] = ()) -> set[str]:
    """The versions of golang.org/toolchain that must stay as they are.

    That of GOROOT, those of these names (`go1.26.3`) on any platform, and on Linux each from whose folder a program
    runs that this user may look at.
    """
    folder = re.compile(re.escape(f"{cache.resolve()}/golang.org/toolchain@") + r"(v[^/]+)(?:/|\Z)")
    places = [os.path.realpath(goroot)] if goroot else []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            places.append(os.readlink(process / "exe"))  # noqa: PTH115 - a deleted program's is no path
        except OSError:
            continue
    named = tuple(f"toolchain@v0.0.1-{name}." for name in names if name)
    try:
        kept = [one.name for one in (cache / "golang.org").iterdir()]
    except OSError:
        kept = []
    chosen = {name.partition("@")[2] for name in kept if named and name.startswith(named)}
    return chosen | {found[1] for place in places if (found := folder.match(place))}
