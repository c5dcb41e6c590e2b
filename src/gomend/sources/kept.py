"""Answers kept until go asks for them: small and few in memory, else in one scratch file each."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gomend.sources.base import Answer

_PIECE = 1 << 18


@dataclass(slots=True)
class Kept:
    """A whole answer. Its body is read as often as asked, until `drop`."""

    status: int
    reason: str
    headers: Mapping[str, str]
    size: int
    _memory: bytes | None
    _file: IO[bytes] | None
    _shelf: "Shelf"

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces."""
        if self._memory is not None:
            yield self._memory
        if self._file is not None:
            self._file.seek(0)
            while piece := await asyncio.to_thread(self._file.read, _PIECE):
                yield piece

    def drop(self) -> None:
        """Give the room back."""
        if self._memory is not None:
            self._shelf.in_memory -= self.size
            self._memory = None
        if self._file is not None:
            self._file.close()
            self._shelf.on_disk -= self.size
            self._file = None


class Shelf:
    """The room for kept answers: `memory` bytes, then files in `folder` as long as `spare` bytes stay free there."""

    def __init__(self, folder: Path, *, memory: int = 64 << 20, spare: int = 512 << 20) -> None:
        self._folder = folder
        self._memory = memory
        self._spare = spare
        self.in_memory = 0
        self.on_disk = 0

    def has_room(self) -> bool:
        """Whether another answer may be kept."""
        try:
            return self.in_memory < self._memory or shutil.disk_usage(self._folder).free > self._spare
        except OSError:
            return False

    async def keep(self, answer: Answer) -> Kept:
        """Read an answer to its end. Raises WireError when it is cut, OSError when a scratch file cannot be written."""
        pieces: list[bytes] = []
        size = 0
        file: IO[bytes] | None = None
        try:
            async for piece in answer.chunks():
                size += len(piece)
                if file is None:
                    pieces.append(piece)
                    self.in_memory += len(piece)
                    if self.in_memory > self._memory:
                        file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  (closed by Kept.drop)
                        await asyncio.to_thread(file.writelines, pieces)
                        self.in_memory -= size
                        pieces.clear()
                else:
                    await asyncio.to_thread(file.write, piece)
        except BaseException:
            if file is None:
                self.in_memory -= size
            else:
                file.close()
            raise
        if file is not None:
            self.on_disk += size
            return Kept(answer.status, answer.reason, answer.headers, size, None, file, self)
        return Kept(answer.status, answer.reason, answer.headers, size, b"".join(pieces), None, self)
