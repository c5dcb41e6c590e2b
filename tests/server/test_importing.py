"""`gomend store import`: what lies in a folder comes into the store, checked as if it came from a source."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.lab.modules import Module
from tests.lab.upstream import Upstream
from tests.server.serving import ROOT, lab, serving

GOOD = Module("example.com/Good", "v1.0.0")
BAD = Module("example.com/bad", "v1.0.0")
PROGRAM = [sys.executable, "-I", str(ROOT / "src/gomend/__main__.py"), "--format", "json", "store", "import"]


def test_a_module_cache_is_taken_over_and_what_is_wrong_in_it_is_not(go: Path, tmp_path: Path) -> None:
    found = lab([GOOD, BAD])
    cache = tmp_path / "cache"
    with Upstream(found) as upstream:
        environment = dict(os.environ) | {"GOPROXY": upstream.url, "GOSUMDB": found.sums.key, "GOMODCACHE": str(cache)}
        for module in (GOOD, BAD):
            words = [go, "mod", "download", f"{module.path}@{module.version}"]
            subprocess.run(words, cwd=tmp_path, env=environment, check=True, capture_output=True)
        damaged = cache / "cache/download/example.com/bad/@v/v1.0.0.zip"
        damaged.write_bytes(Module(BAD.path, BAD.version, files={"evil.go": "package evil\n"}).zip)

        def bring() -> "tuple[int, dict[str, object]]":
            ran = subprocess.run(
                [*PROGRAM, str(cache), "--store", str(tmp_path / "serve/store")],
                env=environment,
                check=False,
                capture_output=True,
                text=True,
            )
            return ran.returncode, json.loads(ran.stdout)

        status, told = bring()
        assert (status, told["schema"], told["stored"], told["known"]) == (1, "gomend.store_import/1", 5, 0)
        (refused,) = told["refused"]
        assert (refused["path"], refused["code"]) == ("example.com/bad/@v/v1.0.0.zip", "checksum.sumdb_mismatch")
        assert bring()[1]["known"] == 5
        address = upstream.url
    with serving(tmp_path / "serve", address, gosumdb=found.sums.key) as server:  # which is gone
        for ending, content in (("info", GOOD.info), ("mod", GOOD.go_mod), ("zip", GOOD.zip)):
            got = server.get(f"/example.com/%21good/@v/v1.0.0.{ending}")
            assert got.status == 200 and (ending == "info" or got.body == content)


def test_what_an_athens_server_kept_on_disk_is_taken_over(tmp_path: Path) -> None:
    found = lab([GOOD, BAD])
    kept = tmp_path / "athens"
    for module in (GOOD, BAD):
        place = kept / module.path / module.version
        place.mkdir(parents=True)
        (place / "go.mod").write_bytes(module.go_mod)
        (place / "source.zip").write_bytes(module.zip)
        (place / f"{module.version}.info").write_bytes(module.info)
    (kept / BAD.path / BAD.version / "source.zip").write_bytes(BAD.zip[:-30])  # the server was killed meanwhile
    with Upstream(found) as upstream:
        ran = subprocess.run(
            [*PROGRAM, str(kept), "--store", str(tmp_path / "store")],
            env={**os.environ, "GOPROXY": upstream.url, "GOSUMDB": found.sums.key},
            check=False,
            capture_output=True,
            text=True,
        )
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["stored"]) == (1, 5), ran.stderr
    assert [one["path"] for one in told["refused"]] == ["example.com/bad/@v/v1.0.0.zip"]
    assert (tmp_path / "store/example.com/!good/@v/v1.0.0.zip").read_bytes() == GOOD.zip
