"""Files in a store's scratch folder, while they are being written. What does not fit there is a fault of the store."""

import errno
import os
from pathlib import Path
from tempfile import mkstemp

from gomend.storage.base import named


def new_file(folder: Path, size: int) -> tuple[int, Path]:
    """A new file for `size` bytes (0: not known) in `folder`, which somebody may have removed, and its descriptor.

    Raises StoreError, also where there is no room for so much.
    """
    try:
        try:
            handle, name = mkstemp(prefix="fetch-", dir=folder)
        except FileNotFoundError:
            folder.mkdir(parents=True)
            handle, name = mkstemp(prefix="fetch-", dir=folder)
    except OSError as error:
        raise named(error) from error
    there = os.fstatvfs(handle)
    if size > there.f_bavail * there.f_frsize:
        os.close(handle)
        Path(name).unlink(missing_ok=True)
        raise named(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    return handle, Path(name)


def write_all(handle: int, data: bytes, at: int) -> None:
    """Write at an offset. A file that may not grow takes a part without a word. Raises StoreError."""
    view = memoryview(data)
    try:
        while view:
            written = os.pwrite(handle, view, at)
            view, at = view[written:], at + written
    except OSError as error:
        raise named(error) from error
