"""Keeps ssh from asking where nobody can answer.

go before 1.25 set `ssh -o BatchMode=yes` itself; since then an ssh that git starts may wait for a pass-phrase or a host
key. Where there is no terminal that is a hang; where there is one, or the user chose the ssh, it stays as it is.
"""

import os
from collections.abc import Mapping

_CHOSEN = ("GIT_SSH", "GIT_SSH_COMMAND")


def has_terminal() -> bool:
    """Whether this process has a terminal on which a person could be asked."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def without_asking(environment: Mapping[str, str], folder: str) -> dict[str, str]:
    """The variables that keep the ssh of a git in `folder` from asking; none where the user has chosen an ssh."""
    if any(name in environment for name in _CHOSEN) or has_terminal() or _git_names_an_ssh(environment, folder):
        return {}
    return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}


def _git_names_an_ssh(environment: Mapping[str, str], folder: str) -> bool:
    """Whether git's configuration in force sets core.sshCommand; where git does not tell, it might."""
    silent = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    words = ["git", "-C", folder, "config", "--get", "core.sshCommand"]
    try:  # subprocess would take longer to load than git to answer
        _, status = os.waitpid(os.posix_spawnp("git", words, environment, file_actions=silent), 0)
    except OSError:
        return True
    return os.waitstatus_to_exitcode(status) != 1  # git-config(1): the key is not there
