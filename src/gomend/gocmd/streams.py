"""A stream of the command on its way through gomend: read, passed on at once, kept."""

import errno
import fcntl
import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress

CHUNK = 64 << 10  # bytes a read: larger ones come from fresh memory each time, which is slower
_PIPE_SIZE = 1 << 20  # what an unprivileged process may ask for on Linux

_COPIER = """# gomend: passes on what a process left in the background still prints
import os
while block := os.read(0, 65536):
    while block:
        block = block[os.write(1, block):]
"""


class Change:
    """Alters a stream on its way, and may hold a part back until more comes. This one alters nothing."""

    holds = False  # whether something is held back

    def restore(self, chunk: bytes) -> bytes:
        """What to pass on now that `chunk` was read."""
        return chunk

    def flush(self) -> bytes:
        """What was held back: the stream rests or has ended."""
        return b""


class Stream:
    """One of the command's streams (1 or 2). `source` is the end gomend reads, `sink` the one given to the command.

    On a terminal it is a pty, else a pipe. `keep` gets every block that was passed on, `change` may alter it before.
    """

    def __init__(self, target: int, keep: Callable[[bytes], None], change: Change | None = None) -> None:
        self.target = target
        self.keep = keep
        self.change = change
        self.is_terminal = os.isatty(target)
        if self.is_terminal:
            from gomend.gocmd import terminal  # noqa: PLC0415 - only a terminal needs it

            self.source, self.sink = terminal.open_like(target)
            os.set_blocking(self.source, False)
        else:
            self.source, self.sink = os.pipe()
            if hasattr(fcntl, "F_SETPIPE_SZ"):
                with suppress(OSError):
                    fcntl.fcntl(self.sink, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        self.open = True
        self.at_line_start = True  # what was passed on ends with a line's end

    def close_sink(self) -> None:
        """To be called once the command has its copy, else the end of the stream never shows."""
        os.close(self.sink)

    def copy(self) -> None:
        """Passes on one block that is there to be read. `open` is false afterwards when the stream has ended."""
        block = self._read()
        if not block:
            self.settle()
            self.close()
            return
        self._pass_on(self.change.restore(block) if self.change else block)

    def _read(self) -> bytes:
        block = _read(self.source)
        if not self.is_terminal:
            return block
        # A pty gives 4 KiB at most, however much is there.
        blocks = [block]
        size = len(block)
        with suppress(BlockingIOError):
            while block and size < CHUNK:
                block = _read(self.source)
                blocks.append(block)
                size += len(block)
        return b"".join(blocks)

    @property
    def holds(self) -> bool:
        """Whether a part of what was read waits for more."""
        return self.change is not None and self.change.holds

    def settle(self) -> None:
        """Passes on what waits for more: the stream rests."""
        if self.change is not None:
            self._pass_on(self.change.flush())

    def _pass_on(self, block: bytes) -> None:
        if not (block and self.open):
            return
        try:
            write_all(self.target, block)
        except OSError:
            # Nobody reads what the command prints. Closing tells it so, as its own stream would have.
            self.close()
            return
        self.at_line_start = block.endswith(b"\n")
        self.keep(block)

    def close(self) -> None:
        """Lets go of the stream; who still writes to it is told that nobody reads."""
        if self.open:
            self.open = False
            os.close(self.source)

    def hand_over(self) -> None:
        """Leaves the stream to a detached copier, for a process that outlives the command and still holds it."""
        self.settle()
        os.set_blocking(self.source, True)
        nothing = os.open(os.devnull, os.O_WRONLY)
        actions = [
            (os.POSIX_SPAWN_DUP2, self.source, 0),
            (os.POSIX_SPAWN_DUP2, self.target, 1),
            (os.POSIX_SPAWN_DUP2, nothing, 2),
        ]
        with suppress(OSError):
            os.posix_spawn(
                sys.executable, ["gomend-copier", "-I", "-S", "-c", _COPIER], {}, file_actions=actions, setsid=True
            )
        os.close(nothing)
        self.close()


def _read(fd: int) -> bytes:
    """The next bytes, none where the stream has ended. Raises BlockingIOError where none are there yet."""
    try:
        return os.read(fd, CHUNK)
    except OSError as error:
        if error.errno != errno.EIO:  # nobody holds the other end of the pty any more
            raise
        return b""


def write_all(fd: int, block: bytes) -> None:
    """Writes the whole block, also where `fd` was made non-blocking. Raises OSError when nobody reads it any more."""
    while block:
        try:
            written = os.write(fd, block)
        except BlockingIOError:
            poll = select.poll()
            poll.register(fd, select.POLLOUT)
            poll.poll()
            continue
        if written == len(block):
            return
        block = block[written:]
