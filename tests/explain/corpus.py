"""The corpus of real logs: what is expected of each, and what differs."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomend.causes import Cause, Verdict
from gomend.explain import explain

CASES = Path(__file__).parent.parent / "cases"


@dataclass(frozen=True)
class Case:
    """One log with its expected document; `name` is `<code>/<case>`."""

    name: str
    folder: Path
    expected: dict[str, Any]
    settings: dict[str, str] | None

    def verdict(self) -> Verdict:
        log = (self.folder / "log").read_bytes()
        return explain([log], exit_status=self.expected.get("exit_status"), settings=self.settings)


def cases() -> list[Case]:
    """Every case below tests/cases, by name."""
    found = []
    for file in sorted(CASES.glob("*/*/expected.json")):
        folder = file.parent
        about = tomllib.loads((folder / "case.toml").read_text("utf-8"))
        expected = json.loads(file.read_text("utf-8"))
        found.append(Case(f"{folder.parent.name}/{folder.name}", folder, expected, about.get("settings")))
    return found


def codes_of(root: dict[str, Any]) -> set[str]:
    """The codes that are right for an expected root."""
    return {root["code"], *root.get("also", ())}


def first_root_named(case: Case, verdict: Verdict) -> bool:
    """Whether the first root has the right code (true when none is expected and none is named)."""
    wanted = case.expected.get("roots", [])
    if not wanted:
        return not verdict.roots
    return bool(verdict.roots) and verdict.roots[0].code.value in codes_of(wanted[0])


def differences(case: Case, verdict: Verdict) -> list[str]:
    """What is not as expected, one sentence each."""
    expected = case.expected
    told = []
    if verdict.outcome.value != expected["outcome"]:
        told.append(f"outcome {verdict.outcome.value}, expected {expected['outcome']}")
    wanted = expected.get("roots", [])
    if not wanted and verdict.roots:
        told.append(f"root {verdict.roots[0].code.value}, expected none")
    for at, root in enumerate(wanted):
        candidates = verdict.roots[:1] if at == 0 else verdict.roots
        if not any(_is(cause, root) for cause in candidates):
            named = [_short(cause, root) for cause in candidates]
            told.append(f"root {at} is {named}, expected { {k: v for k, v in root.items() if k != 'also'} }")
    warned = {warning.code.value for warning in verdict.warnings}
    wanted_warnings = set(expected.get("warnings", ()))
    if wanted_warnings - warned or (warned and not wanted_warnings):
        told.append(f"warnings {sorted(warned)}, expected {sorted(wanted_warnings)}")
    harmless = {code.value: count for code, count in verdict.harmless.items()}
    for code, count in expected.get("harmless", {}).items():
        if harmless.get(code, 0) != count:
            told.append(f"harmless {code} {harmless.get(code, 0)}, expected {count}")
    return told


def _short(cause: Cause, root: dict[str, Any]) -> dict[str, str]:
    about = {"code": cause.code.value, "certainty": cause.certainty.value}
    about |= {key: getattr(cause.subject, key) for key in ("module", "version", "host")}
    return {key: value for key, value in about.items() if key in root}


def _is(cause: Cause, root: dict[str, Any]) -> bool:
    if cause.code.value not in codes_of(root):
        return False
    if "certainty" in root and cause.certainty.value != root["certainty"]:
        return False
    about = cause.subject
    if "host" in root and root["host"] not in (about.host, about.host.rpartition(":")[0]):
        return False
    return all(getattr(about, key) == root[key] for key in ("module", "version") if key in root)
