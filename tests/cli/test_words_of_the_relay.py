"""What a user is told of the relay after a run."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab import upstream as lab
from tests.lab.modules import Module
from tests.relay.both import Log, Project, Ran, Setting, Turns, upstream

PROJECT = Project.of([Module("example.com/a", "v1.1.0"), Module("example.com/b", "v1.2.0")])
DOWNLOAD = ("mod", "download")


@pytest.fixture
def setting(tmp_path: Path, go: Path) -> Setting:
    return Setting(tmp_path, go)


def run(setting: Setting, faults: list, goproxy: str = "{a}", **variables: str) -> Ran:
    log = Log()
    with upstream("a", log, PROJECT, faults) as source:
        return setting.run(
            PROJECT, DOWNLOAD, gomend=True, goproxy=goproxy, sources={"a": source}, log=log, variables=variables
        )


def test_what_came_at_a_later_try_is_told_in_one_line(setting: Setting):
    ran = run(setting, [("*/a/@v/*.zip", Turns(1, lab.status(503))), ("*/b/@v/*.zip", Turns(1, lab.status(502)))])
    assert ran.status == 0
    assert ran.stderr.splitlines() == ["gomend: 2 downloads failed at first, then came: gomend trace last --failed"]


def test_one_that_came_later_is_told_in_chinese(setting: Setting):
    ran = run(setting, [("*/a/@v/*.zip", Turns(1, lab.status(503)))], GOMEND_LANG="zh")
    assert ran.stderr == "gomend: 1 个下载起初失败，重试后成功：gomend trace last --failed\n"


def test_a_run_without_trouble_says_nothing(setting: Setting):
    ran = run(setting, [])
    assert (ran.status, ran.stderr) == (0, "")


def test_in_full_the_relays_work_is_told(setting: Setting):
    ran = run(setting, [], GOMEND_VERBOSE="on")
    assert "gomend: The relay: 6 requests, 0.0 MB; " in ran.stderr


@pytest.mark.parametrize(
    ("goproxy", "rule"),
    [
        ("{a},direct", '"," moves on after 404 and 410 only (environment)'),
        ("{a}", "no entry follows it (environment)"),
    ],
)
def test_the_setting_that_decides_stands_in_the_verdict(setting: Setting, goproxy: str, rule: str):
    ran = run(setting, [("*.zip", lab.status(500))], goproxy)
    told = ran.stderr.splitlines()
    at = next((number for number, line in enumerate(told) if line.strip().startswith("GOPROXY ")), None)
    assert at is not None, ran.stderr
    assert told[at].split()[1] == ran.known.split()[0]
    assert told[at + 1].strip() == rule


def test_a_password_in_the_setting_is_hidden(setting: Setting, tmp_path: Path):
    ran = run(setting, [("*.zip", lab.status(500))], "{a},https://me:tiger@127.0.0.1:1")
    assert "GOPROXY" in ran.stderr
    assert "tiger" not in ran.stderr


@pytest.mark.parametrize(
    ("act", "lang", "words"),
    [
        (lab.body(b"PK\x03\x04 no zip at all"), "en", "200, and what came is no zip"),
        (lab.body(b""), "zh", "状态 200，但收到的不是 zip 文件"),
        (
            lab.page("<html>Please log in</html>"),
            "en",
            "200 with a web page (text/html; charset=utf-8)",
        ),
    ],
)
@pytest.mark.parametrize("ahead", ["1", "0"])
def test_a_zip_that_is_none_is_named(setting: Setting, act: lab.Act, lang: str, words: str, ahead: str):
    ran = run(setting, [("*/b/@v/*.zip", act)], GOMEND_LANG=lang, GOMEND_READAHEAD=ahead)
    assert "go: zip: not a valid zip file" in ran.stderr
    assert " · example.com/b@v1.2.0\n" in ran.stderr
    assert words in " ".join(ran.stderr.split())
    assert ran.stderr.count("example.com/a@") == 0


ALONE = ("unshare", "--user", "--map-root-user", "--net")  # a network of its own, whose loopback is down


@pytest.mark.netns
@pytest.mark.skipif(
    not shutil.which("unshare") or subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode != 0,
    reason="needs a network namespace",
)
@pytest.mark.parametrize("words", [["go", "mod", "download"], ["run", "--", "go", "mod", "download"]])
def test_where_no_door_can_be_opened_go_runs_without_it_and_one_line_says_so(tmp_path: Path, words: list[str]):
    PROJECT.write(tmp_path / "app", go_sum=True)
    environment = {**os.environ, "GOPROXY": "https://a.example", "GOMODCACHE": str(tmp_path / "cache")}
    ran = subprocess.run(
        [*ALONE, *GOMEND, *words], cwd=tmp_path / "app", env=environment, capture_output=True, text=True, check=False
    )
    first, second, *_ = ran.stderr.splitlines()
    assert first.startswith("gomend: The door to the module sources could not be opened (")
    assert first.endswith("); go runs without it.")
    assert second.startswith('go: example.com/a@v1.1.0: Get "https://a.example/')
    assert ran.returncode == 1
