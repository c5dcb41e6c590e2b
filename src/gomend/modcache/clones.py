"""The bare repositories that go keeps for modules it fetches without a proxy."""

import os
import subprocess
from pathlib import Path

_SECONDS = 60.0


def clone_fault(folder: Path, git: str) -> str:
    """git's first words about what is wrong with a bare repository; "" where its references and commits are whole.

    Only what connects them is read (`git fsck --connectivity-only`), not the contents of files. A clone that takes
    longer than a minute, or no git, gives "": nothing can be said.
    """
    if not git:
        return ""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_DIR": str(folder), "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    # A cache of another owner is read as well; nothing of the repository's configuration is run by fsck.
    command = [git, "-c", f"safe.directory={folder}", "-c", "gc.auto=0", "fsck", "--connectivity-only", "--no-dangling",
               "--no-progress"]  # fmt: skip
    try:
        ran = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    if ran.returncode == 0:
        return ""
    words = (ran.stderr + ran.stdout).decode("utf-8", "replace").splitlines()
    telling = [line for line in words if line.startswith(("error", "fatal", "broken", "missing"))]
    return (telling or words or [f"git fsck: {ran.returncode}"])[0]
