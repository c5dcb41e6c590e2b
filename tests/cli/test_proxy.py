"""`gomend proxy list` and `gomend proxy route` as they are called."""

import json
import os
import subprocess

import msgspec
import pytest
from tests.gocmd.terminal import GOMEND

from gomend.gomod.publicproxies import public_proxies
from gomend.report.model import DOCUMENTS


def call(*words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "COLUMNS": "80", "GOPROXY": "https://p.example/x,direct", **variables}
    return subprocess.run([*GOMEND, "proxy", *words], env=environment, capture_output=True, text=True, check=False)


def test_the_list_tells_what_is_in_force_and_what_is_known() -> None:
    ran = call("list", "--format", "json", GOPROXY="https://user:secret@gocenter.io|https://goproxy.cn,direct")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "secret" not in ran.stdout
    document = msgspec.json.decode(ran.stdout, type=DOCUMENTS["proxies"])
    assert [(one.then, one.known, one.status) for one in document.configured] == [
        ("any", "gocenter", "closed"),
        ("not_found", "goproxy.cn", "open"),
        ("", "", ""),
    ]
    assert (document.origin, [one.name for one in document.known]) == (
        "environment",
        [one.name for one in public_proxies()],
    )


def test_a_list_that_go_refuses_is_said_and_the_public_ones_are_shown_all_the_same() -> None:
    ran = call("list", GOPROXY="foo")
    assert ran.returncode == 0
    assert "invalid proxy URL missing scheme: foo" in ran.stderr
    assert "goproxy.cn" in ran.stdout


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_private_module_is_named_with_its_pattern_and_nothing_is_asked(lang: str) -> None:
    ran = call("route", "--lang", lang, "git.corp.example/team/lib@v1.0.0", GOPRIVATE="*.corp.example", GOSUMDB="x")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "GOPRIVATE=*.corp.example" in ran.stdout.splitlines()[0]
    assert all(len(line) <= 80 for line in ran.stdout.splitlines())
    assert ran.stdout.splitlines()[-1].endswith("gomend proxy list")


def test_what_its_author_did_not_mean_is_marked() -> None:
    ran = call("route", "b.io/x", GOPRIVATE="a.io, b.io", GONOSUMDB="b.io", GOSUMDB="sum.golang.org")
    assert [line[:2] for line in ran.stdout.splitlines() if line.startswith("!")] == ["! ", "! "]
    assert ran.stdout.splitlines()[-1].endswith("gomend proxy route --explain b.io/x")


def test_the_document_is_that_of_its_schema_and_cites_rules_only_when_asked() -> None:
    for words, cites in (([], False), (["--explain"], True)):
        ran = call("route", *words, "--format", "json", "rsc.io/quote", "toolchain", GOSUMDB="sum.golang.org")
        document = msgspec.json.decode(ran.stdout, type=DOCUMENTS["route"])
        assert [one.module for one in document.routes] == ["rsc.io/quote", "golang.org/toolchain"]
        assert [one.checksums.why for one in document.routes] == ["asked", "always"]
        assert bool(document.rules) is cites
        assert next(iter(json.loads(ran.stdout))) == "schema"


@pytest.mark.parametrize(("words", "status"), [(["route"], 2), (["route", "fmt"], 2), (["rout"], 2)])
def test_wrong_use_ends_with_2(words: list[str], status: int) -> None:
    ran = call(*words)
    assert (ran.returncode, ran.stdout, bool(ran.stderr)) == (status, "", True)


def test_a_list_that_go_refuses_ends_with_1() -> None:
    ran = call("route", "rsc.io/quote", GOPROXY="ftp://x")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "must be https, http, file" in ran.stderr
