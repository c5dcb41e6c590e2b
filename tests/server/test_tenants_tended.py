"""Tenants, as who runs their server looks after them: files, settings read again, limits, an open one, a bucket."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.lab.bucket import bucket_server, variables
from tests.server.serving import PATIENCE, ROOT, free_port
from tests.server.spansent import facts_of, sent
from tests.server.teams import ALL_PRIVATE, OF_A, OF_B, Teams, teams
from tests.trace.collector import Collector

GOMEND = [sys.executable, "-I", str(ROOT / "src/gomend/__main__.py")]
PRIVATE = "corp.example/lib/@v"


def store(place: Teams, *words: str, status: int = 0, **more: str) -> "dict[str, Any]":
    """What a command about the store says, with the server's settings."""
    ran = subprocess.run(
        [*GOMEND, "--format", "json", "store", *words, "--config", str(place.folder / "serve.toml")],
        env={**os.environ, "GOMEND_LANG": "en", "GOMEND_SERVE_STORE": str(place.server.store), **more},
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=place.folder,
    )
    assert ran.returncode == status, ran.stderr
    return json.loads(ran.stdout) if ran.stdout else {"said": ran.stderr}


def filled(place: Teams) -> None:
    """Both tenants have had their module of the same name, and its list."""
    for team, who in (("team-a", "a"), ("team-b", "b")):
        for name in ("v1.0.0.zip", "v1.0.0.mod", "list"):
            path = f"/{team}/{PRIVATE}/{name}"
            assert place.ask_bytes(path, who)[0] == 200
            place.server.await_stored(f"/.gomend/tenants{path}")


def test_commands_about_the_store_see_one_tenants_files_or_the_servers(tmp_path: Path) -> None:
    with teams(tmp_path) as place:
        filled(place)
        assert store(place, "stats")["modules"] == []
        stats = store(place, "stats", "--tenant", "team-b")
        assert [one["module"] for one in stats["modules"]] == ["corp.example/lib"]
        assert stats["store"].endswith("/.gomend/tenants/team-b")
        assert store(place, "check")["foreign"] == store(place, "check", "--tenant", "team-a")["foreign"] == 0
        store(place, "export", "out", "--tenant", "team-b")
        assert (tmp_path / "out" / PRIVATE / "v1.0.0.zip").read_bytes() == OF_B.zip
        store(place, "gc", "--older", "0h", "--yes")
        store(place, "gc", "--older", "0h", "--yes", "--tenant", "team-a")
        assert store(place, "stats", "--tenant", "team-a")["versions"] == 0
        assert store(place, "stats", "--tenant", "team-b")["versions"] == 1
        said = store(place, "stats", "--tenant", "team-c", status=2)["said"]
        assert "there is no tenant team-c; the settings file has: team-a, team-b" in said
        asked = [lab.count(f"/{PRIVATE}/list") for lab in (place.a, place.b)]
        purged = store(place, "purge", "corp.example/lib", "--tenant", "team-b")
        assert purged["place"].endswith("/team-b") and purged["modules"] == [
            {"module": "corp.example/lib", "known": True}
        ]
        for team, who in (("team-a", "a"), ("team-b", "b")):
            assert place.ask(f"/{team}/{PRIVATE}/list", who)[0] == 200
        assert [lab.count(f"/{PRIVATE}/list") for lab in (place.a, place.b)] == [asked[0], asked[1] + 1]


def test_a_purge_through_the_socket_is_for_one_tenant(tmp_path: Path) -> None:
    door = tmp_path / "door"
    port = free_port()
    with teams(tmp_path, "--listen", f"127.0.0.1:{port},unix:{door}", port=port) as place:
        filled(place)
        asked = [lab.count(f"/{PRIVATE}/list") for lab in (place.a, place.b)]
        purged = store(place, "purge", "corp.example/lib", "--tenant", "team-a", GOMEND_SERVE_LISTEN=f"unix:{door}")
        assert purged == {**purged, "place": f"unix:{door}", "modules": [{"module": "corp.example/lib", "known": True}]}
        for team, who in (("team-a", "a"), ("team-b", "b")):
            assert place.ask(f"/{team}/{PRIVATE}/list", who)[0] == 200
        assert [lab.count(f"/{PRIVATE}/list") for lab in (place.a, place.b)] == [asked[0] + 1, asked[1]]


