"""Fault × check: each fault that is planted is found by its check, by its code, and no other check is alarmed."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.diagnose.clinic import Clinic
from tests.diagnose.faults import FAULTS, Fault, by_ssh

from gomend.causes import Outcome
from gomend.cli import exits


@pytest.fixture
def clinic(tmp_path: Path, go: Path) -> Iterator[Clinic]:
    with contextlib.ExitStack() as stack:
        yield Clinic(tmp_path, go, stack)


def test_a_healthy_machine_gets_no_finding(clinic: Clinic) -> None:
    seen = clinic.examine()
    assert seen.found == []
    assert [one.name for one in seen.report.checks if one.status != "ok"] == []
    assert (seen.report.outcome, seen.report.next, seen.status) == ("ok", "", exits.FINE)


def test_a_private_module_behind_ssh_that_lets_us_in_gets_no_finding(clinic: Clinic) -> None:
    by_ssh()(clinic)
    assert clinic.examine().found == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_by_its_check_and_no_other_is_alarmed(clinic: Clinic, fault: Fault) -> None:
    if fault.skipped:
        pytest.skip("this fault cannot be planted here")
    fault.plant(clinic)
    seen = clinic.examine(*fault.words)
    assert seen.found == list(fault.found)
    alarmed = {one.name for one in seen.report.checks if one.status in ("warning", "problem")}
    assert alarmed == {check for check, _, _ in fault.found}
    assert seen.report.next, "the last line says what to do now"
    assert seen.status == (exits.PROBLEM if "fatal" in {severity for _, _, severity in fault.found} else exits.FINE)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.go], ids=lambda fault: fault.name)
def test_plain_go_names_the_same_root(clinic: Clinic, fault: Fault) -> None:
    fault.plant(clinic)
    outcome, root = clinic.plain_go(*fault.go)
    assert outcome is Outcome.FAILED
    assert root == fault.found[0][1]
