"""The folder a go command works in, and the module or workspace that this is in."""

import os
import subprocess
from pathlib import Path

import pytest

from gomend.gocmd.workfolder import module_root, working_folder


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        ("mod download", "."),
        ("-C sub mod download", "sub"),
        ("-C=sub build ./...", "sub"),
        ("build -C sub ./...", "sub"),
        ("mod download -C sub", "sub"),
        ("build --C=sub", "sub"),
        ("build -v", "."),
        ("test ./... -C elsewhere", "elsewhere"),
        ("run main.go x -C notmine", "."),
        ("", "."),
    ],
)
def test_the_folder(words: str, folder: str):
    assert working_folder(words.split()) == folder


def test_the_root_is_the_folder_of_what_go_itself_names(go: Path, tmp_path: Path):
    inner = tmp_path / "workspace" / "module" / "internal" / "deep"
    inner.mkdir(parents=True)
    for folder, name, words in (
        (tmp_path / "workspace" / "module", "go.mod", "module example.com/m\n\ngo 1.21\n"),
        (tmp_path / "workspace", "go.work", "go 1.21\n\nuse ./module\n"),
    ):
        (folder / name).write_text(words)
    for gowork in ("", "off", str(tmp_path / "workspace" / "go.work")):
        environment = {**os.environ, "GOWORK": gowork}
        told = subprocess.run(
            [go, "env", "GOWORK", "GOMOD"], cwd=inner, env=environment, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        expected = told[0] if told[0] not in ("", "off") else told[1]
        assert module_root(str(inner), environment) == str(Path(expected).parent)


def test_what_stands_in_gos_file_counts_and_a_folder_without_a_module_is_its_own_root(tmp_path: Path):
    (tmp_path / "go.work").write_text("go 1.21\n")
    assert module_root(str(tmp_path), os.environ) == str(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "go.mod").write_text("module example.com/m\n")
    Path(os.environ["GOENV"]).write_text("GOWORK=off\n")  # go reads it there, though it does not write it
    assert module_root(str(tmp_path / "in"), os.environ) == str(tmp_path / "in")
    assert module_root(str(tmp_path), os.environ) == str(tmp_path)
