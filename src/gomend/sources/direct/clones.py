"""The folder that clones of repositories lie in: how much of the disk they may take, and which of them go first.

Beside a clone `NAME` stands `NAME.use`. Whoever works on the clone holds a shared lock on that file, git programs too;
whoever holds the exclusive one may remove the clone. Its content is the clone's size in bytes when that was last
looked at, the time of its last change the clone's last use. `NAME.lock` is held by whoever changes the clone. So any
number of processes share a folder.
"""

import asyncio
import fcntl
import math
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

_USE, _LOCK, _GONE, _NEW = ".use", ".lock", ".gone-", ".new-"
_BLOCK = 4096  # bytes: what a file takes on most disks is a multiple of that
_SPENT = (1, 1)  # the last use of a clone that is to go before all others: no moment of ours


@dataclass(frozen=True, slots=True)
class Overrun:
    """More than may be there. `bytes` lie there, `most` may; `in_all`: of all clones together."""

    bytes: int
    most: int
    in_all: bool = False


class Clones:
    """The clones in `folder`: at most `of_one` bytes each, `of_all` together; None for as many as it takes."""

    def __init__(self, folder: Path, of_one: int | None = None, of_all: int | None = None, front: str = "") -> None:
        self.folder = folder
        self.of_one = of_one
        self.of_all = of_all
        self._front = front  # of their names
        self._swept: asyncio.Future[None] | None = None

    def start(self) -> None:
        """Clean up what processes that were killed have left, beside everything else. In a running event loop."""
        self._swept = asyncio.ensure_future(asyncio.to_thread(self.sweep))

    async def ready(self) -> None:
        """Wait until that is done."""
        if self._swept is not None:
            await asyncio.shield(self._swept)

    def clone(self, name: str) -> "Clone":
        """The clone of a name, made when git makes it."""
        return Clone(self, f"{self._front}{name}")

    def apart(self, front: str) -> "Clones":
        """The same folder and bounds, and clones that are not these: their names begin with `front`."""
        others = Clones(self.folder, self.of_one, self.of_all, front)
        others._swept = self._swept
        return others

    @property
    def bytes(self) -> int:
        """What all clones take, as they were when they were last looked at."""
        return sum(_recorded(use) for use in self.folder.glob(f"*{_USE}"))

    def sweep(self) -> None:
        """Removes what git programs that were killed left, and the oldest clones where there are too many; blocks.

        What somebody works on is left alone.
        """
        with suppress(OSError):
            for entry in list(self.folder.iterdir()):
                if _GONE in entry.name:
                    shutil.rmtree(entry, ignore_errors=True)
                elif entry.is_dir():
                    self._sweep(entry)
            self.make_room()

    def _sweep(self, entry: Path) -> None:
        clone = Clone(self, entry.name.partition(_NEW)[0])
        with clone.unused() as is_unused:
            if not is_unused:
                return
            if _NEW in entry.name:
                shutil.rmtree(entry, ignore_errors=True)
                return
            clone.tidy()
            clone.record(clone.measured())

    def make_room(self) -> int:
        """Removes clones that nobody uses, the least recently used first, until all fit; gives what is left; blocks."""
        total = self.bytes
        most = math.inf if self.of_all is None else self.of_all
        for use in sorted(self.folder.glob(f"*{_USE}"), key=_last_use):
            if total <= most:
                break
            clone = Clone(self, use.name.removesuffix(_USE))
            size = _recorded(use)
            if clone.removed():
                total -= size
        return total


