"""GitHub's annotations, SARIF and JUnit, with lines of go.mod."""

import json
from xml.etree import ElementTree

import pytest
from tests.report.examples import CUT_OFF, FAILED, GO_LINE, NOISY, RETRACTED, ROOT, SAFE, WARNED, run

from gomend.causes import Cause, Certainty, Code, Outcome, Subject, Verdict
from gomend.report import model, render
from gomend.report.model import Cause as CausePart
from gomend.report.place import GoMod, line_of
from gomend.texts import text

GOMOD = GoMod(
    "service/go.mod",
    """module example.com/service

go 1.26

// example.com/old is only named here
require github.com/go-chi/chi v1.0.0 // github.com/go-chi/chi/v5
require (
\texample.com/old/v2 v2.0.0
\t"github.com/go-chi/chi/v5" v5.2.1 // indirect
)
replace (example.com/old => ../old)
""",
)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("github.com/go-chi/chi/v5", 9),
        ("github.com/go-chi/chi", 6),
        ("example.com/old/v2", 8),
        ("example.com/old", 11),
        ("example.com/ol", 0),
        ("", 0),
    ],
)
def test_a_cause_stands_at_the_line_that_names_its_module(module: str, line: int) -> None:
    assert line_of(CausePart("unknown", "unsure", module=module), GOMOD) == line
    assert line_of(CausePart("unknown", "unsure", module=module), None) == 0


def test_an_annotation_carries_code_place_cause_evidence_and_next_step() -> None:
    headline = text("en", "codes.proxy.server_error/headline", host="goproxy.corp.example")
    assert render(run(FAILED), "github", gomod=GOMOD) == (
        "::error file=service/go.mod,line=9,title=proxy.server_error::"
        f"go build failed: {headline}%0A"
        "proxy.server_error, certain · github.com/go-chi/chi/v5@v5.2.1%0A"
        "line 1: reading https://goproxy.corp.example/github.com/go-chi/chi/v5/@v/v5.2.1.mod: 502 Bad Gateway%0A"
        "probe: 502 again, 3 of 3, in 31 ms; DNS, TCP and TLS are fine%0A"
        "probe: proxy.golang.org has this version (200, 112 ms)%0A"
        "GOPROXY: https://goproxy.corp.example,https://proxy.golang.org%0A"
        f"next: {SAFE.commands[0]}\n"
    )


def test_what_github_would_read_as_markup_is_escaped() -> None:
    cause = Cause(Code.UNKNOWN, Certainty.UNSURE, Subject(), (1, 1), "100% wrong\n::error::owned")
    said = render(run(Verdict(Outcome.FAILED, roots=(cause,))), "github", gomod=GoMod("a,b:c%/go.mod", ""))
    assert "100%25 wrong ::error::owned" in said
    assert said.count("\n") == 1
    module = GoMod("a,b:c%/go.mod", "require github.com/go-chi/chi/v5 v5.2.1")
    assert "file=a%2Cb%3Ac%25/go.mod,line=1," in render(run(FAILED), "github", gomod=module)


def test_a_warning_is_no_error_and_noise_is_no_annotation() -> None:
    assert render(run(WARNED, exit_status=0), "github").startswith("::warning title=module.retracted::")
    assert render(model.explanation("a.log", CUT_OFF, "en"), "github").startswith(
        "::warning title=proxy.server_error::"
    )
    assert render(run(NOISY, exit_status=0), "github") == ""
    assert render(run(Verdict(Outcome.FAILED)), "github").startswith("::error title=unknown::go build failed with")


def test_sarif_has_a_rule_and_a_place_for_each_result() -> None:
    document = json.loads(render(run(Verdict(Outcome.FAILED, roots=(ROOT, RETRACTED))), "sarif", gomod=GOMOD))
    (made,) = document["runs"]
    assert [rule["id"] for rule in made["tool"]["driver"]["rules"]] == ["proxy.server_error", "module.retracted"]
    assert [(one["ruleId"], one["ruleIndex"], one["level"]) for one in made["results"]] == [
        ("proxy.server_error", 0, "error"),
        ("module.retracted", 1, "error"),
    ]
    assert [one["locations"][0]["physicalLocation"] for one in made["results"]] == [
        {"artifactLocation": {"uri": "service/go.mod"}, "region": {"startLine": 9}},
        {"artifactLocation": {"uri": "service/go.mod"}, "region": {"startLine": 11}},
    ]
    assert made["invocations"] == [{"executionSuccessful": False}]


def test_sarif_of_a_log_points_into_the_log() -> None:
    document = json.loads(render(model.explanation("ci logs/build.log", FAILED, "en"), "sarif"))
    (result,) = document["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "ci%20logs/build.log"},
        "region": {"startLine": 1},
    }


def test_sarif_of_a_good_run_has_no_result() -> None:
    (made,) = json.loads(render(run(NOISY, exit_status=0), "sarif"))["runs"]
    assert made["results"] == []
    assert made["invocations"] == [{"executionSuccessful": True}]


def test_junit_counts_a_failed_case_for_each_cause() -> None:
    suites = ElementTree.fromstring(render(run(Verdict(Outcome.FAILED, roots=(ROOT, RETRACTED))), "junit"))
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("2", "2", "0")
    first, second = suites.iter("testcase")
    assert first.get("classname") == "go build"
    assert first.get("name") == "proxy.server_error github.com/go-chi/chi/v5@v5.2.1"
    failure = first.find("failure")
    assert failure is not None
    assert failure.get("type") == "proxy.server_error"
    assert (failure.text or "") == render(run(Verdict(Outcome.FAILED, roots=(ROOT, RETRACTED))))
    assert second.get("name") == "module.retracted example.com/old@v1.0.0"


def test_junit_of_a_good_and_of_an_undetermined_run() -> None:
    good = ElementTree.fromstring(render(run(Verdict(Outcome.OK), exit_status=0), "junit"))
    assert (good.get("tests"), good.get("failures"), good.get("errors")) == ("1", "0", "0")
    open_ = ElementTree.fromstring(render(model.explanation("a.log", CUT_OFF, "en"), "junit"))
    assert (open_.get("tests"), open_.get("failures"), open_.get("errors")) == ("1", "0", "1")
    assert open_.find(".//error") is not None


def test_markdown_shows_the_words_of_go_and_the_command_as_they_are() -> None:
    said = render(run(FAILED), "markdown")
    assert said.startswith("### ❌ go build failed")
    assert f"`{GO_LINE.removeprefix('go: github.com/go-chi/chi/v5@v5.2.1: ')}`" in said
    assert f"```sh\n{SAFE.commands[0]}\n```" in said
    assert said.rstrip().endswith(f"**next** `{SAFE.commands[0]}`")
    assert render(run(Verdict(Outcome.OK), exit_status=0), "markdown") == ""


@pytest.mark.parametrize("form", ["yaml", "HTML"])
def test_an_unknown_form_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match=form):
        render(run(FAILED), form)


def test_a_listing_has_no_form_for_reviews() -> None:
    with pytest.raises(ValueError, match="sarif"):
        render(model.code_list("en"), "sarif")
