"""What the go commands of a run tell it, and how they learn that it was killed. Time is passed in."""

import os
import time
from pathlib import Path

import pytest

from gomend.cli.shimlive import PREFIX, Outside, Told, hold, is_killed, new_id, sweep, told
from gomend.gocmd.offspring import Process
from gomend.relay.live import Moment

MOMENT = Moment(1, 2, 300, 4.5, "a.example", "first_byte", 6.0)


def test_what_one_go_tells_is_read_while_it_is_fresh(tmp_path: Path):
    teller = Told(str(tmp_path))
    teller.show([MOMENT], 100.0)
    assert told(str(tmp_path), 101.9) == [MOMENT]
    assert told(str(tmp_path), 102.1) == []
    teller.show([], 102.0)
    assert list(tmp_path.iterdir()) == []


def test_what_a_script_writes_there_is_passed_over(tmp_path: Path):
    (tmp_path / "live-1").write_text("{")
    (tmp_path / "live-2.new").write_text("")
    Told(str(tmp_path)).show([MOMENT], 100.0)
    assert told(str(tmp_path), 100.0) == [MOMENT]


def test_only_a_run_that_ended_by_force_counts_as_killed(tmp_path: Path):
    folder = str(tmp_path)
    assert not is_killed(folder)  # it took its folder along
    held = hold(folder)
    assert held > 2
    assert not is_killed(folder)
    os.close(held)
    assert is_killed(folder)


def test_a_later_run_removes_what_earlier_ones_have_left_and_nothing_else(tmp_path: Path):
    killed, alive, beginning, untidy, link = (f"{PREFIX}{new_id()}" for _ in range(5))
    for name in (killed, alive, beginning, untidy, "gomend-notes", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / f"{PREFIX}{new_id()}").touch()
    (tmp_path / link).symlink_to(tmp_path / "elsewhere")
    for name in (killed, "elsewhere", "gomend-notes"):
        os.close(hold(str(tmp_path / name)))
    (tmp_path / killed / "go").touch()
    held = hold(str(tmp_path / alive))
    now = time.time()
    for name in (untidy, alive, "gomend-notes"):
        os.utime(tmp_path / name, (now - 90_000, now - 90_000))
    before = set(tmp_path.iterdir())
    sweep(str(tmp_path), now)
    os.close(held)
    assert before - set(tmp_path.iterdir()) == {tmp_path / killed, tmp_path / untidy}
    assert (tmp_path / "elsewhere" / "alive").exists()
    sweep(str(tmp_path / "none"), now)


class Screen:
    """A display that keeps what it is shown."""

    is_terminal = True

    def __init__(self) -> None:
        self.seen: list[object] = []

    def clear(self, now: float) -> None:
        """Keeps the call."""
        self.seen.append("clear")

    def is_due(self, now: float) -> bool:
        """From the tenth second on."""
        return now >= 10

    def make_way(self) -> None:
        """Keeps the call."""
        self.seen.append("way")

    def show(self, moments: list[Moment], now: float) -> None:
        """Keeps what is shown."""
        self.seen.append(moments)


@pytest.mark.parametrize(
    ("now", "at_line_start", "prompts", "seen"),
    [
        (10.0, True, False, [[MOMENT]]),
        (9.9, True, False, []),
        (10.0, False, False, []),
        (10.0, True, True, ["way"]),
    ],
)
def test_the_run_shows_it_at_a_lines_start_where_nobody_asks(
    tmp_path: Path, now: float, at_line_start: bool, prompts: bool, seen: list[object]
):
    Told(str(tmp_path)).show([MOMENT], now)
    screen = Screen()
    processes = [Process(2, 1, ("sh",), 1.0, prompts)]
    watch = Outside(str(tmp_path), screen, clock=lambda: now, look=lambda: processes)
    assert watch.tick(at_line_start=at_line_start) == 0
    assert screen.seen == seen
