"""Compares the work that a function does on an input with the work on one eight times as long."""

import time
from collections.abc import Callable
from functools import partial


def _seconds(act: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        started = time.thread_time()
        act()
        best = min(best, time.thread_time() - started)
    return best


def _repeat(act: Callable[[str], object], text: str, rounds: int) -> None:
    for _ in range(rounds):
        act(text)


def growth(act: Callable[[str], object], make: Callable[[int], str], size: int) -> float:
    """How many times more processor time `act` takes for `make(8 * size)` than for `make(size)`.

    About 8 when the work is linear, 64 when it is quadratic, whatever the machine's speed. The short input is worked
    on often enough to be measurable.
    """
    short, long = make(size), make(8 * size)
    act(short)
    rounds = 1
    while True:
        once = _seconds(partial(_repeat, act, short, rounds))
        if once >= 0.004 or rounds >= 4096:
            return _seconds(partial(act, long)) / (once / rounds)
        rounds *= 4
