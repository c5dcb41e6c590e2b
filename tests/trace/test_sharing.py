"""What may leave the machine holds no private name."""

import json

import msgspec
import pytest
from tests.trace.examples import exchange, mock_up, trace

from gomend.causes import Code
from gomend.report.trace_html import trace_html
from gomend.trace.har import har
from gomend.trace.naming import is_private, named
from gomend.trace.otlp import otlp
from gomend.trace.sharing import shared

PRIVATE = "*.corp.example,github.com/Secret-Org"
NAMES = ("corp.example", "secret", "vault9", "10.1.2.3", "v0.0.0-20260101000000-abcdefabcdef")


def of_a_company():
    step = {"dns": 0.01, "connect": 0.01, "wait": 0.1}
    version = "v0.0.0-20260101000000-abcdefabcdef"
    return [
        *mock_up(),
        exchange(f"https://goproxy.corp.example/git.corp.example/vault9/@v/{version}.zip", "zip", 1.0, step),
        exchange(
            f"https://p.example/git.corp.example/vault9/@v/{version}.mod", "mod", 1.1, step, address="192.0.2.7:443"
        ),
        exchange("https://p.example/go/github.com/!secret-!org/vault9/@v/list", "list", 1.2, step, attempt=2),
        exchange("https://p.example/sumdb/s/lookup/git.corp.example/vault9@v1.0.0", "sumdb", 1.3, step),
        exchange(
            "https://git.corp.example:8443",
            "tunnel",
            1.4,
            step,
            source=-1,
            address="10.1.2.3:8443",
            status=None,
            code=Code.DNS_NXDOMAIN,
            fault="lookup git.corp.example: no such host",
        ),
    ]


def of_the_company(**facts):
    command = ["go", "get", "git.corp.example/vault9/pkg@v1.0.0", "-ldflags=-X github.com/Secret-Org/vault9.V=1"]
    return trace(of_a_company(), private=PRIVATE, command=command, **facts)


@pytest.mark.parametrize("form", ["trace", "har", "otlp", "html"])
def test_no_private_name_is_in_an_export(form: str):
    one = shared(of_the_company())
    made = {
        "trace": lambda: msgspec.json.encode(one).decode(),
        "har": lambda: json.dumps(har(one, "1.0")),
        "otlp": lambda: json.dumps(otlp(one, "1.0")),
        "html": lambda: trace_html(one, "en"),
    }[form]()
    assert [name for name in NAMES if name in made.lower()] == []
    assert "k8s.io/api" in made


def test_the_names_are_there_before():
    words = msgspec.json.encode(of_the_company()).decode().lower()
    assert [name for name in NAMES if name not in words] == []


def test_the_same_name_has_the_same_stand_in():
    hidden = [one for one in shared(of_the_company()).requests if one.private]
    zip_, mod, listed, lookup, tunnel = (one.module or one.host for one in hidden)
    assert zip_ == mod == lookup
    assert len({zip_, listed, tunnel}) == 3
    assert tunnel.endswith(".invalid")


def test_what_is_not_private_stays_as_it_is():
    assert shared(trace()) == trace()
    assert shared(trace(private=PRIVATE)).requests == trace(private=PRIVATE).requests


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://git.corp.example", True),
        ("https://git.corp.example:8443", True),
        ("https://p.example/github.com/!secret-!org/x/@v/list", True),
        ("https://p.example/github.com/%21secret-%21org/x/@v/list", True),
        ("https://p.example/a/b/git.corp.example/x/@v/v1.0.0.zip", True),
        ("https://github.com", False),
        ("https://p.example/github.com/!secret/x/@v/list", False),
        ("https://p.example/sumdb/sum.golang.org/tile/8/0/001", False),
    ],
)
def test_what_is_private(url: str, private: bool):
    assert is_private(PRIVATE, url) is private
    assert is_private("", url) is False


@pytest.mark.parametrize(
    ("url", "module", "version"),
    [
        ("https://p.example/github.com/!azure/x/@v/v1.0.0.info", "github.com/Azure/x", "v1.0.0"),
        ("https://p.example/api/go/github.com/a/b/@v/list", "github.com/a/b", ""),
        ("https://p.example/sumdb/s.example/lookup/github.com/a/b@v1.0.0", "github.com/a/b", "v1.0.0"),
        ("https://p.example/nothing", "", ""),
    ],
)
def test_a_url_names_its_module(url: str, module: str, version: str):
    found = named(url, "mod")
    assert (found.host, found.module, found.version) == ("p.example", module, version)
