"""The folder of an Athens server on disk, made to look like a module proxy's.

Athens keeps a version in a folder of its own, MODULE/VERSION, with `go.mod`, `source.zip` and `VERSION.info`.
Source: github.com/gomods/athens, pkg/storage/fs (fs.go: versionLocation, saver.go: Save).
"""

from collections.abc import Iterator
from pathlib import Path

from gomend.gomod.path import (
    check_module_path,
    escape_path,
    escape_version,
    unescape_path,
)
from gomend.gomod.refusal import GoRefusalError
from gomend.gomod.version import canonical

_ZIP = "source.zip"


def is_athens(folder: Path) -> bool:
    """Whether a folder is laid out so: some version's zip lies there as Athens has it."""
    return next(_versions(folder), None) is not None


def lay_out(folder: Path, into: Path) -> None:
    """Links to the files of `folder`, named as a `file://` GOPROXY has them. Raises OSError."""
    for module, version, place in _versions(folder):
        front = into / escape_path(module) / "@v"
        front.mkdir(parents=True, exist_ok=True)
        for name, kind in (("go.mod", "mod"), (_ZIP, "zip"), (f"{version}.info", "info")):
            if (place / name).is_file():
                (front / f"{escape_version(version)}.{kind}").symlink_to((place / name).absolute())


def _versions(folder: Path) -> Iterator[tuple[str, str, Path]]:
    for path in sorted(folder.rglob(_ZIP)):
        place = path.parent.relative_to(folder)
        version, written = place.name, place.parent.as_posix()
        try:
            module = unescape_path(written) if "!" in written else written
            check_module_path(module)
        except GoRefusalError:
            continue
        if canonical(version) == version != "" and (path.parent / "go.mod").is_file():
            yield module, version, path.parent
