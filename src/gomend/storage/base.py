"""The interface of a store of files. What is stored is found whole or not at all, whatever ended the process.

Keys are relative paths with `/` (`github.com/a/b/@v/v1.0.0.zip`), laid out as a `file://` GOPROXY is, so that a store
on disk is one. Whoever wants a key to be written once uses `add`, which any number of processes may call at one time.
"""

import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gomend.causes import Code
from gomend.errors import GomendError

PIECE = 1 << 18  # bytes read at once
OWN = ".gomend/"  # keys of the store's own; no module path begins with a dot
TENANTS = f"{OWN}tenants/"  # below it: the tenants' stores, each one by itself
_LONGEST_KEY = 1024  # bytes; what object stores take
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class StoreError(GomendError):
    """The store could not do its work. `code` is disk.full, disk.permission or unknown, `words` the system's own."""

    def __init__(self, words: str, code: Code = Code.UNKNOWN) -> None:
        super().__init__(words)
        self.words = words
        self.code = code


class KeyRefusedError(StoreError):
    """A key that would leave the store, or that no store can hold."""


@dataclass(frozen=True, slots=True)
class Stat:
    """What is known of a stored file."""

    size: int  # bytes
    modified: float  # seconds since 1970, by the store's clock
    tag: str  # changes when the content does; fit for an ETag, without quotes


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored file of a listing."""

    key: str
    size: int  # bytes
    modified: float  # as of Stat
    used: float  # when it was last handed out, as far as the store knows; else `modified`


class Blob(Protocol):
    """A stored file. Read as often as asked."""

    @property
    def stat(self) -> Stat:
        """As it was when it was opened."""

    @property
    def path(self) -> Path | None:
        """The file on this machine's disk that holds just these bytes, if there is one."""

    def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `stop`, not included. Raises StoreError."""


class Store(Protocol):
    """Raises StoreError where the store itself fails, KeyRefusedError for an impossible key."""

    @property
    def scratch(self) -> Path:
        """A folder on this machine for files that are being made ready for `add`."""

    async def open(self, key: str) -> Blob | None:
        """The file, or None."""

    async def stat(self, key: str) -> Stat | None:
        """What is known of a file; None where there is none."""

    async def add(self, key: str, content: bytes | Path) -> bool:
        """Store a file unless there is one; False where there is. A Path (in `scratch`) is left to the store."""

    async def replace(self, key: str, content: bytes) -> None:
        """Store a file in place of what was there."""

    async def delete(self, key: str) -> bool:
        """Remove a file; False where there was none."""

    def list(self, prefix: str = "") -> AsyncIterator[Entry]:
        """All files whose key begins with `prefix`, in no order; half-made ones and tenants' are never among them."""

    async def close(self) -> None:
        """Release what is held."""


def check_key(key: str) -> None:
    """Raise KeyRefusedError unless the key is a plain relative path."""
    parts = key.split("/")
    if (
        any(part in ("", ".", "..") for part in parts)
        or any(char < " " or char in "\\\x7f" for char in key)
        or len(key.encode("utf-8", "surrogateescape")) > _LONGEST_KEY
    ):
        raise KeyRefusedError(f"not a key: {key[:80]!r}")


def named(error: OSError) -> StoreError:
    """A fault of the system as one of the store."""
    code = Code.UNKNOWN
    if error.errno in _FULL:
        code = Code.DISK_FULL
    elif error.errno in _FORBIDDEN:
        code = Code.DISK_PERMISSION
    return StoreError(error.strerror or str(error), code)
