"""A server that fetches from repositories: what it says of one that it has no room for."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.lab.githost import GitHost
from tests.server.serving import Served, serving


def repository(folder: Path, name: str, size: int) -> None:
    """A bare one below `folder`/lab with one version, whose zip has `size` bytes that do not compress."""
    work = folder / f"{name}.work"
    work.mkdir()
    (work / "go.mod").write_text(f"module github.com/lab/{name}\n")
    (work / "data").write_bytes(os.urandom(size))
    words = (
        "git init -q -b main . && git add . && git -c user.name=a -c user.email=a@b commit -q -m x && git tag v1.0.0"
    )
    subprocess.run(["sh", "-ec", f"{words} && git clone -q --bare . {folder}/lab/{name}"], cwd=work, check=True)


@contextlib.contextmanager
def fetching(folder: Path, *options: str) -> Iterator[Served]:
    """A server whose github.com is a host of ours, with the repositories below `folder`."""
    with GitHost(folder) as host:
        home = folder / "home"
        home.mkdir()
        (home / ".gitconfig").write_text(f'[url "http://127.0.0.1:{host.port}/"]\n\tinsteadOf = https://github.com/\n')
        with serving(folder / "serve", "direct", "--timeout", "60", *options, HOME=str(home)) as server:
            yield server


def test_a_repository_that_is_too_large_is_told_with_its_size_and_leaves_nothing(tmp_path: Path) -> None:
    repository(tmp_path, "large", 3_000_000)
    repository(tmp_path, "small", 500_000)
    with fetching(tmp_path, "--clone-size", "2M", "--clones-size", "5M") as server:
        got = server.get("/github.com/lab/large/@v/v1.0.0.zip")
        assert (got.status, got.headers["x-gomend-code"]) == (502, "disk.full"), got.text
        assert got.text.startswith("disk.full: github.com/lab/large@v1.0.0: ")
        assert "its clone takes 2." in got.text and "more than the 2.0 MB of --clone-size" in got.text
        assert server.metric("gomend_clone_bytes") == 0
        assert server.get("/github.com/lab/small/@v/v1.0.0.zip").status == 200
        assert 500_000 < server.metric("gomend_clone_bytes") < 700_000
        clones = server.store / ".gomend/tmp/clones"
        assert len([path for path in clones.iterdir() if path.is_dir()]) == 1


def test_a_size_that_is_none_is_refused(tmp_path: Path) -> None:
    for number, value in enumerate(("2", "0M", "much")):
        folder = tmp_path / str(number)
        with serving(folder, "direct", "--clones-size", value, wait=False) as server:
            assert server.process.wait(60) == 2
        assert f"--clones-size takes a size such as 500M, 20G or 1T, not {value}" in server.log.read_text()
