"""What `go mod download` asks next is under way before it does, from a source that is far; what others ask is not."""

import os
import subprocess
import threading
from pathlib import Path

import pytest
from tests.lab.modules import Module, World
from tests.lab.upstream import Exchange, Upstream, serve
from tests.server.serving import PATIENCE, Lab, lab, serving

from gomend.gomod.protocol import Kind
from gomend.server.following import Walk

MODULES = [Module(f"example.com/{name}", "v1.0.0") for name in "abcdefg"]
FAR, NEAR = 0.05, 0.001  # seconds


def walked(seconds: float, versions: str = "abcdefghij") -> Walk:
    walk = Walk()
    for one in versions:
        assert list(walk.asked(Kind.MOD, one)) == []
        walk.came(Kind.MOD, seconds)
    return walk


def test_an_info_brings_in_more_and_more_of_those_behind_it_and_each_once() -> None:
    walk = walked(FAR)
    assert [list(walk.asked(Kind.INFO, one)) for one in "abcd"] == [["b", "c"], ["d", "e", "f"], list("ghij"), []]


def test_a_zip_brings_in_those_behind_it_whose_info_was_asked_for() -> None:
    walk = walked(FAR)
    for one in "abd":
        list(walk.asked(Kind.INFO, one))
    assert list(walk.asked(Kind.ZIP, "a")) == ["b"]  # c was not named
    assert list(walk.asked(Kind.ZIP, "b")) == ["d"]


def test_go_build_asks_for_no_info_and_gets_no_zip_ahead() -> None:
    walk = walked(FAR)
    assert [list(walk.asked(Kind.ZIP, one)) for one in "ab"] == [[], []]


def test_what_was_not_in_the_list_brings_in_nothing() -> None:
    assert list(walked(FAR).asked(Kind.INFO, "z")) == []


@pytest.mark.parametrize("seconds", [None, NEAR])
def test_nothing_comes_ahead_from_a_source_that_is_near_or_was_not_asked(seconds: float | None) -> None:
    walk = Walk()
    for one in "abc":
        list(walk.asked(Kind.MOD, one))
        if seconds is not None:
            walk.came(Kind.MOD, seconds)
    assert list(walk.asked(Kind.INFO, "a")) == []


def test_another_run_goes_through_the_list_anew() -> None:
    walk = walked(FAR, "abc")
    assert list(walk.asked(Kind.INFO, "a")) == ["b", "c"]
    for one in "cba":
        list(walk.asked(Kind.MOD, one))
        walk.came(Kind.MOD, FAR)
    assert list(walk.asked(Kind.ZIP, "c")) == []  # nobody has named it since
    assert list(walk.asked(Kind.INFO, "c")) == ["b", "a"]


def test_a_list_without_end_is_forgotten() -> None:
    walk = Walk()
    for number in range(5000):
        list(walk.asked(Kind.MOD, str(number)))
    assert len(walk.order) <= 2048 >= len(walk.places)


def follower(path: str) -> str | None:
    """The same file of the module behind."""
    names = [one.path for one in MODULES]
    module, _, file = path.lstrip("/").partition("/@v/")
    behind = names.index(module) + 1
    return f"/{names[behind]}/@v/{file}" if behind < len(names) else None


class Asking:
    """Acts that hold an answer until its follower is asked for: go, one at a time, would never ask for that."""

    def __init__(self, found: Lab) -> None:
        files = [f"/{one.path}/@v/v1.0.0.{kind}" for one in MODULES for kind in ("info", "zip")]
        self._asked = {file: threading.Event() for file in files}
        self.in_vain: list[str] = []
        found.broken = {"*.mod": self._from_afar, "*.info": self._held, "*.zip": self._held}

    def _from_afar(self, exchange: Exchange, content: bytes | None) -> None:
        threading.Event().wait(FAR)
        serve(exchange, content)

    def _held(self, exchange: Exchange, content: bytes | None) -> None:
        self._asked[exchange.path].set()
        behind = follower(exchange.path)
        if behind is not None and not self._asked[behind].wait(PATIENCE):
            self.in_vain.append(exchange.path)
        serve(exchange, content)


def test_go_mod_download_waits_for_several_files_at_a_time(tmp_path: Path, go: Path) -> None:
    found = lab(MODULES)
    waiting = Asking(found)
    required = [f"{one.path}@v1.0.0" for one in MODULES]
    (tmp_path / "go.mod").write_text(World(MODULES).go_mod("example.com/app", required))
    (tmp_path / "go.sum").write_text(World(MODULES).go_sum(required))
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        ran = subprocess.run(
            [go, "mod", "download"],
            env={**os.environ, "GOPROXY": server.url, "GOSUMDB": "off", "GOMAXPROCS": "1"},
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert (ran.returncode, ran.stderr, waiting.in_vain) == (0, "", [])
        assert server.metric("gomend_followed_files_total") >= 1
        for one in MODULES:
            for kind in ("mod", "info", "zip"):
                assert found.count(f"/{one.path}/@v/v1.0.0.{kind}") == 1


def test_with_prefetch_off_nothing_is_asked_that_no_client_asked(tmp_path: Path) -> None:
    found = lab(MODULES)
    waiting = Asking(found)
    found.broken.pop("*.info")
    with (
        Upstream(found) as upstream,
        serving(tmp_path, upstream.url, "--prefetch", "off", gosumdb=found.sums.key) as server,
    ):
        for one in MODULES[:3]:
            server.get(f"/{one.path}/@v/v1.0.0.mod")
        server.get(f"/{MODULES[0].path}/@v/v1.0.0.info")
        server.process.terminate()
        server.process.wait(PATIENCE)
    assert not waiting.in_vain
    assert [path for path in found.asked if path.endswith(".info")] == [f"/{MODULES[0].path}/@v/v1.0.0.info"]
