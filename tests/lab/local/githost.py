# ruff: noqa: E501
"""The git repositories of the closed internet, and an ssh server in front of them."""

import os
import subprocess
from pathlib import Path

from tests.lab.local import names

_WHEN = {
    "GIT_AUTHOR_NAME": "dev", "GIT_AUTHOR_EMAIL": "dev@example.com", "GIT_COMMITTER_NAME": "dev", "GIT_COMMITTER_EMAIL": "dev@example.com",
    "GIT_AUTHOR_DATE": "2024-05-14T09:12:44Z", "GIT_COMMITTER_DATE": "2024-05-14T09:12:44Z", "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent",
}  # fmt: skip

# repository: the commits in order, each with its files and the tags set on it; a tag named "-" sets none
REPOSITORIES: dict[str, list[tuple[dict[str, str], list[str]]]] = {
    "github.com/acme/public": [
        ({"go.mod": "module github.com/acme/public\n\ngo 1.19\n", "p.go": "package public\n"}, ["v1.0.0"]),
        ({"p.go": "package public\n\nfunc F() {}\n"}, ["v1.1.0"]),
    ],
    "github.com/acme/private": [
        ({"go.mod": "module github.com/acme/private\n\ngo 1.19\n", "p.go": "package private\n"}, ["v1.0.0", "v1.2.3"])
    ],
    "github.com/acme/untagged": [
        ({"go.mod": "module github.com/acme/untagged\n\ngo 1.19\n", "p.go": "package untagged\n"}, [])
    ],
    "github.com/acme/majors": [
        ({"go.mod": "module github.com/acme/majors\n\ngo 1.19\n", "p.go": "package majors\n"}, ["v1.0.0"]),
        ({"go.mod": "module github.com/acme/majors/v2\n\ngo 1.19\n"}, ["v2.0.0"]),
        ({"go.mod": "module github.com/acme/majors\n\ngo 1.19\n"}, ["v3.0.0"]),
    ],
    "github.com/acme/mono": [
        (
            {
                "go.mod": "module github.com/acme/mono\n\ngo 1.19\n",
                "m.go": "package mono\n",
                "api/go.mod": "module github.com/acme/mono/api\n\ngo 1.19\n",
                "api/a.go": "package api\n",
            },
            ["v0.1.0", "api/v0.1.0"],
        ),
    ],
    "github.com/forker/widget": [
        ({"go.mod": "module github.com/acme/widget\n\ngo 1.19\n", "w.go": "package widget\n"}, ["v1.5.0"])
    ],
    "github.com/acme/empty": [],
    "git.corp.example/team/lib": [
        ({"go.mod": "module git.corp.example/team/lib.git\n\ngo 1.19\n", "l.go": "package lib\n"}, ["v0.3.0"])
    ],
    "git.corp.example/team/plain": [
        ({"go.mod": "module go.corp.example/plain\n\ngo 1.19\n", "l.go": "package plain\n"}, ["v0.3.0"])
    ],
    "gitlab.corp.example/platform/config": [
        ({"go.mod": "module gitlab.corp.example/platform/config\n\ngo 1.19\n", "c.go": "package config\n"}, ["v1.4.2"])
    ],
    "gitlab.com/acme/tools": [
        ({"go.mod": "module gitlab.com/acme/tools\n\ngo 1.19\n", "c.go": "package tools\n"}, ["v1.4.2"])
    ],
}


def _git(place: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *words],
        cwd=place,
        env={**_WHEN, "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
    )


def make(root: Path) -> None:
    """Makes the repositories bare under `root`/<host>/<path>.git; commit times are fixed, so hashes are too."""
    for name, commits in REPOSITORIES.items():
        bare = root / (name + ".git")
        work = root / "work" / name
        work.mkdir(parents=True)
        _git(work, "init", "-q")
        for files, tags in commits:
            for path, text in files.items():
                (work / path).parent.mkdir(parents=True, exist_ok=True)
                (work / path).write_text(text)
            _git(work, "add", "-A")
            _git(work, "commit", "-q", "-m", "change")
            for tag in tags:
                _git(work, "tag", tag)
        bare.parent.mkdir(parents=True, exist_ok=True)
        _git(work, "clone", "-q", "--bare", ".", str(bare))


_SHELL = r"""#!/bin/sh
# what a forge does with a key it knows: repositories outside the account do not exist
case "$SSH_ORIGINAL_COMMAND" in
*git-upload-pack*)
  repo=$(printf %s "$SSH_ORIGINAL_COMMAND" | sed "s/^[^']*'\/\{0,1\}//; s/'.*//; s/\.git$//")
  set -- $SSH_CONNECTION
  case "$3" in
  203.0.113.20) host=github.com; no="ERROR: Repository not found." ;;
  203.0.113.21) host=gitlab.com; no="remote:
remote: ========================================================================
remote:
remote: ERROR: The project you were looking for could not be found or you don't have permission to view it.
remote:
remote: ========================================================================
remote: " ;;
  10.20.0.16) host=gitlab.corp.example; no="remote: ERROR: The project you were looking for could not be found or you don't have permission to view it." ;;
  *) host=git.corp.example; no="fatal: '$repo' does not appear to be a git repository" ;;
  esac
  if [ -d "/run/lab/git/$host/$repo.git" ]; then
    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
    exec git-upload-pack "/run/lab/git/$host/$repo.git"
  fi
  printf '%s\n' "$no" >&2; exit 1 ;;
*) echo "Hi dev! You've successfully authenticated, but GitHub does not provide shell access." >&2; exit 1 ;;
esac
"""


def serve_ssh(run: Path) -> subprocess.Popen[bytes]:
    """Starts sshd on port 22 of the git hosts. The key `run`/key is known there to the user git; its host key is `run`/host."""
    for name in ("host", "otherhost", "key", "otherkey"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "dev@laptop", "-f", run / name], check=True
        )
    (run / "authorized").write_bytes((run / "key.pub").read_bytes())
    shell = run / "forge"
    shell.write_text(_SHELL)
    shell.chmod(0o755)
    config = run / "sshd_config"
    listen = "".join(f"ListenAddress {address}\n" for address in names.SSH)
    config.write_text(
        f"{listen}HostKey {run}/host\nAuthorizedKeysFile {run}/authorized\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        f"UsePAM no\nStrictModes no\nPidFile none\nForceCommand {shell}\nMaxAuthTries 3\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    return subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", config], stderr=subprocess.DEVNULL)
