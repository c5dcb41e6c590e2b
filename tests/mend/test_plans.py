"""From a fix to a plan: what is stored, who would see what, what no fix may ever do."""

from dataclasses import replace

import pytest
from tests.report.mends import ABOUT, GROUND

from gomend.causes import Code, Level
from gomend.explain.fixes import example_fixes
from gomend.explain.fixes.remedies import remedies_for
from gomend.mend import ability, lasting
from gomend.mend.plans import Act, KeptFix, Reveal, plan_for, reveals_of

HOST = ABOUT["host"]


def planned(key: str, goproxy: str = "", level: Level = Level.CAREFUL, **about: str):
    ground = replace(GROUND, settings={**GROUND.settings, "GOPROXY": goproxy or GROUND.settings["GOPROXY"]})
    return plan_for(KeptFix(1, level, key, "", ("x",), {**ABOUT, **about}), ground)


def test_what_gomend_can_do_is_in_the_tables_of_both() -> None:
    assert set(lasting._TABLE) == ability.LASTING
    keys = {remedy.key for code in Code for remedy in remedies_for(code)} | {"store", "unstore"}
    assert keys >= ability.APPLICABLE


@pytest.mark.parametrize(
    ("key", "goproxy", "stored"),
    [
        ("move_on", f"https://{HOST},direct", {"GOPROXY": f"https://{HOST}|direct"}),
        ("move_on", f"https://u:p@{HOST} , direct", {"GOPROXY": f"https://u:p@{HOST} | direct"}),
        ("add_direct", f"https://{HOST}", {"GOPROXY": f"https://{HOST},direct"}),
        ("repair_goproxy", "https://a.example;DIRECT", {"GOPROXY": "https://a.example,direct"}),
        ("drop_own_goproxy", "foo", {"GOPROXY": None}),
        ("make_private", "direct", {"GOPRIVATE": "*.corp.example,git.other.example/a"}),
    ],
)
def test_what_is_stored(key: str, goproxy: str, stored: dict[str, str | None]) -> None:
    plan = planned(key, goproxy, module="git.other.example/a")
    assert (plan.act, dict(plan.values)) == (Act.SETTINGS, stored)
    assert "u:p@" not in "".join([*plan.commands, *(one.before + one.after for one in plan.changes)])


@pytest.mark.parametrize("goproxy", [f"https://{HOST}|direct", f"https://{HOST}", "https://else.example,direct", "off"])
def test_a_fix_that_the_settings_no_longer_call_for_is_none(goproxy: str) -> None:
    assert planned("move_on", goproxy).act is Act.NONE


def test_who_would_see_which_names() -> None:
    told = planned("move_on").reveals
    assert told.to == ("proxy.golang.org",)
    assert "git.corp.example/lib" not in told.names  # GOPRIVATE covers it
    assert "git.other.example/a" in told.names
    assert reveals_of({"GOPROXY": GROUND.settings["GOPROXY"]}, GROUND) == Reveal()
    assert reveals_of({"GOPROXY": f"https://{HOST}|file:///srv"}, GROUND) == Reveal()
    assert reveals_of({"GOPROXY": None}, replace(GROUND, settings={"GOPROXY": "off"})).to == ("proxy.golang.org",)


@pytest.mark.parametrize("code", Code)
def test_no_plan_of_any_fix_switches_a_check_off(code: Code) -> None:
    for fix in example_fixes(code):
        plan = plan_for(KeptFix(1, fix.level, fix.key, "", fix.commands, fix.about), GROUND)
        for name, value in plan.values.items():
            assert not lasting.weakens(name, value or ""), fix
        if code is Code.PROXY_UNAUTHORIZED:
            assert "GOPROXY" not in plan.values


@pytest.mark.parametrize(
    ("name", "value"),
    [("GOSUMDB", "off"), ("GOINSECURE", "*"), ("GONOSUMDB", "a,*"), ("GOFLAGS", "-insecure"), ("GONOSUMCHECK", "1")],
)
def test_a_kept_fix_that_would_is_no_plan(name: str, value: str) -> None:
    assert planned("store", setting=name, value=value).act is Act.NONE


def test_a_manual_fix_is_never_done() -> None:
    assert planned("move_on", level=Level.MANUAL).act is Act.NONE
