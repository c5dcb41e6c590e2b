"""Which go commands get a door, what a program started by go sees of it, and a door that fails."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab.modules import Module
from tests.relay.both import Log, Project, upstream

from gomend.relay.plan import plan
from gomend.relay.session import Session

DEP = Module("example.com/dep", "v1.0.0")
PROJECT = Project.of([DEP])
TEST = """package main

import (
	"fmt"
	"os"
	"testing"
)

func TestSeen(t *testing.T) {
	fmt.Println("GOPROXY", os.Getenv("GOPROXY"), "HTTPS_PROXY", os.Getenv("HTTPS_PROXY"), os.Getenv("HTTP_PROXY"))
}
"""


class Place:
    """A module that requires another one, and a source that has that."""

    def __init__(self, folder: Path, url: str, log: Log, gocache: Path) -> None:
        self.folder, self.url, self.log = folder, url, log
        PROJECT.write(folder / "app", go_sum=True)
        (folder / "app" / "main_test.go").write_text(TEST)
        self.environment = {
            **os.environ,
            "GOPROXY": url,
            "GOMODCACHE": str(folder / "cache"),
            "GOCACHE": str(gocache),
        }

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a command in the module."""
        return subprocess.run(
            command,
            cwd=self.folder / "app",
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def last_record(self) -> dict:
        """The document of the last run."""
        runs = Path(os.environ["HOME"], ".local", "state", "gomend", "runs")
        return json.loads(max(runs.glob("*.json"), key=lambda path: path.stat().st_mtime_ns).read_text())


@pytest.fixture
def place(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    log = Log()
    with upstream("a", log, PROJECT) as source:
        yield Place(tmp_path, source.url, log, tmp_path_factory.getbasetemp() / "gocache")


def test_a_cached_test_stays_cached(place: Place, go: Path):
    assert place.run(str(go), "test", "./...").returncode == 0
    ran = place.run(*GOMEND, "go", "test", "./...")
    assert "(cached)" in ran.stdout, ran


def test_a_test_whose_modules_are_missing_sees_the_door_and_no_proxy(place: Place):
    ran = place.run(*GOMEND, "go", "test", "-v", "./...")
    seen = next(line for line in ran.stdout.splitlines() if line.startswith("GOPROXY"))
    assert seen.startswith("GOPROXY http://127.0.0.1:")
    assert place.url not in seen
    assert seen.endswith("HTTPS_PROXY  ")


def test_settings_are_told_as_they_are(place: Place):
    ran = place.run(*GOMEND, "go", "env", "GOPROXY")
    assert (ran.stdout, ran.stderr) == (f"{place.url}\n", "")


def test_another_toolchain_comes_through_the_door(place: Place):
    (place.folder / "app" / "go.mod").write_text("module m\n\ngo 1.99.0\n")
    ran = place.run(*GOMEND, "go", "version", GOTOOLCHAIN="auto")
    assert ran.returncode
    assert "go1.99.0" in ran.stderr
    assert any("golang.org/toolchain" in path for path in place.log.paths("a"))
    assert place.last_record()["exchanges"]["count"]


def test_settings_are_told_as_they_are_with_another_toolchain_at_hand(place: Place):
    (place.folder / "app" / "go.mod").write_text("module m\n\ngo 1.99.0\n")
    programs = place.folder / "programs"
    programs.mkdir()
    other = programs / "go1.99.0"
    other.write_text('#!/bin/sh\necho "$GOPROXY"\n')
    other.chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    ran = place.run(*GOMEND, "go", "env", "GOPROXY", GOTOOLCHAIN="auto", PATH=path)
    assert ran.stdout == f"{place.url}\n", ran


def test_a_door_that_fails_answers_and_says_so():
    def broken() -> list:
        raise RuntimeError("no such luck")

    made = plan("http://127.0.0.1:1", "")
    assert made is not None
    session = Session(made, {}, broken, machine_output=False, folder="/", goauth=(), tunnel=False)
    session.start()
    port = int(session.environment()["GOPROXY"].split(":")[2].split("/")[0])
    for _ in range(2):
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asking.request("GET", "/x")
        answer = asking.getresponse()
        assert answer.status == 502
        assert b"no such luck" in answer.read()
        asking.close()
    assert isinstance(session.stop().failed, RuntimeError)


def test_a_door_that_fails_does_not_hang_go(place: Place, tmp_path: Path):
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import tempfile\ndef no(*a, **k): raise OSError('no room')\ntempfile.TemporaryDirectory = no\n")
    ran = place.run(sys.executable, "-m", "gomend", "go", "mod", "download", PYTHONPATH=str(tmp_path))
    assert ran.returncode == 1
    assert "gomend: The door to the module sources failed (OSError: no room)" in ran.stderr
