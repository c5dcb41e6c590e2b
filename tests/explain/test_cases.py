"""Every log of the corpus comes to its expected verdict."""

import pytest
from tests.explain.corpus import Case, cases, differences


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases()])
def test_a_log_comes_to_its_expected_verdict(case: Case) -> None:
    assert differences(case, case.verdict()) == []