class Clone:
    """One of them. `folder` is the repository, once there is one."""

    def __init__(self, clones: Clones, name: str) -> None:
        self.folder = clones.folder / name
        self.most = clones.of_one
        self.descriptor: int | None = None  # that holds the shared lock, while it is in use here
        self._clones = clones
        self._use = clones.folder / f"{name}{_USE}"
        self._lock = clones.folder / f"{name}{_LOCK}"
        self._users = 0
        self._is_spent = False
        self._opening = asyncio.Lock()
        self._turn = asyncio.Lock()

    @property
    def exists(self) -> bool:
        """Whether it has been made."""
        return any((self.folder / name).exists() for name in ("HEAD", ".hg"))

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """While this lasts nobody removes it."""
        await self._clones.ready()
        async with self._opening:
            if self.descriptor is None:
                self.descriptor = await asyncio.to_thread(_held, self._use, fcntl.LOCK_SH)
            self._users += 1
            os.utime(self.descriptor)
        try:
            yield
        finally:
            self._users -= 1
            if not self._users and self.descriptor is not None:
                os.close(self.descriptor)
                self.descriptor = None
                if self._is_spent or not self.exists:
                    self._is_spent = False
                    await asyncio.to_thread(self.removed)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """What changes it is done by one at a time, among all processes."""
        async with self._turn:
            lock = await asyncio.to_thread(_held, self._lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                os.close(lock)

    @contextmanager
    def unused(self) -> Iterator[bool]:
        """Whether nobody works on it, and nobody begins to while this lasts."""
        try:
            held = _held(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            os.close(held)

    def new(self) -> Path:
        """Where it is made, before `take` gives it its place: half of a clone is never taken for one."""
        return self.folder.with_name(f"{self.folder.name}{_NEW}{uuid4().hex}")

    def take(self, new: Path) -> None:
        """What was made at `new` is the clone, unless another process was quicker."""
        try:
            new.rename(self.folder)
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
            if not self.exists:
                raise

    def overrun(self) -> Overrun | None:
        """Whether it takes more than it may, alone or with the others that are in use; those that are not make room;
        blocks.
        """
        size = self.measured()
        self.record(size)
        if self.most is not None and size > self.most:
            return Overrun(size, self.most)
        if self._clones.of_all is None:
            return None
        total = self._clones.make_room()
        return Overrun(total, self._clones.of_all, in_all=True) if total > self._clones.of_all else None

    def spend(self) -> None:
        """It is not worth its room: it goes as soon as nobody uses it."""
        self._is_spent = True
        with suppress(OSError):
            os.utime(self._use, ns=_SPENT)

    def removed(self) -> bool:
        """Whether it is gone: nobody worked on it."""
        with self.unused() as is_unused:
            if is_unused:
                gone = self.folder.with_name(f"{self.folder.name}{_GONE}{uuid4().hex}")
                with suppress(OSError):
                    self.folder.rename(gone)
                self._lock.unlink(missing_ok=True)
                self._use.unlink(missing_ok=True)
                shutil.rmtree(gone, ignore_errors=True)
        return is_unused

    def tidy(self) -> None:
        """Removes what a program that was ended has left behind; blocks. Nobody else may be changing it."""
        for left in (*self.folder.glob("objects/*/tmp_*"), *self.folder.glob("objects/tmp_*")):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        for lock in (*self.folder.glob("*.lock"), *self.folder.glob("refs/**/*.lock")):
            lock.unlink(missing_ok=True)
        half_pulled = self.folder / ".hg" / "store" / "journal"
        if not self.exists or half_pulled.exists():
            shutil.rmtree(self.folder, ignore_errors=True)

    def measured(self) -> int:
        """The bytes that it takes on the disk; blocks."""
        return _size(self.folder)

    def record(self, size: int) -> None:
        """Note its size for all processes."""
        with suppress(OSError):
            last_use = _last_use(self._use)
            with self._use.open("r+b") as file:
                file.write(b"%20d\n" % size)  # one length, so that no reader finds half of it
            os.utime(self._use, ns=(last_use, last_use))


def _held(path: Path, how: int) -> int:
    """A descriptor of a file at `path` with a lock on it. Raises BlockingIOError."""
    while True:
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:  # somebody may have removed the folder
            path.parent.mkdir(parents=True, exist_ok=True)
            continue
        try:
            fcntl.flock(file, how)
            here, there = os.fstat(file), path.stat()
        except FileNotFoundError:
            os.close(file)
        except BaseException:
            os.close(file)
            raise
        else:
            if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino):
                return file
            os.close(file)  # it was removed while its lock was waited for


def _recorded(use: Path) -> int:
    try:
        return int(use.read_text() or "0")
    except (OSError, ValueError):
        return 0


def _last_use(use: Path) -> int:
    try:
        return use.stat().st_mtime_ns
    except OSError:
        return 0


def _size(folder: Path) -> int:
    size = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    size += -(-entry.stat(follow_symlinks=False).st_size // _BLOCK) * _BLOCK
                    if entry.is_dir(follow_symlinks=False):
                        size += _size(Path(entry.path))
    except OSError:
        return size
    return size
