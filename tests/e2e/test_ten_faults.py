"""The plain faults of every day: what `gomend go`, or `gomend doctor`, names first is done by `gomend fix 1` and
nothing else; the same go command is green then, and `gomend undo` restores all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tests.e2e import test_every_fix as planted
from tests.e2e.mendbench import DEP, OWN, Bench, files

Plant = Callable[[Bench], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`finds`: both the failed command and the doctor lead to the fix, or one of them."""

    plant: Plant
    finds: tuple[str, ...] = ("go", "doctor")
    writes: str = ""  # a file of the project that the go command itself writes


def _list_is_mistyped(bench: Bench) -> tuple[str, ...]:
    bench.goenv.write_text(f"# mine\nGOPROXY={bench.serving(DEP).url};Direct\n")
    return planted.DOWNLOAD


def _private_module_is_required(bench: Bench) -> tuple[str, ...]:
    """The database knows nothing of it, and go.sum has no line for it yet."""
    words = planted.FAULTS["the checksum database does not know it"].plant(bench)
    with (bench.project / "go.mod").open("a") as file:
        file.write(f"\nrequire {OWN.path} {OWN.version}\n")
    return words


FAULTS = {
    "the first proxy is down": Fault(planted.FAULTS["a source is down and go may not move on"].plant),
    "GOPROXY is mistyped": Fault(_list_is_mistyped),
    "a private module that GOPRIVATE does not name": Fault(_private_module_is_required, ("go",), writes="go.sum"),
    "go refuses GOFLAGS": Fault(planted.FAULTS["go refuses GOFLAGS"].plant),
    "the module cache is damaged": Fault(planted.FAULTS["a damaged version in the module cache"].plant),
    "go.sum lacks a line": Fault(planted.FAULTS["go.sum lacks a module"].plant),
    "the toolchain is not allowed": Fault(planted.FAULTS["the toolchain is too old"].plant),
    "the checksum database is blocked": Fault(
        planted.FAULTS["the checksum database is blocked"].plant, writes="go.sum"
    ),
    "vendor is out of step": Fault(planted.FAULTS["the vendor folder is out of step"].plant),
}
ROWS = [(name, way) for name, fault in FAULTS.items() for way in fault.finds]


@pytest.mark.parametrize(("name", "way"), ROWS)
def test_the_first_fix_turns_red_into_green_and_undo_restores_all(bench: Bench, name: str, way: str) -> None:
    fault = FAULTS[name]
    words = fault.plant(bench)
    before, cached = bench.state(fault.writes), files(bench.cache)
    red = bench.gomend("go", *words) if way == "go" else bench.gomend("doctor")
    assert red.returncode == 1
    assert (red.stderr or red.stdout).splitlines()[-1].split() == ["next", "gomend", "fix", "1"]
    assert bench.state(fault.writes) == before

    mended = bench.gomend("fix", "1", "--yes")
    assert mended.returncode == 0, mended.stderr + mended.stdout
    assert bench.go(*words) == 0

    assert bench.gomend("undo").returncode == 0
    assert bench.state(fault.writes) == before
    after = files(bench.cache)
    assert {path: after.get(path) for path in cached} == cached


def test_what_stands_in_the_environment_is_tried_and_the_last_line_is_for_the_users_own_shell(bench: Bench) -> None:
    bench.variables["GOFLAGS"] = "-nonsense"
    before = bench.state()
    assert bench.gomend("go", *planted.DOWNLOAD).returncode == 1
    tried = bench.gomend("fix", "1", "--yes")
    assert tried.returncode == 1
    assert tried.stdout.splitlines()[-1] == "next  unset GOFLAGS"
    del bench.variables["GOFLAGS"]
    assert bench.go(*planted.DOWNLOAD) == 0
    assert bench.state() == before
