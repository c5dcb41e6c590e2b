"""Clones take no more of the disk than they may, whatever a repository holds and however a server ends."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from gomend.causes import Code
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.git import Git
from gomend.sources.direct.gitrepository import GitRepository
from gomend.sources.direct.repository import DirectError

MB = 10**6
_CHECKOUT = Path(__file__).resolve().parents[3]


def remote(folder: Path, name: str, sizes: list[int]) -> str:
    """A repository with a commit for each of these sizes, in bytes that do not compress, the last one tagged."""
    bare = folder / f"{name}.git"
    out = bytearray()
    for number, size in enumerate(sizes):
        data = os.urandom(size)
        out += f"commit refs/heads/main\ncommitter a <a@b> {1_700_000_000 + number} +0000\ndata 1\nx\n".encode()
        out += f"M 100644 inline big\ndata {len(data)}\n".encode() + data + b"\n"
    out += b"reset refs/tags/v1.0.0\nfrom refs/heads/main\n\n"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", bare], check=True)
    subprocess.run(["git", "-C", bare, "fast-import", "--quiet"], input=bytes(out), check=True)
    return f"file://{bare}"


async def no_status(url: str) -> int | None:
    return None


def repository(
    url: str, clones: Clones, *, program: str = "git", now: Callable[[], float] = lambda: 0.0
) -> GitRepository:
    return GitRepository(url, clones, Git(program, dict(os.environ), seconds=60), status_of=no_status, clock=now)


def told(act: Awaitable[object]) -> DirectError:
    async def tried() -> None:
        await act

    with pytest.raises(DirectError) as found:
        asyncio.run(tried())
    return found.value


def taken(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


async def get(one: GitRepository, revision: str = "v1.0.0") -> str:
    async with one.in_use():
        return (await one.commit(revision)).hash


def test_a_repository_that_is_larger_than_a_clone_may_be_is_refused_with_its_size(tmp_path: Path) -> None:
    url = remote(tmp_path, "large", [6 * MB])
    clones = Clones(tmp_path / "clones", 4 * MB, 100 * MB)
    error = told(get(repository(url, clones)))
    assert (error.code, error.is_missing) == (Code.DISK_FULL, False)
    assert error.words.startswith(f"{url}: its clone takes ") and "and may take 4.0 MB (--clone-size)" in error.words
    assert list(clones.folder.iterdir()) == []
    assert asyncio.run(get(repository(url, Clones(tmp_path / "others", 8 * MB))))


def test_git_ends_when_more_comes_than_may_be_there(tmp_path: Path) -> None:
    """A remote that never stops is left long before it would have been done."""
    url = remote(tmp_path, "endless", [1 * MB])
    slow = tmp_path / "git"
    slow.write_text(
        "#!/bin/sh\n"
        'case " $* " in *" fetch "*) echo $$ >%s; head -c 3000000 /dev/zero >"$GIT_DIR/objects/pack/tmp_pack_x"; '
        "exec sleep 3600;; esac\n"
        'exec git "$@"\n' % (tmp_path / "pid")
    )
    slow.chmod(0o755)
    clones = Clones(tmp_path / "clones", 2 * MB)
    error = told(get(repository(url, clones, program=str(slow))))
    assert error.code is Code.DISK_FULL and "fetching was ended" in error.words
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert list(clones.folder.iterdir()) == []


def test_a_commit_that_fits_is_had_of_a_history_that_does_not(tmp_path: Path) -> None:
    url = remote(tmp_path, "history", [3 * MB, 3 * MB, 1 * MB])
    now = [0.0]
    clones = Clones(tmp_path / "clones", 4 * MB)
    one = repository(url, clones, now=lambda: now[0])
    assert asyncio.run(get(one))
    first = subprocess.run(
        ["git", "-C", url.removeprefix("file://"), "rev-list", "--max-parents=0", "main"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    error = told(get(one, first))
    assert error.code is Code.DISK_FULL
    assert asyncio.run(get(one)), "the commit alone is fetched anew"
    Path(url.removeprefix("file://")).rename(tmp_path / "gone")
    again = told(get(one, first))
    assert again.words == error.words, "what was too large a moment ago is not asked for again"
    now[0] = 601
    assert told(get(one, first)).words != error.words


def test_the_least_recently_used_clones_make_room(tmp_path: Path) -> None:
    clones = Clones(tmp_path / "clones", None, 5 * MB)
    urls = [remote(tmp_path, f"r{number}", [2 * MB]) for number in range(3)]
    for url in (urls[0], urls[1], urls[0], urls[2]):
        assert asyncio.run(get(repository(url, clones)))
        time.sleep(0.01)  # the times of files are as fine as the kernel's tick
    kept = [repository(url, clones)._clone.exists for url in urls]
    assert kept == [True, False, True]
    assert clones.bytes <= 5 * MB and taken(clones.folder) <= 5 * MB


def test_a_clone_that_somebody_uses_stays(tmp_path: Path) -> None:
    clones = Clones(tmp_path / "clones", None, 3 * MB)
    urls = [remote(tmp_path, f"r{number}", [2 * MB]) for number in range(2)]

    async def both() -> DirectError:
        first, second = (repository(url, clones) for url in urls)
        async with first.in_use():
            commit = await first.commit("v1.0.0")
            with pytest.raises(DirectError) as refused:
                await get(second)
            assert len(await first.read(commit, "big") or b"") == 2 * MB
        await get(second)
        assert not first._clone.exists
        return refused.value

    error = asyncio.run(both())
    assert error.code is Code.DISK_FULL and "all clones take" in error.words and "--clones-size" in error.words


def test_what_a_killed_git_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    url = remote(tmp_path, "one", [1 * MB])
    clones = Clones(tmp_path / "clones")
    commit = asyncio.run(get(repository(url, clones)))
    (clone,) = clones.folder.glob("*/")
    (clone / "objects/pack/tmp_pack_AbC").write_bytes(b"x" * MB)
    (clone / "objects/ab").mkdir(exist_ok=True)
    (clone / "objects/ab/tmp_obj_x").write_bytes(b"x")
    (clone / "shallow.lock").touch()
    for left in (f"{clone.name}.gone-1", f"{clone.name}.new-1", "0" * 64):
        (clones.folder / left / "objects").mkdir(parents=True)
    Clones(clones.folder).sweep()
    assert [path.name for path in clones.folder.iterdir() if path.is_dir()] == [clone.name]
    assert not [*clone.rglob("tmp_*"), *clone.rglob("*.lock")]
    assert clones.bytes < 2 * MB
    assert asyncio.run(get(repository(url, clones))) == commit


_KILLED = """
import asyncio, os, sys
from pathlib import Path
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.git import Git
from gomend.sources.direct.gitrepository import GitRepository
async def no_status(url): return None
async def main(url, folder, program):
    git = Git(program, dict(os.environ), seconds=60)
    one = GitRepository(url, Clones(Path(folder), 4_000_000), git, status_of=no_status, clock=lambda: 0.0)
    async with one.in_use():
        await one.commit("v1.0.0")
