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
    script = "sleep 60 & echo; wait"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True) as shell:
        try:
            assert shell.stdout
            shell.stdout.readline()
            found = {one.words[:1]: one for one in offspring(os.getpid())}
            assert found["sh",].pid == shell.pid
            assert found["sleep",].parent == shell.pid
            assert found["sleep",].words == ("sleep", "60")
            assert 0 <= found["sleep",].seconds < 600
            assert not any(one.prompts for one in found.values())
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
