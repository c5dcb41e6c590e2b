"""The waterfall of `gomend trace RUN`, sign by sign."""

import re

import pytest
from tests.trace.examples import exchange, failing, trace

from gomend.report.amounts import size
from gomend.report.layout import Screen, columns
from gomend.report.waterfall import bar, label_of, waterfall

SCREEN = """\
                                     dns ·  connect -  tls =  wait ░  transfer █
run 7f3a0c11 · go mod download · 5 requests · 12.8 MB · 4.5 s
  source           status request                   0s                4.5s     s
1 goproxy.corp     404 ·  k8s.io/api v0.31.2 .info  =░                      0.29
2 proxy.golang.org 200    k8s.io/api v0.31.2 .info   --=░░                  0.79
3 proxy.golang.org 200    k8s.io/api v0.31.2 .zip        ░░░██████████████  3.32
4 proxy.golang.org 200    x/net v0.30.0 .zip             --=░░█             1.03
5 proxy.golang.org 200    lookup/k8s.io/api v0.31.2      ·---------------░  3.31
connect 39 %  transfer 36 %  wait 17 %  tls 7 %  dns 1 %     (of these 8.7 s)
! 5: connecting took 3.01 s; fits two lost packets (1 s + 2 s), likely
next  gomend trace 7f3a0c11 --html trace.html
"""


def drawn(shown=None, lang: str = "en", **screen: object) -> str:
    one = trace()
    return waterfall(one, one.requests if shown is None else shown, lang, Screen(**screen))


def test_it_looks_as_it_was_drawn():
    assert drawn() == SCREEN


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [60, 80, 100, 132, 200])
def test_a_row_is_as_wide_as_the_screen(width: int, unicode: bool, lang: str):
    lines = drawn(lang=lang, width=width, unicode=unicode).splitlines()
    rows = [line for line in lines if re.match(r"[1-5] ", line)]
    assert {columns(row) for row in rows} == {width}
    assert columns(lines[0]) == width


def test_without_unicode_all_is_ascii():
    assert drawn(unicode=False).isascii()


def test_a_part_says_that_it_is_one():
    one = trace()
    assert "· 5 requests · 12.8 MB · 4.5 s · 2 of 5 shown\n" in waterfall(
        one, one.requests[:2], "en", Screen(width=100)
    )


def test_nothing_that_fits_is_said_without_a_drawing():
    lines = drawn(shown=[]).splitlines()
    assert len(lines) == 3
    assert lines[1].endswith("0 of 5 shown")


def test_what_came_later_is_no_fatal_failure():
    one = trace(failing(), exit_status=1, seconds=11)
    statuses = re.findall(r"^\d \S+ +(\S+ +[✗!·]?)", waterfall(one, one.requests, "en", Screen()), re.MULTILINE)
    assert [status.split() for status in statuses] == [["503", "!"], ["200"], ["–", "✗"]]
    fine = trace(failing(), exit_status=0, seconds=11)
    assert "✗" not in waterfall(fine, fine.requests, "en", Screen())


def test_colour_changes_no_sign():
    one = trace(failing(), exit_status=1, seconds=11)
    painted = waterfall(one, one.requests, "en", Screen(color=True))
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == waterfall(one, one.requests, "en", Screen())


def test_a_bar_begins_and_ends_where_the_request_does():
    one = trace([exchange("https://p.example/a.b/@v/v1.0.0.mod", "mod", 1.0, {"wait": 1.0, "transfer": 2.0})])
    cells = {"wait": "w", "transfer": "t"}
    assert bar(one.requests[0], 0.0, 4.0, 8, cells) == "  wwtttt"
    assert bar(one.requests[0], 0.0, 400.0, 8, cells) == "w       "


@pytest.mark.parametrize(
    ("url", "purpose", "label"),
    [
        ("https://p.example/github.com/!azure/x/@v/list", "list", "github.com/Azure/x list"),
        ("https://p.example/api/go/github.com/!azure/x/@latest", "latest", "github.com/Azure/x latest"),
        ("https://p.example/sumdb/sum.golang.org/tile/8/0/x001/234", "sumdb", "tile/8/0/x001/234"),
        ("https://p.example/sumdb/sum.golang.org/supported", "sumdb", "supported"),
        ("https://git.example:8443", "tunnel", "tunnel"),
    ],
)
def test_a_label_says_what_was_asked(url: str, purpose: str, label: str):
    one = trace([exchange(url, purpose, 0, {"wait": 1})])
    assert label_of(one.requests[0]) == label


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_800_000, "12.8 MB"), (5e12, "5000.0 GB")]
)
def test_sizes(count: int, words: str):
    assert size(count) == words
