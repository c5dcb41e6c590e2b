"""A limit whose 0 means never: a project's file may not set it to 0, nor raise it."""

import pytest

from gomend.settings.schema import OPTIONS


@pytest.mark.parametrize(
    ("value", "than", "looser"), [(0, 300, True), (301, 300, True), (5, 0, False), (0, 0, False), (5, 300, False)]
)
def test_never_is_the_loosest_limit(value: int, than: int, *, looser: bool):
    assert OPTIONS["stall"].is_looser(value, than) is looser
