"""A `file://` entry of GOPROXY: a folder laid out as a module proxy's paths.

Source: cmd/go/internal/modfetch (proxy.go), web/file.go: a missing file is "not found", everything else a failure.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from gomend.causes import Code
from gomend.net.faults import WireError
from gomend.sources.base import Answer, Request
from gomend.sources.whole import TEXT, Whole
from gomend.storage.base import PIECE, KeyRefusedError, check_key


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    headers: Mapping[str, str]
    status: int = 200
    reason: str = field(default="OK")

    async def chunks(self) -> AsyncIterator[bytes]:
        """As of Answer."""
        try:
            file = await asyncio.to_thread(self.path.open, "rb", buffering=0)
            with file:
                while piece := await asyncio.to_thread(file.read, PIECE):
                    yield piece
        except OSError as error:
            raise _failed(error, self.path) from error


class Folder:
    """As of Source, over a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def get(self, request: Request) -> AsyncIterator[Answer]:
        """As `Source.get`."""
        key = unquote(request.path)
        try:
            check_key(key)
            found = (self._folder / key).stat()
        except (FileNotFoundError, NotADirectoryError, KeyRefusedError):
            yield Whole(404, f"not found: {key}\n".encode(), {"Content-Type": TEXT}, "Not Found")
            return
        except OSError as error:
            raise _failed(error, self._folder / key) from error
        yield _File(self._folder / key, {"Content-Length": str(found.st_size)})


def _failed(error: OSError, path: Path) -> WireError:
    code = Code.DISK_PERMISSION if isinstance(error, PermissionError) else Code.PROXY_BAD_RESPONSE
    words = f"open {path}: {(error.strerror or str(error)).lower()}"
    return WireError(code, words, connecting=False, final=True)
