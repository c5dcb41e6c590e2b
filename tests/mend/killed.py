"""Kills a mend at each of its steps. Run as a program, so that it may fork: `killed.py SCENARIO FOLDER`.

For each number n it makes the scenario anew, forks a process that is killed (SIGKILL) before its n-th step of applying,
or of taking back, and lets a new journal find what that left. It prints one JSON line for each n, until nobody was
killed: `during`, `step`, and whether the scenario's files were `before` or `after` to the byte, or else what they were.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from gomend.mend import pins
from gomend.mend.files import Files
from gomend.mend.journal import Journal
from gomend.mend.pins import Pin
from gomend.mend.steps import Edit, MakeFolder, Move, Step, folders_for

GOENV_BEFORE = b"# kept by hand\nGOPROXY=https://a.example,direct\r\nGOFLAGS=-x"
GOENV_AFTER = b"GOFLAGS=-x\nGOPROXY=https://a.example|direct\n"


def an_edit(folder: Path) -> Sequence[Step]:
    """A file that is there."""
    (folder / "goenv").write_bytes(GOENV_BEFORE)
    return [Edit(str(folder / "goenv"), GOENV_BEFORE, GOENV_AFTER, "goenv")]


def a_new_file(folder: Path) -> Sequence[Step]:
    """A file that is not there, nor are its folders."""
    path = folder / "config" / "go" / "env"
    return [*folders_for(path), Edit(str(path), None, GOENV_AFTER, "goenv")]


def a_linked_file(folder: Path) -> Sequence[Step]:
    """A file with a second hard link: it is written in place."""
    (folder / "hosts").write_bytes(b"127.0.0.1 localhost\n" * 3)
    (folder / "other").hardlink_to(folder / "hosts")
    longer = b"127.0.0.1 localhost\n" * 3 + b"127.0.0.9 a.example\n"
    return [Edit(str(folder / "hosts"), b"127.0.0.1 localhost\n" * 3, longer)]


def a_shorter_linked_file(folder: Path) -> Sequence[Step]:
    """The same, and what is written is shorter than what stands there."""
    (folder / "hosts").write_bytes(b"127.0.0.1 a.example\n" * 30)
    (folder / "other").hardlink_to(folder / "hosts")
    return [Edit(str(folder / "hosts"), b"127.0.0.1 a.example\n" * 30, b"127.0.0.9 b.example\n")]


def a_replaced_folder(folder: Path) -> Sequence[Step]:
    """A read-only folder that makes room for another, with files beside it, as a damaged module version does."""
    old, new, away = folder / "mod" / "m@v1.0.0", folder / "beside" / "m@v1.0.0", folder / "quarantine"
    for place, words in ((old, "damaged"), (new, "sound")):
        (place / "in").mkdir(parents=True)
        (place / "in" / "m.go").write_text(words)
    (folder / "m.zip").write_text("zip")
    (old / "in").chmod(0o555)
    old.chmod(0o555)
    return [
        MakeFolder(str(away)),
        Move.of(folder / "m.zip", away / "m.zip"),
        Move.of(old, away / "m@v1.0.0"),
        Move.of(new, old),
    ]


def a_vendor_folder(folder: Path) -> Sequence[Step]:
    """Files that change, go and come, one in a new folder; as of a vendor folder, or go.mod with go.sum."""
    vendor = folder / "vendor"
    vendor.mkdir()
    (vendor / "modules.txt").write_bytes(b"# old")
    (vendor / "gone.go").write_bytes(b"package old")
    (vendor / "gone.go").chmod(0o640)
    new = vendor / "in" / "new.go"
    return [
        *folders_for(new),
        Edit(str(vendor / "gone.go"), b"package old", None, mode=0o640),
        Edit(str(new), None, b"package new"),
        Edit(str(vendor / "modules.txt"), b"# old", b"# new"),
    ]


def a_pinned_name(folder: Path) -> Sequence[Step]:
    """A hosts file that gets a block."""
    path = folder / "hosts"
    path.write_bytes(b"127.0.0.1 localhost\r\n# no line end")
    return pins.steps(path, {"a.example": Pin("a.example", "127.0.0.9", 0.0, 60.0, system=True)}, system=True)


SCENARIOS: dict[str, Callable[[Path], Sequence[Step]]] = {
    one.__name__: one
    for one in (
        an_edit,
        a_new_file,
        a_linked_file,
        a_shorter_linked_file,
        a_replaced_folder,
        a_vendor_folder,
        a_pinned_name,
    )
}


def state(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file and folder below one: its mode, its content or where it links to."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes().hex() if path.is_file() else ""
        found[str(path.relative_to(folder))] = (path.lstat().st_mode, content)
    return found


def _killed_at(number: int, names: list[str]) -> Callable[[str], None]:
    def before_each(name: str) -> None:
        names.append(name)
        if len(names) > number:
            os.kill(os.getpid(), signal.SIGKILL)

    return before_each


def _in_a_process(act: Callable[[], object]) -> bool:
    """Whether it came to its end, without being killed."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException as error:  # told to the parent by the status
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, -signal.SIGKILL):
        raise SystemExit(f"the process ended with {status}")
    return status == 0


def main(scenario: str, folder: Path) -> None:
    """Kills at each step of applying, then at each of taking back."""
    for during in ("apply", "undo"):
        for number in range(1000):
            shutil.rmtree(folder, ignore_errors=True)
            work, place = folder / "work", folder / "state" / "gomend" / "mends"
            work.mkdir(parents=True)
            steps = SCENARIOS[scenario](work)
            before = state(work)
            facts = {"command": ["gomend", "fix", "1"], "what": ["a change"]}
            if during == "undo":
                Journal(place).apply(steps, **facts)
            after = None if during == "apply" else state(work)
            journal = Journal(place, Files(_killed_at(number, [])))
            act = journal.undo if during == "undo" else partial(journal.apply, steps, **facts)
            ended = _in_a_process(act)
            found = Journal(place).recover()
            now = state(work)
            states = [entry.state for entry in Journal(place).entries()]
            if during == "apply" and states == ["applied"]:  # the end was reached: it can be taken back
                after = now
                Journal(place).undo()
                now = after if state(work) == before else state(work)
            said = "before" if now == before else "after" if now == after else json.dumps(now)
            print(json.dumps({"during": during, "killed": not ended, "now": said, "states": states}))
            if [one for one in found if one.stuck]:
                raise SystemExit(f"stuck at {number}")
            if ended:
                break


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
