"""`gomend run`: the go that a script calls gets a door at each call, by the settings of that call."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab import upstream as lab
from tests.lab.modules import Module
from tests.relay.both import Log, Project, Turns, door_shown, upstream

PROJECT = Project.of([Module("example.com/a", "v1.1.0"), Module("example.com/b", "v1.2.0")])


class Script:
    """Shell scripts under `gomend run` in a module whose source drops the first connection for a zip."""

    def __init__(self, folder: Path, url: str, log: Log) -> None:
        self.folder, self.url, self.log = folder, url, log
        PROJECT.write(folder / "app", go_sum=True)
        self.temporary = folder / "tmp"
        self.temporary.mkdir()

    def run(self, words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs the script with no GOPROXY that leads anywhere."""
        environment = {
            **os.environ,
            "GOPROXY": "off",
            "GOMODCACHE": str(self.folder / "cache"),
            "GOCACHE": str(self.folder / "gocache"),
            "TMPDIR": str(self.temporary),
            **variables,
        }
        return subprocess.run(
            [*GOMEND, "run", "--", "sh", "-c", words],
            cwd=self.folder / "app",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def record(self) -> dict:
        """The document of the last run."""
        runs = Path(os.environ["HOME"], ".local", "state", "gomend", "runs")
        return json.loads(max(runs.glob("*.json"), key=lambda path: path.stat().st_mtime_ns).read_text())


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Script]:
    log = Log()
    with upstream("a", log, PROJECT, [("*/a/@v/*.zip", Turns(1, lab.status(503)))]) as source:
        yield Script(tmp_path, source.url, log)


def test_a_setting_of_the_script_itself_counts(script: Script):
    ran = script.run(f"export GOPROXY={script.url}; echo $GOPROXY; go mod download")
    assert (ran.returncode, ran.stdout) == (0, f"{script.url}\n"), ran
    assert "1 download failed at first, then came" in ran.stderr
    assert script.record()["relay"] is True
    assert script.record()["exchanges"]["rescued"] == 1
    assert script.record()["exchanges"]["ahead"]["used"] > 0


def test_a_setting_that_the_script_stores_counts(script: Script, tmp_path: Path):
    words = f"unset GOPROXY; go env -w GOPROXY={script.url}; go mod download && go env GOPROXY"
    ran = script.run(words, GOENV=str(tmp_path / "goenv"))
    assert (ran.returncode, ran.stdout) == (0, f"{script.url}\n"), ran
    assert (tmp_path / "goenv").read_text() == f"GOPROXY={script.url}\n"
    assert "at first, then came" in ran.stderr


def test_a_go_of_another_folder_counts(script: Script):
    ran = script.run(f"cd /; GOPROXY={script.url} go -C {script.folder}/app mod download")
    assert ran.returncode == 0, ran
    assert "at first, then came" in ran.stderr


def test_a_go_called_by_its_path_is_untouched(script: Script, go: Path):
    ran = script.run(f"GOPROXY={script.url} {go} mod download")
    assert ran.returncode == 1
    assert "503" in ran.stderr
    assert script.record()["relay"] is False


def test_nothing_of_the_door_is_shown_or_left(script: Script):
    ran = script.run(f"GOPROXY={script.url} go mod download -x; env; ls -a; go env GOPROXY")
    assert door_shown(ran.stderr + ran.stdout, script.url) == []
    assert "GOPROXY=off" in ran.stdout
    assert list(script.temporary.iterdir()) == []


def test_without_the_relay_there_is_no_shim(script: Script):
    ran = script.run("command -v go", GOMEND_RELAY="off")
    assert ran.stdout == f"{shutil.which('go')}\n"


def test_the_exit_status_and_the_streams_are_gos(script: Script):
    ran = script.run(
        f"echo 'package main; func main() {{ x }}' > bad.go; GOPROXY={script.url} go vet ./bad.go; echo $?"
    )
    assert ran.stdout == "1\n"
    assert "undefined: x" in ran.stderr


def test_a_go_run_by_go_uses_the_same_door(script: Script):
    (script.folder / "app" / "gen.go").write_text("package main\n\n//go:generate go mod download\n")
    ran = script.run(f"GOPROXY={script.url} go generate gen.go")
    assert ran.returncode == 0, ran
    assert script.record()["exchanges"]["rescued"] == 1


def test_gomend_inside_works(script: Script):
    ran = script.run(f"GOPROXY={script.url} {' '.join(GOMEND)} go mod download")
    assert ran.returncode == 0, ran
    assert "at first, then came" in ran.stderr


def test_what_a_script_leaves_running_goes_on_even_where_its_folder_cannot_be_removed(script: Script):
    later = f"(sleep 1; GOPROXY={script.url} go mod download; echo $?) >> out 2>&1 &"
    ran = script.run(f"mkdir $(dirname $(command -v go))/kept; {later} true")
    assert (ran.returncode, ran.stderr) == (0, "")
    out = script.folder / "app" / "out"
    for _ in range(600):
        if out.exists() and out.read_text():
            break
        time.sleep(0.1)
    assert out.read_text().splitlines()[-1] in ("0", "1")  # not ended by a signal
