"""Records of runs: private, few, and never in the way of a run."""

import json
import os
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from tests.gocmd.terminal import GOMEND

from gomend.gocmd import records
from gomend.report.model import RunReport


def kept(state: Path) -> list[Path]:
    return sorted((state / "gomend" / "runs").iterdir())


def run(command: list[str], state: Path | None, **variables: str) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], **({"XDG_STATE_HOME": str(state)} if state else {}), **variables}
    return subprocess.run([*GOMEND, *command], env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("command", [["run", "--", "true"], ["run", "--", "sh", "-c", "echo no >&2; exit 3"]])
def test_a_record_is_a_report_for_its_owner_alone(tmp_path: Path, command: list[str]):
    status = run(command, tmp_path).returncode
    (record,) = kept(tmp_path)
    for path, mode in ((record, 0o600), (record.parent, 0o700), (record.parent.parent, 0o700)):
        assert stat.S_IMODE(path.stat().st_mode) == mode
    report = msgspec.json.decode(record.read_bytes(), type=RunReport, strict=True)
    assert (report.schema, report.exit, list(report.command)) == ("gomend.report/1", status, command[2:])
    assert json.loads(record.read_text()).keys() == set(RunReport.__struct_fields__)


def test_both_ways_of_writing_a_record_write_the_same_keys(tmp_path: Path):
    run(["run", "--", "true"], tmp_path)
    run(["-v", "run", "--", "true"], tmp_path)
    quick, full = (json.loads(path.read_text()) for path in kept(tmp_path))
    for document in (quick, full):
        for name in ("run", "seconds", "started"):
            del document[name]
    assert quick == full


@pytest.mark.parametrize("options", [["--no-record"], ["-q", "--no-record"]])
def test_no_record_where_none_is_wanted(tmp_path: Path, options: list[str]):
    run([*options, "run", "--", "true"], tmp_path)
    run([*options, "run", "--", "false"], tmp_path)
    run(["run", "--", "true"], tmp_path, GOMEND_RECORD="off")
    assert not (tmp_path / "gomend").exists()


def test_secrets_in_a_command_are_masked(tmp_path: Path):
    secret = "hunter2hunter2"
    for verbose in ([], ["-v"]):
        run([*verbose, "run", "--", "true", f"https://me:{secret}@example.com/x", f"--token={secret}"], tmp_path)
    assert len(kept(tmp_path)) == 2
    assert not any(secret in path.read_text() for path in kept(tmp_path))


def test_the_newest_stay(tmp_path: Path):
    environment = {"XDG_STATE_HOME": str(tmp_path)}
    for number in range(7):
        records.save(environment, f"{number:08x}", 1_700_000_000 + number, b"{}", keep=3)
    assert [path.stem.partition("-")[2] for path in kept(tmp_path)] == ["00000004", "00000005", "00000006"]


def test_many_at_once_do_not_disturb_each_other(tmp_path: Path):
    environment = {"XDG_STATE_HOME": str(tmp_path)}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: records.save(environment, f"{n:08x}", 1_700_000_000 + n, b"{}", keep=5), range(200)))
    assert len(kept(tmp_path)) >= 5
    assert all(path.suffix == ".json" for path in kept(tmp_path))


def _file_in_the_way(path: Path) -> Path:
    path.write_text("")
    return path / "below"


@pytest.mark.parametrize("verbose", [[], ["-v"]])
@pytest.mark.parametrize("status", [0, 3])
@pytest.mark.parametrize(
    "place", [lambda _: None, _file_in_the_way, lambda _: Path("/proc/nowhere"), lambda _: Path("/dev/full")]
)
def test_no_place_for_records_never_fails_a_run(tmp_path: Path, place, status: int, verbose: list[str]):
    ran = run([*verbose, "run", "--", "sh", "-c", f"exit {status}"], place(tmp_path / "file"))
    assert ran.returncode == status
    assert (b"not recorded" in ran.stderr) == bool(verbose)
    assert verbose or ran.stderr == b""


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(fd: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(records.os, "write", full)
    with pytest.raises(records.Unrecorded, match="No space left"):
        records.save({"XDG_STATE_HOME": str(tmp_path)}, "aa", 0.0, b"{}")
    assert kept(tmp_path) == []


def place(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path)}


def test_a_runs_requests_lie_beside_its_record_and_go_with_it(tmp_path: Path):
    for number in range(3):
        records.save(place(tmp_path), f"{number}", number * 100.0, b"{}", 2, trace=b"requests")
    names = [path.name for path in kept(tmp_path)]
    assert names == [
        f"19700101T000{minute}{second}-{number}.{ending}"
        for number, minute, second in ((1, 1, 40), (2, 3, 20))
        for ending in ("json", "trace")
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept(tmp_path)} == {0o600}


def test_a_run_without_requests_has_one_file(tmp_path: Path):
    records.save(place(tmp_path), "a", 0.0, b"{}")
    assert [path.suffix for path in kept(tmp_path)] == [".json"]


def test_records_have_a_size_in_all_and_the_newest_stays_whatever_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(records, "MOST_BYTES", 1000)
    for number in range(5):
        records.save(place(tmp_path), f"{number}", number * 100.0, b"{}", trace=b"x" * 398)
    assert [path.stem[-1] for path in kept(tmp_path)] == ["3", "3", "4", "4"]
    records.save(place(tmp_path), "5", 500.0, b"{}", trace=b"x" * 5000)
    assert [path.stem[-1] for path in kept(tmp_path)] == ["5", "5"]
