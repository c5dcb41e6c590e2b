"""What these tests have: Go's own packages to ask, and a fixed fuzzing profile."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "gomod", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("gomod")

Oracle = Callable[[Iterable[Sequence[str]]], list[list[str]]]


def _latin(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _text(latin: str) -> str:
    return latin.encode("latin-1").decode("utf-8", "surrogateescape")


@pytest.fixture(scope="session")
def oracle(go: Path, go_version: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    """Ask Go's own packages: a list of (operation, arguments…) gives a list of answers. See oracle.go."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with (folder / "oracle.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        program = folder / "oracle" / "oracle-program"
        if not program.exists():
            _build(go, go_version, folder / "oracle")

    def ask(questions: Iterable[Sequence[str]]) -> list[list[str]]:
        asked = [[question[0], *map(_latin, question[1:])] for question in questions]
        run = subprocess.run([program], input=json.dumps(asked), check=True, capture_output=True, text=True)
        answers: list[list[str]] = json.loads(run.stdout)
        assert len(answers) == len(asked)
        return [[_text(part) for part in answer] for answer in answers]

    return ask


def _build(go: Path, go_version: tuple[int, int], folder: Path) -> None:
    folder.mkdir()
    goroot = Path(subprocess.run([go, "env", "GOROOT"], check=True, capture_output=True, text=True).stdout.strip())
    xmod = folder / "xmod"
    shutil.copytree(goroot / "src/cmd/vendor/golang.org/x/mod", xmod, copy_function=shutil.copyfile)
    language = "{}.{}".format(*go_version)
    (xmod / "go.mod").write_text(f"module golang.org/x/mod\n\ngo {language}\n")
    (folder / "go.mod").write_text(
        f"module oracle\n\ngo {language}\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ./xmod\n"
    )
    shutil.copyfile(Path(__file__).with_name("oracle.go"), folder / "main.go")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GOCACHE": str(folder / "cache"),
        "GOENV": "off",
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }
    program = folder / "oracle-program"
    built = subprocess.run(
        [go, "build", "-trimpath", "-o", program, "."],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    shutil.rmtree(folder / "cache")
