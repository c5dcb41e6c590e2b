"""Runs a command as if gomend were not there: streams, signals and exit status are its own; what it prints is kept."""

import errno
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from gomend.gocmd.capture import Capture, Lines
from gomend.gocmd.signals import Conductor, exit_status
from gomend.gocmd.streams import Change, Stream

_IDLE_SECONDS = 0.3  # silence after the command's end, while somebody still holds a stream
_REST_SECONDS = 0.05  # silence after which a stream rests: what was held back of it is passed on
_LINGER_SECONDS = 1.5  # the most that gomend stays on for such a holder
_PR_SET_PDEATHSIG = 1
_END, _STOP = b"e", b"s"


class StartError(Exception):
    """The system would not start the program; `cause` is what it said."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Watch:
    """Looks on while a command runs. This one does nothing."""

    interval = 60.0  # seconds between two ticks while nothing is printed

    def began(self, child: int) -> None:
        """The command runs, as process `child`."""

    def clear(self) -> None:
        """The command is about to print something that is read on its way."""

    def tick(self, *, at_line_start: bool) -> int:  # noqa: ARG002
        """Nothing was printed for a while, no line unfinished if `at_line_start`. Returns a signal to send, or 0."""
        return 0


class Ended:
    """A command that ran."""

    __slots__ = ("interrupted", "output", "seconds", "signal", "status")

    def __init__(self, *, status: int, signal: int, interrupted: bool, seconds: float, output: Capture) -> None:
        self.status = status  # its exit status, 128+n when signal n ended it
        self.signal = signal  # the signal that ended it, 0 for none
        self.interrupted = interrupted  # somebody asked it to end: Ctrl-C, SIGTERM and the like
        self.seconds = seconds
        self.output = output  # what was read of it


def run(
    path: str,
    argv: Sequence[str],
    environment: Mapping[str, str],
    *,
    read_stdout: bool,
    started: Callable[[], object] = lambda: None,
    change: Callable[[], Change] | None = None,
    watch: Watch | None = None,
) -> Ended:
    """Runs the program `path` and returns once it has ended and all that it printed is passed on.

    Standard error is read on the way, with `read_stdout` standard output too; `change` makes what alters each of them.
    `started` is called once it runs, `watch` is told how it goes on.
    Raises StartError when the system refuses the program, OSError when gomend cannot make the streams.
    """
    return _Run(read_stdout, change, watch).through(path, argv, environment, started)


class _Run:
    def __init__(self, read_stdout: bool, change: Callable[[], Change] | None, watch: Watch | None) -> None:
        opened = _standard_outputs()
        self.watch = watch
        self.output = Capture()
        self.streams: list[Stream] = []
        self.parts: list[Lines] = []
        self.told, self.tell = os.pipe()
        self.conductor = Conductor(
            on_end=lambda: self._say(_END),
            on_stop=lambda: self._say(_STOP),
            on_resize=self._resize,
        )
        self.child = 0
        targets = [fd for fd in ((1, 2) if read_stdout else (2,)) if fd in opened]
        for target in targets:
            keep = self.output.add
            if len(targets) > 1:
                part = Lines(self.output)
                self.parts.append(part)
                keep = part.add
            self.streams.append(Stream(target, keep, change() if change else None))

    def through(
        self, path: str, argv: Sequence[str], environment: Mapping[str, str], started: Callable[[], object]
    ) -> Ended:
        began = time.monotonic()
        mask = self.conductor.hold()
        try:
            self.child = _start(path, argv, environment, {one.target: one.sink for one in self.streams}, mask)
        except OSError as error:
            self.conductor.release()
            raise StartError(error) from error
        finally:
            for stream in self.streams:
                stream.close_sink()
        self.conductor.conduct(self.child)
        if self.watch is not None:
            self.watch.began(self.child)
        started()
        self._copy()
        seconds = time.monotonic() - began
        for part in self.parts:
            part.close()
        status = self.conductor.status
        assert status is not None  # noqa: S101 - _copy returns after the end only
        interrupted = self.conductor.interrupted
        self.conductor.release()
        return Ended(
            status=exit_status(status),
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            interrupted=interrupted,
            seconds=seconds,
            output=self.output,
        )

    def _say(self, word: bytes) -> None:
        os.write(self.tell, word)

    def _resize(self) -> None:
        from gomend.gocmd import terminal  # noqa: PLC0415 - only a terminal is ever resized

        changed = False
        for stream in self.streams:
            if stream.is_terminal and stream.open and terminal.size(stream.source) != terminal.size(stream.target):
                terminal.copy_size(stream.target, stream.source)
                changed = True
        if changed and self.conductor.status is None:
            # The kernel told the command before its own terminal had the new size.
            os.kill(self.child, signal.SIGWINCH)

    def _copy(self) -> None:
        poll = select.poll()
        poll.register(self.told, select.POLLIN)
        by_source = {stream.source: stream for stream in self.streams}
        for source in by_source:
            poll.register(source, select.POLLIN)
        ended_at = 0.0
        while True:
            _settle_at_rest(by_source, poll)
            ready = poll.poll(self._patience(ended=bool(ended_at)))
            self._look_on(silent=not ready, ended=bool(ended_at))
            for fd, _ in ready:
                if fd in by_source:
                    if by_source[fd].open:
                        by_source[fd].copy()
                    if not by_source[fd].open:
                        poll.unregister(fd)
                        del by_source[fd]
                elif os.read(self.told, 1) == _END:
                    ended_at = time.monotonic()
                else:
                    self._drain(by_source)
                    self.conductor.drained()
                    break  # what else was ready has been read
            if ended_at:
                limit = _LINGER_SECONDS if not self.conductor.interrupted else _IDLE_SECONDS
                if not by_source:
                    return
                if not ready or time.monotonic() - ended_at > limit:
                    for stream in by_source.values():
                        stream.hand_over()
                    return

    def _patience(self, *, ended: bool) -> float | None:
        if ended:
            return _IDLE_SECONDS * 1000
        return None if self.watch is None else self.watch.interval * 1000

    def _look_on(self, *, silent: bool, ended: bool) -> None:
        watch = self.watch
        if watch is None or ended:
            return
        if not silent:
            watch.clear()
            return
        number = watch.tick(at_line_start=all(stream.at_line_start for stream in self.streams))
        if number and self.conductor.status is None:
            with suppress(ProcessLookupError):
                os.kill(self.child, number)

    def _drain(self, by_source: Mapping[int, Stream]) -> None:
        poll = select.poll()
        for source in by_source:
            poll.register(source, select.POLLIN)
        while ready := [fd for fd, event in poll.poll(0) if event & select.POLLIN and by_source[fd].open]:
            for fd in ready:
                by_source[fd].copy()


def _settle_at_rest(by_source: Mapping[int, Stream], poll: select.poll) -> None:
    held = [stream for stream in by_source.values() if stream.holds]
    if held and not poll.poll(_REST_SECONDS * 1000):
        for stream in held:
            stream.settle()


def _standard_outputs() -> set[int]:
    """Which of 1 and 2 are open. A closed one stays closed for the command: no file of gomend's may get its number."""
    opened = set()
    for fd in (1, 2):
        with suppress(OSError):
            os.fstat(fd)
            opened.add(fd)
    while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(fd)
    return opened


