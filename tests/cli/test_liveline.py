"""The live line on a terminal and in a log, time passed in."""

from dataclasses import replace

import pytest

from gomend.cli.liveline import LiveLine
from gomend.relay.live import Moment
from gomend.settings.load import defaults

MOMENT = Moment(3, 12, 4_200_000, 350_000, "proxy.corp.example", "first_byte", 14.6)
WORDS = "gomend: 3/12 modules · 4.2 MB, 0.3 MB/s · waiting 14 s for proxy.corp.example: first byte"


class Screen:
    """A live line, and what it wrote."""

    def __init__(self, *, is_terminal: bool, width: int = 100, **options: object) -> None:
        self.written: list[str] = []
        self.line = LiveLine(
            lambda: defaults(options),
            {"LANG": "C.UTF-8"},
            100.0,
            is_terminal=is_terminal,
            write=self.written.append,
            width=lambda: width,
        )

    def show(self, *moments: tuple[float, Moment | None]) -> list[str]:
        """What is written when these are shown, each at its time."""
        for now, moment in moments:
            self.line.show([moment] if moment else [], now)
        return self.written


def test_a_terminal_shows_it_after_two_seconds_of_silence_and_paints_it_over():
    later = replace(MOMENT, seconds=15.1)
    written = Screen(is_terminal=True).show((101.9, MOMENT), (102.0, MOMENT), (102.5, later), (103.0, None))
    assert written == [f"\r\x1b[K{WORDS}\r", f"\r\x1b[K{WORDS.replace('14 s', '15 s')}\r", "\r\x1b[K"]


def test_it_is_gone_before_the_command_prints_and_silent_for_two_seconds_after():
    screen = Screen(is_terminal=True)
    screen.show((102, MOMENT))
    screen.line.clear(103)
    screen.line.clear(103.1)
    assert screen.show((104.9, MOMENT))[1:] == ["\r\x1b[K"]


def test_a_prompt_of_somebody_else_stays():
    screen = Screen(is_terminal=True)
    screen.show((102, MOMENT))
    assert screen.written[-1].endswith("\r")  # the prompt is written over the line …
    screen.line.make_way()
    assert screen.written[1:] == ["\x1b[K"]  # … and only what follows it is taken away


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (len(WORDS) + 1, WORDS),
        (len(WORDS), WORDS.replace(", 0.3 MB/s", "")),
        (75, "gomend: 3/12 modules · waiting 14 s for proxy.corp.example: first byte"),
        (60, "gomend: waiting 14 s for proxy.corp.example: first byte"),
        (40, "gomend: waiting 14 s for proxy.corp.exa"),
    ],
)
def test_it_is_never_wider_than_the_terminal_and_what_is_waited_for_is_the_last_to_go(width: int, words: str):
    (line,) = Screen(is_terminal=True, width=width).show((102, MOMENT))
    assert line == f"\r\x1b[K{words}\r"


def test_a_log_gets_a_line_every_thirty_seconds():
    moments = [(100 + second / 2, MOMENT) for second in range(200)]
    assert Screen(is_terminal=False).show(*moments) == [f"{WORDS}\n"] * 3


def test_in_a_log_every_line_of_the_command_begins_the_time_anew():
    screen = Screen(is_terminal=False)
    screen.line.clear(125)
    assert screen.show((130, MOMENT), (154.9, MOMENT)) == []
    assert screen.show((155, MOMENT)) == [f"{WORDS}\n"]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_quiet_shows_nothing(is_terminal: bool):
    assert Screen(is_terminal=is_terminal, quiet=True).show((102, MOMENT), (200, MOMENT)) == []


@pytest.mark.parametrize(
    ("lang", "moments", "words"),
    [
        ("en", [replace(MOMENT, expected=0)], "4.2 MB, 0.3 MB/s · waiting 14 s for proxy.corp.example: first byte"),
        (
            "en",
            [MOMENT, replace(MOMENT, done=1, expected=1, host="slow.example", phase="dns", seconds=20)],
            "4/13 modules · 8.4 MB, 0.7 MB/s · waiting 20 s for slow.example: name lookup",
        ),
        (
            "en",
            [replace(MOMENT, expected=0, host="git.example", phase="", program="ssh", pid=47)],
            "4.2 MB, 0.3 MB/s · waiting 14 s for git.example: ssh, process 47",
        ),
        (
            "en",
            [replace(MOMENT, expected=0, host="", phase="", program="git", pid=47)],
            "4.2 MB, 0.3 MB/s · waiting 14 s for git, process 47",
        ),
        (
            "zh",
            [replace(MOMENT, host="git.example", phase="", program="ssh", pid=47)],
            "模块 3/12 · 4.2 MB，0.3 MB/s · 已等待 git.example 14 秒：ssh（进程 47）",
        ),
    ],
)
def test_it_names_what_has_been_waited_for_longest(lang: str, moments: list[Moment], words: str):
    screen = Screen(is_terminal=False, lang=lang)
    screen.line.show(moments, 200)
    assert screen.written == [f"gomend: {words}\n"]
