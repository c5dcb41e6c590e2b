"""When ssh is kept from asking: where nobody could answer and the user has not chosen an ssh."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.gocmd.terminal import Terminal

BATCH = "ssh -o BatchMode=yes"
SCRIPT = """
import os, sys
from gomend.gocmd.sshprompts import without_asking
print("told", without_asking(dict(os.environ), sys.argv[1]).get("GIT_SSH_COMMAND"))
"""


def words(folder: Path) -> list[str]:
    return [sys.executable, "-c", SCRIPT, str(folder)]


def told(folder: Path, **variables: str) -> str:
    """What a process without a terminal gives to git."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder / "home"), "GIT_CONFIG_NOSYSTEM": "1", **variables}
    ran = subprocess.run(
        words(folder), env=environment, start_new_session=True, check=True, capture_output=True, text=True
    )
    return ran.stdout.removeprefix("told ").strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path


def test_without_a_terminal_it_does_not_ask(folder: Path):
    assert told(folder) == BATCH


@pytest.mark.parametrize("name", ["GIT_SSH", "GIT_SSH_COMMAND"])
@pytest.mark.parametrize("value", ["/usr/bin/my-ssh", ""])
def test_an_ssh_that_the_user_chose_stays(folder: Path, name: str, value: str):
    assert told(folder, **{name: value}) == "None"


@pytest.mark.parametrize(
    "place", ["home/.gitconfig", "home/.config/git/config", "repository/.git/config", "environment"]
)
def test_an_ssh_that_gits_configuration_names_stays_wherever_it_stands(folder: Path, place: str):
    here = folder / "repository"
    subprocess.run(["git", "init", "-q", here], check=True)
    variables = {}
    if place == "environment":
        variables = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.sshCommand", "GIT_CONFIG_VALUE_0": "my-ssh"}
    else:
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        with (folder / place).open("a") as file:
            file.write('[core]\n\tsshCommand = "my-ssh -v"\n')
    ran = subprocess.run(
        words(here),
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder / "home"), "GIT_CONFIG_NOSYSTEM": "1", **variables},
        start_new_session=True,
        check=True,
        capture_output=True,
        text=True,
    )
    assert ran.stdout == "told None\n"


def test_where_git_does_not_tell_nothing_is_set(folder: Path):
    assert told(folder, PATH=str(folder)) == "None"
    (folder / "home" / ".gitconfig").write_text("[core\n")
    assert told(folder) == "None"


def test_on_a_terminal_it_may_ask(folder: Path):
    with Terminal(words(folder), env={"PATH": "/usr/bin:/bin", "HOME": str(folder / "home")}) as terminal:
        assert terminal.until(r"told \w+") == "told None"
