"""The processes that descend from one process, as the system tells them; nothing where it does not tell."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

_TERMINAL = "/dev/tty"
_SECONDS = 2.0  # for ps


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `prompts`: it holds the terminal itself open, as those do that ask a person."""

    pid: int
    parent: int
    words: tuple[str, ...]
    seconds: float  # since it started
    prompts: bool = False


def offspring(root: int) -> list[Process]:
    """All processes below `root`, each after its parent."""
    return list(_below(root)) if sys.platform == "linux" else _by_ps(root)


def _below(root: int) -> Iterator[Process]:
    for pid in _children(root):
        with suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = tuple(word.decode("utf-8", "replace") for word in file.read().split(b"\0")[:-1])
            yield Process(pid, root, words, _age(pid), _holds_terminal(pid))
            yield from _below(pid)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError), open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                found += map(int, file.read().split())
    return found


def _age(pid: int) -> float:
    with open(f"/proc/{pid}/stat", "rb") as file:
        started = int(file.read().rpartition(b")")[2].split()[19])  # proc(5): field 22, in clock ticks since boot
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")


def _holds_terminal(pid: int) -> bool:
    for number in os.listdir(f"/proc/{pid}/fd"):
        with suppress(OSError):
            if os.readlink(f"/proc/{pid}/fd/{number}") == _TERMINAL:
                return True
    return False


def _by_ps(root: int) -> list[Process]:
    import subprocess  # noqa: PLC0415 - not on Linux

    try:
        told = subprocess.run(
            ["ps", "-axo", "pid=,ppid=,etime=,command="],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return []
    return [one for one in read_ps(told, root) if one.words[0] != "ps"]  # it lists itself


def read_ps(told: str, root: int) -> list[Process]:
    """What descends from `root` in the lines `PID PPID ETIME COMMAND` of ps(1). Pure.

    ps does not tell who holds the terminal: an ssh is taken for one that may ask.
    """
    children: dict[int, list[Process]] = {}
    for line in told.splitlines():
        fields = line.split(None, 3)
        with suppress(ValueError, IndexError):
            words = tuple(fields[3].split())
            asks = words[0].rpartition("/")[2] == "ssh"
            one = Process(int(fields[0]), int(fields[1]), words, _seconds(fields[2]), asks)
            children.setdefault(one.parent, []).append(one)
    found: list[Process] = []
    waiting = list(reversed(children.get(root, [])))
    while waiting:
        found.append(waiting.pop())
        waiting += reversed(children.get(found[-1].pid, []))
    return found


def _seconds(elapsed: str) -> float:
    """[[days-]hours:]minutes:seconds."""
    days, _, rest = elapsed.rpartition("-")
    seconds = 0
    for part in rest.split(":"):
        seconds = seconds * 60 + int(part)
    return float(int(days or 0) * 86400 + seconds)
