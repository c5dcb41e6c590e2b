"""A run that waits: the live line on a terminal and in a log, and the end of a wait in which nothing moves."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND, Terminal
from tests.lab import upstream as lab
from tests.lab.listener import Silent
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
    assert "net.response_timeout, certain · example.com/a@v1.1.0" in ran.stderr
    assert place.host in ran.stderr
    assert re.search(
        r"  evidence  request   GET http://.*waiting for: first byte, .* \(1\.\d s\)\n", ran.stderr, re.DOTALL
    )
    runs = Path(os.environ["HOME"], ".local", "state", "gomend", "runs")
    document = json.loads(next(runs.glob("*.json")).read_text())
    assert document["exit"] == 124
    assert document["verdict"]["roots"][0]["url"].endswith("/example.com/a/@v/v1.1.0.zip")


def test_a_go_of_a_script_is_ended_too_and_the_verdict_of_the_run_says_so(place: Place):
    ran = run(place, "run", "--", "sh", "-c", "go mod download; echo $?; exit 3", GOMEND_STALL="1")
    assert (ran.returncode, ran.stdout) == (3, "124\n")
    assert f"gomend: Ended go, since nothing came from {place.host} (setting: stall)" in ran.stderr
    assert "net.response_timeout, certain" in ran.stderr
    quiet = run(place, "-q", "run", "--", "sh", "-c", "go mod download", GOMEND_STALL="1")
    assert (quiet.returncode, quiet.stderr) == (124, "")


def test_a_script_that_ends_well_in_spite_of_it_has_no_verdict(place: Place):
    ran = run(place, "run", "--", "sh", "-c", "go mod download || true", GOMEND_STALL="1")
    assert (ran.returncode, "certain" in ran.stderr) == (0, False)


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
    painted = lines(terminal)
    assert len(painted) > 1  # repainted in place
    assert place.host.encode() in painted[0]
    assert re.search(rb"\r\x1b\[K\r?\n", terminal.seen)  # gone before the verdict
    assert terminal.seen.count(b"gomend: ") == len(painted)


def lines(terminal: Terminal) -> list[bytes]:
    """What was painted, each time."""
    return re.findall(rb"\r\x1b\[K(gomend: [^\r]*)", terminal.seen)


def test_a_script_with_several_go_commands_has_one_line(place: Place):
    script = "cd app; for n in 1 2; do GOMODCACHE=$PWD/cache$n go mod download & done; wait"
    environment = {**place.environment, "TERM": "xterm", "GOMEND_STALL": "8"}
    command = ["sh", "-c", 'cd "$0" && exec "$@"', str(place.folder), *GOMEND, "run", "--", "sh", "-c", script]
    with Terminal(command, env=environment, size=(24, 100)) as terminal:
        terminal.until("/4 modules .* waiting ")  # of both together
        terminal.until("Ended go")
    assert all(place.host.encode() in line for line in lines(terminal))


SSH = """#!/bin/sh
# An ssh that asks for a pass-phrase, as the real one does: on the terminal itself.
if [ "$1" = -G ]; then exit 1; fi
until [ -e "$HOME/ask" ]; do sleep 0.1; done
exec 9<>/dev/tty
printf 'Enter passphrase for key: ' >&9
read answer <&9
printf 'thank you, %s\\n' "$answer" >&9
exit 255
"""


@pytest.fixture
def by_ssh(tmp_path: Path) -> dict[str, str]:
    """An environment in which go fetches git.corp.example/m.git with git over such an ssh."""
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "ssh").write_text(SSH)
    (home / "bin" / "ssh").chmod(0o755)
    (home / ".gitconfig").write_text('[url "ssh://git@git.corp.example/"]\n\tinsteadOf = https://git.corp.example/\n')
    return {
        **os.environ,
        "HOME": str(home),
        "PATH": f"{home}/bin:{os.environ['PATH']}",
        "GOPROXY": "direct",
        "GOMODCACHE": str(tmp_path / "cache"),
        "TERM": "xterm",
    }


FETCH = ["go", "mod", "download", "git.corp.example/m.git@v1.0.0"]


def test_a_prompt_of_ssh_on_the_terminal_can_be_read_and_answered(by_ssh: dict[str, str]):
    with Terminal([*GOMEND, *FETCH], env=by_ssh) as terminal:
        terminal.until(r"waiting \d+ s for git.corp.example: ssh, process")
        Path(by_ssh["HOME"], "ask").touch()
        terminal.until("passphrase for key: ")
        terminal.until(r"\x1b\[K")  # what stood behind the question is taken away, and no more
        asked = len(terminal.seen)
        terminal.send("open sesame\n")
        terminal.until("thank you, open sesame")
        answered = len(terminal.seen)
        terminal.send("\x03")
        terminal.rest()
    assert b"gomend:" not in terminal.seen[asked:answered]
    assert b"\r\x1b[K" not in terminal.seen[asked:answered]


@pytest.mark.skipif(shutil.which("ssh") is None, reason="needs ssh")
@pytest.mark.parametrize("options", [[], ["--no-relay"]])
def test_an_ssh_that_waits_for_a_mute_server_is_named(by_ssh: dict[str, str], options: list[str]):
    home = Path(by_ssh["HOME"])
    (home / "bin" / "ssh").unlink()
    with Silent() as server:
        (home / ".gitconfig").write_text(
            f'[url "ssh://git@127.0.0.1:{server.port}/"]\n\tinsteadOf = https://git.corp.example/\n'
        )
        with Terminal([*GOMEND, *options, *FETCH], env=by_ssh) as terminal:
            terminal.until(r"waiting \d+ s for 127.0.0.1: ssh, process")
            terminal.send("\x03")
            terminal.rest()
            assert terminal.process.returncode != 0
