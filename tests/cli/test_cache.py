"""`gomend cache`: what it prints, and how it ends. The caches are made by a real go."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab.modcache import LIB, Place

from gomend.report.schema import schema


def call(place: Place, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GOMEND, "cache", *words],
        cwd=place.app,
        env=place.environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def test_a_whole_cache_is_one_calm_line_and_0(place: Place) -> None:
    ran = call(place, "check")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.fullmatch(
        r"✓ The module cache is whole\. Versions: 3 · go\.mod files alone: 0 \([0-9.]+ B, [0-9.]+ s\)\.\n",
        re.sub(r"\n +", " ", ran.stdout),
    )


def test_a_fault_is_1_and_the_last_line_says_what_to_do(place: Place) -> None:
    spoil(place.file("zip"))
    (place.sources() / "lib.go").write_text("package lib // x\n")
    place.file("mod", "example.com/plain", "v0.1.0").write_text("module example.com/plain\n")
    for lang, last in (("en", "next  gomend cache repair"), ("zh", "下一步  gomend cache repair")):
        ran = call(place, "--lang", lang, "check")
        assert (ran.returncode, ran.stderr) == (1, "")
        assert ran.stdout.splitlines()[-1] == last
        for words in ("example.com/Upper/lib v1.2.3", "cache/download/example.com/!upper/lib/@v/v1.2.3.zip", "h1:"):
            assert words in ran.stdout
        assert all(len(line) <= 80 or "/" in line or "h1:" in line for line in ran.stdout.splitlines())


def test_the_document_has_everything_and_is_as_its_schema_says(place: Place) -> None:
    spoil(place.file("zip"))
    ran = call(place, "check", "--format", "json")
    document = json.loads(ran.stdout)
    jsonschema.validate(document, schema("cache_check"))
    assert (ran.returncode, document["outcome"], document["versions"]) == (1, "problems", 3)
    assert document["against"] == [str(place.app / "go.sum")]
    [fault] = document["faults"]
    assert (fault["kind"], fault["severity"], fault["notices"]) == ("zip_damaged", "fatal", "verify")
    assert (fault["module"], fault["version"]) == LIB


def test_what_is_not_there_cannot_be_determined(place: Place) -> None:
    ran = call(place, "check", "example.com/none@v1.0.0")
    assert ran.returncode == 3
    assert "example.com/none@v1.0.0" in ran.stdout


@pytest.mark.parametrize("words", [["check", "example.com/lib"], ["check", "../x@v1.0.0"], ["check", "--older", "1d"]])
def test_wrong_words_are_2(place: Place, words: list[str]) -> None:
    ran = call(place, *words)
    assert (ran.returncode, ran.stdout) == (2, "")


def test_a_malformed_go_sum_is_said_in_gos_words(place: Place) -> None:
    (place.app / "go.sum").write_text("one two\n")
    ran = call(place, "check")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "wrong number of fields 2" in ran.stderr


def test_every_go_sum_below_is_taken_on_request(place: Place) -> None:
    (place.app / "go.sum").rename(place.folder / "go.sum")
    assert json.loads(call(place, "check", "--format", "json").stdout)["by_record"] == 0
    inner = place.app / "inner"
    inner.mkdir()
    (place.folder / "go.sum").rename(inner / "go.sum")
    assert json.loads(call(place, "check", "--all", "--format", "json").stdout)["by_record"] == 3


def test_a_workspace_brings_all_its_go_sums(place: Place) -> None:
    other = place.app / "other"
    other.mkdir()
    (other / "go.mod").write_text("module example.com/other\n\ngo 1.21\n")
    (place.app / "go.sum").rename(other / "go.sum")
    (place.app / "go.work").write_text("go 1.21\n\nuse (\n\t.\n\t./other\n)\n")
    assert json.loads(call(place, "check", "--format", "json").stdout)["by_record"] == 3
    off = json.loads(call(place, "check", "--format", "json", GOWORK="off").stdout)
    assert off["by_record"] == 0


def test_nothing_is_written(place: Place) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {str(one): (one.lstat().st_mtime_ns, one.lstat().st_mode) for one in place.folder.rglob("*")}

    before = state()
    assert call(place, "check").returncode == 0
    assert state() == before


@pytest.mark.parametrize("words", [["repair"], ["clean", "--older", "1d", "--dry-run"]])
def test_without_a_go_it_is_said(place: Place, words: list[str], tmp_path: Path) -> None:
    ran = call(place, *words, GOMEND_GO=str(tmp_path / "none"))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "There is no go command" in ran.stderr


def test_a_workspace_file_that_is_a_folder_is_said(place: Place) -> None:
    ran = call(place, "check", GOWORK=str(place.app))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Traceback" not in ran.stderr
