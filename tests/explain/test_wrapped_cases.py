"""A case of the corpus has the same verdict in every wrapper as bare."""

import tomllib

import pytest
from tests.explain.corpus import Case, cases
from tests.explain.wrapped import WRAPS

from gomend.causes import Outcome, Verdict
from gomend.explain import explain

TELLING_THE_END = {"github", "gitlab", "travis", "buildkit"}


def _bare_cases() -> list[Case]:
    """Of each code the first two cases that stand alone in their log."""
    found: dict[str, list[Case]] = {}
    for case in cases():
        log = (case.folder / "log").read_bytes()
        about = tomllib.loads((case.folder / "case.toml").read_text())
        if about.get("wrapper", "none") != "none":
            continue
        if (
            len(log) < 6000
            and log.isascii()
            and not any(mark in log for mark in (b"\r", b"\x1b", b"```", b"##[", b"#1 "))
            and log.strip()
        ):
            found.setdefault(case.folder.parent.name, []).append(case)
    return [case for of_code in found.values() for case in of_code[:2]]


def _said(verdict: Verdict) -> object:
    return verdict.outcome, [
        (root.code, root.subject.module, root.subject.version, root.subject.host) for root in verdict.roots
    ]


@pytest.mark.parametrize("name", WRAPS)
def test_a_wrapper_does_not_change_the_verdict(name: str) -> None:
    tried = 0
    for case in _bare_cases():
        bare = explain([(case.folder / "log").read_bytes()], exit_status=case.expected["exit_status"])
        if name in TELLING_THE_END and bare.outcome is not Outcome.FAILED:
            continue
        text = (case.folder / "log").read_text()
        wrapped = explain([WRAPS[name](text.splitlines()).encode()], exit_status=case.expected["exit_status"])
        assert (case.name, _said(wrapped)) == (case.name, _said(bare))
        tried += 1
    assert tried > 20
