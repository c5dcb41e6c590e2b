"""A store in a folder, laid out as a `file://` GOPROXY.

A file is written under a temporary name, synced, and then given its name by `link`, which fails where there is one, or
by `rename`. So a name never leads to half a file: not after kill -9, not on a full disk, not with several processes on
one folder. The folder's own entry is not synced: after a power cut a file may be missing, which a cache can bear.

When a file was last used stands in its time of access, which is set on purpose: no mount option (noatime) keeps that
from being done, and no second file has to agree with the first. The system sets it, too, for whoever reads the files.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

from gomend.storage.base import OWN, PIECE, TENANTS, Entry, KeyRefusedError, Stat, StoreError, check_key, named

_T = TypeVar("_T")
_ABANDONED = 24 * 3600.0  # seconds after which an unfinished file's process is surely gone
_QUIET = getattr(os, "O_NOATIME", 0)
_counter = count()


@dataclass(frozen=True, slots=True)
class _File:
    stat: Stat
    path: Path

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """As of Blob."""
        stop = self.stat.size if stop is None else stop
        try:
            file = await asyncio.to_thread(open, self.path, "rb", buffering=0, opener=open_quietly)
            with file:
                file.seek(start)
                while start < stop and (piece := await asyncio.to_thread(file.read, min(PIECE, stop - start))):
                    start += len(piece)
                    yield piece
        except OSError as error:
            raise named(error) from error
        if start < stop:
            raise StoreError("the file became shorter while it was read")


class DiskStore:
    """As of Store, in `folder`, which is made if need be. Raises StoreError where that cannot be.

    `now` gives the seconds since 1970. With `marks_every` seconds, opening a file marks it as used, unless it was so
    short a time ago (0: never).
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.time, *, marks_every: float = 0) -> None:
        self.folder = folder
        self._now = now
        self._marks_every = marks_every
        self.scratch = folder / OWN / "tmp"
        try:
            self.scratch.mkdir(parents=True, exist_ok=True)
            self._sweep(now() - _ABANDONED)
        except OSError as error:
            raise named(error) from error
        self._base = f"{folder}/"

    async def open(self, key: str) -> _File | None:
        """As of Store. Not in a thread: looking for a file takes less time than changing threads does."""
        found = self._look(key)
        if found is None:
            return None
        if self._marks_every and found.st_atime < (now := self._now()) - self._marks_every:
            _mark(self._base + key, now)
        return _File(_stat(found), Path(self._base + key))

    async def stat(self, key: str) -> Stat | None:
        """As of Store."""
        found = self._look(key)
        return _stat(found) if found is not None else None

    async def add(self, key: str, content: bytes | Path) -> bool:
        """As of Store."""
        check_key(key)
        return await self._in_thread(self._add, key, content)

    async def replace(self, key: str, content: bytes) -> None:
        """As of Store."""
        check_key(key)
        await self._in_thread(self._replace, key, content)

    async def delete(self, key: str) -> bool:
        """As of Store."""
        check_key(key)
        return await self._in_thread(self._delete, key)

    async def list(self, prefix: str = "") -> AsyncIterator[Entry]:
        """As of Store."""
        folder = prefix.rpartition("/")[0]
        found = self._walk(Path(self._base + folder), f"{folder}/" if folder else "")
        while batch := await self._in_thread(_some, found):
            for entry in batch:
                if entry.key.startswith(prefix):
                    yield entry

    async def close(self) -> None:
        """As of Store: holds nothing open."""

    def _look(self, key: str) -> os.stat_result | None:
        check_key(key)
        try:
            return os.stat(self._base + key)  # noqa: PTH116  (the way of every request)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _of_key(error) from error

    async def _in_thread(self, act: Callable[..., _T], *arguments: object) -> _T:
        try:
            return await asyncio.to_thread(act, *arguments)
        except OSError as error:
            raise _of_key(error) from error

    # Below, plain calls of the system: what is fetched passes here, file by file, and threads share one interpreter.

    def _add(self, key: str, content: bytes | Path) -> bool:
        target = self._base + key
        made = self._written(content)
        try:
            for _ in range(3):
                try:
                    os.link(made, target)
                except FileExistsError:
                    return False
                except FileNotFoundError:  # another process may remove the folder again, if it is empty
                    os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
                    continue
                return True
            raise StoreError("the folder of the file does not stay")
        finally:
            _remove(made)

    def _replace(self, key: str, content: bytes) -> None:
        target = self._base + key
        made = self._written(content)
        try:
            os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
            os.replace(made, target)  # noqa: PTH105
        finally:
            _remove(made)

    def _written(self, content: bytes | Path) -> str:
        """A synced file with this content."""
        if isinstance(content, Path):
            made = str(content)
            handle = os.open(made, os.O_RDWR | os.O_CLOEXEC)
        else:
            made = f"{self._base}{OWN}tmp/{os.getpid()}-{next(_counter)}"
            handle = self._new(made)
        try:
            rest = memoryview(content) if isinstance(content, bytes) else b""
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        except BaseException:
            _remove(made)
            raise
        finally:
            os.close(handle)
        return made

    def _new(self, path: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            return os.open(path, flags, 0o666)
        except FileNotFoundError:  # somebody may have removed the folder
            self.scratch.mkdir(parents=True, exist_ok=True)
            return os.open(path, flags, 0o666)

    def _delete(self, key: str) -> bool:
        try:
            Path(self._base + key).unlink()
        except FileNotFoundError:
            return False
        return True

    def _walk(self, folder: Path, prefix: str) -> Iterator[Entry]:
        try:
            entries = list(os.scandir(folder))
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in entries:
            key = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if f"{key}/" not in (f"{OWN}tmp/", TENANTS):
                    yield from self._walk(Path(entry.path), f"{key}/")
            elif entry.is_file():
                with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                    found = entry.stat()
                    yield Entry(key, found.st_size, found.st_mtime, max(found.st_atime, found.st_mtime))

    def _sweep(self, before: float) -> None:
        """Removes what processes that were killed left unfinished."""
        for entry in os.scandir(self.scratch):
            with contextlib.suppress(OSError):
                if entry.stat().st_mtime < before:
                    Path(entry.path).unlink()


def open_quietly(path: str, flags: int) -> int:
    """An `opener` for files that are read but not used: to check or to copy them leaves their time of access alone.

    Only their owner may do so; who else reads them has it set by the system.
    """
    try:
        return os.open(path, flags | _QUIET)
    except PermissionError:
        return os.open(path, flags)


def _mark(path: str, now: float) -> None:
    """Mark a file as used, as far as that may be done. By its descriptor: the name may be given to another one."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.utime(handle, ns=(int(now * 1e9), os.fstat(handle).st_mtime_ns))
        finally:
            os.close(handle)


def _stat(found: os.stat_result) -> Stat:
    return Stat(found.st_size, found.st_mtime, tag_of(found.st_mtime_ns, found.st_size))


def tag_of(nanoseconds: int, size: int) -> str:
    """The tag of a file that was stored at this time since 1970, with so many bytes."""
    return f"{nanoseconds:x}-{size:x}"


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108


def _some(entries: Iterator[Entry]) -> list[Entry]:
    return [entry for entry, _ in zip(entries, range(512), strict=False)]


def _of_key(error: OSError) -> StoreError:
    """A name that this file system cannot hold is the key's fault, not the store's."""
    words = error.strerror or str(error)
    if isinstance(error, IsADirectoryError | NotADirectoryError | FileExistsError) or "too long" in words:
        return KeyRefusedError(words)
    return named(error)
