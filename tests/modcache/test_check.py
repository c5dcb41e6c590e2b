"""The check of a module cache: each fault is found, and go comes across it as is said. The real go is asked."""

import fcntl
import json
import os
import shutil
import threading
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from tests.lab.modcache import LIB, MODULES, Place
from tests.lab.modules import escape, make_zip
from tests.lab.sumdb import SumDb

from gomend.gomod.note import parse_verifier
from gomend.modcache.check import Checked, check
from gomend.modcache.faults import Fault, Kind, Notices
from gomend.modcache.recorded import Recorded, from_files

SUMS = SumDb(MODULES)
OTHER = make_zip({f"{LIB[0]}@{LIB[1]}/lib.go": b"package lib // other\n", f"{LIB[0]}@{LIB[1]}/go.mod": b"module x\n"})


def checked(place: Place, *only: tuple[str, str], sums: bool = True) -> Checked:
    return check(place.cache, from_files([place.app / "go.sum"] if sums else []), only)


def found(place: Place, *, sums: bool = True) -> list[tuple[Kind, Notices, str]]:
    return [(one.kind, one.notices, one.path) for one in checked(place, sums=sums).faults]


def flip(path: Path, at: int = 75) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


def test_what_go_left_is_whole(place: Place) -> None:
    got = checked(place)
    assert (got.faults, got.versions, got.by_record, got.by_hash, got.mods) == ([], 3, 3, 0, 0)
    assert place.run("mod", "verify").returncode == 0


def _remove(*kinds: str) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        for kind in kinds:
            if kind == "sources":
                os.rename(place.sources(), place.folder / "away")  # noqa: PTH104
            else:
                place.file(kind).unlink()

    return act


def _write(kind: str, data: bytes) -> Callable[[Place], None]:
    return lambda place: place.file(kind).write_bytes(data) and None


def _both(*acts: Callable[[Place], None]) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        for one in acts:
            one(place)

    return act


def _sources(name: str, data: bytes | None) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        path = place.sources() / name
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)

    return act


