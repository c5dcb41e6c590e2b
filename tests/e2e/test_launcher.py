"""`./gomend` in a checkout: sets itself up once, then runs, from anywhere."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHEELS = Path(sys.prefix) / "gomend-setup" / "wheels"


def copy_checkout(target: Path) -> Path:
    """The parts of this checkout that the launcher needs, without its .venv."""
    target.mkdir(parents=True)
    for name in ("gomend", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, target / name)
    shutil.copytree(ROOT / "src", target / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "requirements", target / "requirements")
    return target


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, go: Path) -> None:
    """Installers take the wheels that set-up fetched, and no index."""
    assert list(WHEELS.glob("click-*")), "run `make test`: it fetches the wheels"
    for name, value in {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "PIP_NO_CACHE_DIR": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(WHEELS),
        "UV_OFFLINE": "1",
        "GOMEND_GO": str(go),
        "GOMEND_PYTHON": sys.executable,
    }.items():
        monkeypatch.setenv(name, value)


def call(command: list[str | Path], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in a folder with a space; the tests of this module share it."""
    return copy_checkout(tmp_path_factory.mktemp("check outs") / "my gomend")


def test_two_first_calls_at_once_set_up_once_and_both_run(prepared: Path, offline: None, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: call([prepared / "gomend", "--version"], cwd=tmp_path), range(2)))
    assert [(done.returncode, done.stdout) for done in both] == [(0, both[0].stdout)] * 2, both
    assert "gomend" in both[0].stdout
    assert sum("setting up" in done.stderr for done in both) <= 1

    link = tmp_path / "bin" / "gm"
    link.parent.mkdir()
    link.symlink_to(os.path.relpath(prepared / "gomend", link.parent))
    again = call([link, "--version"], cwd=tmp_path)
    assert (again.returncode, again.stderr) == (0, "")

    moved = prepared.with_name("moved")
    prepared.rename(moved)
    try:
        after_move = call([moved / "gomend", "--version"])
        assert (after_move.returncode, after_move.stdout) == (0, again.stdout)
        assert "setting up" in after_move.stderr
    finally:
        moved.rename(prepared)


def test_without_an_index_it_says_so_in_one_sentence(
    tmp_path: Path, offline: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))
    done = call([copy_checkout(tmp_path / "c") / "gomend", "--version"])
    assert done.returncode == 125
    assert done.stderr.splitlines()[-1] == (
        "gomend: could not install the dependencies: is a package index reachable from here, and its settings right?"
    )


def test_an_unsuitable_python_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = copy_checkout(tmp_path / "c")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tools / "python3").chmod(0o755)
    for name in ("sh", "readlink", "cmp"):
        (tools / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(tools))
    done = call([checkout / "gomend", "--version"])
    assert (done.returncode, done.stderr) == (
        125,
        "gomend: needs Python 3.11 or newer; install it, or name one in GOMEND_PYTHON\n",
    )
