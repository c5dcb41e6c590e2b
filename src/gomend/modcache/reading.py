"""Reading the module cache without leaving marks: the time of last access is what says how old an entry is."""

import os
from pathlib import Path

_NO_MARK = getattr(os, "O_NOATIME", 0)  # Linux; for a file's owner and for root alone


def quiet_flags(folder: Path) -> int:
    """The flags to open files in a folder with, which belongs to who made the files."""
    try:
        owner = folder.stat().st_uid
    except OSError:
        return os.O_RDONLY
    return os.O_RDONLY | os.O_CLOEXEC | (_NO_MARK if os.geteuid() in (0, owner) else 0)


def opener(path: str, flags: int) -> int:
    """As `os.open` without touching the access time where the system allows that; for `open(opener=…)`."""
    if _NO_MARK:
        try:
            return os.open(path, flags | _NO_MARK)
        except PermissionError:
            pass
    return os.open(path, flags)


def read(path: Path) -> bytes:
    """A whole file. Raises OSError."""
    with open(path, "rb", opener=opener) as file:
        return file.read()
