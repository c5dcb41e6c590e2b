"""A folder for copies of files, laid out as a store on disk, that never takes up more than so many bytes.

How much is taken up stands in a file beside the copies, and who changes it holds its lock: so any number of processes
share a folder and its bound. What was used longest ago goes first, by the files' time of access (`storage.disk`).
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

from gomend.storage.base import OWN, PIECE, Blob, check_key, named
from gomend.storage.disk import DiskStore

_T = TypeVar("_T")
_MARKED_EVERY = 60.0  # seconds
_SPARED = 180.0  # seconds since its last mark for which a file stays: it may be about to be sent by its name
_TRIED_EVERY = 60.0  # seconds before room is looked for again where there was none
_BLOCK = 4096  # bytes; a file takes up whole ones
_SLACK = 8  # one part of so many is freed at once, since each time all files are looked at
_counter = count()


@dataclass(frozen=True, slots=True)
class _Lying:
    path: Path
    size: int  # bytes taken up
    used: float
    may_go: bool


@dataclass(slots=True)
class Draft:
    """A file that is to become a copy."""

    path: Path
    size: int
    is_over: bool = False  # whether it was given a name


class Bounded:
    """Copies in `folder`, of `most` bytes in all; these lie in `place` below it. `now` gives seconds since 1970.

    Everything here raises StoreError where this disk fails.
    """

    def __init__(self, folder: Path, most: int, place: str = "", now: Callable[[], float] = time.time) -> None:
        self._most = most
        self._now = now
        self._folder = folder
        self._account = folder / OWN / "size"
        self._disk = DiskStore(folder / place, now, marks_every=_MARKED_EVERY)
        self._is_known = False  # whether this process has looked at the files: a killed one may have miscounted
        self._tried = float("-inf")  # when there was no room

    async def open(self, key: str) -> Blob | None:
        """The copy of a file, which counts as used now."""
        return await self._disk.open(key)

    async def settle(self) -> None:
        """Count what is there, and remove what is too much."""
        await _in_thread(self._settle)

    async def draft(self, content: bytes | Path | int) -> "Draft | None":
        """A file that is to become a copy, with room made for it; None where there is none.

        With this content, or empty and for so many bytes. One that lies on this disk is not written a second time.
        """
        return await _in_thread(self._drafted, content)

    async def keep(self, draft: "Draft", key: str, modified: int) -> None:
        """Give a draft the key's name, unless there is such a copy, and the time (seconds since 1970) at which the key
        was stored.
        """
        await _in_thread(os.utime, draft.path, (self._now(), modified))
        draft.is_over = True
        await self._disk.add(key, draft.path)  # where there is one, the account is too high until it is next looked at

    async def discard(self, draft: "Draft") -> None:
        """Remove a draft that was not kept."""
        if not draft.is_over:
            await _in_thread(self._remove_one, draft.path)

    async def drop(self, key: str) -> None:
        """Remove a copy, if there is one."""
        check_key(key)
        await _in_thread(self._remove_one, self._disk.folder / key)

    def _drafted(self, content: bytes | Path | int) -> "Draft | None":
        match content:
            case bytes():
                size = len(content)
            case Path():
                size = content.stat().st_size
            case _:
                size = content
        draft = Draft(self._disk.scratch / f"copy-{os.getpid()}-{next(_counter)}", size)
        if not self._make_room(draft):
            return None
        try:
            if isinstance(content, Path):
                _copy(content, draft.path)
            elif isinstance(content, bytes):
                with draft.path.open("r+b") as into:  # it keeps its size, for those who count
                    into.write(content)
        except OSError:
            self._remove_one(draft.path)
            raise
        return draft

    def _make_room(self, draft: "Draft") -> bool:
        """Whether there is room now. The draft has its size from here on, so that other processes count it."""
        size = _taken(draft.size)
        if size > self._most or self._now() < self._tried + _TRIED_EVERY:
            return False
        with self._locked() as account:
            held = self._held(account, size)
            if held + size > self._most:
                self._tried = self._now()
                return False
            self._disk.scratch.mkdir(parents=True, exist_ok=True)  # somebody may have removed it
            with draft.path.open("xb") as file:
                file.truncate(draft.size)
            _write(account, held + size)
            return True

    def _settle(self) -> None:
        with self._locked() as account:
            self._held(account, 0)

    def _held(self, account: int, size: int) -> int:
        """What is taken up, once there is room for `size` if there can be."""
        held = _read(account) if self._is_known else None
        if held is None or held + size > self._most:
            held = self._trimmed(size)
            self._is_known = True
            _write(account, held)
        return held

    def _remove_one(self, path: Path) -> None:
        with self._locked() as account, contextlib.suppress(FileNotFoundError):
            size = _taken(path.stat().st_size)
            path.unlink()
            held = _read(account)
            if held is not None:
                _write(account, max(0, held - size))

    def _trimmed(self, size: int) -> int:
        """What is taken up once there is room for `size`, as far as there are copies that may go."""
        lying = sorted(self._lying(), key=lambda one: one.used)
        held = sum(one.size for one in lying)
        if held + size <= self._most:
            return held
        spared = self._now() - _SPARED
        for one in lying:
            if held + size <= self._most - self._most // _SLACK or one.used > spared:
                break
            if one.may_go:
                self._remove(one.path)
                held -= one.size
        return held

    def _lying(self) -> Iterator[_Lying]:
        """All files, those that are not whole yet first: one that gets its name meanwhile is met twice, not missed."""
        for drafts in (True, False):
            for folder, _, names in os.walk(self._folder):
                if folder.endswith(f"/{OWN}tmp") is not drafts:
                    continue
                for path in (Path(folder, name) for name in names):
                    with contextlib.suppress(FileNotFoundError):  # other processes remove some
                        found = path.stat()
                        if path != self._account:
                            used = max(found.st_atime, found.st_mtime)
                            yield _Lying(path, _taken(found.st_size), used, not drafts)

    def _remove(self, path: Path) -> None:
        """With the folders that are empty then: names come and go for years."""
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            for folder in path.parents:
                if folder == self._folder:
                    break
                folder.rmdir()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """The account's descriptor, while no other process has it. Closing it gives the lock back."""
        self._account.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._account, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)


def _copy(file: Path, into: Path) -> None:
    """Have the bytes of `file` in `into`: by another name for it where both lie on one disk."""
    linked = into.with_suffix(".linked")
    try:
        os.link(file, linked)
    except OSError:
        with file.open("rb") as source, into.open("r+b") as target:
            shutil.copyfileobj(source, target, PIECE)
    else:
        linked.replace(into)


def _taken(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


_DIGITS = 20  # always as many: what is written over has no end of its own


def _read(account: int) -> int | None:
    """The bytes taken up; None where that is not what stands there."""
    words = os.pread(account, _DIGITS + 1, 0)
    return int(words) if len(words) > _DIGITS and words[:_DIGITS].isdigit() else None


def _write(account: int, held: int) -> None:
    os.pwrite(account, b"%0*d\n" % (_DIGITS, held), 0)


async def _in_thread(act: Callable[..., _T], *arguments: object) -> _T:
    try:
        return await asyncio.to_thread(act, *arguments)
    except OSError as error:
        raise named(error) from error
