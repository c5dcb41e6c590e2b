"""A module cache as a real go leaves it, made once and copied for each test."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.lab.modules import Module, World, escape

MODULES = (
    Module("example.com/Upper/lib", "v1.2.3", files={"lib.go": "package lib\n", "sub/sub.go": "package sub\n"}),
    Module("example.com/plain", "v0.1.0", requires={"example.com/below": "v1.0.0"}),
    Module("example.com/below", "v1.0.0"),
    Module("example.com/below", "v0.9.0"),
)
LIB = "example.com/Upper/lib", "v1.2.3"
REQUIRED = ("example.com/Upper/lib@v1.2.3", "example.com/plain@v0.1.0")


@dataclass(frozen=True)
class Place:
    """A project, its module cache and the folder that serves as its GOPROXY."""

    folder: Path
    go: Path

    @property
    def cache(self) -> Path:
        """GOMODCACHE."""
        return self.folder / "modcache"

    @property
    def app(self) -> Path:
        """The project."""
        return self.folder / "app"

    def file(self, kind: str, module: str = LIB[0], version: str = LIB[1]) -> Path:
        """One file of a version in the download folder."""
        return self.cache / "cache/download" / escape(module) / "@v" / f"{version}.{kind}"

    def sources(self, module: str = LIB[0], version: str = LIB[1]) -> Path:
        """The extracted folder of a version."""
        return self.cache / f"{escape(module)}@{version}"

    def environment(self, **variables: str) -> dict[str, str]:
        """What go and gomend are run with here."""
        return {
            **os.environ,
            "GOMODCACHE": str(self.cache),
            "GOPROXY": (self.folder / "proxy").as_uri(),
            "GOCACHE": str(self.folder.parent / "gocache"),
            "GOMEND_GO": str(self.go),
            **variables,
        }

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs go in the project."""
        return subprocess.run(
            [self.go, *words],
            cwd=self.app,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            check=False,
        )


def write_proxy(folder: Path, modules: Sequence[Module]) -> None:
    """A folder that a file:// entry of GOPROXY can name."""
    for module in modules:
        place = folder / escape(module.path) / "@v"
        place.mkdir(parents=True, exist_ok=True)
        for kind, data in (("info", module.info), ("mod", module.go_mod), ("zip", module.zip)):
            (place / f"{escape(module.version)}.{kind}").write_bytes(data)
        with (place / "list").open("a") as listed:
            listed.write(f"{module.version}\n")


@pytest.fixture(scope="session")
def template(go: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The first of its kind: downloaded by go, and built once."""
    folder = tmp_path_factory.mktemp("modcache") / "template"
    place = Place(folder, go)
    place.app.mkdir(parents=True)
    world = World(MODULES)
    write_proxy(folder / "proxy", MODULES)
    (place.app / "go.mod").write_text(world.go_mod("example.com/app", list(REQUIRED)))
    (place.app / "go.sum").write_text(world.go_sum(list(REQUIRED)))
    (place.app / "app.go").write_text(
        'package app\n\nimport (\n\t_ "example.com/Upper/lib"\n\t_ "example.com/Upper/lib/sub"\n'
        '\t_ "example.com/plain"\n)\n'
    )
    ran = place.run("mod", "download", HOME=str(folder), GOPATH=str(folder), GOSUMDB="off", GOTOOLCHAIN="local",
                    GOFLAGS="-modcacherw")  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    ran = place.run("build", "./...", HOME=str(folder), GOPATH=str(folder), GOSUMDB="off", GOTOOLCHAIN="local",
                    GOFLAGS="-modcacherw")  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return place


@pytest.fixture
def place(template: Place) -> Place:
    """A fresh copy."""
    folder = template.folder.parent / f"copy{len(list(template.folder.parent.iterdir()))}"
    shutil.copytree(template.folder, folder, symlinks=True)
    return Place(folder, template.go)
