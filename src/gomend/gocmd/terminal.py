"""A terminal for what a command writes, standing for the real one."""

import fcntl
import os
import termios
from contextlib import suppress

_SIZE_BYTES = b"\0" * 8  # struct winsize: four unsigned shorts


def open_like(fd: int) -> tuple[int, int]:
    """A new pty with the settings and the size of the terminal `fd`: (the end to read, the end to write to).

    Output passes it unchanged: the real terminal turns line feeds into line ends once, as it would have.
    Raises OSError where no pty can be had.
    """
    reading, writing = os.openpty()
    try:
        settings = termios.tcgetattr(fd)
        settings[1] &= ~termios.OPOST
        termios.tcsetattr(writing, termios.TCSANOW, settings)
        copy_size(fd, writing)
    except termios.error as error:
        os.close(reading)
        os.close(writing)
        raise OSError(*error.args) from error
    return reading, writing


def size(fd: int) -> bytes:
    """The size of the terminal `fd` as the kernel keeps it (struct winsize); empty when it has none."""
    try:
        return fcntl.ioctl(fd, termios.TIOCGWINSZ, _SIZE_BYTES)
    except OSError:
        return b""


def copy_size(source: int, target: int) -> None:
    """Gives the terminal `target` the size of the terminal `source`."""
    current = size(source)
    if current:
        with suppress(OSError):
            fcntl.ioctl(target, termios.TIOCSWINSZ, current)
