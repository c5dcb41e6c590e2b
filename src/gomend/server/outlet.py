"""The sending half of a connection without TLS: bytes and files, at the pace at which the client takes them."""

import asyncio
import os
import socket
from collections.abc import Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any

from gomend.server.sending import ClientGoneError

_TURN = 1 << 20  # bytes of a file that are sent before others have their turn
_MORE = getattr(socket, "MSG_MORE", 0)  # what follows goes into the same packet
_IF_AT_HAND = getattr(os, "RWF_NOWAIT", None)


class Outlet:
    """Sends on a non-blocking socket. `moved` is when the client last took something, in seconds."""

    __slots__ = ("_fd", "_is_closed", "_loop", "_socket", "_writable", "moved")

    def __init__(self, connection: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        self._socket = connection
        self._fd = connection.fileno()
        self._loop = loop
        self._writable: asyncio.Future[None] | None = None
        self._is_closed = False
        self.moved = monotonic()

    @property
    def is_full(self) -> bool:
        """Whether the client is waited for."""
        return self._writable is not None

    def send_now(self, data: bytes, *, more: bool = False) -> int:
        """Send what can be sent at once, and give its size; `more` as of `send`. Raises OSError where the client has
        gone.
        """
        try:
            return self._socket.send(data, _MORE if more else 0)
        except (BlockingIOError, InterruptedError):
            return 0

    def send_file_now(self, start: bytes, path: str, size: int) -> Coroutine[Any, Any, None] | None:
        """As `send_file`, as far as nothing has to be waited for. Gives what is left to do; it has to be done."""
        handle = _opened(path, size)
        head = at = 0
        is_whole = False
        try:
            if _is_at_hand(handle, 0):
                head = self.send_now(start, more=True)
                if head == len(start):
                    with suppress(BlockingIOError, InterruptedError):
                        at = os.sendfile(self._fd, handle, 0, min(_TURN, size))
            is_whole = at == size
        except OSError:
            is_whole = True  # as far as it will get
            raise
        finally:
            if is_whole:
                os.close(handle)
        return None if is_whole else self._send_rest(start[head:], handle, at, size)

    async def send(self, *pieces: bytes | memoryview, more: bool = False) -> None:
        """Send these; `more`: a file comes behind. Raises ClientGoneError."""
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                if self._is_closed:
                    raise ClientGoneError
                try:
                    sent = self._socket.send(rest, _MORE if more else 0)
                except (BlockingIOError, InterruptedError):
                    await self._until_writable()
                except OSError as error:
                    raise ClientGoneError from error
                else:
                    rest = rest[sent:]
                    self.moved = monotonic()

    async def send_file(self, start: bytes, path: str, size: int) -> None:
        """Send a head and a file of so many bytes, which the system copies. Raises ClientGoneError, OSError where the
        file is another one.
        """
        await self._send_rest(start, _opened(path, size), 0, size)

    async def _send_rest(self, start: bytes, handle: int, at: int, size: int) -> None:
        """Send what is left of the head, and of an open file from `at` on. Closes the file."""
        try:
            await self.send(start, more=True)
            turn = 0
            while at < size:
                if not turn and not _is_at_hand(handle, at):
                    await asyncio.to_thread(os.pread, handle, _TURN, at)  # others would wait for the disk as well
                if self._is_closed:
                    raise ClientGoneError
                try:
                    sent = os.sendfile(self._fd, handle, at, min(_TURN - turn, size - at))
                except (BlockingIOError, InterruptedError):
                    await self._until_writable()
                    continue
                except ConnectionError as error:
                    raise ClientGoneError from error
                if not sent:
                    raise OSError("the file became shorter while it was read")
                at += sent
                turn += sent
                self.moved = monotonic()
                if turn == _TURN:
                    turn = 0
                    await asyncio.sleep(0)
        finally:
            os.close(handle)

    def close(self) -> None:
        """Nothing more can be sent: who waits is told."""
        self._is_closed = True
        self._loop.remove_writer(self._fd)
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)

    async def _until_writable(self) -> None:
        self._writable = self._loop.create_future()
        self._loop.add_writer(self._fd, _done, self._writable)
        try:
            await self._writable
        finally:
            self._writable = None
            if not self._is_closed:
                self._loop.remove_writer(self._fd)


def _done(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)


def _opened(path: str, size: int) -> int:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if os.fstat(handle).st_size != size:
        os.close(handle)
        raise OSError("the file has another size than a moment ago")
    return handle


def _is_at_hand(handle: int, at: int) -> bool:
    """Whether the next turn's bytes are in memory."""
    if _IF_AT_HAND is None:
        return True
    try:
        os.preadv(handle, [bytearray(1)], at, _IF_AT_HAND)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system that cannot say; those in memory cannot
    return True
