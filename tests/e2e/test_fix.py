"""`gomend fix` and `gomend undo`: which run is meant, who is asked, what is said; with real go."""

import json
import subprocess

import pytest
from tests.e2e.mendbench import Bench, refusing
from tests.gocmd.terminal import GOMEND, Terminal

from gomend.mend.files import Files
from gomend.mend.journal import Journal
from gomend.mend.steps import Edit


def _source_is_down(bench: Bench) -> tuple[str, ...]:
    bench.goenv.write_bytes(f"# mine\nGOFLAGS=-modcacherw\nGOPROXY={refusing()},{bench.good}".encode())
    return ("mod", "download")


def test_careful_needs_a_word_where_nobody_can_be_asked(bench: Bench) -> None:
    bench.gomend("go", *_source_is_down(bench))
    before = bench.goenv.read_bytes()
    asked = bench.gomend("fix", "1")
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "gomend fix 1 --yes" in asked.stderr
    assert bench.goenv.read_bytes() == before


def test_a_variable_that_hides_the_setting_is_seen_and_nothing_is_stored(bench: Bench) -> None:
    bench.variables["GOPROXY"] = f"{refusing()},{bench.good}"
    before = bench.goenv.read_bytes()
    assert bench.gomend("go", "mod", "download").returncode == 1
    tried = bench.gomend("fix", "1", "--yes")
    assert tried.returncode == 1
    assert tried.stderr.index("GOPROXY is set in this environment") < tried.stderr.index("Runs again")
    assert tried.stdout.splitlines()[-1] == f"next  export GOPROXY='{bench.variables['GOPROXY'].replace(',', '|')}'"
    assert bench.goenv.read_bytes() == before
    assert bench.gomend("undo").returncode == 2


def test_a_fix_that_does_not_help_is_called_that_and_how_to_take_it_back(bench: Bench) -> None:
    bench.goenv.write_text(f"GOPROXY={refusing()},{refusing()}\n")
    assert bench.gomend("go", "mod", "download").returncode == 1
    tried = bench.gomend("fix", "1", "--yes")
    assert tried.returncode == 1
    lines = tried.stdout.splitlines()
    assert lines[0].startswith("✗ Not mended: go mod download still fails.")
    assert lines[-1].startswith("next  gomend undo ")


def test_a_fix_is_of_the_newest_run_here_or_of_the_one_that_is_named(bench: Bench) -> None:
    nothing = bench.gomend("fix")
    assert (nothing.returncode, nothing.stdout) == (2, "")
    bench.gomend("go", *_source_is_down(bench))
    run = json.loads(bench.gomend("fix", "--format", "json").stdout)["run"]
    bench.gomend("go", "version")  # beside the point
    assert json.loads(bench.gomend("fix", "--format", "json").stdout)["run"] == run
    elsewhere = bench.folder / "elsewhere"
    elsewhere.mkdir()
    there = subprocess.run(
        [*GOMEND, "fix"], cwd=elsewhere, env=bench.environment(), capture_output=True, text=True, check=False
    )
    assert there.returncode == 2
    assert run in there.stderr
    assert bench.gomend("fix", f"{run}:1", "--yes").returncode == 0
    assert "nothing to mend" in bench.gomend("fix").stdout


def test_an_old_run_is_not_taken_for_what_is_the_matter_now(bench: Bench) -> None:
    bench.gomend("go", *_source_is_down(bench))
    (record,) = (bench.folder / "state" / "gomend" / "runs").glob("*.json")
    old = json.loads(record.read_text()) | {"started": "2020-01-01T00:00:00Z"}
    record.write_text(json.dumps(old))
    assert bench.gomend("fix").returncode == 2
    assert bench.gomend("fix", old["run"] + ":").returncode == 0


def test_what_the_doctor_found_in_the_settings_is_put_right_and_the_doctor_looks_again(bench: Bench) -> None:
    bench.goenv.write_text(f"GOPRIVATE=*.corp.example, git.other.example\nGOPROXY={bench.good}\n")
    before = bench.goenv.read_bytes()
    assert bench.gomend("doctor", "--only", "settings").stdout.splitlines()[-1].endswith("gomend fix 1")
    number = next(plan["id"] for plan in bench.fixes() if plan["key"] == "store")
    mended = bench.gomend("fix", str(number), "--yes")
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert mended.stdout.splitlines()[-2].startswith("✓ Mended: gomend doctor")
    assert b"GOPRIVATE=*.corp.example,git.other.example\n" in bench.goenv.read_bytes()
    assert bench.gomend("undo").returncode == 0
    assert bench.goenv.read_bytes() == before


