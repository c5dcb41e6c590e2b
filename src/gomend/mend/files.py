"""Changes of files that a crash leaves whole: old or new, never in between.

A new content goes to a file beside it, which takes its place by a rename; where that would lose the file's owner, a
hard link or a mount (a container's /etc/hosts), it is written in place, and what a crash leaves of that is known by
`is_between`.
"""

import errno
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_TEMPORARY = ".gomend-unfinished"


def temporary(path: Path) -> Path:
    """Where the new content of `path` is written before it takes its place."""
    return path.with_name(f".{path.name}{_TEMPORARY}")


def is_between(found: bytes, old: bytes, new: bytes) -> bool:
    """Whether `found` is what writing `new` over `old` in place leaves when it is broken off."""
    done, beyond = 0, min(len(found), len(new)) + 1  # found and new agree up to done, not up to beyond
    while beyond - done > 1:
        middle = (done + beyond) // 2
        if found[:middle] == new[:middle]:
            done = middle
        else:
            beyond = middle
    return found[done:] == old[done:]


class Files:
    """The file system. `before_each` is called with the name of each step that could be the last before a crash."""

    def __init__(self, before_each: Callable[[str], None] = lambda _: None) -> None:
        self._before_each = before_each

    def read(self, path: Path) -> bytes | None:
        """What the file holds, None where there is none. Raises OSError."""
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, path: Path, data: bytes, *, mode: int = 0o666) -> None:
        """Gives the file new content; owner, mode and links stay. A new one gets `mode` less the umask. Raises OSError.

        `path` is no symbolic link.
        """
        self.tidy(path)
        try:
            there = path.stat()
        except FileNotFoundError:
            there = None
        if there is not None and _loses_something(path, there):
            self._write_in_place(path, data)
            return
        unfinished = temporary(path)
        try:
            self._write_new(unfinished, data, path if there else None, mode)
            self._step(f"rename {unfinished.name}")
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            if there is None or error.errno not in (errno.EBUSY, errno.EXDEV):  # a mount cannot be renamed over
                raise
            self._write_in_place(path, data)
            return
        self.settle(path.parent)

    def tidy(self, path: Path) -> None:
        """Removes what a crash may have left beside the file."""
        unfinished = temporary(path)
        if unfinished.is_file():
            self._step(f"unlink {unfinished.name}")
            unfinished.unlink(missing_ok=True)

    def remove(self, path: Path) -> None:
        """Removes a file. Raises OSError."""
        self._step(f"unlink {path.name}")
        path.unlink(missing_ok=True)
        self.settle(path.parent)

    def rename(self, source: Path, target: Path, mode: int) -> None:
        """Moves a file or a folder within one file system; it has `mode` afterwards. Raises OSError.

        A folder must be writable to change its parent (its `..` changes), and go's extracted ones are not.
        """
        is_folder = stat.S_ISDIR(source.lstat().st_mode)
        if is_folder and not mode & stat.S_IWUSR:
            self._step(f"chmod {source.name}")
            source.chmod(mode | stat.S_IWUSR)
        self._step(f"rename {source.name}")
        source.rename(target)
        self.restore_mode(target, mode)
        self.settle(target.parent)
        self.settle(source.parent)

    def restore_mode(self, path: Path, mode: int) -> None:
        """Gives a folder the mode that it had before it was moved. Raises OSError."""
        there = path.lstat().st_mode
        if stat.S_ISDIR(there) and stat.S_IMODE(there) != mode:
            self._step(f"chmod {path.name}")
            path.chmod(mode)

    def make_folder(self, path: Path, mode: int) -> None:
        """Makes a folder, its parent being there. Raises OSError."""
        self._step(f"mkdir {path.name}")
        with suppress(FileExistsError):
            path.mkdir(mode)
        self.settle(path.parent)

    def remove_folder(self, path: Path) -> None:
        """Removes a folder if it is empty. Raises nothing where it is not, or is gone."""
        self._step(f"rmdir {path.name}")
        with suppress(OSError):
            path.rmdir()

    def settle(self, folder: Path) -> None:
        """Makes sure that what was done in a folder outlasts a loss of power."""
        if os.name != "posix":
            return
        with suppress(OSError):  # some file systems do not know this for folders
            fd = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)

    def _step(self, name: str) -> None:
        self._before_each(name)

    def _write_new(self, unfinished: Path, data: bytes, like: Path | None, mode: int) -> None:
        self._step(f"create {unfinished.name}")
        fd = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode if like is None else 0o600)
        try:
            if like is not None:
                there = like.stat()
                if os.name == "posix" and os.fstat(fd)[4:6] != there[4:6]:  # user and group
                    os.fchown(fd, there.st_uid, there.st_gid)
                shutil.copystat(like, unfinished)
                os.utime(unfinished)
            self._step(f"write {unfinished.name}")
            _write_all(fd, data)
            os.fsync(fd)
        finally:
            os.close(fd)

    def _write_in_place(self, path: Path, data: bytes) -> None:
        self._step(f"write {path.name} in place")
        fd = os.open(path, os.O_WRONLY)
        try:
            half = len(data) // 2  # two steps, so that a crash between them can be provoked
            _write_all(fd, data[:half])
            self._step(f"write the rest of {path.name} in place")
            _write_all(fd, data[half:])
            self._step(f"truncate {path.name}")
            os.ftruncate(fd, len(data))
            os.fsync(fd)
        finally:
            os.close(fd)


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _loses_something(path: Path, there: os.stat_result) -> bool:
    """Whether a file put in its place would not be the same: another hard link, or an owner that we cannot give."""
    if os.name != "posix":
        return False
    foreign = there.st_uid != os.geteuid() and os.geteuid() != 0
    return there.st_nlink > 1 or foreign or not os.access(path.parent, os.W_OK)
