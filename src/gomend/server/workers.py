"""The workers of a server. granian starts them, watches over them and stops them; here is how they follow each other.

All share sockets that were opened once: who connects while a worker is replaced waits for the next one. A worker goes
when its successor serves, and not before. What they show as their certificate is held in memory, and a worker has
served with it before: a broken file costs nothing.
"""

import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from granian._granian import SocketHolder
from granian.server import MPServer

from gomend.server.certificate import CertificateFiles, Identity
from gomend.server.tlsworker import HAS_LEFT, LEAVE, LEAVES_WITHIN, SERVES
from gomend.telemetry.logs import Log

_SERVES_WITHIN = 60.0  # seconds
_LEAVES_AT_ONCE = 5.0  # seconds: to take in nobody else
_TURN = 0.1  # seconds: how soon a signal is noticed while a worker is waited for
_LOOKED_AT_EVERY = 1.0  # seconds: certificate and key


class Reports:
    """A pipe through which workers tell the process that started them what they have come to."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._heard: set[str] = set()

    def say(self, word: str) -> None:
        """From a worker."""
        with suppress(BlockingIOError):  # nobody has listened for thousands of workers
            os.write(self._writer, f"{os.getpid()}:{word} ".encode())

    def hear(self, pid: int, word: str, seconds: float) -> bool:
        """Whether the worker with this number says it within so many seconds, or has said it since `forget`."""
        said = f"{pid}:{word}"
        if said not in self._heard and select.select([self._reader], [], [], seconds)[0]:
            self._heard |= set(os.read(self._reader, 1 << 16).decode().split())
        return said in self._heard

    def forget(self) -> None:
        """What was said so far: numbers of processes come again."""
        with suppress(BlockingIOError):
            os.read(self._reader, 1 << 16)
        self._heard.clear()


class InMemory:
    """A certificate and its key as files that exist in memory alone, until `close`."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self._handles = [os.memfd_create("gomend") for _ in range(2)]
        self.paths = tuple(f"/proc/self/fd/{handle}" for handle in self._handles)
        for path, content in zip(self.paths, (identity.chain, identity.key), strict=True):
            Path(path).write_bytes(content)

    def close(self) -> None:
        """They are gone, but for processes made before."""
        for handle in self._handles:
            os.close(handle)


class Workers(MPServer):
    """granian's, at `doors`; where `certificate` is given, the first of them is the one with TLS."""

    ssl_ctx: Any
    _shd: Any

    def __init__(
        self,
        doors: Sequence[socket.socket],
        reports: Reports,
        log: Log,
        certificate: CertificateFiles | None,
        **settings: Any,
    ) -> None:
        super().__init__("gomend", **settings)
        self._doors = doors
        self._reports = reports
        self._log = log
        self._certificate = certificate
        self._is_told = False  # to read everything again
        self._leaving: list[Any] = []
        self._shown: InMemory | None = None
        if certificate is not None:
            self._show(certificate.shown)
            threading.Thread(target=self._watch, args=(certificate,), daemon=True).start()

    def signal_handler_reload(self, *_: Any) -> None:
        """SIGHUP."""
        self._is_told = True
        super().signal_handler_reload()  # type: ignore[no-untyped-call]  # (granian has no types for it)

    def shutdown(self, exit_code: int = 0) -> None:
        """As of MPServer; nobody is to wait behind sockets at which nobody answers."""
        for door in self._doors:
            door.close()
        for worker in self._leaving:
            self._tell(worker)
        try:
            super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # (as above)
        finally:
            for worker in list(self._leaving):
                self._see_off(worker, _TURN)

    def _init_shared_socket(self) -> None:
        """granian's own workers would each listen for themselves, and what waits there is lost when one ends."""
        self._ssp = None
        self._sso = None
        more = (self.backlog,) if sys.platform.startswith(("linux", "freebsd")) else ()
        holder: Any = SocketHolder  # which it has in several forms
        self._shd = holder(self._doors[0].fileno(), False, *more)

    def _reload(self, spawn_target: Any, target_loader: Any) -> None:
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        is_told, self._is_told = self._is_told, False
        new = self._certificate.judge() if self._certificate is not None else None
        if is_told:
            self._call_hooks(self.hooks_reload)  # type: ignore[no-untyped-call]  # (as above)
        if new is not None and self._certificate is not None:
            before = self._certificate.shown
            self._show(new)
            if self._replace(spawn_target, target_loader):
                self._certificate.show(new)
                return
            self._show(before)
            if self.interrupt_signal:
                return
            self._certificate.pass_over("no worker can serve with it")
        if is_told and not self._replace(spawn_target, target_loader) and not self.interrupt_signal:
            self._log.warning("not_reloaded", error="no worker serves with the new settings: those before go on")

    def _show(self, identity: Identity) -> None:
        """What workers load that are made from now on."""
        before, self._shown = self._shown, InMemory(identity)
        self.ssl_ctx = (True, *self._shown.paths, *self.ssl_ctx[3:])
        if before is not None:
            before.close()

    def loaded(self) -> Identity:
        """What a worker that is being made shows."""
        if self._shown is None:
            raise ValueError("a server without TLS shows no certificate")
        return self._shown.identity

    def _replace(self, spawn_target: Any, target_loader: Any) -> bool:
        """Put new workers in the places of those that serve. False where one does not serve: all that do go on."""
        self._reports.forget()
        within = LEAVES_WITHIN + (self.workers_kill_timeout or 0)
        for index, old in enumerate(self.wrks):
            new: Any = self._spawn_worker(idx=index, target=spawn_target, callback_loader=target_loader)
            new.interrupt_by_parent = True  # it does not count before it serves
            new.start()
            if not self._reports_in(new, SERVES, _SERVES_WITHIN):
                new.kill()
                new.join()
                return False
            new.interrupt_by_parent = False
            self.wrks[index] = new
            old.interrupt_by_parent = True
            self._leaving.append(old)
            self._tell(old)
            if self._certificate is not None:
                self._reports_in(old, HAS_LEFT, _LEAVES_AT_ONCE)
            threading.Thread(target=self._see_off, args=(old, within), daemon=True).start()
        return True

    def _reports_in(self, worker: Any, word: str, seconds: float) -> bool:
        """Whether a worker says this within so many seconds, before it ends and before the server is stopped."""
        until = time.monotonic() + seconds
        while not self._reports.hear(worker.inner.pid, word, _TURN):
            if self.interrupt_signal or time.monotonic() > until or not worker.is_alive():
                return False
        return True

    def _tell(self, worker: Any) -> None:
        """To go. One with TLS waits for those who have not asked yet, and for nobody when it is told a second time."""
        with suppress(ProcessLookupError):
            os.kill(worker.inner.pid, LEAVE if self._certificate is not None else signal.SIGTERM)

    def _see_off(self, worker: Any, seconds: float) -> None:
        worker.join(seconds)
        if worker.is_alive():
            worker.kill()
            worker.join()
        with suppress(ValueError):
            self._leaving.remove(worker)

    def _watch(self, certificate: CertificateFiles) -> None:
        while True:
            time.sleep(_LOOKED_AT_EVERY)
            if certificate.is_to_judge():
                super().signal_handler_reload()  # type: ignore[no-untyped-call]  # (as above)
