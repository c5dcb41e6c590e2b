"""What a module cache takes up, by what it was last used; and what goes from it."""

import fcntl
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND, Terminal
from tests.lab.modcache import LIB, Place

from gomend.mend.cacheclean import chosen, clean
from gomend.modcache.mounts import keeps_access_times
from gomend.modcache.scan import scan
from gomend.modcache.sizes import Kept, bytes_of, measure, sizes_of

_DAY = 86400
BELOW = "example.com/below", "v1.0.0"


def gomend(place: Place, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GOMEND, "cache", *words],
        cwd=place.app,
        env=place.environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def age(place: Place, days: float, module: str, version: str) -> None:
    """Last used so many days ago, and downloaded a year before that."""
    now = time.time()
    for kind in ("zip", "mod", "info", "ziphash"):
        os.utime(place.file(kind, module, version), (now - days * _DAY, now - (days + 365) * _DAY))


def test_sizes_are_those_of_the_disk(place: Place) -> None:
    found = measure(place.cache)
    ran = subprocess.run(["du", "-s", "--block-size=1", place.sources()], capture_output=True, text=True, check=True)
    assert bytes_of(place.sources()) == int(ran.stdout.split()[0])
    by_name = {(one.module, one.version): one for one in found.versions}
    assert set(by_name) == {LIB, BELOW, ("example.com/plain", "v0.1.0")}
    files = sum(bytes_of(place.file(kind)) for kind in ("zip", "mod", "info", "ziphash", "lock"))
    assert by_name[LIB].bytes == bytes_of(place.sources()) + files


def test_the_time_is_that_of_last_use_or_else_of_the_download(place: Place) -> None:
    age(place, 10, *LIB)
    for by_access, days in ((True, 10), (False, 375)):
        found = sizes_of(place.cache, scan(place.cache), by_access=by_access)
        [one] = [one for one in found.versions if (one.module, one.version) == LIB]
        assert abs(time.time() - one.last - days * _DAY) < 600


@pytest.mark.parametrize(
    ("options", "kept"),
    [("rw,relatime", True), ("rw,noatime", False), ("rw", True), ("rw,nodiratime,relatime", True)],
)
def test_the_mount_says_whether_it_keeps_the_time_of_last_access(tmp_path: Path, options: str, kept: bool) -> None:
    inner = tmp_path / "a folder" / "mod"
    inner.mkdir(parents=True)
    point = str(tmp_path / "a folder").replace(" ", "\\040")
    table = tmp_path / "mountinfo"
    other = "rw,noatime" if kept else "rw,relatime"
    table.write_text(
        f"1 0 0:1 / / {other} shared:1 - ext4 /dev/sda rw\n2 1 0:2 / {point} {options} - ext4 /dev/sdb rw\n"
        f"3 1 0:3 / {point}/mo {other} - ext4 /dev/sdc rw\n"
    )
    assert keeps_access_times(inner, table) is kept
    assert not keeps_access_times(inner, tmp_path / "none")


def _kept(module: str, version: str, last: float) -> Kept:
    return Kept(module, version, 100, last, has_sources=True)


def test_what_goes_is_old_and_not_named_and_no_toolchain_in_use() -> None:
    used, other = (_kept("golang.org/toolchain", f"v0.0.1-go1.{n}.0.linux-amd64", 1) for n in (27, 26))
    old, new = _kept("m.example/a", "v1.0.0", 1), _kept("m.example/a", "v1.1.0", 99)
    every = [used, other, old, new]
    names = {("m.example/a", "v1.0.0")}
    use = {used.version}
    assert chosen(every, before=50, kept=None, toolchains_in_use=use) == [other, old]
    assert chosen(every, before=None, kept=names, toolchains_in_use=use) == [new]
    assert chosen(every, before=50, kept=names, toolchains_in_use=use) == [other]
    assert chosen(every, before=50, kept=set(), toolchains_in_use=()) == [other, used, old]


