"""Mercurial for tests: where it is, and a repository that it serves."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BEGIN = 1_700_000_000  # seconds since 1970; each commit is a day later
AROUND = {"HGRCPATH": "", "HGPLAIN": "1", "HGENCODING": "utf-8"}


def hg_program() -> str | None:
    """hg of the environment that the tests run in, else the machine's."""
    beside = Path(sys.executable).parent / "hg"
    return str(beside) if beside.exists() else shutil.which("hg")


class HgWork:
    """A repository in `folder` that commits are made in, each a day after the one before."""

    def __init__(self, hg: str, folder: Path) -> None:
        self._hg = hg
        self.folder = folder
        self._commits = 0
        folder.mkdir(parents=True)
        self.run("init", ".")

    def run(self, *words: str) -> str:
        """What a command prints."""
        ran = subprocess.run(
            [self._hg, *words],
            cwd=self.folder,
            env={**os.environ, **AROUND},
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()

    def commit(self, *tags: str, **files: str) -> str:
        """A commit of files, `__` in a name for `/` and `_` for `.`, then of tags on it; gives its hash."""
        for name, content in files.items():
            path = self.folder / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, newline="")
        self.run("addremove", "-q")
        self.run("commit", "-q", "-m", "x", *self._who())
        node = self.run("log", "-r", ".", "--template", "{node}")
        for tag in tags:
            self.run("tag", "-q", *self._who(), tag)
        return node

    def _who(self) -> tuple[str, ...]:
        self._commits += 1
        return ("-u", "a <a@b>", "-d", f"{BEGIN + 86_400 * self._commits} 0")


@contextlib.contextmanager
def hg_serving(hg: str, folder: Path) -> Iterator[str]:
    """The URL at which the repository in `folder` is served."""
    serving = subprocess.Popen(
        [hg, "serve", "-a", "127.0.0.1", "-p", "0", "--config=web.accesslog=/dev/null", "--print-url"],
        cwd=folder, env={**os.environ, **AROUND}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert serving.stdout is not None
        yield serving.stdout.readline().strip().rstrip("/")
    finally:
        serving.terminate()
        serving.wait()
        if serving.stdout is not None:
            serving.stdout.close()
