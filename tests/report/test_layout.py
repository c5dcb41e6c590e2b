"""Widths and wrapping, with Chinese."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.hostile import steady

from gomend.report.layout import columns, pad, wrap


def test_a_wide_sign_takes_two_columns_and_a_combining_one_none() -> None:
    assert columns("go 失败") == 7
    assert columns("e\u0301") == 1
    assert pad("原因", 6) == "原因  "


def test_words_addresses_and_commands_are_never_broken() -> None:
    assert wrap("see https://example.com/a/very/long/address/indeed now", 20) == [
        "see",
        "https://example.com/a/very/long/address/indeed",
        "now",
    ]
    assert wrap("then run `go env -w GOPROXY=direct` and look", 24) == [
        "then run",
        "`go env -w GOPROXY=direct`",
        "and look",
    ]


def test_chinese_breaks_anywhere_but_before_closing_and_after_opening_marks() -> None:
    assert wrap("这是一个测试，然后继续", 10) == ["这是一个测", "试，然后继", "续"]
    assert wrap("这是一个测试，后", 12) == ["这是一个测", "试，后"]
    assert wrap("这是一个（测试）", 10) == ["这是一个", "（测试）"]


def test_a_command_inside_chinese_stays_whole() -> None:
    assert wrap("请运行 go build 然后再看看结果", 12) == ["请运行 go", "build 然后再", "看看结果"]
    assert wrap("在`go env GOPROXY`之后，go 继续", 16) == ["在", "`go env GOPROXY`", "之后，go 继续"]


@settings(steady)
@given(st.text(alphabet=st.sampled_from("abc 原因，（）`./:"), max_size=120), st.integers(4, 40))
def test_wrapping_loses_nothing_and_keeps_the_width_where_words_allow(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        if columns(line) > width:
            assert len(wrap(line, 1)) == 1 or wrap(line, width) == [line]