def test_a_version_goes_whole_and_its_lock_stays(place: Place) -> None:
    for path in [place.sources(), *place.sources().rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    one = next(one for one in measure(place.cache).versions if (one.module, one.version) == LIB)
    assert clean(place.cache, [one]).removed == [one]
    assert not place.sources().exists()
    assert [path.name for path in place.file("lock").parent.iterdir() if path.name != "list"] == ["v1.2.3.lock"]
    assert list((place.cache / "cache/gomend").iterdir()) == []
    assert LIB not in {(one.module, one.version) for one in measure(place.cache).versions}
    assert place.run("build", "./...").returncode == 0  # downloaded again


def test_a_version_that_go_works_on_stays(place: Place) -> None:
    with place.file("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        every = measure(place.cache).versions
        done = clean(place.cache, every)
        assert [(one.module, one.version) for one in done.in_use] == [LIB]
        assert len(done.removed) == len(every) - 1
        ran = gomend(place, "clean", "--older", "0h", "--yes")
        assert ran.returncode == 1
        assert "example.com/Upper/lib@v1.2.3" in ran.stdout
    assert place.sources().exists()


def test_the_command_removes_what_it_showed_and_nothing_else(place: Place) -> None:
    age(place, 100, *BELOW)
    planned = json.loads(gomend(place, "clean", "--older", "90d", "--dry-run", "--format", "json").stdout)
    assert (planned["outcome"], [one["module"] for one in planned["versions"]]) == ("planned", [BELOW[0]])
    assert place.sources(*BELOW).exists()
    ran = gomend(place, "clean", "--older", "90d")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--yes" in ran.stderr
    ran = gomend(place, "clean", "--older", "90d", "--keep-in", str(place.app), "--yes")
    assert (ran.returncode, "stay: 3" in ran.stdout) == (0, True)
    done = json.loads(gomend(place, "clean", "--older", "90d", "--yes", "--format", "json").stdout)
    assert (done["outcome"], done["versions"], done["bytes"]) == ("cleaned", planned["versions"], planned["bytes"])
    assert not place.sources(*BELOW).exists()
    assert place.sources().exists()
    assert gomend(place, "check").returncode == 0


def test_on_a_terminal_it_asks(place: Place) -> None:
    command = [*GOMEND, "cache", "clean", "--older", "0h"]
    for answer, stays in (("n", True), ("y", False)):
        with Terminal(command, env=place.environment()) as terminal:
            terminal.until(r"\[y/N\]")
            terminal.send(f"{answer}\n")
            terminal.process.wait()
        assert place.sources().exists() is stays


def test_the_last_line_is_what_to_do_now_and_it_is_said_that_nothing_brings_it_back(place: Place) -> None:
    words = ("clean", "--older", "0h", "--keep-in", "app go.sum")
    (place.app / "app go.sum").write_text("")
    planned = gomend(place, *words, "--dry-run").stdout
    assert planned.splitlines()[-1] == "next  gomend cache clean --older 0h --keep-in 'app go.sum'"
    assert "It cannot be undone" in " ".join(planned.split())
    for _ in range(2):  # then there is nothing left
        assert gomend(place, *words, "--yes").stdout.splitlines()[-1] == "next  gomend cache size"


@pytest.mark.parametrize("words", [[], ["--older", "soon"], ["--older", "3m"], ["--keep-in", "none/go.sum"]])
def test_what_may_go_has_to_be_said(place: Place, words: list[str]) -> None:
    ran = gomend(place, "clean", *words)
    assert (ran.returncode, ran.stdout) == (2, "")


def test_quarantines_go_with_their_age(place: Place) -> None:
    (place.sources() / "lib.go").write_text("package lib // x\n")
    assert gomend(place, "repair").returncode == 0
    [folder] = (place.cache / "cache/gomend").iterdir()
    assert json.loads(gomend(place, "size", "--format", "json").stdout)["quarantine"] > 0
    gomend(place, "clean", "--older", "1d", "--yes")
    assert folder.exists()
    os.utime(folder, (time.time() - 2 * _DAY,) * 2)
    assert gomend(place, "clean", "--older", "1d", "--yes").returncode == 0
    assert not folder.exists()


def test_the_screen_fits_80_columns(place: Place) -> None:
    for lang in ("en", "zh"):
        ran = gomend(place, "size", "--lang", lang, COLUMNS="80")
        assert ran.returncode == 0
        assert "example.com/Upper/lib" in ran.stdout
        assert all(len(line) <= 80 or str(place.cache) in line for line in ran.stdout.splitlines())


def test_the_toolchain_that_go_would_take_here_is_in_use(place: Place) -> None:
    """By GOTOOLCHAIN, or by the toolchain line of go.mod; so is each that a program runs from."""
    for name in ("go1.98.0", "go1.99.0"):
        folder = place.cache / f"golang.org/toolchain@v0.0.1-{name}.linux-amd64"
        folder.mkdir(parents=True)
        (folder / "VERSION").write_text(name)
    both = {"v0.0.1-go1.98.0.linux-amd64", "v0.0.1-go1.99.0.linux-amd64"}

    def goes(**variables: str) -> set[str]:
        ran = gomend(place, "clean", "--older", "0h", "--dry-run", "--format", "json", **variables)
        return {one["version"] for one in json.loads(ran.stdout)["versions"]} & both

    assert goes() == both
    assert goes(GOTOOLCHAIN="go1.99.0") == {"v0.0.1-go1.98.0.linux-amd64"}
    (place.app / "go.mod").write_text("module example.com/app\n\ngo 1.21\n\ntoolchain go1.98.0\n")
    assert goes(GOTOOLCHAIN="auto") == {"v0.0.1-go1.99.0.linux-amd64"}
    program = place.cache / "golang.org/toolchain@v0.0.1-go1.99.0.linux-amd64/sleep"
    shutil.copy(shutil.which("sleep") or "", program)
    running = subprocess.Popen([program, "60"])
    try:
        assert goes(GOTOOLCHAIN="auto") == set()
    finally:
        running.kill()
        running.wait()
