"""A process's own scratch folder goes with it, or with the next one where it was killed."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gomend.storage.ownscratch import OwnScratch

_SRC = Path(__file__).resolve().parents[2] / "src"
_WAITS = "from gomend.storage.ownscratch import OwnScratch; own = OwnScratch(); print(own.folder, flush=True); input()"


def test_what_a_killed_process_left_goes_and_what_lives_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    around = {**os.environ, "PYTHONPATH": str(_SRC), "TMPDIR": str(tmp_path)}
    others = [
        subprocess.Popen(
            [sys.executable, "-c", _WAITS], env=around, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    folders = []
    for other in others:
        assert other.stdout is not None
        folders.append(Path(other.stdout.readline().strip()))
    (folders[0] / "clones").mkdir()
    (tmp_path / "gomend-scratch-new").mkdir()
    os.kill(others[0].pid, signal.SIGKILL)
    others[0].wait()
    own = OwnScratch()
    assert [folder.exists() for folder in folders] == [False, True]
    assert own.folder.is_dir() and (tmp_path / "gomend-scratch-new").is_dir()
    own.close()
    assert not own.folder.exists()
    for other in others:
        other.communicate()
