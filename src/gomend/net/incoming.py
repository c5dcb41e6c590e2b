"""An answer that comes in piece by piece, over whichever version of HTTP."""

import asyncio
from collections import deque

from multidict import CIMultiDict, CIMultiDictProxy


class Incoming:
    """What has come of one answer. `status` is 0 until its head has."""

    def __init__(self) -> None:
        self.status = 0
        self.reason = ""
        self.headers: CIMultiDictProxy[str] = CIMultiDictProxy(CIMultiDict())
        self._pieces: deque[bytes] = deque()
        self._left: int | None = None  # of the body, where its length is known
        self._ended = False
        self._error: Exception | None = None
        self._changed: asyncio.Future[None] | None = None

    def at_hand(self) -> bytes | None:
        """What has come of the body since; b"" at its end, None where it must be waited for."""
        if not self._pieces:
            return b"" if self._ended and self._error is None else None
        data = b"".join(self._pieces) if len(self._pieces) > 1 else self._pieces[0]
        self._pieces.clear()
        self._was_read(len(data))
        return data

    async def read(self) -> bytes:
        """As `at_hand`, waiting where nothing is. Raises OSError, Http2Error or MalformedError when the body is cut."""
        while (data := self.at_hand()) is None:
            if self._error is not None:
                raise self._error
            await self._change()
        return data

    def _was_read(self, count: int) -> None:
        """So many bytes were taken out."""

    async def _change(self) -> None:
        self._changed = asyncio.get_running_loop().create_future()
        await self._changed

    def _wake(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)
