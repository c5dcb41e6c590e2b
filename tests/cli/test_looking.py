"""`gomend dns check`, `gomend probe` and `gomend proxy test` as they are called: output, exit status, wrong use."""

import json
import os
import subprocess
from pathlib import Path

import msgspec
import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab import upstream as lab
from tests.lab.listener import refused_port
from tests.lab.modules import Module, World
from tests.lab.upstream import module_proxy

from gomend.report.model import DOCUMENTS

MODULES = World([Module("example.com/m", "v1.0.0"), Module("github.com/pkg/errors", "v0.9.1")])


def call(*words: str, folder: Path | None = None, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "COLUMNS": "80", **variables}
    return subprocess.run(
        [*GOMEND, *words], env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=100
    )


@pytest.mark.parametrize(
    "words",
    [
        ["dns", "check"],
        ["dns", "check", "--resolver", "dns.example", "localhost"],
        ["dns", "check", "https://"],
        ["probe"],
        ["probe", "ftp://x.example"],
        ["probe", "--http1", "--http2", "http://127.0.0.1"],
        ["probe", "--resolve", "x", "http://127.0.0.1"],
        ["probe", "-H", "nonsense", "http://127.0.0.1"],
        ["probe", "example.com/m"],
        ["proxy", "test", "fmt"],
        ["proxy", "test", "example.com/m@v2.0.0"],
        ["proxy", "test", "example.com/m"],
        ["proxy", "test", "--proxy", "foo", "example.com/m@v1.0.0"],
    ],
)
def test_wrong_use_ends_with_2(words: list[str], tmp_path: Path) -> None:
    ran = call(*words, folder=tmp_path)
    assert (ran.returncode, ran.stdout, bool(ran.stderr)) == (2, "", True)
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_probe_of_a_sound_url(lang: str) -> None:
    with module_proxy(MODULES) as upstream:
        ran = call("--lang", lang, "probe", "-n", "2", f"{upstream.url}/example.com/m/@v/v1.0.0.info")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[1].startswith("✓ 200 OK")
    assert all(len(line) <= 80 for line in ran.stdout.splitlines()[1:])


def test_a_probe_of_a_wrong_endpoint_ends_with_the_right_one() -> None:
    with module_proxy(MODULES) as upstream:
        ran = call("probe", f"{upstream.url}/example.com/m/@v/latest")
        right = f"{upstream.url}/example.com/m/@latest"
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == f"next  gomend probe {right}"


def test_a_probe_of_a_module_asks_the_source_that_go_would_ask_first() -> None:
    with module_proxy(MODULES) as upstream, module_proxy(MODULES) as later:
        ran = call("probe", "--format", "json", "example.com/m@v1.0.0", GOPROXY=f"{upstream.url},{later.url}")
    document = msgspec.json.decode(ran.stdout, type=DOCUMENTS["probe"])
    assert [one.url.rpartition(".")[2] for one in document.urls] == ["info", "mod", "zip"]
    assert (ran.returncode, document.outcome, later.requests) == (0, "ok", [])
    assert next(iter(json.loads(ran.stdout))) == "schema"


def test_a_closed_port_ends_with_1_and_its_code() -> None:
    ran = call("probe", f"http://127.0.0.1:{refused_port()}/")
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == "next  gomend explain net.connect_refused"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_chain_that_works_and_one_that_stops(lang: str) -> None:
    with module_proxy(MODULES) as sound, module_proxy(MODULES, [("*", lab.status(502))]) as broken:
        fine = call("--lang", lang, "proxy", "test", "example.com/m@v1.0.0", GOPROXY=f"{sound.url}|direct")
        bad = call("--lang", lang, "proxy", "test", "example.com/m@v1.0.0", "--proxy", f"{broken.url},{sound.url}")
    assert (fine.returncode, fine.stderr) == (0, "")
    assert "✓ " in fine.stdout
    assert bad.returncode == 1
    assert bad.stdout.splitlines()[-1].endswith("gomend explain proxy.server_error")
    assert not [path for path in sound.requests if "?" in path]


def test_a_password_in_a_list_is_never_shown() -> None:
    with module_proxy(MODULES) as upstream:
        place = upstream.url.removeprefix("http://")
        for form in ("text", "json"):
            ran = call("proxy", "test", "--format", form, "--proxy", f"http://user:s3cr3t@{place}|{upstream.url}")
            assert "s3cr3t" not in ran.stdout + ran.stderr
