"""The live line of `gomend run`: each go that runs in it tells what it waits for, and the run shows it in one line.

They meet in the run's private folder: a file for each go, and one that the run holds locked while it lives.
"""

import fcntl
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

from gomend.cli.watching import Watch, offspring_of_gomend
from gomend.gocmd import process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gomend.cli.watching import Display
    from gomend.gocmd.offspring import Process
    from gomend.relay.live import Moment
    from gomend.relay.session import Record
    from gomend.settings.load import Loaded

PREFIX = "gomend-"  # of a run's folder
ALIVE = "alive"
_ID = 32  # hex digits
_OVER_SECONDS = 86_400.0  # after which no run is about to begin in a folder without a mark
_LIVE = "live-"
_FRESH_SECONDS = 2.0  # a go tells twice a second, unless it was stopped or killed


def hold(folder: str) -> int:
    """Marks the run as alive for as long as the descriptor that is returned stays open. Raises OSError."""
    unmarked = os.path.join(folder, f"{ALIVE}.new")
    opened = os.open(unmarked, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        # Not with the number of a standard stream that is closed: it stays closed for the command.
        descriptor = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, 3)
    finally:
        os.close(opened)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.rename(unmarked, os.path.join(folder, ALIVE))  # nobody has seen it without its lock
    return descriptor


def is_killed(folder: str) -> bool:
    """Whether the run was ended by force, and nothing looks after what it left: one that ends by itself leaves none."""
    try:
        descriptor = os.open(os.path.join(folder, ALIVE), os.O_WRONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def new_id() -> str:
    """What a run's folder is called after PREFIX."""
    return os.urandom(_ID // 2).hex()


def sweep(place: str, now: float) -> None:
    """Removes from the folder `place` what runs of this user have left: killed ones, and those that could not tidy up.

    `now` is in seconds since 1970.
    """
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if not _is_run(entry.name) or not entry.is_dir(follow_symlinks=False):
                continue
            known = entry.stat(follow_symlinks=False)
            is_over = now - known.st_mtime > _OVER_SECONDS and not os.path.exists(os.path.join(entry.path, ALIVE))
            if known.st_uid == os.getuid() and (is_over or is_killed(entry.path)):
                import shutil  # noqa: PLC0415 - hardly ever

                shutil.rmtree(entry.path, ignore_errors=True)


def _is_run(name: str) -> bool:
    number = name.removeprefix(PREFIX)
    return name.startswith(PREFIX) and len(number) == _ID and not number.strip("0123456789abcdef")


class Told:
    """A go's part: what it waits for is written down."""

    is_terminal = False  # whoever shows it looks after the terminal

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, f"{_LIVE}{os.getpid()}")

    def clear(self, now: float) -> None:  # noqa: ARG002 - as any display
        """The go is about to print: what it waited for has come."""
        self.make_way()

    def is_due(self, now: float) -> bool:  # noqa: ARG002 - as any display
        """Always: the run decides what it shows."""
        return True

    def make_way(self) -> None:
        """Nothing is waited for."""
        with suppress(OSError):
            os.unlink(self._path)

    def show(self, moments: "Sequence[Moment]", now: float) -> None:
        """Writes down what is waited for."""
        if not moments:
            self.make_way()
            return
        import msgspec  # noqa: PLC0415 - go has long started

        with suppress(OSError):  # the run is over
            with open(f"{self._path}.new", "wb") as file:
                file.write(msgspec.json.encode((now, moments[0])))
            os.rename(f"{self._path}.new", self._path)


def told(folder: str, now: float) -> "list[Moment]":
    """What the go commands of the run wait for."""
    import msgspec  # noqa: PLC0415

    from gomend.relay.live import Moment  # noqa: PLC0415

    found = []
    for name in os.listdir(folder):
        if name.startswith(_LIVE) and not name.endswith(".new"):
            with suppress(OSError, msgspec.DecodeError):  # the script may write there, too
                with open(os.path.join(folder, name), "rb") as file:
                    at, moment = msgspec.json.decode(file.read(), type=tuple[float, Moment])
                if now - at < _FRESH_SECONDS:
                    found.append(moment)
    return found


class Inside(Watch):
    """Over one go of a run: as Watch, and it ends the go where the run was killed."""

    def __init__(self, folder: str, record: "Record", options: "Callable[[], Loaded]") -> None:
        super().__init__(record, options, Told(folder))
        self._folder = folder

    def tick(self, *, at_line_start: bool) -> int:
        """As of Watch. Where the system knows guardians (`gocmd.guardian`), it is they who end the go."""
        return signal.SIGTERM if is_killed(self._folder) else super().tick(at_line_start=at_line_start)


class Outside(process.Watch):
    """Over the run: shows what its go commands wait for."""

    interval = Watch.interval

    def __init__(
        self,
        folder: str,
        display: "Display",
        *,
        clock: Callable[[], float] = monotonic,
        look: "Callable[[], Sequence[Process]]" = offspring_of_gomend,
    ) -> None:
        self._folder = folder
        self._display = display
        self._clock = clock
        self._look = look

    def clear(self) -> None:
        """The command is about to print."""
        self._display.clear(self._clock())

    def tick(self, *, at_line_start: bool) -> int:
        """Time has passed. The run itself is never ended."""
        now = self._clock()
        if not at_line_start or not self._display.is_due(now):
            return 0
        with suppress(OSError):
            moments = told(self._folder, now)
            if self._display.is_terminal and any(one.prompts for one in self._look()):
                self._display.make_way()
            else:
                self._display.show(moments, now)
        return 0
