"""What gomend was started with, to be handed to the command as it was."""

import os


def environment() -> dict[str, str]:
    """The environment that gomend was started with, to be the command's.

    Python sets LC_CTYPE for itself in the C locale (PEP 538); that is taken back where the system lets it be seen.
    """
    given = dict(os.environ)
    if given.get("LC_CTYPE") in ("C.UTF-8", "C.utf8", "UTF-8"):
        try:
            with open("/proc/self/environ", "rb") as file:
                started_with = file.read().split(b"\0")
        except OSError:
            return given
        if not any(entry.startswith(b"LC_CTYPE=") for entry in started_with):
            del given["LC_CTYPE"]
    return given