_ZIP = "cache/download/example.com/!upper/lib/@v/v1.2.3.zip"
_HASH, _MOD, _INFO = _ZIP + "hash", _ZIP[:-3] + "mod", _ZIP[:-3] + "info"
_FOLDER = "example.com/!upper/lib@v1.2.3"
FAULTS = {
    "a byte of the zip": (lambda place: flip(place.file("zip")), [(Kind.ZIP_DAMAGED, Notices.VERIFY, _ZIP)]),
    "a zip cut in half": (
        lambda place: os.truncate(place.file("zip"), 200),
        [(Kind.ZIP_DAMAGED, Notices.VERIFY, _ZIP)],
    ),
    "an empty zip, nothing unpacked": (
        _both(_write("zip", b""), _remove("sources")),
        [(Kind.ZIP_DAMAGED, Notices.BUILD, _ZIP)],
    ),
    "another zip": (_write("zip", OTHER), [(Kind.ZIP_MISMATCH, Notices.VERIFY, _ZIP)]),
    "a ziphash of another": (
        _write("ziphash", b"h1:" + b"A" * 43 + b"="),
        [(Kind.ZIPHASH_WRONG, Notices.BUILD, _HASH)],
    ),
    "a ziphash full of zeros": (_write("ziphash", bytes(47)), [(Kind.ZIPHASH_UNREADABLE, Notices.HEALS, _HASH)]),
    "an empty ziphash": (_write("ziphash", b""), [(Kind.ZIPHASH_UNREADABLE, Notices.HEALS, _HASH)]),
    "a ziphash of another kind": (
        _write("ziphash", b"h2:" + b"A" * 43 + b"="),
        [(Kind.ZIPHASH_UNREADABLE, Notices.BUILD, _HASH)],
    ),
    "no ziphash": (_remove("ziphash"), [(Kind.ZIPHASH_MISSING, Notices.HEALS, _HASH)]),
    "an altered go.mod": (_write("mod", b"module example.com/Upper/lib\n"), [(Kind.MOD_MISMATCH, Notices.BUILD, _MOD)]),
    "an empty go.mod": (_write("mod", b""), [(Kind.MOD_MISMATCH, Notices.BUILD, _MOD)]),
    "an info that is none": (_write("info", b"<html>"), [(Kind.INFO_DAMAGED, Notices.HEALS, _INFO)]),
    "a changed source": (
        _sources("lib.go", b"package lib // changed\n"),
        [(Kind.FOLDER_ALTERED, Notices.VERIFY, _FOLDER)],
    ),
    "a source too many": (_sources("sub/more.go", b"package sub\n"), [(Kind.FOLDER_ALTERED, Notices.VERIFY, _FOLDER)]),
    "unpacking was interrupted": (_write("partial", b""), [(Kind.FOLDER_UNFINISHED, Notices.HEALS, _FOLDER)]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_go_comes_across_it_as_is_said(place: Place, name: str) -> None:
    plant, wanted = FAULTS[name]
    plant(place)
    assert found(place) == wanted
    [(_, notices, _)] = wanted
    built = place.run("build", "./...", GOPROXY="off")
    if notices is Notices.BUILD:
        assert built.returncode != 0
        return
    assert built.returncode == 0, built.stderr
    if notices is Notices.VERIFY:
        assert place.run("mod", "verify", GOPROXY="off").returncode != 0
    elif notices is Notices.HEALS:
        assert place.run("mod", "download").returncode == 0
        assert found(place) == []


def test_a_changed_source_is_named_and_so_is_one_that_is_gone(place: Place) -> None:
    (place.sources() / "lib.go").write_bytes(b"package other\n")
    (place.sources() / "sub" / "sub.go").unlink()
    (place.sources() / "sub" / "link").symlink_to("/etc/passwd")
    [fault] = checked(place).faults
    assert fault.files == ("lib.go", "sub/link", "sub/sub.go")


def test_a_link_to_the_same_bytes_is_no_source(place: Place) -> None:
    path = place.sources() / "lib.go"
    path.rename(place.folder / "lib.go")
    path.symlink_to(place.folder / "lib.go")
    assert [one.files for one in checked(place).faults] == [("lib.go",)]


def test_sources_without_a_zip_are_hashed(place: Place) -> None:
    place.file("zip").unlink()
    assert found(place) == []
    (place.sources() / "lib.go").write_bytes(b"package lib // changed\n")
    [fault] = checked(place).faults
    assert (fault.kind, fault.source) == (Kind.FOLDER_ALTERED, str(place.app / "go.sum"))
    [fault] = checked(place, sums=False).faults
    assert (fault.kind, fault.source) == (Kind.FOLDER_ALTERED, "ziphash")
    place.file("ziphash").unlink()
    [fault] = checked(place, sums=False).faults
    assert (fault.kind, fault.notices) == (Kind.FOLDER_ALONE, Notices.HEALS)
    assert place.run("mod", "download").returncode == 0


def test_without_go_sum_the_files_of_a_version_testify_against_each_other(place: Place) -> None:
    place.file("ziphash").write_bytes(b"h1:" + b"A" * 43 + b"=")
    place.file("mod", "example.com/plain", "v0.1.0").write_bytes(b"module example.com/plain\n\ngo 1.18\n")
    got = {(one.kind, one.source) for one in checked(place, sums=False).faults}
    assert got == {(Kind.ZIPHASH_WRONG, "zip"), (Kind.MOD_MISMATCH, "zip")}


def test_a_forged_pair_of_zip_and_hash_is_seen_by_go_sum_alone(place: Place) -> None:
    from gomend.gomod.modzip import hash_zip  # noqa: PLC0415

    place.file("zip").write_bytes(OTHER)
    place.file("ziphash").write_text(hash_zip(BytesIO(OTHER)))
    [fault] = checked(place).faults
    assert (fault.kind, fault.notices) == (Kind.ZIP_MISMATCH, Notices.BUILD)
    assert place.run("build", "./...").returncode != 0
    assert place.run("mod", "verify").returncode != 0


def test_a_version_that_no_build_needs_is_checked_all_the_same(place: Place) -> None:
    """`go mod verify` passes over what is not in the build list."""
    one = next(one for one in MODULES if one.version == "v0.9.0")
    assert place.run("mod", "download", f"{one.path}@{one.version}").returncode == 0
    flip(place.file("zip", one.path, one.version))
    assert place.run("mod", "verify").returncode == 0
    [fault] = checked(place).faults
    assert (fault.kind, fault.module, fault.version) == (Kind.ZIP_DAMAGED, one.path, one.version)


def test_only_the_versions_asked_for_are_looked_at(place: Place) -> None:
    flip(place.file("zip"))
    assert checked(place, ("example.com/plain", "v0.1.0")).faults == []
    got = checked(place, LIB, ("example.com/plain", "v9.9.9"))
    assert [one.kind for one in got.faults] == [Kind.ZIP_DAMAGED]
    assert got.missing == [("example.com/plain", "v9.9.9")]


def test_what_is_not_gos_and_what_was_left_over_is_told(place: Place) -> None:
    download = place.cache / "cache/download/example.com"
    for path in (
        place.cache / "notes.txt",
        place.cache / "cache/own",
        download / "Upper",  # go would write !upper
        download / "plain/@v/README",
        download / "plain/@v/v0.1.0.zip4711.tmp",
        place.cache / "cache/vcs/thing",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (download / "PLAIN").mkdir()
    got = {(one.kind, Path(one.path).name) for one in checked(place).faults}
    assert got == {
        (Kind.FOREIGN, "notes.txt"), (Kind.FOREIGN, "own"), (Kind.FOREIGN, "Upper"), (Kind.FOREIGN, "README"),
        (Kind.FOREIGN, "thing"), (Kind.UNFINISHED, "v0.1.0.zip4711.tmp"), (Kind.CASE_COLLISION, "plain"),
    }  # fmt: skip


def test_a_broken_clone_is_found_and_a_whole_one_is_not(place: Place) -> None:
    import subprocess  # noqa: PLC0415

    folder = place.cache / "cache/vcs" / ("a" * 64)
    work = place.folder / "work"
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com"]
    subprocess.run([*git, "init", "-q", work], check=True)
    (work / "a").write_text("a\n")
    subprocess.run([*git, "-C", work, "add", "a"], check=True)
    subprocess.run([*git, "-C", work, "commit", "-qm", "a"], check=True)
    subprocess.run([*git, "clone", "-q", "--bare", work, folder], check=True)
    assert checked(place).faults == []
    for path in (folder / "objects").rglob("*"):
        if path.is_file() and len(path.name) == 38:
            path.chmod(0o600)
            path.unlink()
            break
    assert [one.kind for one in checked(place).faults] == [Kind.CLONE_DAMAGED]


def test_what_cannot_be_read_is_told_and_the_rest_is_checked(place: Place) -> None:
    """A link to itself: root reads everything else."""
    place.file("zip").unlink()
    place.file("zip").symlink_to(place.file("zip"))
    place.file("mod", "example.com/plain", "v0.1.0").write_bytes(b"")
    got = {(one.kind, one.path) for one in checked(place).faults}
    assert got == {(Kind.UNREADABLE, _ZIP), (Kind.MOD_MISMATCH, "cache/download/example.com/plain/@v/v0.1.0.mod")}


def test_a_cache_that_is_not_there_is_empty(tmp_path: Path) -> None:
    got = check(tmp_path / "none", from_files([]))
    assert (got.versions, got.faults) == (0, [])


def test_reading_leaves_the_time_of_last_access(place: Place) -> None:
    path = place.file("zip")
    os.utime(path, (1_000_000_000, 1_000_000_001))
    checked(place)
    assert path.stat().st_atime == 1_000_000_000


def test_a_version_that_go_is_writing_is_waited_for(place: Place) -> None:
    """Half of it is there while go holds its lock; what counts is what lies there afterwards."""
    whole = place.file("zip").read_bytes()
    place.file("zip").write_bytes(whole[:100])
    holding = place.file("lock").open("w")
    fcntl.flock(holding, fcntl.LOCK_EX)
    results: list[list[Fault]] = []
    thread = threading.Thread(target=lambda: results.append(checked(place).faults))
    thread.start()
    _until_waiting(place.file("lock"))
    place.file("zip").write_bytes(whole)
    holding.close()
    thread.join()
    assert results == [[]]


def _until_waiting(path: Path) -> None:
    """Until somebody in this process has opened the lock, too."""
    while sum(os.path.realpath(one) == str(path) for one in Path("/proc/self/fd").iterdir()) < 2:
        pass


def test_a_toolchain_as_go_leaves_it_is_whole(place: Place) -> None:
    """go copies each `_go.mod` to `go.mod` in what it unpacked."""
    version = "v0.0.1-go1.99.0.linux-amd64"
    prefix = f"golang.org/toolchain@{version}"
    data = make_zip({f"{prefix}/VERSION": b"go1.99.0\n", f"{prefix}/src/_go.mod": b"module std\n"})
    folder = place.cache / "cache/download/golang.org/toolchain/@v"
    folder.mkdir(parents=True)
    from gomend.gomod.modzip import hash_zip  # noqa: PLC0415

    (folder / f"{version}.zip").write_bytes(data)
    (folder / f"{version}.ziphash").write_text(hash_zip(BytesIO(data)))
    (folder / f"{version}.info").write_text(json.dumps({"Version": version}))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        archive.extractall(place.cache)
    assert checked(place).faults == []
    shutil.copy(place.cache / prefix / "src/_go.mod", place.cache / prefix / "src/go.mod")
    assert checked(place).faults == []
    (place.cache / prefix / "src/go.mod").write_text("module other\n")
    assert [one.files for one in checked(place).faults] == [("src/go.mod",)]
    (place.cache / prefix / "src/go.mod").unlink()
    (place.cache / prefix / "VERSION").write_text("go1.99.1\n")
    assert [one.kind for one in checked(place).faults] == [Kind.FOLDER_ALTERED]


@pytest.fixture
def database(place: Place) -> Path:
    """What go keeps of a checksum database that it asked through a proxy which is a folder."""
    served = place.folder / "proxy/sumdb/sum.golang.org"
    paths = ["/supported", *(f"/lookup/{escape(one.path)}@{one.version}" for one in MODULES), "/tile/8/0/000.p/7"]
    for path in paths:
        target = served / path[1:]
        target.parent.mkdir(parents=True, exist_ok=True)
        data = SUMS.file(path)
        assert data is not None
        target.write_bytes(data)
    place.cache.rename(place.folder / "away")
    for one in (place.app / "go.mod", place.app / "go.sum"):
        one.unlink()
    versions = [f"{one.path}@{one.version}" for one in MODULES]
    ran = place.run("mod", "download", *versions, GOSUMDB=SUMS.key, GOPATH=str(place.folder / "gopath"))
    assert ran.returncode == 0, ran.stderr
    return place.cache / "cache/download/sumdb/sum.golang.org"


def _with_database(place: Place) -> Checked:
    return check(place.cache, Recorded(), verifiers={"sum.golang.org": parse_verifier(SUMS.key)})


def test_what_is_kept_of_a_checksum_database_is_proved_and_taken(place: Place, database: Path) -> None:
    got = _with_database(place)
    assert (got.faults, got.by_record, got.by_hash) == ([], 4, 0)
    mod = place.file("mod")
    mod.write_bytes(mod.read_bytes() + b"\n")
    [fault] = _with_database(place).faults
    assert (fault.kind, fault.source) == (Kind.MOD_MISMATCH, "sum.golang.org")


@pytest.mark.parametrize("name", ["record", "signature", "no record", "tile", "cut tile"])
def test_a_kept_answer_that_does_not_prove_itself_is_found(place: Place, database: Path, name: str) -> None:
    lookup = database / "lookup/example.com/plain@v0.1.0"
    tile = next(path for path in database.rglob("*") if path.is_file() and "tile" in path.parts)
    data = lookup.read_bytes()
    match name:
        case "record":
            lookup.write_bytes(data.replace(b"plain v0.1.0 h1:", b"plain v0.1.0 h1:A", 1))
        case "signature":
            lookup.write_bytes(data[:-20] + b"A" + data[-19:])
        case "no record":
            lookup.write_bytes(b"<html>")
        case "tile":
            flip(tile)
        case "cut tile":
            os.truncate(tile, 40)
    got = _with_database(place)
    assert {one.kind for one in got.faults} == {Kind.SUMDB_DAMAGED}
    paths = {one.path for one in got.faults}
    if name == "cut tile":
        assert paths == {tile.relative_to(place.cache).as_posix()}
    else:
        assert lookup.relative_to(place.cache).as_posix() in paths
    assert got.by_record == (0 if "tile" in name else 3)


def test_without_the_tiles_an_answer_is_neither_wrong_nor_believed(place: Place, database: Path) -> None:
    shutil.rmtree(database / "tile")
    got = _with_database(place)
    assert (got.faults, got.by_record) == ([], 0)
