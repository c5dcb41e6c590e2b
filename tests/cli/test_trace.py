"""`gomend trace`, as it is called: recorded runs, and the requests of one."""

import json
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab.modules import Module, World
from tests.lab.upstream import Answers, Upstream
from tests.trace.collector import Collector, decode

MODULES = [Module("example.com/one", "v1.0.0"), Module("example.com/two", "v1.2.3")]


def call(*words: str, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, **variables}
    return subprocess.run(
        [*GOMEND, *words], env=environment, capture_output=True, check=False, text=True, cwd=folder, timeout=120
    )


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream(Answers(World(MODULES))) as source:
        yield source


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    world = World(MODULES)
    paths = [module.path for module in MODULES]
    (folder / "go.mod").write_text(world.go_mod("example.com/app", paths))
    (folder / "go.sum").write_text(world.go_sum(paths))
    return folder


@pytest.fixture
def download(project: Path, upstream: Upstream, tmp_path: Path, go: Path):
    """Runs `gomend go mod download` with an empty module cache."""
    count = iter(range(100))

    def run(**variables: str) -> subprocess.CompletedProcess:
        given = {"GOPROXY": upstream.url, "GOMODCACHE": str(tmp_path / f"cache{next(count)}"), **variables}
        return call("go", "mod", "download", folder=project, **given)

    return run


def runs_folder() -> Path:
    return Path(os.environ["HOME"], ".local", "state", "gomend", "runs")


def test_without_a_run_the_list_says_how_to_get_one():
    shown = call("trace")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "gomend go mod download" in shown.stdout
    assert json.loads(call("trace", "--format", "json").stdout) == {"schema": "gomend.traces/1", "runs": []}


def test_a_run_can_be_looked_at_afterwards(download, upstream: Upstream):
    assert download().returncode == 0
    listed = json.loads(call("trace", "--format", "json").stdout)["runs"]
    assert [(one["command"], one["exit"], one["traced"]) for one in listed] == [(["go", "mod", "download"], 0, True)]
    document = json.loads(call("trace", "last", "--format", "json").stdout)
    assert document["run"] == listed[0]["run"]
    assert len(document["requests"]) == listed[0]["requests"]
    asked = {(one["module"], one["purpose"]) for one in document["requests"]}
    assert asked >= {(module.path, kind) for module in MODULES for kind in ("mod", "zip")}
    for one in document["requests"]:
        assert one["url"].startswith(upstream.url)
        assert 0 <= one["start"] <= one["end"] <= document["seconds"] + 1
        assert one["phases"]["wait"]
    shown = call("trace", "last", COLUMNS="100")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"run {document['run']} · go mod download · {len(document['requests'])} requests" in shown.stdout
    assert "example.com/two v1.2.3 .zip" in shown.stdout
    assert shown.stdout.splitlines()[-1] == f"next  gomend trace {document['run']} --html trace.html"
    assert call("trace", document["run"][:3], COLUMNS="100").stdout == shown.stdout


def test_a_run_with_nothing_to_say_is_recorded_as_every_other(download):
    assert (download().stderr, download(GOMEND_STALL="300").stderr) == ("", "")
    quick, long = (json.loads(path.read_text()) for path in sorted(runs_folder().glob("*.json")))
    for document in (quick, long):
        assert set(document["exchanges"].pop("ahead")) == {"fetched", "used", "bytes_fetched", "bytes_used"}
        assert document.pop("run")
        assert document.pop("started")
        assert document.pop("seconds")
    assert quick == long
    assert quick["exchanges"]["count"] >= 2 * len(MODULES)
    runs = json.loads(call("trace", "--format", "json").stdout)["runs"]
    assert [one["traced"] for one in runs] == [True, True]


def test_requests_can_be_picked(download):
    download()

    def picked(*words: str) -> list[dict]:
        return json.loads(call("trace", "last", *words, "--format", "json").stdout)["requests"]

    assert {one["module"] for one in picked("--module", "example.com/one")} == {"example.com/one"}
    assert len(picked("--slowest", "2")) == 2
    assert picked("--failed") == []
    assert picked("--host", "other.example") == []
    assert picked("--host", "127.*") == picked()


