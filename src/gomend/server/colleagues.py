"""The workers of one server tell each other what they have counted: a request for metrics reaches just one of them."""

import asyncio
import fcntl
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO

from gomend.telemetry.metrics import Metrics

_PATIENCE = 2.0  # seconds for a worker to tell
_MOST = 1 << 24  # bytes


class Colleagues:
    """One of several workers who meet in `folder`, which is theirs alone.

    Each has a number of its own, the lowest that is free, so that whoever takes the place of one has its number.
    """

    def __init__(self, folder: Path, metrics: Metrics) -> None:
        self._folder = folder
        self._metrics = metrics
        self._lock, self._number = _claimed(folder)

    async def tell(self) -> None:
        """Tell whoever asks, until cancelled."""
        path = self._folder / f"{self._number}.socket"
        path.unlink(missing_ok=True)  # of one that was killed
        try:
            async with await asyncio.start_unix_server(self._told, path) as server:
                await server.serve_forever()
        finally:
            path.unlink(missing_ok=True)
            self._lock.close()

    async def text(self) -> bytes:
        """The metrics of all workers, in Prometheus' text format, each with a label `worker`."""
        paths = {path.stem: path for path in self._folder.glob("*.socket") if path.stem != self._number}
        told = await asyncio.gather(*map(_heard, paths.values()))
        return self._metrics.text_beside(self._number, dict(zip(paths, told, strict=True)))

    async def _told(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self._metrics.text())
        with suppress(OSError):
            await writer.drain()
        writer.close()


def _claimed(folder: Path) -> tuple[IO[bytes], str]:
    for number in count():
        lock = (folder / f"{number}.lock").open("wb")
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
        else:
            return lock, str(number)
    raise AssertionError


async def _heard(path: Path) -> bytes:
    """What one tells; nothing where it has ended meanwhile."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_unix_connection(path, limit=_MOST)
            try:
                return await reader.read(-1)
            finally:
                writer.close()
    return b""
