"""A program's own change of a file, made on a copy: its own rules hold, and the new content is known first."""

import subprocess
from collections.abc import Mapping, Sequence

from gomend.errors import GomendError

_SECONDS = 20.0


class ChangeRefusedError(GomendError):
    """The program refuses the change; `reason` in its own words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def change(words: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
    """Runs the program, which changes a file that `words` or the environment name. Raises ChangeRefusedError."""
    try:
        subprocess.run(
            list(words),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise ChangeRefusedError(error.stderr.decode("utf-8", "replace").strip()) from error
    except subprocess.TimeoutExpired as error:
        raise ChangeRefusedError(f"{words[0]} does not end") from error
    except OSError as error:
        raise ChangeRefusedError(error.strerror or str(error)) from error
