"""Which helper go waits for, and the host that its command line names."""

import pytest

from gomend.gocmd.helpers import Helper, helper_of, host_of
from gomend.gocmd.offspring import Process

GO = Process(2, 1, ("go", "mod", "download"), 60)


@pytest.mark.parametrize(
    ("words", "host"),
    [
        ("ssh -o SendEnv=GIT_PROTOCOL git@git.example git-upload-pack '/m'", "git.example"),
        ("/usr/bin/ssh -p 2222 -4 git.example x", "git.example"),
        ("ssh -oBatchMode=yes -vvp 22 a@b@git.example x", "git.example"),
        ("ssh ssh://git@git.example:22/m", "git.example"),
        ("ssh -V", ""),
        ("/bin/sh /home/me/bin/ssh git@git.example x", "git.example"),
        ("git ls-remote -q --end-of-options https://user:pw@git.example:8443/m.git", "git.example"),
        ("git ls-remote -q git@git.example:team/m.git", "git.example"),
        ("git -c protocol.version=2 fetch -f --depth=1 origin refs/tags/v1:refs/tags/v1", ""),
        ("/usr/lib/git-core/git-remote-https origin https://git.example/m", "git.example"),
        ("git clone C:/x", ""),
        ("hg clone -U -- https://hg.example/m .", "hg.example"),
        ("svn info https://[::1]:80/x", "::1"),
        ("git fetch https://[", ""),
        ("", ""),
    ],
)
def test_the_host(words: str, host: str):
    assert host_of(words.split()) == host


def test_the_innermost_of_the_oldest_chain_counts_and_the_host_is_the_chains():
    fetch = Process(3, 2, ("git", "fetch", "https://git.example/m"), 30)
    remote = Process(4, 3, ("git", "remote-https"), 29)
    young = Process(5, 2, ("git", "ls-remote", "https://young.example/m"), 1)
    assert helper_of([GO, fetch, remote, young], 1, 2) == Helper("git", 4, "git.example", 29)


def test_what_a_helper_runs_through_a_shell_is_of_its_chain():
    fetch = Process(3, 2, ("git", "fetch", "origin"), 30)
    shell = Process(4, 3, ("sh", "-c", "ssh git@git.example"), 29)
    ssh = Process(5, 4, ("ssh", "git@git.example"), 28)
    assert helper_of([GO, fetch, shell, ssh], 1, 2) == Helper("ssh", 5, "git.example", 28)


def test_compilers_and_what_a_program_of_the_user_starts_are_no_helpers():
    program = Process(4, 2, ("/tmp/go-build1/exe/deploy",), 30)
    ssh = Process(5, 4, ("ssh", "git@git.example"), 28)
    assert helper_of([GO, Process(3, 2, ("compile", "-o", "x"), 30), program, ssh], 1, 2) is None


def test_what_gomend_itself_starts_for_credentials_is_one():
    assert helper_of([GO, Process(3, 1, ("my-goauth", "--login"), 30)], 1, 2) == Helper("my-goauth", 3, "", 30)
