"""What go refuses in GOFLAGS, put right; checked with the real go."""

import os
import subprocess
from pathlib import Path

import pytest

from gomend.gomod.goflags import put_right


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("-nonsense", ""),
        ("-mod=mod --nonsense=1 -modcacherw", "-mod=mod -modcacherw"),
        ("mod=mod", "-mod=mod"),
    ],
)
def test_go_accepts_what_is_put_right(go: Path, value: str, right: str) -> None:
    def said(flags: str) -> str:
        return subprocess.run(
            [go, "version"], env={**os.environ, "GOFLAGS": flags}, capture_output=True, text=True, check=False
        ).stderr

    assert put_right(value, said(value)) == right
    assert said(right) == ""


def test_what_is_not_in_the_value_is_left_alone() -> None:
    assert put_right("-mod=mod", "go: parsing $GOFLAGS: unknown flag -nonsense") is None
    assert put_right("-mod=mod", "go: something else") is None
