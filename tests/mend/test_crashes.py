"""Wherever a mend or its taking back is killed, the next use of the journal finds a whole state."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.mend.killed import SCENARIOS

PROGRAM = Path(__file__).with_name("killed.py")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_process_killed_at_any_step_leaves_a_whole_state(tmp_path: Path, scenario: str) -> None:
    ran = subprocess.run(
        [sys.executable, PROGRAM, scenario, tmp_path / "x"],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROGRAM.parents[2],
        env={"PYTHONPATH": str(PROGRAM.parents[2]), "PATH": "/usr/bin:/bin"},
    )
    assert ran.returncode == 0, ran.stderr
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    for during in ("apply", "undo"):
        *killed, last = [one for one in told if one["during"] == during]
        assert len(killed) >= 5
        assert not last["killed"]
        for one in killed:
            # A change that did not come to its end did not happen; one that was to be taken back is, once begun.
            assert one["now"] in ("before", "after"), one
            assert set(one["states"]) <= {"undone", "applied"}, one
            assert one["now"] == "before" or one["states"] == ["applied"], one
            assert one["now"] == "after" or "applied" not in one["states"], one
    assert told[-1]["now"] == "before"
