"""When gomend ends a go command that waits: only while a request is open and nothing moves. Time is passed in."""

import os
import signal
from collections.abc import Callable, Sequence

import pytest

from gomend.cli.watching import Watch
from gomend.gocmd.offspring import Process
from gomend.net.exchange import Exchange, Phases
from gomend.relay.live import Moment
from gomend.relay.session import Record
from gomend.settings.load import defaults

A = "https://a.example/m/@v/v1.0.0.zip"


class Screen:
    """A display that keeps what it is shown."""

    def __init__(self, *, is_terminal: bool = True) -> None:
        self.is_terminal = is_terminal
        self.shown: list[list[Moment]] = []
        self.made_way = 0

    def clear(self, now: float) -> None:
        """Nothing is kept of it."""

    def is_due(self, now: float) -> bool:
        """Always."""
        return True

    def make_way(self) -> None:
        """Counts."""
        self.made_way += 1

    def show(self, moments: Sequence[Moment], now: float) -> None:
        """Keeps it."""
        self.shown.append(list(moments))


class Watched:
    """A go command that is watched over; `processes` run below gomend."""

    def __init__(
        self, *exchanges: Exchange, asked: Sequence[str] = (), stall: int = 300, processes: Sequence[Process] = ()
    ) -> None:
        self.record = Record(exchanges=list(exchanges), waiting=list(asked))
        self.screen = Screen()
        self.now = 0.0
        self.watch = Watch(
            self.record,
            lambda: defaults({"stall": stall}),
            self.screen,
            clock=lambda: self.now,
            look=lambda: list(processes),
        )
        self.watch.began(2)

    def until(self, end: float, then: Callable[[float], object] = lambda _: None) -> list[tuple[float, int]]:
        """The signals sent until `end`, each with its time; `then` is called before each tick."""
        sent = []
        while self.now < end:
            self.now += 0.5
            then(self.now)
            if number := self.watch.tick(at_line_start=True):
                sent.append((self.now, number))
        return sent


def waiting(url: str = A, **more: object) -> Exchange:
    """A request that was sent and not answered."""
    return Exchange(url, "zip", 0, 1, Phases(0.0, sent=0.1), **more)


def test_a_wait_in_which_nothing_moves_is_ended_after_five_minutes_and_again_more_firmly():
    watched = Watched(waiting(), asked=["m/@v/v1.0.0.zip"])
    assert watched.until(400) == [(300.5, signal.SIGINT), (303.5, signal.SIGTERM)]
    assert watched.watch.stalled is watched.record.exchanges[0]


def test_a_single_byte_on_any_request_is_movement():
    trickle = Exchange("https://b.example/x", "zip", 0, 1, Phases(0.0, sent=0.1, first_byte=0.2), ahead=True)
    watched = Watched(waiting(), trickle, asked=["m/@v/v1.0.0.zip"])

    def moves(now: float) -> None:
        trickle.bytes += now % 200 == 0

    assert watched.until(499, moves) == []
    assert watched.until(600, moves) == []
    assert watched.until(1000) == [(900.0, signal.SIGINT), (903.0, signal.SIGTERM)]


@pytest.mark.parametrize(
    ("exchange", "asked"),
    [
        (waiting(), []),
        (waiting(ahead=True), ["other/@v/list"]),
        (Exchange(A, "zip", 0, 1, Phases(0.0, sent=0.1, end=1.0)), ["m/@v/v1.0.0.zip"]),
        (Exchange("https://git.example", "tunnel", -1, 1, Phases(0.0, connect_end=0.1, sent=0.1)), []),
    ],
    ids=["nobody-asked", "read-ahead", "answered", "standing-tunnel"],
)
def test_without_an_open_request_that_go_waits_for_nothing_is_ever_ended(exchange: Exchange, asked: list[str]):
    assert Watched(exchange, asked=asked).until(2000) == []


def test_the_time_counts_from_when_go_asks():
    watched = Watched(waiting(ahead=True))
    assert watched.until(290) == []
    watched.record.waiting = ["m/@v/v1.0.0.zip"]
    assert watched.until(591) == [(590.0, signal.SIGINT)]


def test_a_git_that_hangs_is_named_and_not_ended():
    git = Process(3, 2, ("git", "ls-remote", "https://git.example/m"), 40)
    watched = Watched(processes=[Process(2, os.getpid(), ("go", "mod", "download"), 50), git])
    assert watched.until(1000) == []
    assert watched.screen.shown[0] == [Moment(0, 0, 0, 0, "git.example", "", 40, "git", 3)]


def test_zero_is_never():
    assert Watched(waiting(), asked=["m/@v/v1.0.0.zip"], stall=0).until(2000) == []


def test_a_tunnel_that_does_not_open_is_waited_for():
    opening = Exchange("https://git.example", "tunnel", -1, 1, Phases(0.0, connect_start=0.1))
    assert Watched(opening, stall=10).until(12) == [(10.5, signal.SIGINT)]


def test_where_a_redirect_led_is_waited_for_too():
    moved = Exchange("https://cdn.example/17", "zip", 0, 1, Phases(0.0, sent=0.1), first=A)
    watched = Watched(moved, asked=["m/@v/v1.0.0.zip"], stall=10)
    assert watched.until(11) == [(10.5, signal.SIGINT)]
    assert [shown[0].host for shown in watched.screen.shown[:3]] == ["cdn.example"] * 3


def test_a_pause_before_the_next_try_is_shown_and_never_ended():
    refused = Exchange(A, "zip", 0, 1, Phases(0.0, sent=0.1, first_byte=0.2, end=0.2), status=429)
    watched = Watched(refused, asked=["m/@v/v1.0.0.zip"], stall=10)
    assert watched.until(30) == []
    assert watched.screen.shown[-1] == [Moment(0, 1, 0, 0, "a.example", "pause", 29.8)]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_while_somebody_asks_a_person_the_line_is_hidden(is_terminal: bool):
    asking = Process(3, 2, ("ssh", "git@git.example", "git-upload-pack '/m'"), 40, prompts=True)
    watched = Watched(waiting(), asked=["m/@v/v1.0.0.zip"], processes=[asking])
    watched.screen.is_terminal = is_terminal
    watched.until(5)
    assert (watched.screen.made_way, len(watched.screen.shown)) == ((10, 0) if is_terminal else (0, 10))
