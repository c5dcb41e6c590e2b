"""Which files of a repository's folder make up a module's zip.

Source: https://go.dev/ref/mod#zip-path-size-constraints, golang.org/x/mod/zip (checkFiles, isVendoredPackage).
"""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from gomend.gomod.collisions import Collisions
from gomend.gomod.gomodfile import parse_gomod
from gomend.gomod.modsyntax import ModFileErrors
from gomend.gomod.modzip import MAX_GOMOD, MAX_LICENSE, MAX_ZIP, InvalidFilesError, ModuleZipError
from gomend.gomod.path import InvalidPathError, check_file_path
from gomend.gomod.version import compare

_VENDOR = "vendor/"


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file of the module's folder; `path` below it, `/` separated. What is not regular (a link) is not followed."""

    path: str
    size: int  # bytes
    is_regular: bool = True


def vendors_strictly(gomod: bytes | None) -> bool:
    """Whether a module with this root go.mod leaves out what is vendored by the rules since Go 1.24."""
    if gomod is None:
        return False
    try:
        go = parse_gomod(gomod, lax=True).go
    except ModFileErrors:
        return False
    language = ".".join((go or "").split(".")[:2]).partition("rc")[0].partition("beta")[0]
    return compare(f"v{language}", "v1.24") >= 0


def module_files(files: Sequence[TreeFile], *, strict_vendor: bool) -> list[str]:
    """The paths that go into the zip, in the order of `files`: not what belongs to modules below, what is vendored,
    links and other irregular files.

    `strict_vendor` is what `vendors_strictly` says of the root go.mod. Raises InvalidFilesError for names that no zip
    may hold, ModuleZipError where it would be too large.
    """
    modules_below = {
        folder
        for folder, name in (posixpath.split(file.path) for file in files if file.is_regular)
        if name.lower() == "go.mod" and folder
    }
    collisions = Collisions()
    kept: list[str] = []
    invalid: list[tuple[str, str]] = []
    left = MAX_ZIP
    for file in files:
        path = file.path
        if _is_left_out(path, modules_below, strict_vendor=strict_vendor):
            continue
        reason = _fault(path) or collisions.fault(path, is_folder=False)
        if not reason:
            if not file.is_regular:
                continue
            left -= file.size
            reason = _size_fault(path, file.size)
        if reason:
            invalid.append((path, reason))
        else:
            kept.append(path)
    if left < 0:
        raise ModuleZipError(f"module source tree too large (max size is {MAX_ZIP} bytes)")
    if invalid:
        raise InvalidFilesError(tuple(invalid))
    return kept


def _is_left_out(path: str, modules_below: set[str], *, strict_vendor: bool) -> bool:
    if _is_vendored(path, strict=strict_vendor) or path == ".hg_archival.txt":
        return True
    folder = posixpath.dirname(path)
    while folder:
        if folder in modules_below:
            return True
        folder = posixpath.dirname(folder)
    return False


def _is_vendored(path: str, *, strict: bool) -> bool:
    if strict and path == "vendor/modules.txt":
        return True
    if path.startswith(_VENDOR):
        start = len(_VENDOR)
    else:
        below = path.find(f"/{_VENDOR}")
        if below < 0:
            return False
        # Before 1.24 go counted from the path's start, and so took `pkg/vendor/a.go` for vendored.
        start = (below if strict else 0) + len(_VENDOR) + 1
    return "/" in path[start:]


def _fault(path: str) -> str:
    if posixpath.normpath(path) != path:
        return "file path is not clean"
    try:
        check_file_path(path)
    except InvalidPathError as error:
        return str(error)
    if path.lower() == "go.mod" and path != "go.mod":
        return "go.mod files must have lowercase names"
    return ""


def _size_fault(path: str, size: int) -> str:
    if path == "go.mod" and size > MAX_GOMOD:
        return f"go.mod file too large (max size is {MAX_GOMOD} bytes)"
    if path == "LICENSE" and size > MAX_LICENSE:
        return f"LICENSE file too large (max size is {MAX_LICENSE} bytes)"
    return ""
