"""The reader may skip what has no needle: nothing that decides is lost thereby."""

import pytest
from tests.explain.corpus import Case, cases

from gomend.explain.triggers import may_matter

FAILED = [case for case in cases() if case.expected["outcome"] == "failed" and (case.folder / "log").stat().st_size]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in FAILED])
def test_the_lines_of_a_root_have_a_needle(case: Case) -> None:
    log = (case.folder / "log").read_bytes()
    if log.startswith((b"\xff\xfe", b"\xfe\xff")):
        log = log.decode("utf-16", "replace").encode()
    lines = log.replace(b"\r", b"").split(b"\n")
    roots = case.verdict().roots
    first, last = roots[0].lines
    if roots[0].code.value == "unknown":
        pytest.skip("nothing is known of it: the last line stands for it")
    assert may_matter(b"".join(lines[first - 1 : last]))


@pytest.mark.parametrize(
    "line",
    [
        b"=== RUN   TestStore/with_index",
        b"  [ 12/1000] Compiling alpha-beta v0.1.2 (/builds/corp/alpha)",
        b"Unpacking libfoo:amd64 (1.2.3-4) ...",
    ],
)
def test_common_noise_has_none(line: bytes) -> None:
    assert not may_matter(line)