def test_a_record_is_for_its_owner_alone(download):
    download()
    files = sorted(runs_folder().iterdir())
    assert [path.suffix for path in files] == [".json", ".trace"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(runs_folder().stat().st_mode) == 0o700


def test_without_a_record_there_is_no_trace(download):
    download(GOMEND_RECORD="0")
    assert not runs_folder().exists()


@pytest.mark.parametrize(("word", "said"), [("last", "No run is recorded"), ("feed", "No run is recorded")])
def test_a_run_that_is_none_is_a_wrong_call(word: str, said: str):
    shown = call("trace", word)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert said in shown.stderr


def test_a_run_that_is_not_there_is_told_from_none_at_all(download):
    download()
    shown = call("trace", "nothing")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "No recorded run is called nothing" in shown.stderr


def test_a_damaged_record_is_told(download):
    download()
    (path,) = runs_folder().glob("*.trace")
    path.write_bytes(path.read_bytes()[:-9])
    shown = call("trace", "last")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "cannot be read" in shown.stderr


def test_runs_are_completed(download):
    download()
    name = json.loads(call("trace", "last", "--format", "json").stdout)["run"]
    done = call(_GOMEND_COMPLETE="bash_complete", COMP_WORDS="gomend trace ", COMP_CWORD="2")
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} >= {"last", name}


@pytest.mark.parametrize("words", [["--html", "x"], ["--har", "x"], ["--otlp=http://127.0.0.1:9"]])
def test_an_export_needs_a_run(words: list[str], tmp_path: Path):
    shown = call("trace", *words, folder=tmp_path)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "Name a run to export" in shown.stderr
    assert not (tmp_path / "x").exists()


def test_exports_hold_no_private_name_and_the_screen_does(download, tmp_path: Path):
    """A private module comes through the door where GONOPROXY is `none`."""
    download(GOPRIVATE="example.com/two", GONOPROXY="none")
    assert "example.com/two" in call("trace", "last", COLUMNS="120").stdout
    assert "example.com/two" in call("trace", "last", "--format", "json").stdout
    with Collector() as collector:
        done = call(
            "trace",
            "last",
            "--html",
            "t.html",
            "--har",
            "t.har",
            "--otlp",
            folder=tmp_path,
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        )
    assert (done.returncode, done.stdout) == (0, "")
    assert [line.split(": ", 1)[1] for line in done.stderr.splitlines()[:2]] == [
        "Written to t.html",
        "Written to t.har",
    ]
    ((path, _, body),) = collector.got
    assert path == "/v1/traces"
    for words in ((tmp_path / "t.html").read_text(), (tmp_path / "t.har").read_text(), body.decode()):
        assert "example.com/two" not in words
        assert "private-1" in words
        assert "example.com/one" in words
    count = len(decode(body).resource_spans[0].scope_spans[0].spans)
    assert f"{count} spans sent to {collector.url}/v1/traces" in done.stderr


def test_spans_that_are_not_taken_are_told(download):
    download()
    with Collector(503) as collector:
        done = call("trace", "last", f"--otlp={collector.url}")
    assert (done.returncode, done.stdout) == (1, "")
    assert "503" in done.stderr
    assert "Name a collector" in call("trace", "last", "--otlp").stderr


def test_a_file_that_cannot_be_written_is_told(download, tmp_path: Path):
    download()
    done = call("trace", "last", "--har", str(tmp_path / "nowhere" / "t.har"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "could not be written" in done.stderr


def test_two_runs_can_be_compared(download):
    download()
    download()
    names = [one["run"] for one in json.loads(call("trace", "--format", "json").stdout)["runs"]]
    shown = call("trace", "diff", names[1], "last")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"from run {names[1]} to run {names[0]}" in shown.stdout
    document = json.loads(call("trace", "diff", names[1], names[0], "--format", "json").stdout)
    assert (document["schema"], document["before"], document["after"]) == ("gomend.trace_diff/1", names[1], names[0])


@pytest.mark.parametrize("words", [["diff"], ["diff", "last"], ["last", "last"], ["diff", "a", "b", "c"]])
def test_other_words_are_a_wrong_call(words: list[str]):
    shown = call("trace", *words)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "gomend trace diff RUN RUN" in shown.stderr