asyncio.run(main(*sys.argv[1:]))
"""


def test_after_kill_9_nothing_stays_but_what_its_git_still_works_on(tmp_path: Path) -> None:
    url = remote(tmp_path, "one", [1 * MB])
    folder = tmp_path / "clones"
    hold, program = tmp_path / "hold", tmp_path / "git"
    os.mkfifo(hold)
    program.write_text(
        "#!/bin/sh\n"
        'case " $* " in *" fetch "*) head -c 9000000 /dev/zero >"$GIT_DIR/objects/pack/tmp_pack_x" 2>/dev/null; '
        f"read x <{hold}; exit 1;; esac\n"
        'exec git "$@"\n'
    )
    program.chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, "-c", _KILLED, url, str(folder), str(program)],
        env={**os.environ, "PYTHONPATH": str(_CHECKOUT / "src")},
    )
    pause = threading.Event()
    while not list(folder.glob("*/objects/pack/tmp_pack_x")):
        pause.wait(0.01)
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    try:
        Clones(folder).sweep()
        (left,) = folder.glob("*/objects/pack/tmp_pack_x")
        assert left.stat().st_size <= 4_000_000, "git itself is bound to it"
    finally:
        hold.write_text("go on\n")
    (use,) = folder.glob("*.use")
    with use.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # held until its git has ended
    Clones(folder).sweep()
    assert not list(folder.glob("*/objects/pack/tmp_*"))
    assert asyncio.run(get(repository(url, Clones(folder))))


def test_what_git_prints_has_a_bound(tmp_path: Path) -> None:
    error = told(Git("git", dict(os.environ)).run(None, "config", "--list", most=10))
    assert error.words == "git config: more than 10 bytes"
