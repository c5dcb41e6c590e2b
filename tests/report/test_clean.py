"""What leaves gomend holds no escape sequence, no control or invisible character, no secret."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.hostile import SECRET, steady

from gomend import causes
from gomend.report.clean import clean, one_line
from gomend.report.model import Cause, Evidence, Fix, cleaned, explanation


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1bP+q544e\x1b\\x", "x"),
        ("\x9b2Jgone", "gone"),
        ("\x1bc reset", " reset"),
        ("\x1b", ""),
        ("a\x00b\x07c\x08d\x7fe", "abcde"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("tab\tstays", "tab\tstays"),
        ("half \ud83d", "half \ufffd"),
        ("不知道这样的主机 é 🙂", "不知道这样的主机 é 🙂"),
        ("https://user:hunter2@h.example/x", "https://***@h.example/x"),
        ("ghp_\x1b[0mAbCdEfGhIjKlMnOpQrStUvWxYz0123456789", "***"),
    ],
)
def test_clean(words: str, left: str) -> None:
    assert clean(words) == left


@settings(steady)
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_nothing_a_terminal_would_obey_is_left_and_twice_is_as_once(words: str) -> None:
    left = clean(words)
    assert all(sign in "\t\n" or unicodedata.category(sign) not in ("Cc", "Cs") for sign in left)
    assert clean(left) == left


def test_one_line_has_no_line_end() -> None:
    assert one_line(" a\n\tb  c\n") == "a b c"


def test_every_string_of_a_document_is_cleaned() -> None:
    cause = Cause(code="unknown", certainty="unsure", module="m\x00", evidence=(Evidence("probe", "\x1b[1mx"),))
    assert cleaned(cause) == Cause(code="unknown", certainty="unsure", module="m", evidence=(Evidence("probe", "x"),))
    assert cleaned({"a\x00": ("b\x07", 3)}) == {"a": ("b", 3)}


def test_the_title_of_a_fix_may_speak_of_a_password_but_holds_none() -> None:
    speaking = 'a line "machine h.example login NAME password TOKEN" in ~/.netrc'
    assert cleaned(Fix(1, "manual", f"\x1b[1m{speaking}", (f"curl -u me:{SECRET} x",))) == Fix(
        1, "manual", speaking, ("curl -u *** x",)
    )
    host = f"me:{SECRET}@h.example"
    fix = causes.Fix(1, causes.Level.MANUAL, "tell_owner", {"host": f"https://{host}"})
    (made,) = explanation("a.log", causes.Verdict(causes.Outcome.FAILED, fixes=(fix,)), "en").fixes
    assert SECRET not in made.title
    assert "https://***@h.example" in made.title
