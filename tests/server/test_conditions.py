"""Conditional and range requests, by RFC 9110."""

import pytest

from gomend.server.conditions import NOT_MODIFIED, NOT_SATISFIABLE, Part, Validators, wanted

KNOWN = Validators('"tag"', 1_000_000_000.5)
DATE = "Sun, 09 Sep 2001 01:46:40 GMT"


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({}, None),
        ({"if-none-match": '"tag"'}, NOT_MODIFIED),
        ({"if-none-match": 'W/"tag"'}, NOT_MODIFIED),
        ({"if-none-match": '"a", "tag"'}, NOT_MODIFIED),
        ({"if-none-match": "*"}, NOT_MODIFIED),
        ({"if-none-match": '"a"', "if-modified-since": DATE}, None),
        ({"if-modified-since": DATE}, NOT_MODIFIED),
        ({"if-modified-since": "Sun, 09 Sep 2001 01:46:39 GMT"}, None),
        ({"if-modified-since": "yesterday"}, None),
        ({"range": "bytes=0-0"}, Part(0, 1)),
        ({"range": "bytes=5-"}, Part(5, 10)),
        ({"range": "bytes=5-99"}, Part(5, 10)),
        ({"range": "bytes=-3"}, Part(7, 10)),
        ({"range": "bytes=-30"}, Part(0, 10)),
        ({"range": "bytes=-0"}, NOT_SATISFIABLE),
        ({"range": "bytes=10-"}, NOT_SATISFIABLE),
        ({"range": "bytes=5-4"}, None),
        ({"range": "bytes=1-2,4-5"}, None),
        ({"range": "items=1-2"}, None),
        ({"range": "bytes=" + "9" * 5000 + "-"}, None),
        ({"range": "bytes=1-2", "if-range": '"tag"'}, Part(1, 3)),
        ({"range": "bytes=1-2", "if-range": DATE}, Part(1, 3)),
        ({"range": "bytes=1-2", "if-range": '"other"'}, None),
        ({"range": "bytes=1-2", "if-none-match": '"tag"'}, NOT_MODIFIED),
    ],
)
def test_what_of_a_body_is_wanted(headers: dict[str, str], answer: Part | str | None) -> None:
    assert wanted("GET", headers, 10, KNOWN) == answer


def test_a_body_that_no_time_is_known_of_is_told_by_its_tag_alone() -> None:
    timeless = Validators('"tag"')
    assert wanted("GET", {"if-modified-since": DATE}, 10, timeless) is None
    assert wanted("GET", {"range": "bytes=1-2", "if-range": ""}, 10, timeless) is None
    assert wanted("GET", {"if-none-match": '"tag"', "if-modified-since": DATE}, 10, timeless) == NOT_MODIFIED


def test_ranges_are_for_get_alone() -> None:
    assert wanted("HEAD", {"range": "bytes=1-2"}, 10, KNOWN) is None
    assert wanted("HEAD", {"range": "bytes=1-2", "if-none-match": '"tag"'}, 10, KNOWN) == NOT_MODIFIED
