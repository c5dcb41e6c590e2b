"""Which toolchain a go command will switch to before it does anything else. Light: read before every command.

Source: cmd/go/internal/toolchain (select.go: Select, modGoToolchain), cmd/go/internal/gover and internal/gover.
"""

import os
import re
from collections.abc import Iterator, Mapping

_VERSION = re.compile(r"(\d+)(?:\.(\d+)(?:\.(\d+)|([a-z]+)(\d+))?)?\Z")
_LINE = re.compile(rb"^[ \t]*(go|toolchain)[ \t]+([^\s/]+)", re.MULTILINE)
_STORED = re.compile(rb"^(GOTOOLCHAIN|GOWORK)=(.*)$", re.MULTILINE)

Key = tuple[int, int, int, str, int]


def order(version: str) -> Key | None:
    """A key that orders Go versions (1.21 < 1.21rc1 < 1.21.0) as gover.Compare does; None for what is none."""
    found = _VERSION.match(version)
    if found is None:
        return None
    major, minor, patch, kind, pre = found.groups()
    if patch is None:
        # Up to 1.20 the first release had no patch number: 1.20 is what 1.20.0 would be.
        patch = "0" if not kind and int(minor or 0) < 21 else "-1"
    return int(major), int(minor or 0), int(patch), kind or "", int(pre or 0)


def version_of(toolchain: str) -> str:
    """The version in a toolchain's name (go1.22.3, go1.22.3-corp); "" for what names none."""
    version = re.split(r"[ \t-]", toolchain.removeprefix("go"), maxsplit=1)[0]
    return version if toolchain.startswith("go") and order(version) else ""


def wanted(local: str, gotoolchain: str, mod: bytes) -> str:
    """The toolchain that `go` of version `local` (go1.26.8) switches to; "" where it does the work itself.

    `gotoolchain` is GOTOOLCHAIN in force; `mod` the go.work or go.mod it works with, empty for none.
    """
    least, _, mode = gotoolchain.partition("+")
    if gotoolchain in ("auto", "path"):
        least, mode = "local", gotoolchain
    name = local if least == "local" else least
    least_key, local_key = order(version_of(name)), order(version_of(local))
    if not gotoolchain or least_key is None or local_key is None:
        return ""
    if mode in ("auto", "path"):
        lines = {found[1].decode(): found[2].decode("utf-8", "replace") for found in _LINE.finditer(mod)}
        asked = lines.get("toolchain", "")
        if asked != "default":
            asked_key, go_key = order(version_of(asked)), order(lines.get("go", ""))
            if asked_key is not None and asked_key > least_key:
                name, least_key = asked, asked_key
            if go_key is not None and go_key > least_key:
                first = ".0" if lines["go"].count(".") == 1 and not go_key[3] and go_key[:2] >= (1, 21) else ""
                name = f"go{lines['go']}{first}"
    return "" if name == local else name


def local_toolchain(goroot: str) -> str:
    """The toolchain of a GOROOT by its VERSION file; "" where that does not say."""
    try:
        with open(f"{goroot}/VERSION", "rb") as file:
            return file.readline().decode("utf-8", "replace").strip()
    except OSError:
        return ""


def deciding_files(folder: str, gowork: str) -> list[str]:
    """The go.work and go.mod in force for work in `folder`, the one that decides first. `gowork` is GOWORK as set."""
    names = [gowork] if gowork not in ("", "off") else list(_upwards(folder, "go.work")) if not gowork else []
    return [*names, *_upwards(folder, "go.mod")]


def deciding_file(folder: str, gowork: str) -> bytes:
    """What the go.work or go.mod holds that decides for work in `folder`; empty for none. `gowork` is GOWORK as set."""
    for path in deciding_files(folder, gowork):
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:
            continue
    return b""


def may_switch(goroot: str, environment: Mapping[str, str], folder: str) -> bool:
    """Whether reading all settings is worth it: False only where no switch can come."""
    if environment.get("GO111MODULE") == "off":
        return False
    kept = stored(environment)
    said = environment.get("GOTOOLCHAIN") or kept.get("GOTOOLCHAIN", "auto")
    mod = deciding_file(folder, environment.get("GOWORK") or kept.get("GOWORK", ""))
    return said != "local" and bool(wanted(local_toolchain(goroot), said, mod))


def is_at_hand(toolchain: str, cache: str, path: str) -> bool:
    """Whether a toolchain lies in the module cache, or on PATH, so that go downloads nothing."""
    try:
        kept = os.listdir(f"{cache}/golang.org")
    except OSError:
        kept = []
    unpacked = re.compile(rf"toolchain@v0\.0\.1-{re.escape(toolchain)}\.[a-z]")  # go1.22.3.linux-amd64
    if any(unpacked.match(name) for name in kept):
        return True
    return any(os.access(os.path.join(place, toolchain), os.X_OK) for place in path.split(os.pathsep) if place)


def stored(environment: Mapping[str, str]) -> dict[str, str]:
    """GOTOOLCHAIN and GOWORK, as far as `go env -w` stored them."""
    folder = environment.get("XDG_CONFIG_HOME") or environment.get("HOME", "") + "/.config"
    try:
        with open(environment.get("GOENV") or f"{folder}/go/env", "rb") as file:
            found = _STORED.findall(file.read())
    except OSError:
        return {}
    return {name.decode(): value.decode("utf-8", "replace") for name, value in found}


def _upwards(folder: str, name: str) -> Iterator[str]:
    folder = os.path.abspath(folder)
    while True:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            yield path
            return
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above
