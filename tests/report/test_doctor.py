"""The doctor's document in each of its forms."""

import json
import xml.etree.ElementTree as ET

import pytest
from tests.report.examples import doctor

from gomend.report import render
from gomend.report.layout import columns

SCREEN = """\
✓ Settings       GOPROXY=off
✗ Credentials    git.corp.example answers 401 and nothing is stored for it
                 auth.credentials, certain · 401 Unauthorized
                 GOPRIVATE=*.corp.example
! Module cache   There is little room left
                 disk.full, likely
– Private repos  skipped, needs Credentials

1 problem, 1 warning, 3 of 4 checks done in 1.9 s.
fix   Tell whoever runs goproxy.corp.example; its own log has the reason
next  gomend explain auth.credentials
"""


def test_the_screen_has_a_line_a_check_detail_where_it_matters_and_ends_with_what_to_do() -> None:
    assert render(doctor()) == SCREEN


def test_a_fine_machine_gets_a_line_a_check_and_nothing_to_do() -> None:
    shown = render(doctor(())).splitlines()
    assert [line[0] for line in shown[:4]] == ["✓"] * 4
    assert shown[4:] == ["", "Nothing is wrong, 4 checks in 1.9 s."]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80, 132])
def test_the_screen_keeps_its_width(lang: str, width: int) -> None:
    for line in render(doctor(lang=lang), lang=lang, width=width).splitlines():
        assert columns(line) <= max(width, 48), line


def test_without_unicode_signs_are_words() -> None:
    shown = render(doctor(), unicode=False)
    assert shown.isascii()
    assert [line.split(" ")[0] for line in shown.splitlines()[:2]] == ["ok", "x"]


def test_junit_has_a_case_a_check() -> None:
    suite = ET.fromstring(render(doctor(), "junit"))
    cases = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert cases == {
        "settings": ["system-out"],
        "credentials": ["failure"],
        "modcache": ["system-out"],
        "private": ["skipped"],
    }
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "1", "1")


def test_sarif_has_a_result_a_finding() -> None:
    (log,) = json.loads(render(doctor(), "sarif"))["runs"]
    assert [(one["ruleId"], one["level"]) for one in log["results"]] == [
        ("auth.credentials", "error"),
        ("disk.full", "warning"),
    ]


def test_github_gets_an_annotation_a_finding_the_first_with_what_to_do() -> None:
    first, second = render(doctor(), "github").splitlines()
    assert first.startswith("::error title=auth.credentials::git.corp.example answers 401")
    assert first.endswith("next: gomend explain auth.credentials")
    assert second.startswith("::warning title=disk.full::There is little room left")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_markdown_and_html_name_every_finding_and_what_to_do(lang: str) -> None:
    for form in ("markdown", "html"):
        shown = render(doctor(lang=lang), form, lang=lang)
        for words in ("answers 401", "There is little room left", "gomend explain auth.credentials", "Private repos"):
            assert words in shown, (form, words)