def test_a_module_is_brought_in_with_a_tenants_settings(tmp_path: Path) -> None:
    with teams(tmp_path) as place:
        (tmp_path / "go.mod").write_text("module x\n\ngo 1.21\n\nrequire corp.example/lib v1.0.0\n")
        assert store(place, "warm", "go.mod", "--tenant", "team-b")["refused"] == []
        assert (
            place.server.get(
                f"/team-b/cached-only/{PRIVATE}/v1.0.0.zip", authorization=f"Bearer {place.shown['b']}"
            ).body
            == OF_B.zip
        )
        assert place.ask(f"/team-a/cached-only/{PRIVATE}/v1.0.0.zip", "a")[0] == 404
        assert not place.a.asked


def test_a_tenant_comes_and_goes_while_the_server_runs(tmp_path: Path) -> None:
    with teams(tmp_path) as place:
        settings = (tmp_path / "serve.toml").read_text()
        path = f"/team-c/{PRIVATE}/list"
        assert place.ask(path, "everywhere")[0] == 404
        (tmp_path / "serve.toml").write_text(settings.replace("[tenants.team-b]", "[tenants.team-c]"))
        place.server.process.send_signal(signal.SIGHUP)
        assert place.settles(path, "everywhere", 200)
        assert place.settles(f"/team-b/{PRIVATE}/list", "everywhere", 404)
        assert place.ask(f"/team-a/{PRIVATE}/list", "a")[0] == 200
        (tmp_path / "serve.toml").write_text(settings.replace("[tenants.team-b]", "[tenants.'b.example']"))
        place.server.process.send_signal(signal.SIGHUP)
        assert place.server.has_logged("cannot be used, so those before stay in force")
        assert place.ask(path, "everywhere")[0] == 200


def test_limits_count_for_each_tenant(tmp_path: Path) -> None:
    with teams(tmp_path, more="rate = 3\n") as place:
        path = f"/team-b/{PRIVATE}/list"
        assert [place.ask(path, "b")[0] for _ in range(4)] == [200, 200, 200, 429]
        assert place.ask(f"/team-a/{PRIVATE}/list", "a")[0] == 200


def test_what_is_open_to_all_has_the_quick_way_and_counts_as_the_tenants(tmp_path: Path) -> None:
    with teams(tmp_path, more="open = true\n") as place:
        path = "/team-b/example.com/public/@v/v1.0.0.mod"
        assert place.ask(path)[0] == 200
        place.server.await_stored(f"/.gomend/tenants{path}")
        connection = http.client.HTTPConnection("127.0.0.1", place.server.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            for _ in range(5):
                connection.request("GET", path)
                assert connection.getresponse().read() == place.b.world.file(path.removeprefix("/team-b"))
        line = 'gomend_requests_total{kind="mod",result="hit",status="200",tenant="team-b"}'
        assert place.server.metric(line) == 5
        assert place.ask("/team-a/example.com/public/@v/list")[0] == 401
        assert place.ask(f"/team-b/{PRIVATE}/list")[0] == 401
        assert place.ask(f"/team-b/{PRIVATE}/list", "a")[0] == 403
        assert place.ask("/team-b/example.com/public/@v/list", "a")[0] == 200


@pytest.mark.parametrize("workers", ["1", "2"])
def test_tenants_share_a_bucket_and_no_file_of_it(tmp_path: Path, workers: str) -> None:
    with bucket_server("mods") as port:
        to_bucket = variables(port)
        options = ("--store", "s3://mods/cache", "--workers", workers)
        with teams(tmp_path, *options, **to_bucket) as place:
            for _ in range(2):
                for team, who, module in (("team-a", "a", OF_A), ("team-b", "b", OF_B)):
                    assert place.ask_bytes(f"/{team}/{PRIVATE}/v1.0.0.zip", who) == (200, module.zip)
            assert place.ask(f"/team-a/cached-only/{PRIVATE}/v1.2.0.zip", "a")[0] == 404
            there = {**to_bucket, "GOMEND_SERVE_STORE": "s3://mods/cache"}
            assert store(place, "stats", **there)["versions"] == 0
            assert store(place, "stats", "--tenant", "team-a", **there)["versions"] == 1


def test_spans_name_the_tenant_and_no_private_module_of_any(tmp_path: Path) -> None:
    with Collector() as collector:
        options = ("--otlp", collector.url, "--sampling", "1")
        with teams(tmp_path, *options, more=ALL_PRIVATE, private="") as place:  # private to team-b alone
            for team in ("team-a", "team-b"):
                assert place.ask(f"/{team}/{PRIVATE}/list", "everywhere")[0] == 200
        spans = [facts_of(one.attributes) for one in sent(collector)]
    assert {one["gomend.tenant"] for one in spans if "gomend.tenant" in one} == {"team-a", "team-b"}
    assert not [one for one in spans if "corp.example" in str(one)]
