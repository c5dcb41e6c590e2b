"""On a terminal a run looks and behaves as without gomend: looks, size, Ctrl-C, Ctrl-\\, Ctrl-Z and fg."""

import os
import shlex
import signal
import sys
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND, PATIENCE, Terminal

RUN = [*GOMEND, "--no-record", "run", "--"]


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-c", code]


def test_the_screen_shows_the_same_bytes():
    script = r"printf 'a\nb\tc\r\n\033[31mred\033[0m\n'; printf 'to stderr\nand\010 more\n' >&2; test -t 1 && test -t 2"
    with Terminal(["sh", "-c", script]) as alone, Terminal([*RUN, "sh", "-c", script]) as wrapped:
        plain, seen = alone.rest(), wrapped.rest()
        assert (sorted(seen.split(b"\r\n")), wrapped.process.returncode) == (sorted(plain.split(b"\r\n")), 0)


def test_the_size_is_the_terminals_and_follows_it():
    code = (
        "import os, signal, sys\n"
        "def tell(*_): os.write(2, b'size %d %d\\n' % os.get_terminal_size(2))\n"
        "signal.signal(signal.SIGWINCH, tell); tell(); sys.stdin.readline()"
    )
    with Terminal([*RUN, *python(code)], size=(33, 77)) as terminal:
        terminal.until("size 77 33")
        terminal.resize(44, 111)
        terminal.until("size 111 44")
        terminal.send("\n")
        terminal.rest()
        assert terminal.process.returncode == 0


@pytest.mark.parametrize(("key", "name"), [("\x03", "INT"), ("\x1c", "QUIT")])
def test_a_key_ends_the_command_once_and_gomend_after_it(key: str, name: str):
    script = f"trap 'echo got {name}; exit 9' {name}; echo ready; while :; do read line || :; done"
    with Terminal([*RUN, "sh", "-c", script]) as terminal:
        terminal.until("ready")
        terminal.send(key)
        seen = terminal.rest()
        assert (seen.count(f"got {name}".encode()), terminal.process.returncode) == (1, 9)


def test_ctrl_c_ends_a_command_that_does_not_care():
    with Terminal([*RUN, "sh", "-c", "echo ready >&2; exec tail -f /dev/null"]) as terminal:
        terminal.until("ready")
        terminal.send("\x03")
        assert b"Traceback" not in terminal.rest()
        assert terminal.process.returncode == 128 + signal.SIGINT


def test_ctrl_z_and_fg_in_a_shell():
    environment = {**os.environ, "PS1": "$ ", "TERM": "dumb"}
    code = (
        "import sys\nprint('ready', file=sys.stderr, flush=True)\n"
        "for line in sys.stdin: print('read', line.strip()[::-1], file=sys.stderr, flush=True)"
    )
    with Terminal(["bash", "--norc", "--noprofile", "-i"], env=environment) as shell:
        shell.send(f"{shlex.join([*RUN, *python(code)])}\n")
        shell.until(r"ready\r\n")
        for word in ("abc", "xyz"):
            shell.send("\x1a")
            shell.until("Stopped")
            shell.send("jobs -l | grep -c Stopped\n")
            shell.until(r"\n1\r\n")
            shell.send("fg\n")
            shell.until("gomend")
            shell.send(f"{word}\n")
            shell.until(f"read {word[::-1]}")
        shell.send("\x04")
        shell.send("echo status $?\n")
        shell.until(r"status 0\r\n")
        shell.send("exit\n")
        shell.rest()


def test_what_was_printed_before_a_stop_shows_before_it():
    environment = {**os.environ, "PS1": "$ ", "TERM": "dumb"}
    script = "trap 'echo last words >&2; trap - TSTP; kill -TSTP $$' TSTP; echo ready; while :; do read line || :; done"
    with Terminal(["bash", "--norc", "--noprofile", "-i"], env=environment) as shell:
        shell.send(f"{shlex.join([*RUN, 'bash', '-c', script])}\n")
        shell.until(r"ready\r\n")
        shell.send("\x1a")
        shell.until(r"last words\r\n(?s:.)*Stopped")
        shell.send("kill -9 %1; fg; exit\n")
        shell.rest()


def test_a_job_in_the_background_does_not_stop_for_writing(tmp_path: Path):
    environment = {**os.environ, "PS1": "$ ", "TERM": "dumb"}
    with Terminal(["bash", "--norc", "--noprofile", "-i"], env=environment) as shell:
        shell.send(f"{shlex.join([*RUN, 'sh', '-c', 'echo from behind >&2'])} & wait; echo status $?\n")
        shell.until(r"from behind\r\n(?s:.)*status 0\r\n")
        shell.send("exit\n")
        shell.rest()


def test_a_command_that_asks_finds_the_terminal():
    code = "line = open('/dev/tty', 'r+b', buffering=0); line.write(b'name? '); line.write(b'hello ' + line.readline())"
    with Terminal([*RUN, *python(code)]) as terminal:
        terminal.until(r"name\?")
        terminal.send("you\n")
        terminal.until("hello you")
        terminal.rest()
        assert terminal.process.wait(PATIENCE) == 0
