"""Answers kept until go asks for them: small and few in memory, else in one scratch file each.

A scratch file has no name: the system takes it back even from a gomend that is killed.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gomend.sources.base import Answer

_PIECE = 1 << 20  # bytes read from or written to a file at once: each costs a turn of another thread
_FILLED = 0.75  # of the memory, from which on nothing more is fetched as long as go takes what is there


@dataclass(slots=True)
class Kept:
    """A whole answer. Its body is read as often as asked, until `drop`."""

    status: int
    reason: str
    headers: Mapping[str, str]
    size: int
    _pieces: list[bytes]
    _file: IO[bytes] | None
    _shelf: "Shelf"

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces."""
        for piece in self._pieces:
            yield piece
        if self._file is not None:
            self._file.seek(0)
            while piece := await asyncio.to_thread(self._file.read, _PIECE):
                yield piece

    def drop(self) -> None:
        """Give the room back."""
        if self._file is not None:
            self._file.close()
            self._shelf.on_disk -= self.size
            self._file = None
        elif self._pieces:
            self._shelf.in_memory -= self.size
            self._pieces = []


class Shelf:
    """The room for kept answers: `memory` bytes, then files in `folder` as long as `spare` bytes stay free there."""

    def __init__(self, folder: Path, *, memory: int = 64 << 20, spare: int = 512 << 20) -> None:
        self._folder = folder
        self._memory = memory
        self._spare = spare
        self._announced = 0  # bytes of answers that are still to come, as far as their headers say
        self.in_memory = 0
        self.on_disk = 0

    def has_memory(self) -> bool:
        """Whether another answer may be kept, and what is on its way will hardly need a file."""
        return self.in_memory + self._announced < self._memory * _FILLED

    def has_disk(self) -> bool:
        """Whether another answer may be kept in a file."""
        try:
            return shutil.disk_usage(self._folder).free > self._spare
        except OSError:
            return False

    async def keep(self, answer: Answer) -> Kept:
        """Read an answer to its end. Raises WireError when it is cut, OSError when a scratch file cannot be written."""
        pieces: list[bytes] = []
        size = held = 0  # bytes in all, and those in `pieces`
        file: IO[bytes] | None = None
        length = answer.headers.get("Content-Length", "")
        announced = int(length) if length.isascii() and length.isdigit() else 0
        self._announced += announced
        try:
            async for piece in answer.chunks():
                arrived = min(len(piece), announced)
                announced -= arrived
                self._announced -= arrived
                pieces.append(piece)
                size += len(piece)
                held += len(piece)
                self.in_memory += len(piece)
                if (held > _PIECE) if file is not None else (self.in_memory > self._memory):
                    file = file or tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  (closed by Kept.drop)
                    await asyncio.to_thread(file.writelines, pieces)
                    self.in_memory -= held
                    held = 0
                    pieces.clear()
            if file is not None:
                await asyncio.to_thread(file.writelines, pieces)
        except BaseException:
            if file is not None:
                file.close()
            self.in_memory -= held
            raise
        finally:
            self._announced -= announced
        if file is not None:
            self.in_memory -= held
            self.on_disk += size
            return Kept(answer.status, answer.reason, answer.headers, size, [], file, self)
        return Kept(answer.status, answer.reason, answer.headers, size, pieces, None, self)
