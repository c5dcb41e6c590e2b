"""What these tests have: Go's own net/http to ask."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def oracle(go: Path, go_version: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that asks Go's net/http; see oracle.go."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with (folder / "net-oracle.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        program = folder / "net-oracle" / "oracle"
        if not program.exists():
            _build(go, go_version, program)
    return program


def _build(go: Path, go_version: tuple[int, int], program: Path) -> None:
    folder = program.parent
    folder.mkdir()
    (folder / "go.mod").write_text("module oracle\n\ngo {}.{}\n".format(*go_version))
    shutil.copyfile(Path(__file__).with_name("oracle.go"), folder / "main.go")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GOCACHE": str(folder / "cache"),
        "GOENV": "off",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }
    command = [go, "build", "-trimpath", "-o", program, "."]
    built = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    shutil.rmtree(folder / "cache")
