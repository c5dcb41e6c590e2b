"""The processes below another one, from a real system and from what ps prints."""

import os
import subprocess
import sys

import pytest
from tests.gocmd.terminal import Terminal

from gomend.gocmd.offspring import Process, offspring, read_ps

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the system tells it in /proc")


@LINUX
def test_children_and_their_children_are_found_with_their_words():
    inner = "import sys; print(flush=True); sys.stdin.read()"  # says that it runs, then waits
    command = ["sh", "-c", '"$@"; true', "sh", sys.executable, "-c", inner]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as shell:
        try:
            assert shell.stdout
            shell.stdout.readline()
            found = offspring(os.getpid())
            assert [one.words for one in found if one.pid == shell.pid] == [tuple(command)]
            (child,) = (one for one in found if one.parent == shell.pid)
            assert child.words == (sys.executable, "-c", inner)
            assert 0 <= child.seconds < 600
            assert not child.prompts
        finally:
            os.killpg(shell.pid, 9)


@LINUX
def test_who_holds_the_terminal_is_told():
    with Terminal(["sh", "-c", "exec 9<>/dev/tty; echo ready >&9; read answer <&9"]) as terminal:
        terminal.until("ready")
        assert [one.prompts for one in offspring(os.getpid()) if one.pid == terminal.process.pid] == [True]


def test_a_process_that_is_gone_has_nothing_below_it():
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert offspring(ended.pid) == []


def test_what_ps_prints_is_read():
    told = """
    1     0 10-00:00:01 /sbin/init
    7     1    02:03:04 go mod download
    9     8       00:05 /usr/bin/ssh git@git.example
    8     7       01:05 git fetch
   xx     7       00:01 ?
"""
    assert read_ps(told, 1) == [
        Process(7, 1, ("go", "mod", "download"), 7384.0),
        Process(8, 7, ("git", "fetch"), 65.0),
        Process(9, 8, ("/usr/bin/ssh", "git@git.example"), 5.0, prompts=True),
    ]