def test_a_kept_fix_cannot_be_made_to_switch_a_check_off(bench: Bench) -> None:
    bench.goenv.write_text(f"GOPRIVATE=*.corp.example, b\nGOPROXY={bench.good}\n")
    bench.gomend("doctor", "--only", "settings")
    (record,) = (bench.folder / "state" / "gomend" / "doctor").glob("*.json")
    said = record.read_text().replace(
        '"setting":"GOPRIVATE","value":"*.corp.example,b"', '"setting":"GOSUMDB","value":"off"'
    )
    assert said != record.read_text()
    record.write_text(said)
    before = bench.goenv.read_bytes()
    assert bench.gomend("fix", "1", "--yes").returncode == 1
    assert bench.goenv.read_bytes() == before


class KilledError(BaseException):
    """Stands for the end of a process: nothing in gomend catches it."""


def test_what_a_killed_gomend_left_half_done_is_brought_back_by_the_next_one(bench: Bench) -> None:
    before = bench.goenv.read_bytes()

    def killed(step: str) -> None:
        if step.startswith("rename .go.mod"):
            raise KilledError

    journal = Journal(bench.folder / "state" / "gomend" / "mends", Files(killed))
    gomod = bench.project / "go.mod"
    with pytest.raises(KilledError):
        journal.apply(
            [Edit(str(bench.goenv), before, b"GOPROXY=off\n", "goenv"), Edit(str(gomod), gomod.read_bytes(), b"")],
            command=["gomend", "fix", "1"],
            what=["two files"],
        )
    assert bench.goenv.read_bytes() == b"GOPROXY=off\n"
    ran = bench.gomend("go", "env", "GOPROXY")
    assert ran.stdout == f"{bench.good}\n"
    assert "(gomend fix 1) was broken off; it was taken back." in ran.stderr
    assert bench.goenv.read_bytes() == before
    assert not list(bench.project.glob(".go.mod*"))
    assert bench.gomend("go", "version").stderr == ""


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("\n", 1)])
def test_on_a_terminal_a_careful_fix_shows_itself_and_asks(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    bench.gomend("go", *_source_is_down(bench))
    before = bench.goenv.read_bytes()
    monkeypatch.chdir(bench.project)
    with Terminal([*GOMEND, "fix", "1"], env=bench.environment()) as terminal:
        terminal.until(r"GOPROXY +http.*Do this\? \[y/N\] ".replace(".*", r"(?s:.*)"))
        terminal.send(answer)
        terminal.rest()
        assert terminal.process.returncode == status
    assert (bench.goenv.read_bytes() == before) == (status == 1)


def test_where_nothing_is_safe_all_is_shown_and_nothing_done(bench: Bench) -> None:
    bench.gomend("go", *_source_is_down(bench))
    before = bench.goenv.read_bytes()
    shown = bench.gomend("fix", "--safe")
    assert shown.returncode == 1
    assert shown.stdout.splitlines()[-1] == "next  gomend fix 1"
    assert bench.goenv.read_bytes() == before


def test_what_is_run_again_is_what_ran_with_the_list_that_it_was_given(bench: Bench) -> None:
    before = bench.goenv.read_bytes()
    ill = f"{refusing()},{bench.good}"
    assert bench.go("mod", "download") == 0  # what is stored is in order
    bench.forget_modules()
    assert bench.gomend("--goproxy", ill, "go", "mod", "download").returncode == 1
    tried = bench.gomend("fix", "1", "--yes")
    assert tried.returncode == 1  # the line is to be given anew
    assert "works so. The value was given for that run alone" in " ".join(tried.stdout.split())
    line = tried.stdout.splitlines()[-1]
    assert line == f"next  gomend --goproxy '{ill.replace(',', '|')}' go mod download"
    assert bench.goenv.read_bytes() == before
    assert bench.gomend("undo").returncode == 2


def test_what_ran_without_the_relay_runs_again_without_it(bench: Bench) -> None:
    words = _source_is_down(bench)
    assert bench.gomend("--no-relay", "go", *words).returncode == 1
    assert bench.gomend("fix", "1", "--yes").returncode == 0
    runs = sorted((bench.folder / "state" / "gomend" / "runs").glob("*.json"))
    assert [json.loads(one.read_text())["relay"] for one in runs] == [False, False]


def test_the_document_stands_alone_though_the_command_prints_something(bench: Bench) -> None:
    _source_is_down(bench)
    assert bench.gomend("go", "list", "-m", "-json", "all").returncode == 1
    done = bench.gomend("fix", "1", "--yes", "--format", "json")
    assert json.loads(done.stdout)["outcome"] == "mended"
    assert '"Path": "example.com/dep"' in done.stderr
