"""How requests are made is an option like others."""

from pathlib import Path

import pytest

from gomend.net.timing import Limits
from gomend.relay.options import limits_of, options_in_force, trace_for


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def test_without_options_the_defaults_of_requests_hold(home: dict[str, str], tmp_path: Path):
    assert limits_of(options_in_force(home, str(tmp_path))) == Limits()


def test_each_limit_has_an_option(home: dict[str, str], tmp_path: Path):
    names = ("CONNECT", "TLS", "FIRST_BYTE", "STALL")
    options = {f"GOMEND_{name}_LIMIT": str(number) for number, name in enumerate(names, 1)}
    assert limits_of(options_in_force(home | options, str(tmp_path))) == Limits(connect=1, tls=2, first_byte=3, stall=4)


def test_a_project_may_make_a_limit_stricter(home: dict[str, str], tmp_path: Path):
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / ".gomend.toml").write_text("stall_limit = 5\n")
    assert limits_of(options_in_force(home, str(tmp_path))) == Limits(stall=5)


@pytest.mark.parametrize("words", ["stall_limit = 21", "stall_limit = 0", "zzz = 1"])
def test_an_option_that_is_not_taken_leaves_the_defaults(home: dict[str, str], tmp_path: Path, words: str):
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / ".gomend.toml").write_text(words)
    assert limits_of(options_in_force(home, str(tmp_path))) == Limits()


@pytest.mark.parametrize(
    ("hosts", "url", "told"),
    [
        ("", "https://goproxy.corp.example/m/@v/list", False),
        ("goproxy.corp.example", "https://goproxy.corp.example:8443/m/@v/list", True),
        ("*.corp.example", "https://goproxy.corp.example/m/@v/list", True),
        ("other.example,127.0.0.1", "http://127.0.0.1:8081/m/@v/list", True),
        ("corp.example", "https://goproxy.corp.example/m/@v/list", False),
        ("goproxy.corp.example", "https://proxy.golang.org/goproxy.corp.example/m/@v/list", False),
    ],
)
def test_only_the_hosts_that_the_user_lists_are_told_of_a_trace(
    home: dict[str, str], tmp_path: Path, hosts: str, url: str, told: bool
):
    options = options_in_force(home | {"GOMEND_TRACE_HOSTS": hosts}, str(tmp_path))
    assert trace_for(options, "ab" * 16)(url) == ("ab" * 16 if told else "")


def test_a_project_may_not_say_who_is_told(home: dict[str, str], tmp_path: Path):
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / ".gomend.toml").write_text('trace_hosts = "*"')
    assert trace_for(options_in_force(home, str(tmp_path)), "ab" * 16)("https://a.example/") == ""
