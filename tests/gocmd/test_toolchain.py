"""Which toolchain go switches to, by its own rules."""

import itertools
import os
import subprocess
from pathlib import Path

import pytest

from gomend.gocmd.toolchain import deciding_file, is_at_hand, may_switch, order, version_of, wanted


def test_versions_are_ordered_as_gover_orders_them():
    rising = ["1", "1.9.2", "1.20rc1", "1.20", "1.20.1", "1.21", "1.21rc1", "1.21rc2", "1.21.0", "1.21.10", "1.100"]
    keys = [order(version) for version in rising]
    assert all(one < other for one, other in itertools.pairwise(keys))
    assert order("1.20") == order("1.20.0")
    assert order("x1.2") is None


@pytest.mark.parametrize(
    ("toolchain", "version"),
    [("go1.22.3", "1.22.3"), ("go1.22.3-corp", "1.22.3"), ("default", ""), ("gox", ""), ("1.22", "")],
)
def test_the_version_in_a_toolchains_name(toolchain: str, version: str):
    assert version_of(toolchain) == version


@pytest.mark.parametrize(
    ("gotoolchain", "mod", "name"),
    [
        ("auto", b"go 1.27\n", "go1.27.0"),
        ("auto", b"go 1.27rc2\n", "go1.27rc2"),
        ("auto", b"go 1.27.1\n", "go1.27.1"),
        ("auto", b"go 1.26\n", ""),
        ("auto", b"go 1.21\ntoolchain go1.27.3\n", "go1.27.3"),
        ("auto", b"go 1.28\ntoolchain go1.27.3\n", "go1.28.0"),
        ("auto", b"go 1.28\ntoolchain default\n", ""),
        ("auto", b"// go 1.99\n", ""),
        ("local", b"go 1.99\n", ""),
        ("", b"go 1.99\n", ""),
        ("go1.25.1", b"go 1.99\n", "go1.25.1"),
        ("go1.25.1+auto", b"go 1.26.9\n", "go1.26.9"),
        ("go1.26.8+auto", b"go 1.21\n", ""),
        ("local+auto", b"go 1.27\n", "go1.27.0"),
        ("path", b"go 1.27\n", "go1.27.0"),
        ("nonsense", b"go 1.27\n", ""),
    ],
)
def test_the_toolchain_that_go_switches_to(gotoolchain: str, mod: bytes, name: str):
    assert wanted("go1.26.8", gotoolchain, mod) == name


@pytest.mark.parametrize("said", ["go 1.99.0", "go 1.99", "go 1.21\n\ntoolchain go1.98.7", "go 1.21"])
def test_a_real_go_wants_the_same(go: Path, tmp_path: Path, said: str):
    (tmp_path / "go.mod").write_text(f"module m\n\n{said}\n")
    environment = {**os.environ, "GOTOOLCHAIN": "auto"}
    ran = subprocess.run([go, "version"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    local = (go.parent.parent / "VERSION").read_text().splitlines()[0]
    expected = wanted(local, "auto", deciding_file(str(tmp_path), ""))
    assert (f"download {expected} " in ran.stderr) if expected else not ran.stderr
    assert may_switch(str(go.parent.parent), environment, str(tmp_path)) is bool(expected)


def test_a_workspace_decides_before_the_module(tmp_path: Path):
    (tmp_path / "go.work").write_text("go 1.30\n")
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "go.mod").write_text("module m\n")
    assert deciding_file(str(tmp_path / "m"), "") == b"go 1.30\n"
    assert deciding_file(str(tmp_path / "m"), "off") == b"module m\n"


def test_a_toolchain_that_was_downloaded_is_at_hand(tmp_path: Path):
    (tmp_path / "golang.org" / "toolchain@v0.0.1-go1.27.1.linux-amd64").mkdir(parents=True)
    assert is_at_hand("go1.27.1", str(tmp_path), "")
    assert not is_at_hand("go1.27", str(tmp_path), "")


def test_a_toolchain_on_path_is_at_hand(tmp_path: Path):
    program = tmp_path / "go1.27.1"
    program.touch(0o755)
    assert is_at_hand("go1.27.1", "", f"/nowhere:{tmp_path}")


def test_a_setting_that_is_stored_counts(go: Path, tmp_path: Path):
    (tmp_path / "env").write_text("GOTOOLCHAIN=local\nGOTOOLCHAIN=go1.25.1\n")
    goroot, stored = str(go.parent.parent), {"GOENV": str(tmp_path / "env")}
    assert may_switch(goroot, stored, str(tmp_path))
    assert not may_switch(goroot, {**stored, "GOTOOLCHAIN": "local"}, str(tmp_path))
    assert not may_switch(goroot, {}, str(tmp_path))
