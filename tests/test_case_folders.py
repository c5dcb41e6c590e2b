"""The corpus itself: folders are complete, show nothing of the machine, and wrapped logs can be made again."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from tests.lab.wrapped import folders

from gomend.causes import Code

CASES = Path(__file__).parent / "cases"
_FOLDERS = sorted(file.parent for file in CASES.glob("*/*/expected.json"))
_MACHINE = re.compile(rb"/work/main|/root/\.pyenv|/dev/shm|/run/lab")
_CODES = {code.value for code in Code}


@pytest.mark.parametrize(
    "folder", [pytest.param(folder, id=f"{folder.parent.name}/{folder.name}") for folder in _FOLDERS]
)
def test_a_case_is_complete_and_neutral(folder: Path) -> None:
    log = (folder / "log").read_bytes()
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    about = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    assert expected["outcome"] in {"failed", "ok", "undetermined"}
    assert (expected["outcome"] == "failed") == bool(expected["roots"])
    assert expected["exit_status"] is None or (expected["exit_status"] == 0) == (expected["outcome"] == "ok")
    named = {folder.parent.name, *expected.get("warnings", ()), *expected.get("harmless", ())}
    named |= {code for root in expected["roots"] for code in (root["code"], *root.get("also", ()))}
    assert named <= _CODES
    assert {"client", "client_version", "command", "fault", "made_by", "wrapper"} <= about.keys()
    assert not _MACHINE.search(log)


def test_every_code_has_at_least_three_cases() -> None:
    few = {code: count for code in _CODES if (count := len(list((CASES / code).glob("*/expected.json")))) < 3}
    assert few == {}


def test_wrapped_cases_are_what_their_generator_makes_of_the_bases() -> None:
    stale = [made.name for made in folders() if (CASES / made.name / "log").read_bytes() != made.log]
    assert stale == []
