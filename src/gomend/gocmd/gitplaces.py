"""What git knows of where a repository comes from, and which addresses it rewrites."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

_SECONDS = 5.0


def remotes(folder: Path, environment: Mapping[str, str]) -> list[str]:
    """The addresses of the remotes of the repository around `folder`; none without git or a repository."""
    said = _ask(["config", "--get-regexp", r"^remote\..*\.url$"], folder, environment)
    return list(dict.fromkeys(line.partition(" ")[2] for line in said if " " in line))


def rewritten(folder: Path, environment: Mapping[str, str]) -> list[str]:
    """The addresses that url.*.insteadOf rules lead elsewhere."""
    said = _ask(["config", "--get-regexp", r"^url\..*\.insteadof$"], folder, environment)
    return list(dict.fromkeys(line.partition(" ")[2] for line in said if " " in line))


def _ask(words: list[str], folder: Path, environment: Mapping[str, str]) -> list[str]:
    try:
        ran = subprocess.run(
            ["git", *words],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return ran.stdout.decode("utf-8", "replace").splitlines()
