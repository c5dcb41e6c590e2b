"""What got slower from one run to another."""

import pytest
from tests.trace.examples import exchange, mock_up, trace

from gomend.report.layout import Screen, columns
from gomend.report.runs import screen_of
from gomend.trace.difference import difference

URL = "https://{host}/example.com/{name}/@v/v1.0.0.zip"


def run(name: str, **seconds: float):
    """A run of three files, each at a host of its own, whose answers took so long to begin."""
    asked = [
        exchange(URL.format(host=f"{one}.example", name=one), "zip", 0.0, {"wait": took})
        for one, took in seconds.items()
    ]
    return trace(asked, run=name, seconds=max(seconds.values(), default=0.0))


def test_each_list_begins_with_what_got_slower_by_most():
    found = difference(run("old", a=1.0, b=1.0, c=1.0), run("new", a=1.01, b=3.0, c=1.5))
    assert (found.before, found.after, found.seconds_before, found.seconds_after) == ("old", "new", 1.0, 3.0)
    assert [(one.name, one.slower) for one in found.hosts] == [
        ("b.example", pytest.approx(2.0)),
        ("c.example", pytest.approx(0.5)),
        ("a.example", pytest.approx(0.01)),
    ]
    assert [one.name for one in found.files] == ["example.com/b v1.0.0 .zip", "example.com/c v1.0.0 .zip"]
    (wait,) = [one for one in found.phases if one.name == "wait"]
    assert (wait.before, wait.after, wait.requests_before, wait.requests_after) == (3.0, 5.51, 3, 3)


def test_what_only_one_run_had_has_no_time_in_the_other():
    found = difference(run("old", a=1.0), run("new", b=2.0))
    assert [(one.name, one.before, one.after) for one in found.hosts] == [
        ("b.example", None, 2.0),
        ("a.example", 1.0, None),
    ]


def test_a_run_does_not_differ_from_itself():
    found = difference(trace(), trace())
    assert found.files == ()
    assert {one.slower for one in (*found.phases, *found.hosts)} == {0.0}


def test_several_attempts_for_a_file_count_together():
    url = URL.format(host="p.example", name="a")
    twice = [exchange(url, "zip", at, {"wait": 1.0}, attempt=at + 1) for at in (0, 1)]
    (one,) = difference(trace(twice[:1]), trace(twice)).files
    assert (one.before, one.after, one.requests_before, one.requests_after) == (1.0, 2.0, 1, 2)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_screen_fits(width: int, lang: str):
    found = difference(run("old", a=1.0), trace(mock_up()))
    for unicode in (True, False):
        shown = screen_of(found, lang, Screen(width=width, unicode=unicode))
        assert max(map(columns, shown.splitlines())) <= width
        assert "golang.org/x/net v0.30.0 .zip"[: width - 34] in shown
        assert unicode or lang == "zh" or shown.isascii()
