"""Damaged versions change places with whole ones: the real go fetches them, and works beside it."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND
from tests.lab.modcache import LIB, Place, write_proxy
from tests.lab.modules import Module
from tests.modcache.test_check import SUMS, database, flip  # noqa: F401 - a fixture

from gomend.mend.cacherepair import Plan, Repaired, plan, repair
from gomend.mend.files import Files
from gomend.mend.journal import Journal
from gomend.modcache.check import check
from gomend.modcache.faults import Fault, Kind, Notices
from gomend.modcache.recorded import from_files

PLAIN = "example.com/plain", "v0.1.0"


def gomend(place: Place, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GOMEND, "cache", *words],
        cwd=place.app,
        env=place.environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )


def document(ran: subprocess.CompletedProcess[str]) -> dict:
    return json.loads(ran.stdout)


def state(place: Place) -> dict[str, tuple[int, bytes]]:
    """Everything in the cache but gomend's own and go's locks: mode and content."""
    found = {}
    for path in place.cache.rglob("*"):
        below = path.relative_to(place.cache).as_posix()
        if below.startswith("cache/gomend") or below.endswith((".lock", "/list", "cache/lock")):
            continue
        found[below] = path.lstat().st_mode, path.read_bytes() if path.is_file() else b""
    return found


def spoil(place: Place) -> None:
    """Three faults: sources of one version, the zip and go.mod of another."""
    (place.sources() / "lib.go").write_text("package lib // changed\n")
    flip(place.file("zip", *PLAIN))
    place.file("mod", *PLAIN).write_text("module example.com/plain\n")


def test_what_is_damaged_is_fetched_anew_and_undo_brings_it_back(place: Place) -> None:
    whole = state(place)
    spoil(place)
    damaged = state(place)
    assert place.run("build", "./...").returncode != 0
    ran = gomend(place, "repair", "--format", "json")
    got = document(ran)
    assert (ran.returncode, got["outcome"], got["failed"], got["left"]) == (0, "mended", [], [])
    assert got["versions"] == ["example.com/Upper/lib@v1.2.3", "example.com/plain@v0.1.0"]
    assert state(place) == whole
    assert place.run("build", "./...").returncode == 0
    assert place.run("mod", "verify").returncode == 0
    assert gomend(place, "check").returncode == 0
    [undo] = got["undo"]
    ran = subprocess.run([*GOMEND, "undo", undo], env=place.environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert state(place) == damaged


def test_read_only_sources_change_places_as_well_and_stay_read_only(place: Place) -> None:
    for path in [place.sources(), *place.sources().rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    flip(place.file("zip"))
    damaged = state(place)
    got = document(gomend(place, "repair", "--format", "json", GOFLAGS="-mod=mod"))
    assert got["outcome"] == "mended"
    assert place.sources().stat().st_mode & 0o777 == 0o555
    assert (place.sources() / "lib.go").stat().st_mode & 0o777 == 0o444
    Journal(Path(os.environ["HOME"]) / ".local/state/gomend/mends").undo()
    assert state(place) == damaged


def test_where_nothing_can_be_fetched_nothing_changes(place: Place) -> None:
    spoil(place)
    damaged = state(place)
    ran = gomend(place, "repair", "--format", "json", GOPROXY="off")
    got = document(ran)
    assert (ran.returncode, got["outcome"], got["versions"], got["undo"]) == (1, "not_mended", [], [])
    assert {one["module"] for one in got["failed"]} == {LIB[0], PLAIN[0]}
    assert all("GOPROXY=off" in one["reason"] for one in got["failed"])
    assert state(place) == damaged
    assert list((place.cache / "cache/gomend").iterdir()) == []
    assert "gomend doctor example.com/Upper/lib@v1.2.3" in gomend(place, "repair", GOPROXY="off").stdout


def test_a_source_that_serves_other_bytes_than_go_sum_names_replaces_nothing(place: Place) -> None:
    spoil(place)
    write_proxy(place.folder / "proxy", [Module(*LIB, files={"lib.go": "package lib // moved tag\n"})])
    ran = gomend(place, "repair", "--format", "json")
    got = document(ran)
    assert (ran.returncode, got["outcome"], got["versions"]) == (1, "not_mended", ["example.com/plain@v0.1.0"])
    [failed] = got["failed"]
    assert failed["module"] == LIB[0]
    assert "checksum mismatch" in failed["reason"]
    assert (place.sources() / "lib.go").read_text() == "package lib // changed\n"


def test_a_plan_changes_nothing(place: Place) -> None:
    spoil(place)
    damaged = state(place)
    ran = gomend(place, "repair", "--dry-run")
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == "next  gomend cache repair"
    assert state(place) == damaged
    assert not (place.cache / "cache/gomend").exists()


def test_a_whole_cache_needs_nothing(place: Place) -> None:
    ran = gomend(place, "repair")
    assert (ran.returncode, ran.stdout) == (0, "✓ Nothing in the module cache is damaged.\n")


def test_only_versions_named_are_mended(place: Place) -> None:
    spoil(place)
    got = document(gomend(place, "repair", "@".join(LIB), "--format", "json"))
    assert got["versions"] == ["example.com/Upper/lib@v1.2.3"]
    assert gomend(place, "check", "@".join(LIB)).returncode == 0
    assert gomend(place, "check").returncode == 1


def test_what_go_fetches_again_is_only_put_aside(place: Place, database: Path) -> None:  # noqa: F811
    lookup = database / "lookup/example.com/plain@v0.1.0"
    lookup.write_bytes(b"<html>")
    got = document(gomend(place, "repair", "--format", "json", GOSUMDB=SUMS.key))
    assert (got["outcome"], got["aside"]) == ("mended", [lookup.relative_to(place.cache).as_posix()])
    assert not lookup.exists()


def _fault(kind: Kind, module: str = "m.example/a", version: str = "v1.0.0") -> Fault:
    return Fault(kind, Notices.BUILD, "path", module, version)


def test_warnings_unreadable_files_and_toolchains_in_use_are_left_alone() -> None:
    toolchain = "golang.org/toolchain"
    used = _fault(Kind.FOLDER_ALTERED, toolchain, "v0.0.1-go1.27.3.linux-amd64")
    other = _fault(Kind.FOLDER_ALTERED, toolchain, "v0.0.1-go1.26.0.linux-amd64")
    warning, unreadable, damaged = map(_fault, (Kind.UNFINISHED, Kind.UNREADABLE, Kind.ZIP_DAMAGED))
    made = plan([used, other, warning, unreadable, damaged, damaged], {"v0.0.1-go1.27.3.linux-amd64"})
    assert made == Plan(
        versions=((toolchain, other.version), ("m.example/a", "v1.0.0")), aside=(), left=(used, warning, unreadable)
    )


class Crash(BaseException):
    """The process ends here."""


def _repair(place: Place, whole: Path, files: Files) -> Repaired:
    """A repair with what lies in the cache `whole` for what is fetched."""
    recorded = from_files([place.app / "go.sum"])
    faults = check(place.cache, recorded).faults

    def fetch(cache: Path, versions: object) -> dict[tuple[str, str], str]:
        shutil.copytree(whole, cache, symlinks=True, dirs_exist_ok=True)
        return {}

    journal = Journal(place.folder / "mends", files)
    return repair(place.cache, plan(faults, ()), recorded, fetch, journal, command=["gomend", "cache", "repair"])


def _ended_at_each_step(place: Place, whole: Path) -> Iterator[int]:
    """Lets a repair end at its first step, at its second, and so on; the last one is not ended."""
    at = 0
    ended = True
    while ended:
        at += 1
        left = at

        def before_each(_: str) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise Crash

        try:
            _repair(place, whole, Files(before_each))
            ended = False
        except Crash:
            yield at


def test_wherever_it_ends_the_journal_brings_back_what_was(place: Place) -> None:
    whole = place.folder / "whole"
    shutil.copytree(place.cache, whole)
    spoil(place)
    damaged = state(place)
    for at in _ended_at_each_step(place, whole):
        journal = Journal(place.folder / "mends")
        journal.recover()
        if any(entry.state == "applied" for entry in journal.entries()):  # it was done, but for tidying up
            journal.undo()
        assert state(place) == damaged, at
        last = at
    assert last > 20
    assert check(place.cache, from_files([place.app / "go.sum"])).faults == []


def test_wherever_it_ends_go_has_what_it_needs_or_fetches_it(place: Place) -> None:
    """The sources are altered in a way that go itself does not mind."""
    whole, damaged = place.folder / "whole", place.folder / "damaged"
    shutil.copytree(place.cache, whole)
    (place.sources() / "notes.txt").write_text("x")
    shutil.copytree(place.cache, damaged)
    for at in _ended_at_each_step(place, whole):
        ran = place.run("build", "./...")
        assert ran.returncode == 0, (at, ran.stderr)
        shutil.rmtree(place.cache)
        shutil.copytree(damaged, place.cache)
        shutil.rmtree(place.folder / "mends", ignore_errors=True)


def test_a_go_that_runs_meanwhile_sees_old_or_new_and_never_fails_by_it(place: Place) -> None:
    """Sources are altered in what no build reads, so that go itself has no reason to fail."""
    stop = threading.Event()
    failures: list[str] = []

    def build() -> None:
        while not stop.is_set():
            ran = place.run("mod", "download")
            if ran.returncode:
                failures.append(ran.stderr)

    thread = threading.Thread(target=build)
    thread.start()
    try:
        for _ in range(5):
            (place.sources() / "notes.txt").write_text("x")
            got = document(gomend(place, "repair", "--format", "json"))
            assert got["outcome"] == "mended", got
    finally:
        stop.set()
        thread.join()
    assert failures == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another")
def test_what_may_not_be_written_is_said(place: Place) -> None:
    flip(place.file("zip"))
    (place.cache / "cache/gomend").write_text("in the way")
    ran = gomend(place, "repair")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "cache/gomend" in ran.stderr


def test_read_only_folders_are_no_matter_for_their_owner(place: Place) -> None:
    """As anybody but root: where these tests run as root, without root's powers over files."""
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    if powerless and not shutil.which("setpriv"):
        pytest.skip("no setpriv")
    (place.sources() / "lib.go").write_text("package lib // changed\n")
    for path in [place.sources(), *place.sources().rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    damaged = state(place)

    def powerless_gomend(*words: str) -> int:
        return subprocess.run(
            [*powerless, *GOMEND, *words], cwd=place.app, env=place.environment(GOFLAGS="-mod=mod"), check=False
        ).returncode

    assert powerless_gomend("cache", "repair") == 0
    assert powerless_gomend("cache", "check") == 0
    assert powerless_gomend("undo") == 0
    assert state(place) == damaged
    assert powerless_gomend("cache", "clean", "--older", "0h", "--yes") == 0
    assert not place.sources().exists()
