"""The real program on a machine of the test's own: its resolv.conf, hosts and nsswitch.conf, in a mount namespace."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_FILES = ("resolv.conf", "hosts", "nsswitch.conf")
_ALONE = ("unshare", "-rm") if os.geteuid() else ("unshare", "-m")


@cache
def is_possible() -> bool:
    """Whether a mount namespace can be had here, which some containers forbid."""
    if shutil.which("unshare") is None:
        return False
    words = [*_ALONE, "sh", "-c", "mount --bind /etc/hosts /etc/hosts"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@cache
def schemas() -> dict[str, Any]:
    """What `gomend schema` prints."""
    ran = subprocess.run([ROOT / "gomend", "schema"], capture_output=True, check=True, text=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@dataclass(frozen=True)
class Ran:
    """What a call came to."""

    status: int
    stdout: str
    stderr: str


class OwnMachine:
    """`resolvers` are addresses that listen on port 53; further lines of resolv.conf stand in `conf`."""

    def __init__(self, folder: Path, resolvers: Sequence[str], *, conf: str = "", hosts: str = "") -> None:
        if not is_possible():
            pytest.skip("no mount namespace can be had here")
        self.folder = folder
        etc = folder / "etc"
        etc.mkdir()
        (etc / "resolv.conf").write_text("".join(f"nameserver {one}\n" for one in resolvers) + conf)
        (etc / "hosts").write_text(f"127.0.0.1 localhost\n{hosts}")
        (etc / "nsswitch.conf").write_text("hosts: files dns\n")
        mounts = "; ".join(f"mount --bind {etc / name} /etc/{name}" for name in _FILES)
        self._words = [*_ALONE, "sh", "-ec", f'{mounts}; exec "$@"', "sh", str(ROOT / "gomend")]

    def call(self, *words: str, **variables: str) -> Ran:
        """Runs `./gomend WORDS` in the folder."""
        ran = subprocess.run(
            [*self._words, *words],
            env={**os.environ, "COLUMNS": "80", **variables},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)
