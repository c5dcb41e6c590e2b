"""With --prefetch graph, what go will ask for next is in the store before it does."""

import os
import subprocess
import threading
import time
from pathlib import Path

from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import PATIENCE, Served, lab, serving

LEAF = Module("example.com/leaf", "v1.0.0")
DEEP = Module("example.com/deep", "v1.0.0", requires={LEAF.path: "v1.0.0"})
OLD = Module("example.com/old", "v1.0.0", requires={DEEP.path: "v1.0.0"}, go="1.16")
PRUNED = Module("example.com/pruned", "v1.0.0", requires={"example.com/below": "v1.0.0"})
BELOW = Module("example.com/below", "v1.0.0")
PRIVATE = Module("git.corp.example/secret", "v1.0.0")
DENIED = Module("example.com/denied", "v1.0.0")
TOP = Module(
    "example.com/top",
    "v1.0.0",
    requires={one.path: one.version for one in (OLD, PRUNED, PRIVATE, DENIED)},
)
ALL = [LEAF, DEEP, OLD, PRUNED, BELOW, PRIVATE, DENIED, TOP]
OPTIONS = ("--prefetch", "graph", "--goprivate", "git.corp.example")


def settled(server: Served, fetched: int) -> bool:
    """Whether as many files as expected have come, and none waits."""
    pause = threading.Event()
    deadline = time.monotonic() + PATIENCE
    name = 'gomend_prefetched_files_total{outcome="%s"}'
    while time.monotonic() < deadline:
        if server.metric(name % "fetched") >= fetched and server.metric("gomend_prefetch_waiting") == 0:
            return server.metric(name % "fetched") == fetched and server.metric(name % "failed") == 0
        pause.wait(0.02)
    return False


def test_what_a_go_mod_requires_comes_as_far_as_go_reads_on_and_nothing_private(tmp_path: Path) -> None:
    found = lab(ALL)
    (tmp_path / "rules.toml").write_text(f'[[rule]]\naction = "deny"\npattern = "{DENIED.path}"\n')
    options = (*OPTIONS, "--rules", str(tmp_path / "rules.toml"))
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, *options, gosumdb=found.sums.key) as server:
        server.get(f"/{TOP.path}/@v/v1.0.0.mod")
        assert settled(server, 4)  # old and pruned; below old the whole graph
        mods = {path for path in found.asked if path.endswith(".mod")}
        assert mods == {f"/{one.path}/@v/v1.0.0.mod" for one in (TOP, OLD, PRUNED, DEEP, LEAF)}
        assert not any("secret" in path for path in found.asked)
        asked = len(found.asked)
        for one in (OLD, DEEP, LEAF):
            server.await_stored(f"/{one.path}/@v/v1.0.0.mod")
            assert server.get(f"/{one.path}/@v/v1.0.0.mod").body == one.go_mod
        assert [path for path in found.asked[asked:] if path.endswith(".mod")] == []


def test_a_zip_comes_where_one_of_that_module_was_asked_for_before(tmp_path: Path) -> None:
    newer = Module(PRUNED.path, "v1.1.0")
    top = Module("example.com/top", "v1.1.0", requires={PRUNED.path: "v1.1.0", BELOW.path: "v1.0.0"})
    found = lab([*ALL, newer, top])
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, *OPTIONS, gosumdb=found.sums.key) as server:
        server.keep(f"/{PRUNED.path}/@v/v1.0.0.zip")
        server.get(f"/{top.path}/@v/v1.1.0.mod")
        server.await_stored(f"/{PRUNED.path}/@v/v1.1.0.zip")
        server.await_stored(f"/{PRUNED.path}/@v/v1.1.0.info")
        assert settled(server, 4)
        assert found.count(f"/{BELOW.path}/@v/v1.0.0.zip") == 0


def test_without_it_nothing_is_asked_that_no_client_asked(tmp_path: Path, go: Path) -> None:
    found = lab(ALL)
    with Upstream(found) as upstream, serving(tmp_path, upstream.url, gosumdb=found.sums.key) as server:
        server.keep(f"/{TOP.path}/@v/v1.0.0.mod")
        ran = subprocess.run(
            [go, "mod", "download", f"{LEAF.path}@v1.0.0"],
            env={**os.environ, "GOPROXY": server.url, "GOSUMDB": "off"},
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        assert {path for path in found.asked if path.endswith(".mod")} == {
            f"/{TOP.path}/@v/v1.0.0.mod",
            f"/{LEAF.path}/@v/v1.0.0.mod",
        }
