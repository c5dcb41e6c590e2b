"""`gomend proxy use` and `save`: go's own file changed, printed, taken back; private names asked for first."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND, Terminal

LIST = "https://a.example,direct"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "go.mod").write_text("module git.corp.internal/app\n\ngo 1.21\n")
    Path(os.environ["GOENV"]).write_text(f"GOPROXY={LIST}\n")
    return folder


def call(project: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("GOPROXY", "GOSUMDB")}
    return subprocess.run(
        [*GOMEND, *words],
        cwd=project,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def goenv() -> str:
    return Path(os.environ["GOENV"]).read_text()


def test_a_named_set_is_stored_and_taken_back_to_the_byte(go: Path, project: Path) -> None:
    used = call(project, "proxy", "use", "goproxy.cn", "--private", "*.corp.internal", "--format", "json")
    document = json.loads(used.stdout)
    assert used.returncode == 0
    assert goenv() == "GOPRIVATE=*.corp.internal\nGOPROXY=https://goproxy.cn|direct\n"
    assert document["changes"][0] == {"name": "GOPROXY", "before": LIST, "after": "https://goproxy.cn|direct"}
    assert '"|": go asks the next source after any failure' in used.stderr
    assert call(project, "undo", document["entry"]).returncode == 0
    assert goenv() == f"GOPROXY={LIST}\n"
    assert not (Path(os.environ["HOME"]) / ".config" / "gomend").exists()


def test_private_names_are_asked_for_before_a_public_source_comes_new(go: Path, project: Path) -> None:
    refused = call(project, "proxy", "use", "goproxy.cn")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "git.corp.internal  (seen in git.corp.internal/app)" in refused.stderr
    assert "--private git.corp.internal" in refused.stderr
    assert goenv() == f"GOPROXY={LIST}\n"
    assert call(project, "proxy", "use", "direct").returncode == 0  # nobody new
    assert call(project, "proxy", "use", "goproxy.cn", "--private", "none").returncode == 0
    assert "GOPRIVATE" not in goenv()
    assert call(project, "proxy", "use", "goproxy.cn", "--private", "a, b").returncode == 2


def test_on_a_terminal_enter_takes_what_was_derived(go: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    environment = {name: value for name, value in os.environ.items() if name != "GOPROXY"}
    with Terminal([*GOMEND, "proxy", "use", "goproxy.cn"], env=environment) as terminal:
        terminal.until("Enter for these")
        terminal.send("\n")
        terminal.rest()
        assert terminal.process.returncode == 0
    assert "GOPRIVATE=git.corp.internal\n" in goenv()


def test_previous_goes_back_and_a_profile_comes_again(go: Path, project: Path) -> None:
    assert call(project, "proxy", "save", "corp").returncode == 0
    assert call(project, "proxy", "use", "off").returncode == 0
    assert call(project, "proxy", "use", "previous").returncode == 0
    assert goenv() == f"GOPROXY={LIST}\n"
    call(project, "proxy", "use", "off")
    assert call(project, "proxy", "use", "corp").returncode == 0
    assert goenv() == f"GOPROXY={LIST}\n"
    profiles = Path(os.environ["HOME"]) / ".config" / "gomend" / "profiles.json"
    assert profiles.stat().st_mode & 0o777 == 0o600
    assert call(project, "proxy", "use", "corp", "direct").returncode == 2


@pytest.mark.parametrize("name", ["previous", "off", "Corp", "goproxy.cn", "a b"])
def test_a_profile_is_not_called_what_means_something_else(go: Path, project: Path, name: str) -> None:
    assert call(project, "proxy", "save", name).returncode == 2


def test_printing_stores_nothing(go: Path, project: Path) -> None:
    printed = call(project, "proxy", "use", "off", "--print")
    assert printed.stdout == "export GOPROXY=off\n"
    assert "export GOPROXY=off" in call(project, "proxy", "use", "off", "--for", "project").stdout
    assert goenv() == f"GOPROXY={LIST}\n"
    assert call(project, "undo").returncode == 2


def test_a_variable_that_hides_what_is_stored_is_named(go: Path, project: Path) -> None:
    for _ in range(2):  # the second time there is nothing left to store, and it is hidden all the same
        used = call(project, "proxy", "use", "off", GOPROXY="x")
        assert used.stderr.startswith("GOPROXY is set in this environment")
        assert used.stdout.splitlines()[-1] == "next  unset GOPROXY"
    agreeing = call(project, "proxy", "use", "off", GOPROXY="off")
    assert "unset" not in agreeing.stdout + agreeing.stderr


def test_what_is_no_name_is_refused(go: Path, project: Path) -> None:
    for words in (["nope"], ["gocenter"], ["ftp://x", "direct"], ["previous"]):
        refused = call(project, "proxy", "use", *words)
        assert (refused.returncode, refused.stdout) == (2, ""), words
    assert goenv() == f"GOPROXY={LIST}\n"


def test_other_sources_for_one_run(go: Path, project: Path) -> None:
    words = ("go", "env", "GOPROXY")
    assert call(project, *words).stdout == f"{LIST}\n"
    assert call(project, "--goproxy", "off", *words).stdout == "off\n"
    assert call(project, "--goproxy", "https://b.example|direct", *words).stdout == "https://b.example|direct\n"
    assert call(project, "--goproxy", "nope", *words).returncode == 2
    assert goenv() == f"GOPROXY={LIST}\n"
