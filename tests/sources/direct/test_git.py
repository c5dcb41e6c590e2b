"""A clone holds what the remote's branches and tags lead to, and says truly why it could not be had."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.sources.direct.shapes import make

from gomend.causes import Code
from gomend.sources.direct.clones import Clones
from gomend.sources.direct.git import Git
from gomend.sources.direct.gitrepository import GitRepository
from gomend.sources.direct.repository import Commit, DirectError


@pytest.fixture(scope="module")
def remotes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("remotes")
    make(root)
    return root / "github.com" / "shape"


async def no_status(url: str) -> int | None:
    return None


def repository(
    remote: Path | str,
    folder: Path,
    *,
    status_of: Callable[[str], Awaitable[int | None]] = no_status,
    seconds: float = 60,
    program: str = "git",
    clock: Callable[[], float] = lambda: 0.0,
    settings: dict[str, str] | None = None,
) -> GitRepository:
    url = remote if isinstance(remote, str) else f"file://{remote}"
    git = Git(program, dict(os.environ), settings or {}, seconds)
    return GitRepository(url, Clones(folder), git, status_of=status_of, clock=clock)


def refused(act: Awaitable[object]) -> DirectError:
    async def tried() -> None:
        await act

    with pytest.raises(DirectError) as found:
        asyncio.run(tried())
    return found.value


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize(("shape", "digits"), [("plain", 40), ("sha256", 64)])
def test_a_hash_is_as_long_as_the_repository_has_them(remotes: Path, tmp_path: Path, shape: str, digits: int) -> None:
    whole = git(remotes / shape, "rev-parse", "main")
    assert len(whole) == digits
    for asked in (whole, whole[:12], whole[:7]):
        found = asyncio.run(repository(remotes / shape, tmp_path / asked).commit(asked))
        again = asyncio.run(repository(remotes / shape, tmp_path / asked).commit(whole))
        assert found.hash == again.hash == whole and found.short == whole[:12]
    assert refused(repository(remotes / shape, tmp_path / "x").commit("0" * 104)).code is Code.VCS_UNKNOWN_REVISION


def test_a_commit_that_no_branch_or_tag_leads_to_is_unknown(remotes: Path, tmp_path: Path) -> None:
    """A forge serves pull requests, too; as go has it, they are no versions of the module."""
    fork = tmp_path / "fork"
    subprocess.run(["git", "clone", "-q", "--bare", remotes / "plain", fork], check=True, capture_output=True)
    tree = git(fork, "rev-parse", "main^{tree}")
    author = ["-c", "user.name=dev", "-c", "user.email=dev@example.com"]
    stray = git(fork, *author, "commit-tree", "-m", "evil", "-p", "main", tree)
    git(fork, "update-ref", "refs/pull/1/head", stray)
    git(fork, "config", "uploadpack.allowAnySHA1InWant", "true")
    for asked in (stray, stray[:12]):
        error = refused(repository(fork, tmp_path / "clones").commit(asked))
        assert (error.code, error.is_missing) == (Code.VCS_UNKNOWN_REVISION, True)
    known = asyncio.run(repository(fork, tmp_path / "clones").commit(git(fork, "rev-parse", "main")[:12]))
    assert known.hash == git(fork, "rev-parse", "main")


def test_one_commit_is_fetched_where_one_commit_is_asked(remotes: Path, tmp_path: Path) -> None:
    one = repository(remotes / "commits", tmp_path)
    asyncio.run(one.commit("v1.0.0"))
    (clone,) = tmp_path.glob("*/")
    assert git(clone, "rev-list", "--all", "--count") == "1"


def test_the_remotes_names_are_asked_again_after_a_while(remotes: Path, tmp_path: Path) -> None:
    remote = tmp_path / "remote"
    subprocess.run(["git", "clone", "-q", "--bare", remotes / "plain", remote], check=True, capture_output=True)
    now = [0.0]
    one = repository(remote, tmp_path / "clones", clock=lambda: now[0])
    before = asyncio.run(one.tags(""))
    git(remote, "tag", "v9.0.0", "main")
    assert asyncio.run(one.tags("")) == before
    now[0] = 60
    assert set(asyncio.run(one.tags(""))) - set(before) == {"v9.0.0"}


def test_a_version_that_is_here_needs_no_remote(remotes: Path, tmp_path: Path) -> None:
    remote = tmp_path / "remote"
    subprocess.run(["git", "clone", "-q", "--bare", remotes / "plain", remote], check=True, capture_output=True)
    first = asyncio.run(repository(remote, tmp_path / "clones").commit("v1.0.0"))
    remote.rename(tmp_path / "gone")
    again = asyncio.run(repository(remote, tmp_path / "clones").commit("v1.0.0"))
    assert again.hash == first.hash


def test_a_repository_is_missing_only_where_its_address_says_so(tmp_path: Path) -> None:
    nowhere = {f"url.file://{tmp_path}/none/.insteadOf": "https://git.example/"}

    def told(status: int | None) -> DirectError:
        async def status_of(url: str) -> int | None:
            assert url == "https://git.example/a"
            return status

        return refused(repository("https://git.example/a", tmp_path, status_of=status_of, settings=nowhere).tags(""))

    assert [(told(status).is_missing, told(status).code) for status in (404, 410, 200, 401, 500, None)] == [
        (True, Code.VCS_NOT_FOUND),
        (True, Code.VCS_NOT_FOUND),
        *[(False, None)] * 4,
    ]
    assert "does not appear to be a git repository" in told(None).output


def test_a_git_that_is_not_installed_is_named(remotes: Path, tmp_path: Path) -> None:
    error = refused(repository(remotes / "plain", tmp_path, program="git-is-not-here").tags(""))
    assert (error.code, error.is_missing) == (Code.VCS_TOOL_MISSING, False)


def test_a_remote_that_never_answers_is_given_up_and_git_ends(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"git://127.0.0.1:{mute.getsockname()[1]}/a"
        error = refused(repository(url, tmp_path, seconds=0.3).tags(""))
        assert (error.code, error.is_missing) == (Code.NET_RESPONSE_TIMEOUT, False)
        connection, _ = mute.accept()
        with connection:
            connection.settimeout(60)
            while connection.recv(4096):  # what git had sent; then its end of the connection is closed
                pass


def test_a_git_that_nobody_waits_for_ends(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"git://127.0.0.1:{mute.getsockname()[1]}/a"

        async def begun() -> socket.socket:
            asking = asyncio.create_task(_tags(repository(url, tmp_path)))
            connection, _ = await asyncio.to_thread(mute.accept)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            return connection

        with asyncio.run(begun()) as connection:
            connection.settimeout(60)
            while connection.recv(4096):
                pass


async def _tags(one: GitRepository) -> object:
    return await one.tags("")


def test_many_who_ask_at_once_get_the_same(remotes: Path, tmp_path: Path) -> None:
    """Two servers over one folder: what changes the clone takes turns."""

    async def all_at_once() -> list[Commit]:
        servers = [repository(remotes / "commits", tmp_path) for _ in range(2)]
        asked = ["main", "v0.1.0", "v1.0.0", "first"] * 3
        return await asyncio.gather(*(server.commit(name) for server in servers for name in asked))

    found = asyncio.run(all_at_once())
    assert found[:4] * 6 == found or [one.hash for one in found[:4]] * 6 == [one.hash for one in found]
    assert len({one.hash for one in found}) == 4


def test_a_damaged_clone_is_no_missing_file(remotes: Path, tmp_path: Path) -> None:
    one = repository(remotes / "plain", tmp_path)
    commit = asyncio.run(one.commit("v1.0.0"))
    (clone,) = tmp_path.glob("*/")
    for object_ in clone.glob("objects/??/*"):
        object_.unlink()
    error = refused(one.read(commit, "go.mod"))
    assert not error.is_missing


def test_settings_reach_git_by_its_environment_alone(remotes: Path, tmp_path: Path) -> None:
    mine = {"http.https://git.example/.extraHeader": "Authorization: Basic c2VjcmV0"}
    shown = asyncio.run(
        Git("git", dict(os.environ), mine).run(None, "config", "--get-urlmatch", "http", "https://git.example/x")
    )
    assert b"Basic c2VjcmV0" in shown
