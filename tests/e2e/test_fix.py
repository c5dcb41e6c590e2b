"""From red to green and back: a fault, its verdict, `gomend fix`, the same go command, `gomend undo`; with real go."""

import json
import os
import socket
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND, Terminal
from tests.lab.modules import World
from tests.lab.upstream import Act, Answers, Upstream, reset, status
from tests.relay.both import QUICK

from gomend.mend.files import Files
from gomend.mend.journal import Journal
from gomend.mend.steps import Edit

MODULE, VERSION = "example.com/dep", "v1.0.0"


@dataclass
class Bench:
    """A project that requires one module, a folder proxy that has it, go's own file, an empty module cache."""

    folder: Path
    sources: ExitStack
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def goenv(self) -> Path:
        return self.folder / "goenv"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def good(self) -> str:
        return f"file://{self.folder}/proxy"

    def upstream(self, act: Act) -> str:
        """A source of which every answer is `act`."""
        return self.sources.enter_context(Upstream(Answers(World([]), [("*", act)]))).url

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "GOPROXY"}
        return {
            **kept,
            "GOENV": str(self.goenv),
            "GOMODCACHE": str(self.cache),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "GOFLAGS": "-modcacherw",
            "GOSUMDB": "off",
            **self.variables,
        }

    def gomend(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*GOMEND, *words],
            cwd=self.project,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def go(self, *words: str) -> int:
        ran = subprocess.run(
            ["go", *words], cwd=self.project, env=self.environment(), capture_output=True, check=False, timeout=60
        )
        return ran.returncode

    def fixes(self) -> list[dict]:
        return json.loads(self.gomend("fix", "--format", "json").stdout)["plans"]


@pytest.fixture
def bench(go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("PATH", f"{go.parent}:{os.environ['PATH']}")
    served = tmp_path / "proxy" / MODULE / "@v"
    served.mkdir(parents=True)
    (served / "list").write_text(f"{VERSION}\n")
    (served / f"{VERSION}.info").write_text(json.dumps({"Version": VERSION}))
    (served / f"{VERSION}.mod").write_text(f"module {MODULE}\n")
    with zipfile.ZipFile(served / f"{VERSION}.zip", "w") as archive:
        archive.writestr(f"{MODULE}@{VERSION}/go.mod", f"module {MODULE}\n")
        archive.writestr(f"{MODULE}@{VERSION}/dep.go", "package dep\n\nconst Answer = 42\n")
    with ExitStack() as sources:
        yield _prepared(Bench(tmp_path, sources, dict(QUICK)))


def _prepared(made: Bench) -> Bench:
    made.project.mkdir()
    (made.project / "go.mod").write_text(f"module example.com/app\n\ngo 1.21\n\nrequire {MODULE} {VERSION}\n")
    (made.project / "main.go").write_text(
        f'package main\n\nimport "{MODULE}"\n\nfunc main() {{ println(dep.Answer) }}\n'
    )
    made.goenv.write_text(f"GOPROXY={made.good}\n")
    assert made.go("mod", "tidy") == 0
    for place in sorted(made.cache.rglob("*"), reverse=True):
        place.unlink() if place.is_file() else place.rmdir()
    return made


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with its mode; but for go's list and lock files, which say nothing."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and path.name != "list" and path.suffix != ".lock" and "gomend" not in path.parts
    }


def refusing() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def _source_is_down(bench: Bench) -> tuple[str, ...]:
    bench.goenv.write_bytes(f"# mine\nGOFLAGS=-modcacherw\nGOPROXY={refusing()},{bench.good}".encode())
    return ("mod", "download")


def _answers(act: Act) -> Callable[[Bench], tuple[str, ...]]:
    """A source that answers everything so, and go may not move on to the one that has it."""

    def provoke(bench: Bench) -> tuple[str, ...]:
        bench.goenv.write_text(f"GOPROXY={bench.upstream(act)},{bench.good}\n")
        return ("mod", "download")

    return provoke


def _gomod_is_behind(bench: Bench) -> tuple[str, ...]:
    (bench.project / "go.mod").write_text("module example.com/app\n\ngo 1.21\n")
    (bench.project / "go.sum").unlink()
    return ("build", "-mod=readonly", "-o", os.devnull, "./...")


