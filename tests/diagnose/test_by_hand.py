"""In a plain container with one thing wrong, the doctor leads to the cause: its last line says what to do now."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.diagnose.byhand import BY_HAND, ByHand
from tests.diagnose.clinic import Clinic, may_mount

from gomend.causes import Outcome
from gomend.report import render

UNPIN = "unset GOTOOLCHAIN"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clinic(tmp_path: Path, go: Path) -> Iterator[Clinic]:
    with contextlib.ExitStack() as stack:
        yield Clinic(tmp_path, go, stack)


@pytest.mark.parametrize("fault", BY_HAND, ids=lambda fault: fault.name)
def test_the_last_line_leads_to_the_cause(clinic: Clinic, fault: ByHand) -> None:
    source = clinic.env["GOPROXY"].removesuffix(",direct")
    fault.plant(clinic)
    if clinic.mounts and not may_mount():
        pytest.skip("no mount namespace may be made here")
    report = clinic.examine().report
    lines = render(report).splitlines()
    own = clinic.go.parents[1] / "go.env"  # a distribution's may say local
    keeps = own.exists() and "GOTOOLCHAIN=local" in own.read_text()
    unpin = "export GOTOOLCHAIN=auto" if keeps else UNPIN
    assert lines[-1] == f"next  {fault.next.format(source=source, unpin=unpin)}"
    ways = [line.removeprefix("fix   ") for line in lines if line.startswith("fix  ")]
    assert len(ways) == bool(fault.fix)
    assert not ways or fault.fix.startswith(ways[0]) or ways[0].startswith(fault.fix)
    first = report.findings[0]
    assert (first.code, first.severity) == (fault.code, fault.severity)
    if fault.go:
        assert clinic.plain_go(*fault.go) == (Outcome.FAILED, fault.code)


def test_the_manual_has_the_same_table() -> None:
    page = (ROOT / "docs" / "how-to" / "network.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ") and "`" in line]
    shown = [tuple(cell.strip().strip("`") for cell in row.strip("| ").split(" | ")) for row in rows]
    assert shown == [(one.name, one.code, one.next.format(source="https://goproxy.cn", unpin=UNPIN)) for one in BY_HAND]