def _start(
    path: str, argv: Sequence[str], environment: Mapping[str, str], sinks: Mapping[int, int], mask: set[int]
) -> int:
    """Starts the program and returns its process id. Raises OSError as exec does."""
    # A child that ignores SIGCHLD would have its end hidden from waitpid; the program still gets what gomend was given.
    children_ignored = signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN
    if children_ignored:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    end_with_us = _end_with_us()
    failed, fail = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            for target, sink in sinks.items():
                os.dup2(sink, target)
            for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them for itself
                signal.signal(number, signal.SIG_DFL)
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
            if children_ignored:
                signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            end_with_us()
            if os.getppid() != parent:
                os._exit(128 + signal.SIGTERM)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            _execute(path, argv, environment)
        except OSError as error:
            os.write(fail, str(error.errno or errno.EIO).encode())
        finally:
            os._exit(126)
    os.close(fail)
    code = os.read(failed, 16)
    os.close(failed)
    if code:
        os.waitpid(pid, 0)
        raise OSError(int(code), os.strerror(int(code)), path)
    return pid


def _execute(path: str, argv: Sequence[str], environment: Mapping[str, str]) -> None:
    try:
        os.execve(path, list(argv), dict(environment))
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
    # A script without an interpreter's line is a shell's, as execvp(3) has it.
    os.execve("/bin/sh", ["sh", path, *argv[1:]], dict(environment))


def _end_with_us() -> Callable[[], object]:
    """What a new process calls so that it is ended when gomend is killed outright. Linux alone knows such a thing."""
    if sys.platform != "linux":
        return lambda: None
    import ctypes  # noqa: PLC0415 - Linux only

    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return lambda: None
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
