"""The door of a server at a Unix socket.

Who may open the socket is what its file mode says, so a request through it is its owner's own: it needs no token, and
it may call what changes the server.
"""

import os
import socket
import stat
from pathlib import Path

from gomend.server.plan import ServeError


def bound(path: str, mode: int, backlog: int) -> socket.socket:
    """A socket that listens at `path`, which a server that is gone may have left. Raises ServeError."""
    clear(path)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o777 & ~mode)
    try:
        door.bind(path)
        door.listen(backlog)
    except OSError as error:
        door.close()
        raise ServeError("address", value=f"unix:{path}", words=error.strerror or str(error)) from error
    finally:
        os.umask(before)
    return door


def clear(path: str) -> None:
    """Remove a socket that nobody listens at. Raises ServeError where somebody does, or where it is another file."""
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise ServeError("address", value=f"unix:{path}", words="another file is there")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
            trial.connect(path)
    except FileNotFoundError:
        return
    except ConnectionRefusedError:
        Path(path).unlink(missing_ok=True)
        return
    except OSError as error:
        raise ServeError("address", value=f"unix:{path}", words=error.strerror or str(error)) from error
    raise ServeError("address", value=f"unix:{path}", words="another server listens there")
