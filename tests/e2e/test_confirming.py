"""A failed go command whose cause is not certain is looked at once more, where that is allowed."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.diagnose.clinic import Clinic
from tests.diagnose.faults import private
from tests.gocmd.terminal import GOMEND
from tests.lab.upstream import status


@pytest.fixture
def clinic(tmp_path: Path, go: Path) -> Iterator[Clinic]:
    with contextlib.ExitStack() as stack:
        made = Clinic(tmp_path, go, stack)
        private(status(401, www_authenticate='Basic realm="x"'))(made)
        yield made


def root_of(clinic: Clinic, *options: str, **variables: str) -> dict[str, object]:
    report = clinic.home / "report.json"
    words = [*GOMEND, *options, "--format", "json", "--output", str(report), "go", "mod", "download", "all"]
    subprocess.run(words, cwd=clinic.app, env={**clinic.env, **variables}, check=False, capture_output=True)
    root: dict[str, object] = json.loads(report.read_text())["verdict"]["roots"][0]
    return root


def probes(root: dict[str, object]) -> list[str]:
    evidence = root["evidence"]
    assert isinstance(evidence, list)
    return [one["text"] for one in evidence if one["source"] == "probe"]


def test_a_look_makes_the_cause_certain_and_is_shown(clinic: Clinic) -> None:
    root = root_of(clinic, "--probe", "on")
    assert (root["code"], root["certainty"]) == ("auth.credentials", "certain")
    (said,) = probes(root)
    assert "could not read Username" in said


@pytest.mark.parametrize("variables", [{}, {"CI": "true"}, {"GOMEND_PROBE": "off"}])
def test_away_from_a_terminal_nothing_is_asked_unless_that_was_said(clinic: Clinic, variables: dict[str, str]) -> None:
    root = root_of(clinic, **variables)
    assert (root["code"], root["certainty"]) == ("auth.credentials", "likely")
    assert probes(root) == []
