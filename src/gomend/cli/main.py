"""Where gomend starts. A command to wrap is started before anything that it does not need is loaded."""

import os
import sys

TYPE_CHECKING = False  # typing costs more than all else here
if TYPE_CHECKING:
    from typing import NoReturn


def run() -> "NoReturn":
    """Does what the command line says, and ends the process."""
    words = sys.argv[1:]
    go = words[:1] == ["go"]
    command = words if go else words[2:] if words[:2] == ["run", "--"] else []
    if command:
        from gomend.cli.wrapping import wrap  # noqa: PLC0415

        _leave(wrap(command, go=go, flags={}))
    from gomend.cli.group import main  # noqa: PLC0415

    _leave(main(words))


def _leave(status: int) -> "NoReturn":
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:  # nobody reads it any more
            pass
    os._exit(status)  # taking the interpreter down in order would only cost time
