"""A mend is written down before it is done, and taken back to the byte, or as far as it was gomend's."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gomend.gocmd.locking import LockedError, lock_of, locked
from gomend.mend import journal as journals
from gomend.mend.files import Files
from gomend.mend.journal import Entry, Journal, NoEntryError, StepFailedError
from gomend.mend.steps import ChangedSinceError, Edit, MakeFolder, Move, NotAsPlannedError, Step

OLD, NEW = b"A=1\nGOPROXY=https://a.example,direct\n", b"A=1\nGOPROXY=https://a.example|direct\n"


class Clock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "gomend" / "mends", now=Clock())


@pytest.fixture
def goenv(tmp_path: Path) -> Path:
    path = tmp_path / "goenv"
    path.write_bytes(OLD)
    return path


def apply(journal: Journal, *steps: Step, **more: object) -> Entry:
    return journal.apply(steps, command=["gomend", "fix", "1"], what=["GOPROXY"], **more)  # type: ignore[arg-type]


def edit(path: Path, after: bytes | None, form: str = "goenv") -> Edit:
    return Edit(str(path), path.read_bytes() if path.exists() else None, after, form)


def test_the_newest_is_taken_back_first_and_each_only_once(journal: Journal, goenv: Path) -> None:
    first = apply(journal, edit(goenv, NEW))
    second = apply(journal, edit(goenv, NEW + b"B=2\n"))
    assert [entry.id for entry in journal.entries()] == [second.id, first.id]
    assert journal.undo().entry.id == second.id
    assert goenv.read_bytes() == NEW
    assert journal.undo().whole
    assert goenv.read_bytes() == OLD
    with pytest.raises(NoEntryError):
        journal.undo()
    assert {entry.state for entry in journal.entries()} == {"undone"}


def test_an_entry_is_for_its_owner_alone_and_masks_what_it_says(journal: Journal, goenv: Path, tmp_path: Path) -> None:
    journal.apply([edit(goenv, NEW)], command=["gomend", "x", "https://me:hunter2@a.example"], what=["--token=hunter2"])
    (path,) = (tmp_path / "state" / "gomend" / "mends").glob("*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in list(path.parents)[:2]} == {0o700}
    assert b"hunter2" not in path.read_bytes()


def test_what_others_changed_since_stays_and_the_own_key_goes_back(journal: Journal, goenv: Path) -> None:
    apply(journal, edit(goenv, NEW))
    goenv.write_bytes(b"GOFLAGS=-x\n" + NEW)
    assert not journal.undo().whole
    assert goenv.read_bytes() == b"GOFLAGS=-x\n" + OLD


def test_what_others_made_of_the_own_key_is_not_lost(journal: Journal, goenv: Path) -> None:
    entry = apply(journal, edit(goenv, NEW))
    goenv.write_bytes(b"A=1\nGOPROXY=https://me:hunter2@b.example\n")
    with pytest.raises(ChangedSinceError) as caught:
        journal.undo(entry.id)
    assert (caught.value.path, caught.value.keys) == (str(goenv), ("GOPROXY",))
    assert caught.value.diff.splitlines()[-2:] == [
        "-GOPROXY=https://a.example|direct",
        "+GOPROXY=https://***@b.example",
    ]
    assert goenv.read_bytes() == b"A=1\nGOPROXY=https://me:hunter2@b.example\n"
    assert journal.entries()[0].state == "applied"


def test_nothing_is_taken_back_where_one_step_may_not(journal: Journal, goenv: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.write_bytes(b"before")
    apply(journal, edit(whole, b"after", "whole"), edit(goenv, NEW))
    whole.write_bytes(b"somebody's")
    with pytest.raises(ChangedSinceError):
        journal.undo()
    assert (whole.read_bytes(), goenv.read_bytes()) == (b"somebody's", NEW)


def test_a_file_that_changed_since_the_plan_was_made_is_left_alone(journal: Journal, goenv: Path) -> None:
    step = edit(goenv, NEW)
    goenv.write_bytes(b"other\n")
    with pytest.raises(NotAsPlannedError):
        apply(journal, step)
    assert (goenv.read_bytes(), journal.entries()) == (b"other\n", [])


def test_a_step_that_fails_takes_the_ones_before_it_back(journal: Journal, goenv: Path, tmp_path: Path) -> None:
    with pytest.raises(StepFailedError):
        apply(journal, edit(goenv, NEW), MakeFolder(str(tmp_path / "no" / "such" / "parent")))
    assert (goenv.read_bytes(), journal.entries()) == (OLD, [])


def test_an_absent_file_is_absent_again(journal: Journal, tmp_path: Path) -> None:
    path = tmp_path / "new" / "goenv"
    apply(journal, MakeFolder(str(path.parent)), edit(path, NEW))
    assert path.read_bytes() == NEW
    assert journal.undo().whole
    assert not path.parent.exists()


def test_a_folder_that_was_replaced_comes_back_and_what_stood_there_is_kept(journal: Journal, tmp_path: Path) -> None:
    place, away = tmp_path / "m@v1.0.0", tmp_path / "away"
    place.mkdir()
    (place / "damaged").touch()
    place.chmod(0o555)
    apply(journal, MakeFolder(str(away)), Move.of(place, away / "m"))
    assert (away / "m" / "damaged").exists()
    place.mkdir()
    (place / "fresh").touch()
    assert journal.undo().whole
    assert [path.name for path in place.iterdir()] == ["damaged"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o555
    assert (away / "m.since" / "fresh").exists()


def test_an_id_may_be_cut_short_but_must_mean_one(journal: Journal, goenv: Path) -> None:
    entry = apply(journal, edit(goenv, NEW))
    with pytest.raises(NoEntryError) as caught:
        journal.undo("zz")
    assert caught.value.ids == (entry.id,)
    assert journal.undo(entry.id[:3]).entry.id == entry.id


def test_two_at_once_are_kept_apart(
    journal: Journal, goenv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "state" / "gomend" / "mends"
    paths = [tmp_path / f"{number}" for number in range(8)]
    for path in paths:
        path.write_bytes(OLD)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda path: apply(Journal(place), edit(path, NEW)), paths))
    assert len(journal.entries()) == 8
    monkeypatch.setattr(journals, "_PATIENCE", 0.0)
    with locked([lock_of(place)], 0), pytest.raises(LockedError):
        apply(journal, edit(goenv, NEW))
    assert goenv.read_bytes() == OLD


def test_the_locks_of_an_entry_are_held_while_it_is_done_and_taken_back(
    goenv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    lock = tmp_path / "v1.0.0.lock"

    def look(step: str) -> None:
        if "goenv" in step:
            try:
                with locked([str(lock)], 0):
                    held.append(False)
            except LockedError:
                held.append(True)

    journal = Journal(tmp_path / "state" / "gomend" / "mends", Files(look), Clock())
    apply(journal, edit(goenv, NEW), locks=[str(lock)])
    journal.undo()
    assert held
    assert all(held)
    assert lock.exists()


def test_the_oldest_finished_ones_are_forgotten_with_their_quarantine(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "KEPT", 2)
    for number in range(4):
        damaged = tmp_path / f"damaged-{number}"
        damaged.mkdir()
        damaged.chmod(0o555)

        def away(entry: str, damaged: Path = damaged) -> tuple[list[Step], str]:
            folder = tmp_path / "quarantine" / entry
            return [MakeFolder(str(folder.parent)), MakeFolder(str(folder)), Move.of(damaged, folder / "0")], str(
                folder
            )

        apply(journal, quarantine=away)
    kept = {entry.id for entry in journal.entries()}
    assert len(kept) == 2
    assert {path.name for path in (tmp_path / "quarantine").iterdir()} == kept


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_owner_mode_hard_links_and_soft_links_stay(journal: Journal, goenv: Path, tmp_path: Path) -> None:
    os.chown(goenv, 12345, 54321)
    goenv.chmod(0o640)
    linked = tmp_path / "linked"
    linked.write_bytes(OLD)
    (tmp_path / "twin").hardlink_to(linked)
    apply(journal, edit(goenv, NEW), edit(linked, NEW))
    there = goenv.stat()
    assert (there.st_uid, there.st_gid, stat.S_IMODE(there.st_mode)) == (12345, 54321, 0o640)
    assert (tmp_path / "twin").read_bytes() == NEW
    journal.undo()
    assert (tmp_path / "twin").read_bytes() == OLD
    assert goenv.stat().st_uid == 12345
