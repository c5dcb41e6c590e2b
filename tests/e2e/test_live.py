"""A run that waits: the live line on a terminal and in a log, and the end of a wait in which nothing moves."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND, Terminal
from tests.lab import upstream as lab
from tests.lab.modules import Module
from tests.relay.both import Log, Project, upstream

PROJECT = Project.of([Module("example.com/a", "v1.1.0"), Module("example.com/b", "v1.2.0")])


class Place:
    """A module whose source is silent about one zip."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        PROJECT.write(folder / "app", go_sum=True)
        self.environment = {
            **os.environ,
            "GOPROXY": url,
            "GOMODCACHE": str(folder / "cache"),
            "GOCACHE": str(folder / "gocache"),
        }

    @property
    def host(self) -> str:
        """The source, as the line names it."""
        return self.url.removeprefix("http://")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    log = Log()
    with upstream("a", log, PROJECT, [("*/a/@v/*.zip", lab.silent)]) as source:
        yield Place(tmp_path, source.url)


def run(place: Place, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GOMEND, *words],
        cwd=place.folder / "app",
        env={**place.environment, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_wait_in_which_nothing_moves_is_ended_with_the_verdict(place: Place):
    ran = run(place, "go", "mod", "download", GOMEND_STALL="1")
    assert ran.returncode == 124
    assert "net.response_timeout, certain" in ran.stderr
    assert place.host in ran.stderr
    runs = Path(os.environ["HOME"], ".local", "state", "gomend", "runs")
    document = json.loads(next(runs.glob("*.json")).read_text())
    assert document["exit"] == 124
    assert document["verdict"]["roots"][0]["url"].endswith("/example.com/a/@v/v1.1.0.zip")


def test_a_go_of_a_script_is_ended_too(place: Place):
    ran = run(place, "run", "--", "sh", "-c", "go mod download; echo $?", GOMEND_STALL="1")
    assert ran.stdout == "124\n"
    assert f"gomend: Nothing moved while go waited for {place.host}" in ran.stderr


def test_without_an_open_request_nothing_is_ended(place: Place):
    (place.folder / "app" / "wait.go").write_text(
        'package main\n\nimport "time"\n\nfunc main() { time.Sleep(4 * time.Second); println("done") }\n'
    )
    ran = run(place, "go", "run", "wait.go", GOMEND_STALL="1", GOFLAGS="-mod=mod")
    assert (ran.returncode, ran.stderr) == (0, "done\n")


@pytest.mark.parametrize(("lang", "words"), [("en", "waiting "), ("zh", "已等待 ")])
def test_a_terminal_shows_what_is_waited_for(place: Place, lang: str, words: str):
    environment = {**place.environment, "GOMEND_LANG": lang, "TERM": "xterm", "GOMEND_STALL": "6"}
    command = ["sh", "-c", 'cd "$0" && exec "$@"', str(place.folder / "app"), *GOMEND, "go", "mod", "download"]
    with Terminal(command, env=environment, size=(24, 100)) as terminal:
        terminal.until(words)
        terminal.until("gomend go mod download")
    painted = re.findall(rb"\r\x1b\[K(gomend: [^\r]*)", terminal.seen)
    assert len(painted) > 1  # repainted in place
    assert place.host.encode() in painted[0]
    assert re.search(rb"\r\x1b\[K\r?\n", terminal.seen)  # gone before the verdict
    assert terminal.seen.count(b"gomend: ") == len(painted)
