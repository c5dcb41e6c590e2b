"""Files in a store's scratch folder, while they are being written. What does not fit there is a fault of the store."""

import asyncio
import errno
import os
from pathlib import Path

from gomend.storage.base import Blob, named


def new_file(folder: Path, size: int) -> tuple[int, Path]:
    """A new file for `size` bytes (0: not known) in `folder`, which somebody may have removed, and its descriptor.

    Raises StoreError, also where there is no room for so much.
    """
    try:
        try:
            handle, path = _opened(folder)
        except FileNotFoundError:
            folder.mkdir(parents=True)
            handle, path = _opened(folder)
    except OSError as error:
        raise named(error) from error
    there = os.fstatvfs(handle)
    if size > there.f_bavail * there.f_frsize:
        os.close(handle)
        path.unlink(missing_ok=True)
        raise named(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    return handle, path


def _opened(folder: Path) -> tuple[int, Path]:
    """Readable for whoever the umask lets read: the file gets its name in the store later, beside all others."""
    path = folder / f"fetch-{os.urandom(8).hex()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), path


def write_all(handle: int, data: bytes, at: int) -> None:
    """Write at an offset. A file that may not grow takes a part without a word. Raises StoreError."""
    view = memoryview(data)
    try:
        while view:
            written = os.pwrite(handle, view, at)
            view, at = view[written:], at + written
    except OSError as error:
        raise named(error) from error


async def write_blob(handle: int, blob: Blob) -> None:
    """Write a stored file into an empty one. Raises StoreError."""
    at = 0
    async for piece in blob.chunks():
        await asyncio.to_thread(write_all, handle, piece, at)
        at += len(piece)
