"""go's settings in force."""

import os
from pathlib import Path

import pytest

from gomend.gocmd.environment import effective


def test_settings_are_those_that_go_tells(go: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    monkeypatch.setenv("GOPROXY", "https://proxy.example.com|direct")
    told = effective(str(go), os.environ, str(tmp_path))
    assert told["GOPROXY"] == "https://proxy.example.com|direct"
    assert told["GOMOD"] == str(tmp_path / "go.mod")
    assert told["GOTOOLCHAIN"] == "local"


def test_a_module_that_wants_a_newer_go_still_tells_and_asks_no_network(go: Path, tmp_path: Path):
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.99\n")
    environment = {name: value for name, value in os.environ.items() if name != "GOTOOLCHAIN"}
    told = effective(str(go), environment, str(tmp_path))
    assert told.get("GOPROXY", "off") == "off"
    assert "GOTOOLCHAIN" not in told


@pytest.mark.parametrize("go", ["/no/such/go", "/bin/false", "/bin/echo"])
def test_a_go_that_does_not_tell_gives_nothing(go: str):
    assert effective(go, os.environ) == {}
