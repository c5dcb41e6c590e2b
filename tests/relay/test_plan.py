"""What go is given instead of its GOPROXY, and where go goes on."""

import pytest

from gomend.relay.plan import plan

DOOR = "http://127.0.0.1:4711/s"


@pytest.mark.parametrize(
    ("goproxy", "given"),
    [
        ("https://a.example,direct", f"{DOOR}/0,direct"),
        ("https://a.example/x/ | b.example,off", f"{DOOR}/0 | {DOOR}/1,off"),
        ("file:///srv/mod|https://b.example|direct", f"file:///srv/mod|{DOOR}/1|direct"),
        ("http://user:pw@a.example|https://b.example", f"http://user:pw@a.example|{DOOR}/1"),
        ("https://user:pw@a.example,direct,foo", f"{DOOR}/0,direct,foo"),
    ],
)
def test_http_entries_get_addresses_and_all_else_stays_as_written(goproxy: str, given: str) -> None:
    made = plan(goproxy, "")
    assert made is not None
    assert made.value(DOOR) == given


@pytest.mark.parametrize("goproxy", ["off", "off,https://a.example", "foo,https://a.example", "ftp://a", ","])
def test_where_go_asks_nothing_or_refuses_the_list_there_is_no_door(goproxy: str) -> None:
    assert plan(goproxy, "") is None


@pytest.mark.parametrize(
    ("goproxy", "gonoproxy"), [("direct", ""), ("file:///srv/mod", ""), ("off", "*.corp.example"), ("http://u:p@a", "")]
)
def test_a_list_without_an_entry_to_serve_is_left_as_it_is(goproxy: str, gonoproxy: str) -> None:
    made = plan(goproxy, gonoproxy)
    assert made is not None
    assert (dict(made.entries), made.first, made.value(DOOR)) == ({}, None, goproxy)


def test_credentials_belong_to_their_entry_and_are_never_part_of_its_address() -> None:
    made = plan("https://u:p%40x@a.example:8443/go/?k=1,https://b.example", "")
    assert made is not None
    entry = made.entries[0].address
    assert (entry.user, entry.password) == ("u", "p@x")
    assert entry.url("m/@v/list") == "https://a.example:8443/go/m/@v/list?k=1"
    assert "p%40x" not in entry.shown


@pytest.mark.parametrize(
    ("goproxy", "may_move_on"),
    [
        ("https://a|https://b", [True, False]),
        ("https://a,https://b", [False, False]),
        ("https://a|direct", [True]),
        ("https://a|off", [False]),
    ],
)
def test_a_later_entry_is_one_that_can_answer(goproxy: str, may_move_on: list[bool]) -> None:
    made = plan(goproxy, "")
    assert made is not None
    assert [entry.may_move_on for entry in made.entries.values()] == may_move_on


def test_reading_ahead_goes_on_where_go_goes_on() -> None:
    made = plan("https://a,https://b|https://c,direct", "")
    assert made is not None
    assert [made.entries[number].may_move_on for number in range(3)] == [False, True, False]
    assert made.first == 0
    assert (made.step(0, not_found=True), made.step(0, not_found=False)) == (1, None)
    assert (made.step(1, not_found=True), made.step(1, not_found=False)) == (2, 2)
    assert made.step(2, not_found=True) is None  # direct: not behind the door


def test_gonoproxy_puts_a_source_of_its_own_before_the_list() -> None:
    made = plan("https://a,direct", "*.corp.example")
    assert made is not None
    assert made.first == 0
    behind_a_file = plan("file:///srv/mod,https://a", "")
    assert behind_a_file is not None
    assert behind_a_file.first is None
