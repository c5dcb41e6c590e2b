"""Signals while a command runs: gomend and the command share the terminal's foreground process group.

What the terminal sends (Ctrl-C, Ctrl-\\, Ctrl-Z, hang-up) reaches the command by itself; gomend must only not die
of it. What somebody sends to gomend alone is handed on. When the command stops, gomend stops with it, so that the
shell sees one job.
"""

import _thread
import os
import signal
from collections.abc import Callable
from contextlib import suppress

_FROM_KERNEL = 0x80  # siginfo's SI_KERNEL: the terminal's own signals carry it, those of kill(2) do not
_HANDED_ON = {
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGTSTP,
}
_WATCHED = _HANDED_ON | {signal.SIGCHLD, signal.SIGWINCH, signal.SIGTTIN}
_ENDS = {signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT}
_STOPS = {signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}
_DRAIN_SECONDS = 0.2  # how long what was printed before a stop may take to reach the terminal
_STUCK_SECONDS = 1.0  # how long what an interrupted command left may take: a halted terminal takes nothing


def exit_status(wait_status: int) -> int:
    """The exit status that stands for a wait status: the command's own, or 128+n when signal n ended it."""
    code = os.waitstatus_to_exitcode(wait_status)
    return 128 - code if code < 0 else code


class Conductor:
    """Waits for signals in a thread of its own, since a copy to a halted terminal may block the main thread."""

    def __init__(
        self, *, on_end: Callable[[], None], on_stop: Callable[[], None], on_resize: Callable[[], None]
    ) -> None:
        self._on_end = on_end
        self._on_stop = on_stop
        self._on_resize = on_resize
        self._mask: set[int] = set()
        self._child = 0
        self._thread = 0
        self._over = False
        self._stopped = _thread.allocate_lock()
        self._passed_on = _thread.allocate_lock()
        self._stopped.acquire()
        self._passed_on.acquire()
        self.interrupted = False  # somebody wanted the command to end: Ctrl-C, Ctrl-\\, SIGTERM, SIGHUP
        self.status: int | None = None  # the command's wait status once it ended

    def hold(self) -> set[int]:
        """Keeps all watched signals back from now on. Returns the mask that was in force before, for the command."""
        self._mask = {int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)}
        return self._mask

    def conduct(self, child: int) -> None:
        """Starts to watch over the process `child`."""
        self._child = child
        self._thread = _thread.start_new_thread(self._run, ())

    def release(self) -> None:
        """Ends the watch; signals do to gomend what they did before `hold`."""
        self._over = True
        self._passed_on.release()
        if self._thread:
            with suppress(ProcessLookupError):
                signal.pthread_kill(self._thread, signal.SIGCHLD)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def drained(self) -> None:
        """Says that what the command printed before it stopped has been passed on."""
        with suppress(RuntimeError):
            self._stopped.release()

    def _run(self) -> None:
        while not self._over:
            number, from_terminal = _next_signal()
            if self._over:
                return
            if number == signal.SIGCHLD:
                self._look()
            elif number == signal.SIGWINCH:
                self._on_resize()
            elif self.status is not None:
                os._exit(exit_status(self.status))  # whoever sends a signal now does not want to wait for a verdict
            else:
                self.interrupted = self.interrupted or number in _ENDS
                if number in _HANDED_ON and not from_terminal:
                    self._send(number)

    def _send(self, number: int) -> None:
        if self.status is None:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(self._child, number)

    def _look(self) -> None:
        if self.status is not None:
            return
        try:
            pid, status = os.waitpid(self._child, os.WNOHANG | os.WUNTRACED)
        except ChildProcessError:
            pid, status = self._child, 0
        if pid == 0:
            return
        if not os.WIFSTOPPED(status):
            self.status = status
            self._on_end()
            if self.interrupted and not self._passed_on.acquire(timeout=_STUCK_SECONDS):
                os._exit(exit_status(status))
        elif os.WSTOPSIG(status) in _STOPS:
            self._stop_too(os.WSTOPSIG(status))

    def _stop_too(self, number: int) -> None:
        self._on_stop()
        self._stopped.acquire(timeout=_DRAIN_SECONDS)
        # Sent while held back, so that it merges with one that the terminal sent: gomend stops once.
        os.kill(os.getpid(), number)
        signal.pthread_sigmask(
            signal.SIG_UNBLOCK, {number}
        )  # gomend stands still here until the shell continues the job
        signal.pthread_sigmask(signal.SIG_BLOCK, {number})
        self._send(signal.SIGCONT)


def _next_signal() -> tuple[int, bool]:
    if hasattr(signal, "sigwaitinfo"):
        while True:
            with suppress(InterruptedError):
                info = signal.sigwaitinfo(_WATCHED)
                return info.si_signo, info.si_code == _FROM_KERNEL
    number = signal.sigwait(_WATCHED)
    # Without the sender's mark the terminal's own signals are left to the terminal.
    return number, number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
