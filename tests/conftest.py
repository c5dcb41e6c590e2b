"""What every test has: loopback only, an emptied environment, a real go."""

import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from tests.lab.loopback import keep_in

keep_in()

# nohup, or a shell that runs the tests in the background, has these ignored, and children would inherit that.
for _number, _handler in (
    (signal.SIGHUP, signal.SIG_DFL),
    (signal.SIGQUIT, signal.SIG_DFL),
    (signal.SIGINT, signal.default_int_handler),
):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, _handler)

_KEPT_VARIABLES = {"PATH", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "COVERAGE_PROCESS_START"}


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty environment with a home of its own. A child process cannot leave loopback through a proxy or GOPROXY."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name not in _KEPT_VARIABLES and not name.startswith("PYTEST_"):
            monkeypatch.delenv(name)
    for name, value in {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "GOENV": str(home / "goenv"),
        "GOPATH": str(home / "go"),
        "GOPROXY": "off",
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GOTELEMETRY": "off",
        "GOFLAGS": "-modcacherw",
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }.items():
        monkeypatch.setenv(name, value)


def _go_from_package() -> Path | None:
    package = importlib.util.find_spec("go")
    if package is None or package.origin is None:
        return None
    found = Path(package.origin).parent / "bin" / "go"
    return found if found.exists() else None


@pytest.fixture(scope="session")
def go() -> Path:
    """The real go command. `make test` sees to it that there is one."""
    found = shutil.which("go")
    path = Path(found).resolve() if found else _go_from_package()
    if path is None:
        pytest.fail("no go command: run `make test`, which installs one")
    return path


@pytest.fixture(scope="session")
def go_version(go: Path) -> tuple[int, int]:
    """Major and minor version of that go, for instance (1, 26)."""
    words = subprocess.run([go, "env", "GOVERSION"], check=True, capture_output=True, text=True).stdout
    major, minor = words.strip().removeprefix("go").split(".")[:2]
    return int(major), int(minor)
