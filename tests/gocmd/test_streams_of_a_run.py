"""What a command sees and what is seen of it are the same with gomend as without."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.gocmd.terminal import GOMEND, PATIENCE

EVERY_BYTE = bytes(range(256)) * 3


def under(command: list[str]) -> list[str]:
    return [*GOMEND, "run", "--", *command]


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-c", code]


def both(command: list[str], **options) -> tuple[subprocess.CompletedProcess, subprocess.CompletedProcess]:
    options = {"capture_output": True, "timeout": PATIENCE, "check": False, **options}
    return subprocess.run(command, **options), subprocess.run(under(command), **options)  # noqa: PLW1510 - above


def test_bytes_pass_unchanged_in_all_three_directions():
    code = "import sys; d = sys.stdin.buffer.read(); sys.stdout.buffer.write(d); sys.stderr.buffer.write(d[::-1])"
    plain, wrapped = both(python(code), input=EVERY_BYTE)
    assert (wrapped.stdout, wrapped.stderr) == (plain.stdout, plain.stderr) == (EVERY_BYTE, EVERY_BYTE[::-1])


@pytest.mark.parametrize("status", [0, 1, 2, 3, 125, 126, 127, 128, 255])
def test_the_exit_status_is_the_commands_own(status: int):
    assert subprocess.run(under(["sh", "-c", f"exit {status}"]), check=False).returncode == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGSEGV, signal.SIGPIPE])
def test_a_signal_that_ends_the_command_shows_as_128_and_its_number(number: signal.Signals):
    ran = subprocess.run(under(["sh", "-c", f"kill -{int(number)} $$"]), check=False, capture_output=True)
    assert ran.returncode == 128 + number


@pytest.mark.parametrize("locale", [{}, {"LC_ALL": "C"}, {"LANG": "C"}, {"LC_CTYPE": "C.UTF-8"}])
def test_the_environment_is_the_commands_own(locale: dict[str, str]):
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "ODD": "\udcff\n=", "EMPTY": "", **locale}
    plain, wrapped = both(["env", "-0"], env=environment)
    # but for the folder of gomend's own go, first on PATH
    seen = re.sub(rb"(?m)(^|\0)PATH=[^:\0]*/gomend-[0-9a-f]{32}:", rb"\1PATH=", wrapped.stdout)
    assert seen != wrapped.stdout
    assert sorted(seen.split(b"\0")) == sorted(plain.stdout.split(b"\0"))


def test_signal_settings_are_the_commands_own():
    plain, wrapped = both(["grep", "^Sig[BI]", "/proc/self/status"])
    assert wrapped.stdout == plain.stdout
    assert plain.stdout.count(b"\n") == 2


def test_what_is_ignored_stays_ignored():
    command = "trap '' HUP INT CHLD; exec {} grep ^SigIgn /proc/self/status"
    alone = subprocess.run(["sh", "-c", command.format("")], check=True, capture_output=True)
    wrapped = subprocess.run(["sh", "-c", command.format(" ".join(under([])))], check=True, capture_output=True)
    assert wrapped.stdout == alone.stdout


@pytest.mark.parametrize("closed", ["", "0<&-", "1>&-", "2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-", "5>kept"])
def test_open_files_are_the_commands_own(closed: str, tmp_path: Path):
    code = (
        "import os, sys; fds = [n for n in range(20) if os.path.exists(f'/proc/self/fd/{n}')];"
        "open(sys.argv[1], 'w').write(str(fds))"
    )
    results = []
    for prefix in ([], under([])):
        seen = tmp_path / f"seen{len(prefix)}"
        script = f'exec "$@" {closed}'
        subprocess.run(
            ["sh", "-c", script, "sh", *prefix, *python(code), str(seen)], cwd=tmp_path, check=True, timeout=PATIENCE
        )
        results.append(seen.read_text())
    assert results[0] == results[1]


def test_a_reader_that_leaves_ends_the_command_quietly():
    script = f"{' '.join(under(['yes']))} | head -1; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", script], check=True, capture_output=True, timeout=PATIENCE)
    assert (ran.stdout, ran.stderr) == (b"y\n141\n", b"")


def test_output_comes_at_once(tmp_path: Path):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    script = f"printf half >&2; read line <{gate}; echo ' whole' >&2"
    with subprocess.Popen(under(["sh", "-c", script]), stderr=subprocess.PIPE) as running:
        assert running.stderr is not None
        assert os.read(running.stderr.fileno(), 100) == b"half"
        gate.write_text("go on\n")
        assert running.stderr.read() == b" whole\n"


# The peak that the system reports for a process counts what it was before exec, too: so it is started by a small one.
_MEASURED = """
import os, resource, subprocess, sys
status = subprocess.run(sys.argv[1:], check=False).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_much_output_takes_little_memory():
    size = 150_000_000
    command = under(["sh", "-c", f"head -c {size} /dev/zero | tr '\\0' '\\n' >&2"])
    started = [sys.executable, "-I", "-c", _MEASURED, *command]
    with subprocess.Popen(started, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        seen = 0
        while block := running.stderr.read(1 << 16):
            seen += len(block)
        status, kilobytes = running.stdout.read().split()
    assert (int(status), seen) == (0, size)
    assert int(kilobytes) < 150_000


def test_a_process_left_behind_neither_holds_gomend_nor_loses_its_stderr(tmp_path: Path):
    gate, done = tmp_path / "gate", tmp_path / "done"
    os.mkfifo(gate)
    os.mkfifo(done)
    script = f"(trap 'echo killed >{done}; exit' PIPE; read line <{gate}; echo late >&2; echo written >{done}) & exit 5"
    reading, writing = os.pipe()
    running = subprocess.Popen(under(["sh", "-c", script]), stderr=writing, stdout=subprocess.DEVNULL)
    os.close(writing)
    assert running.wait(PATIENCE) == 5  # while the process left behind still waits at the gate
    gate.write_text("go on\n")
    assert done.read_text() == "written\n"
    with os.fdopen(reading, "rb") as stderr:
        assert stderr.read() == b"late\n"


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2]
)
def test_a_signal_sent_to_gomend_alone_reaches_the_command(number: signal.Signals):
    name = number.name.removeprefix("SIG")
    script = f"trap 'echo got {name}; exit 9' {name}; echo ready; while :; do read line || :; done"
    with subprocess.Popen(under(["sh", "-c", script]), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdin is not None
        assert running.stdout.readline() == b"ready\n"
        running.send_signal(number)
        running.stdin.write(b"\n")
        running.stdin.flush()
        assert running.stdout.readline() == f"got {name}\n".encode()
        assert running.wait(PATIENCE) == 9


def test_a_command_does_not_outlive_a_killed_gomend():
    script = "echo $$; exec tail -f /dev/null"
    with subprocess.Popen(under(["sh", "-c", script]), stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        command = os.pidfd_open(int(running.stdout.readline()))
        running.kill()
        poll = select.poll()
        poll.register(command, select.POLLIN)
        assert poll.poll(PATIENCE * 1000), "the command lives on"
        os.close(command)


def test_a_stopped_reader_does_not_keep_an_interrupted_run(tmp_path: Path):
    reading, writing = os.pipe()
    running = subprocess.Popen(under(["yes"]), stdout=writing)
    os.close(writing)
    assert os.read(reading, 2) == b"y\n"
    deadline = time.monotonic() + PATIENCE
    running.send_signal(signal.SIGTERM)  # the pipe is full and stays so: nothing more is read
    assert running.wait(deadline - time.monotonic()) == 128 + signal.SIGTERM
    os.close(reading)


def test_a_script_without_an_interpreters_line_runs_as_a_shell_runs_it(tmp_path: Path):
    script = tmp_path / "script"
    script.write_text("echo $1 $0\n")
    script.chmod(0o755)
    plain = subprocess.run(["env", str(script), "x"], check=True, capture_output=True)
    assert subprocess.run(under([str(script), "x"]), check=True, capture_output=True).stdout == plain.stdout
