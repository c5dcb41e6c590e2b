"""The time limits of requests are options like others."""

from pathlib import Path

import pytest

from gomend.net.timing import Limits
from gomend.relay.limits import limits_in_force


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def test_without_options_the_defaults_of_requests_hold(home: dict[str, str], tmp_path: Path):
    assert limits_in_force(home, str(tmp_path)) == Limits()


def test_each_limit_has_an_option(home: dict[str, str], tmp_path: Path):
    names = ("CONNECT", "TLS", "FIRST_BYTE", "STALL")
    options = {f"GOMEND_{name}_LIMIT": str(number) for number, name in enumerate(names, 1)}
    assert limits_in_force(home | options, str(tmp_path)) == Limits(connect=1, tls=2, first_byte=3, stall=4)


def test_a_project_may_make_a_limit_stricter(home: dict[str, str], tmp_path: Path):
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / ".gomend.toml").write_text("stall_limit = 5\n")
    assert limits_in_force(home, str(tmp_path)) == Limits(stall=5)


@pytest.mark.parametrize("words", ["stall_limit = 21", "stall_limit = 0", "zzz = 1"])
def test_an_option_that_is_not_taken_leaves_the_defaults(home: dict[str, str], tmp_path: Path, words: str):
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / ".gomend.toml").write_text(words)
    assert limits_in_force(home, str(tmp_path)) == Limits()