def _replacement_is_gone(bench: Bench) -> tuple[str, ...]:
    with (bench.project / "go.mod").open("a") as file:
        file.write(f"\nreplace {MODULE} => ../gone\n")
    return ("build", "-o", os.devnull, "./...")


def _own_list_is_faulty(bench: Bench) -> tuple[str, ...]:
    bench.goenv.write_text("GOPROXY=foo\n")
    bench.variables["GOROOT"] = str(_goroot_whose_default_is(bench))
    return ("mod", "download")


def _goroot_whose_default_is(bench: Bench) -> Path:
    """A GOROOT whose go.env names the folder proxy, as a distribution may ship one."""
    real = Path(
        subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    ).resolve()
    made = bench.folder / "goroot"
    made.mkdir()
    for entry in real.iterdir():
        if entry.name != "go.env":
            (made / entry.name).symlink_to(entry)
    (made / "go.env").write_text(f"GOPROXY={bench.good}\nGOSUMDB=off\nGOTOOLCHAIN=local\n")
    return made


def _list_is_mistyped(bench: Bench) -> tuple[str, ...]:
    bench.goenv.write_text(f"GOPROXY='{bench.good};DIRECT'\n")
    return ("mod", "download")


def _modules_are_off(bench: Bench) -> tuple[str, ...]:
    bench.goenv.write_text(f"GOPROXY={bench.good}\nGO111MODULE=off\n")
    return ("mod", "download")


def _zip_is_damaged(bench: Bench) -> tuple[str, ...]:
    assert bench.go("mod", "download") == 0
    kept = bench.cache / "cache" / "download" / MODULE / "@v"
    (kept / f"{VERSION}.zip").write_bytes(b"PK, or what is left of it")
    (kept / f"{VERSION}.ziphash").write_text("h1:" + "A" * 43 + "=")
    return ("mod", "download")


def _sum_is_missing(bench: Bench) -> tuple[str, ...]:
    (bench.project / "go.sum").write_bytes(b"")
    return ("build", "-o", os.devnull, "./...")


FAULTS: dict[str, tuple[Callable[[Bench], tuple[str, ...]], str, str]] = {
    "a source is down and go may not move on": (_source_is_down, "net.connect_refused", "move_on"),
    "a source answers 502": (_answers(status(502)), "proxy.server_error", "move_on"),
    "a source cuts every connection": (_answers(reset), "net.reset", "move_on"),
    "go.mod lacks a requirement": (_gomod_is_behind, "mode.readonly", "tidy"),
    "a replacement is gone": (_replacement_is_gone, "module.replace_missing", "drop_replace"),
    "go refuses the own GOPROXY": (_own_list_is_faulty, "proxy.misconfigured", "drop_own_goproxy"),
    "the own GOPROXY is mistyped": (_list_is_mistyped, "proxy.misconfigured", "repair_goproxy"),
    "modules are off": (_modules_are_off, "mode.no_module", "modules_on"),
    "a damaged version in the module cache": (_zip_is_damaged, "checksum.", "remove_version"),
    "go.sum lacks a module": (_sum_is_missing, "checksum.missing", "add_sum"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_mended_and_the_mend_taken_back(bench: Bench, fault: str) -> None:
    provoke, code, key = FAULTS[fault]
    words = provoke(bench)
    assert bench.go(*words) != 0
    before = (bench.goenv.read_bytes(), files(bench.project), files(bench.cache))
    red = bench.gomend("go", *words)
    assert red.returncode == 1
    assert code in red.stderr
    number = next(plan["id"] for plan in bench.fixes() if plan["key"].startswith(key))
    if number == 1:
        assert red.stderr.splitlines()[-1] == "  next      gomend fix 1"
    assert (bench.goenv.read_bytes(), files(bench.project), files(bench.cache)) == before

    mended = bench.gomend("fix", str(number), "--yes")
    assert (mended.returncode, mended.stdout.splitlines()[0][:9]) == (0, "✓ Mended:"), mended.stderr
    assert bench.go(*words) == 0

    assert bench.gomend("undo").returncode == 0
    after = (bench.goenv.read_bytes(), files(bench.project), files(bench.cache))
    assert after[:2] == before[:2]
    assert {name: after[2][name] for name in before[2]} == before[2]


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
