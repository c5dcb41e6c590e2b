"""What go waits for outside of itself: git, ssh and their like, and whom they talk to. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from gomend.gocmd.offspring import Process

_NAMES = frozenset({"git", "ssh", "hg", "svn", "fossil", "bzr"})
_BEGINNINGS = ("git-remote-", "git-credential-", "git-askpass")
# Options of ssh(1) that take the next word as their value.
_VALUED = frozenset("BbcDEeFIiJLlmOoPpQRSWw")
_SCP_LIKE = re.compile(r"(?:[^/@:]+@)?([^/@:]{2,}):(?!//)")  # user@host:path; one letter is a drive


@dataclass(frozen=True, slots=True)
class Helper:
    """A program that go, or gomend for go's credentials, waits for. `host` is "" where its words do not tell."""

    program: str
    pid: int
    host: str
    seconds: float


def helper_of(processes: Sequence[Process], itself: int, command: int) -> Helper | None:
    """The helper that has run longest, innermost in its chain; None where none runs.

    `processes` are those below gomend, process `itself`, which runs go as process `command`; each stands after its
    parent. What a program that go has started (a test, a compiler) starts in its turn is none of go's helpers.
    """
    by_pid = {one.pid: one for one in processes}
    below: set[int] = set()  # what a helper has started, and the helpers themselves
    innermost: dict[int, Process] = {}
    for one in processes:
        started_here = one.parent == itself and one.pid != command
        is_helper = started_here or (_is_known(_name(one)) and (one.parent == command or one.parent in below))
        if is_helper or one.parent in below:
            below.add(one.pid)
        if is_helper:
            for outer in _chain(one, by_pid):
                innermost.pop(outer.pid, None)
            innermost[one.pid] = one
    if not innermost:
        return None
    oldest = max(innermost.values(), key=lambda one: one.seconds)
    hosts = (host_of(one.words) for one in [oldest, *_chain(oldest, by_pid)])
    return Helper(_name(oldest), oldest.pid, next((host for host in hosts if host), ""), oldest.seconds)


def _chain(process: Process, by_pid: Mapping[int, Process]) -> Iterator[Process]:
    """What a process descends from, the nearest first."""
    while (above := by_pid.get(process.parent)) is not None:
        yield above
        process = above


def _name(process: Process) -> str:
    words = _without_interpreter(process.words)
    return _base(words[0]) if words else ""


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _is_known(name: str) -> bool:
    return name in _NAMES or name.startswith(_BEGINNINGS) or name.endswith("askpass")


def _without_interpreter(words: Sequence[str]) -> Sequence[str]:
    """The words of a script that stands in for one of the helpers; the system puts its interpreter before them."""
    is_script = len(words) > 1 and words[1].startswith("/") and _is_known(_base(words[1]))
    return words[1:] if is_script else words


def host_of(words: Sequence[str]) -> str:
    """The host that a command line of ssh, git or the like names; "" for none."""
    words = _without_interpreter(words)
    name = _base(words[0]) if words else ""
    if name == "ssh":
        return _host_of_ssh(words[1:])
    for word in reversed(words[1:]):
        if "://" in word:
            try:
                return urlsplit(word).hostname or ""
            except ValueError:
                continue
        if name.startswith("git") and (found := _SCP_LIKE.match(word)) and not word.startswith("refs/"):
            return found[1]
    return ""


def _host_of_ssh(words: Sequence[str]) -> str:
    left = iter(words)
    for word in left:
        if not word.startswith("-"):
            if word.startswith("ssh://"):
                return urlsplit(word).hostname or ""
            return word.rpartition("@")[2]
        flags = word[1:]
        valued = next((at for at, flag in enumerate(flags) if flag in _VALUED), None)
        if valued is not None and valued == len(flags) - 1:
            next(left, None)
    return ""
