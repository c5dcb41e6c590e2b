"""Which go commands get a door, what a program started by go sees of it, and a fault in gomend itself."""

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


# Faults in gomend itself, planted where they hurt most.
BROKEN = {
    "what-serves-does-not-load": "sys.modules['gomend.relay.serving'] = None",
    "what-is-read-ahead-is-not-found": "import gomend.relay.forecast as m; m.forecast = bad",
    "retrying": "import gomend.sources.retrying as m; m.Retrying.get = bad",
    "the-end-of-a-body": "import gomend.sources.resuming as m; m._after = bad",
    "reading-ahead": "import gomend.sources.readahead as m; m.ReadAhead._fetch = bad_later",
    "what-was-read-ahead": "import gomend.sources.kept as m; m.Kept.chunks = bad",
    "the-thread": "import gomend.relay.door as m; m.Door.open = dead",
    "tls": "import gomend.net.roots as m; m.client_context = bad",
}
PLANTED = """
import sys
def bad(*_, **__): raise KeyError("no such luck")
async def bad_later(*_, **__): raise KeyError("no such luck")
async def dead(*_, **__): raise SystemExit(3)
{fault}
from gomend.cli.main import run
sys.argv = ["gomend", "go", "mod", "download"]
run()
"""


@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_in_gomend_does_not_cost_the_run(place: Place, fault: str):
    ran = place.run(sys.executable, "-c", PLANTED.format(fault=BROKEN[fault]), GOMEND_LANG="en")
    assert ran.returncode == 0, ran
    assert "gomend: The door to the module sources failed (" in ran.stderr
    assert (place.folder / "cache" / DEP.path / "@v").exists() or list(
        (place.folder / "cache").glob("example.com/dep@*")
    )


def test_where_no_door_can_be_opened_go_runs_without_one(place: Place):
    fault = """
import gomend.relay.session as m
def no_loopback(): raise OSError("no loopback")
m._listen = no_loopback
"""
    ran = place.run(sys.executable, "-c", PLANTED.format(fault=fault), GOMEND_LANG="en")
    said = "gomend: The door to the module sources could not be opened (no loopback); go runs without it.\n"
    assert (ran.returncode, ran.stderr) == (0, said)


def test_no_room_for_scratch_files_is_no_fault(place: Place, tmp_path: Path):
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import tempfile\ndef no(*a, **k): raise OSError('no room')\ntempfile.TemporaryDirectory = no\n")
    ran = place.run(sys.executable, "-m", "gomend", "go", "mod", "download", PYTHONPATH=str(tmp_path))
    assert (ran.returncode, ran.stderr) == (0, "")
