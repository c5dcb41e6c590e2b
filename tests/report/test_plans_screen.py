"""The screens of `gomend fix` and `gomend undo` at 80 columns, line by line."""

from dataclasses import replace
from textwrap import dedent

import msgspec
import pytest
from tests.report.mends import ENTRY, GROUND, KEPT, PLANS

from gomend.mend.journal import Undone
from gomend.mend.plans import Ground, plan_for
from gomend.report import plans, render
from gomend.report.layout import columns
from gomend.report.plans import FixList, Mended


def listed(lang: str = "en", ground: Ground = GROUND) -> FixList:
    made = [plan_for(fix, ground) for fix in KEPT.fixes]
    return plans.fix_list(KEPT, [plans.plan_part(plan, 0, KEPT, lang) for plan in made], KEPT.at + 90)


def test_a_plan_says_what_changes_who_sees_what_and_how_to_do_it_by_hand() -> None:
    assert render(listed()) == dedent(
        """\
        ! run 7f3a · go build · 1 min ago
        1 careful  Let go ask the next source after any error ("|" instead of ",").
                   While this proxy is down, names of private modules would go there
                   too: first make sure that GOPRIVATE covers them
                   GOPROXY  https://goproxy.corp.example,https://proxy.golang.org
                         -> https://goproxy.corp.example|https://proxy.golang.org
                   tells    proxy.golang.org would see names that do not go there now:
                            github.com/go-chi/chi/v5, git.other.example/a,
                            gopkg.in/yaml.v3 and 1 more
                   by       go env -w 'GOPROXY=https://goproxy.corp.example|https://proxy.golang.org'
        2 safe     Wait a minute, then run it again; go itself neither waits nor tries
                   again
                   by       gomend go build ./...
        3 manual   Tell whoever runs goproxy.corp.example; its own log has the reason
        Nothing was changed.
        next  gomend fix 1
        """
    )


def test_what_a_variable_hides_is_told_before_anything_is_done() -> None:
    hidden = render(listed(ground=replace(GROUND, environment={"GOPROXY": "x"})))
    assert "           hidden   GOPROXY is set in this environment and hides" in hidden


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_line_but_a_command_or_a_value_is_wider_than_the_screen(lang: str) -> None:
    for line in render(listed(lang), lang=lang).splitlines():
        assert columns(line) <= 80 or "https://" in line, line


def test_a_message_names_when_what_and_what_would_help() -> None:
    assert listed().plans[2].message == dedent(
        """\
        `go build ./...` fails here since 2025-11-24T16:00:00Z.
        Cause: proxy.server_error (goproxy.corp.example).
        Asked for: github.com/go-chi/chi/v5@v5.2.1
        It says: 502 Bad Gateway
        What would help: Tell whoever runs goproxy.corp.example; its own log has the reason"""
    )


def mended(outcome: str, entries: tuple[str, ...] = ("3c1f",), shell: tuple[str, ...] = ()) -> str:
    return render(Mended("gomend.mended/1", "7f3a", (1,), entries, KEPT.command, outcome, shell))


def test_what_a_fix_came_to_ends_with_what_to_do_now() -> None:
    assert mended("mended") == "✓ Mended: go build works now.\n  undo  gomend undo 3c1f\n"
    assert mended("not_mended").splitlines()[-1] == "next  gomend undo 3c1f"
    assert mended("not_mended", ()).splitlines()[-1] == "next  gomend fix"
    assert mended("not_seen", ()).splitlines()[-1] == "next  gomend go build ./..."
    assert mended("mended", (), ("export GOPROXY=x",)).splitlines()[-1] == "next  export GOPROXY=x"


def test_the_list_of_changes_and_one_taken_back() -> None:
    lines = render(plans.mend_list([ENTRY, msgspec.structs.replace(ENTRY, state="undone")])).splitlines()
    assert lines[0].startswith("3c1f  ")
    assert lines[0].endswith("  applied  gomend fix 7f3a:1")
    assert lines[-1] == "next  gomend undo 3c1f"
    assert render(plans.mend_list([])) == "✓ gomend has changed nothing here.\n"
    assert "as it was before gomend fix 7f3a:1" in render(plans.undone(Undone(ENTRY, whole=True)))
    assert "what others changed since stays" in render(plans.undone(Undone(ENTRY, whole=False)))


def test_there_are_plans_of_every_level() -> None:
    assert [plan.level for plan in PLANS] == ["careful", "safe", "manual"]
