"""Entries of NO_PROXY that were meant for a host and do not hold for it are found, with why."""

import pytest

from gomend.diagnose.noproxy import Missed, Wrong, missed
from gomend.net.forward import ForwardProxies

HOST = "git.corp.example"


@pytest.mark.parametrize(
    ("value", "entry", "wrong"),
    [
        ("a.example;git.corp.example", "git.corp.example", Wrong.SEPARATOR),
        ("a.example git.corp.example", "git.corp.example", Wrong.SEPARATOR),
        ("https://git.corp.example", "https://git.corp.example", Wrong.SCHEME),
        ("git.corp.example/team", "git.corp.example/team", Wrong.SCHEME),
        ("git.corp.example:8443", "git.corp.example:8443", Wrong.PORT),
        (".git.corp.example", ".git.corp.example", Wrong.DOT),
        ("*corp.example", "*corp.example", Wrong.PATTERN),
        ("10.0.0.0/8", "10.0.0.0/8", Wrong.BLOCK),
    ],
)
def test_an_entry_in_vain_is_found(value: str, entry: str, wrong: Wrong) -> None:
    environment = {"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": value}
    assert ForwardProxies(environment).for_url(f"https://{HOST}/") is not None
    assert missed(value, HOST, ["10.1.2.3"]) == Missed(entry, wrong)


@pytest.mark.parametrize("value", ["", "other.example", "10.0.0.0/8", "sub.git.corp.example", "*", "xgit.corp.example"])
def test_what_was_not_meant_for_the_host_is_left_alone(value: str) -> None:
    assert missed(value, HOST, ["192.0.2.1"]) is None
