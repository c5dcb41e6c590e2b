"""The wheel works alone: built, installed into an empty environment, run."""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHEELS = Path(sys.prefix) / "gomend-setup" / "wheels"


def test_an_installed_wheel_runs_without_the_checkout(tmp_path: Path, go: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
    offline = ["--no-index", "--find-links", str(WHEELS)]
    build = [*pip, "wheel", *offline, "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True)
    (wheel,) = tmp_path.glob("gomend-*.whl")

    home = tmp_path / "environment"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    subprocess.run([*pip, "--python", python, "install", *offline, wheel], check=True)

    def run(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(arguments, input=stdin, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run(home / "bin" / "gomend", "--version").stdout.startswith("gomend")
    explained = run(home / "bin" / "gomend", "explain", "-", stdin="go: module lookup disabled by GOPROXY=off\n")
    assert explained.returncode == 1
    assert "proxy.off" in explained.stdout
    wrapped = run(home / "bin" / "gomend", "go", "env", "GOPROXY")
    assert (wrapped.returncode, wrapped.stdout, wrapped.stderr) == (0, "off\n", "")
    serving = run(home / "bin" / "gomend", "serve")  # without the extra that it needs
    assert (serving.returncode, len(serving.stderr.splitlines())) == (2, 1)
    assert "pipx inject gomend 'gomend[server]'" in serving.stderr
    assert run(python, "-c", "import gomend; print(gomend.__version__)").stdout == "0.1.0\n"
