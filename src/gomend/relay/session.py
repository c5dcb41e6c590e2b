"""The door of one run: bound at once, served by a thread of its own that loads what it needs while go loads."""

import gc
import os
import select
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING

from gomend.relay.addresses import Restorer
from gomend.relay.plan import Plan
from gomend.relay.tunneladdress import TunnelAddress

if TYPE_CHECKING:  # loaded by the thread: importing aiohttp takes longer than go needs to start
    from gomend.net.exchange import Exchange
    from gomend.relay.graphwalk import GraphWalk
    from gomend.sources.base import Wanted
    from gomend.sources.readahead import Tally


_GARBAGE = 20_000  # objects between two collections: a thousand requests are no reason to look through all there is


@dataclass(frozen=True, slots=True)
class Ahead:
    """What to read ahead: files known when the command starts, and what follows from each go.mod that arrives.

    With `after_go` not before go itself has asked for one of the files.
    """

    files: Sequence["Wanted"] = ()
    walk: "GraphWalk | None" = None
    after_go: bool = False


@dataclass(slots=True)
class Record:
    """What passed the door in one run."""

    exchanges: list["Exchange"] = field(default_factory=list)
    ahead: "Tally | None" = None
    waiting: Sequence[str] = ()  # the paths below an entry that go waits for now
    expected: int = 0  # zips that were known from the beginning to be needed
    stalled: "Exchange | None" = None  # the request for which a go command was ended, since nothing moved
    failed: BaseException | None = None  # what broke in the door itself: go was served without it
    trace: str = field(default_factory=lambda: os.urandom(16).hex())  # what hosts that are told call the run (W3C)


class Session:
    """Opens with `Session(...)`, serves from `start` until `stop`.

    `environment` and `folder` are go's, for certificates, forward proxies and credentials, `goauth` its GOAUTH;
    `forecast` says what to read ahead, called once in the door's thread. With `tunnel` the door is go's HTTP proxy,
    too. `more` are further variables for go. Raises OSError if no loopback socket can be had.
    """

    def __init__(
        self,
        plan: Plan,
        environment: Mapping[str, str],
        forecast: Callable[[], Ahead],
        *,
        machine_output: bool,
        folder: str,
        goauth: str,
        tunnel: bool,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._plan = plan
        self._more = more
        self._folder = folder
        self._goauth = goauth
        self._environment = environment
        self._forecast = forecast
        self._secret = os.urandom(16).hex()
        self._listening = _listen()
        self._port = self._listening.getsockname()[1]
        self._tunnel: tuple[TunnelAddress, socket.socket] | None = None
        if tunnel:
            waiting = _listen()
            self._tunnel = (TunnelAddress(waiting.getsockname()[1], os.urandom(16).hex(), environment), waiting)
        self._wake_read, self._wake_write = os.pipe()
        self._thread = threading.Thread(target=self._serve, name="door", daemon=True)
        self.machine_output = machine_output  # stdout is JSON, in which go names addresses too
        self.record = Record()

    def environment(self) -> dict[str, str]:
        """What the go command is given in place of its own settings."""
        told = dict(self._more)
        if self._plan.entries:
            told["GOPROXY"] = self._plan.value(f"http://127.0.0.1:{self._port}/{self._secret}")
        return told if self._tunnel is None else told | self._tunnel[0].variables()

    def restorer(self) -> Restorer:
        """A filter that puts the true addresses back; one for each stream."""
        shown = {number: entry.address.shown for number, entry in self._plan.entries.items()}
        return Restorer(self._port, self._secret, shown, {} if self._tunnel is None else self._tunnel[0].shown())

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> Record:
        """go has ended: end the door and say what passed it. Waits for the door's thread if that ever had work."""
        os.write(self._wake_write, b".")
        self._thread.join()
        self._listening.close()
        if self._tunnel is not None:
            self._tunnel[1].close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        return self.record

    def _serve(self) -> None:
        try:
            ahead = self._foreseen()
            self.record.expected = sum(file.purpose == "zip" for file in ahead.files)
            self._serve_all(ahead)
        except BaseException as error:  # whatever it was: go must not be left waiting, nor fail for it
            self.record.failed = self.record.failed or error
            self._carry_on()

    def _foreseen(self) -> Ahead:
        try:
            return self._forecast()
        except Exception as error:  # nothing is read ahead, then
            self.record.failed = error
            return Ahead()

    def _serve_all(self, ahead: Ahead) -> None:
        if not ahead.files:
            # All is in the module cache, as far as can be told: load nothing until go asks after all.
            ready, _, _ = select.select([*(door.fileno() for door in self._doors()), self._wake_read], [], [])
            if self._wake_read in ready:
                return
        gc.disable()  # while much is loaded that stays
        import asyncio  # noqa: PLC0415

        from gomend.relay.serving import serve  # noqa: PLC0415

        gc.freeze()
        gc.set_threshold(_GARBAGE)
        gc.enable()
        with ExitStack() as held:
            # Copies: what serves closes its own, and go is served to the end whatever becomes of it.
            copies = [held.enter_context(door.dup()) for door in self._doors()]
            serving = serve(
                plan=self._plan,
                secret=self._secret,
                listening=copies[0],
                tunnel=None if self._tunnel is None else (self._tunnel[0], copies[1]),
                until_readable=self._wake_read,
                environment=self._environment,
                folder=self._folder,
                goauth=self._goauth,
                expected=ahead,
                scratch=_scratch_folder(),
                clock=monotonic,
                record=self.record,
            )
            asyncio.run(serving)

    def _carry_on(self) -> None:
        """Serves go to the end with as little as can be."""
        try:
            from gomend.relay import lastresort  # noqa: PLC0415

            lastresort.serve(
                plan=self._plan,
                secret=self._secret,
                environment=self._environment,
                goauth=self._goauth,
                listening=self._listening,
                tunnel=self._tunnel,
                until_readable=self._wake_read,
            )
        except BaseException:  # told already; now go is told by the system
            for door in self._doors():
                door.close()

    def _doors(self) -> list[socket.socket]:
        return [self._listening] if self._tunnel is None else [self._listening, self._tunnel[1]]


def _scratch_folder() -> Path:
    """Where what does not fit into memory goes, in files without a name; where none is, one that takes nothing."""
    import tempfile  # noqa: PLC0415

    try:
        return Path(tempfile.gettempdir())
    except OSError:
        return Path(os.devnull)


def _listen() -> socket.socket:
    """A socket of the door's. Raises OSError where go could not reach it: in a namespace whose loopback is down."""
    listening = socket.socket()
    try:
        listening.bind(("127.0.0.1", 0))
        listening.listen(512)
        with socket.create_connection(listening.getsockname(), timeout=1):
            listening.accept()[0].close()
    except OSError:
        listening.close()
        raise
    return listening
