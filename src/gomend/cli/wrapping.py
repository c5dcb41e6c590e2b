"""Runs a command with gomend before it. Only what starts the command is loaded before it runs."""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from gomend.cli import exits
from gomend.gocmd import inherited, process, program, records
from gomend.gocmd.records import new_id
from gomend.settings.switches import is_off

TYPE_CHECKING = False
if TYPE_CHECKING:  # as typing's own, without loading it
    from collections.abc import Callable

    from gomend.cli.liveline import LiveLine
    from gomend.cli.shim import Shim
    from gomend.cli.watching import Watch
    from gomend.net.exchange import Exchange
    from gomend.relay.session import Record, Session
    from gomend.settings.load import Loaded


class Run:
    """A command that ran under gomend, with what has to be known to talk about it."""

    __slots__ = ("command", "ended", "environment", "given", "go", "id", "passed", "path", "stalled", "started")

    def __init__(
        self,
        *,
        command: Sequence[str],
        go: bool,
        path: str,
        environment: Mapping[str, str],
        given: Mapping[str, str],
        started: float,
        ended: process.Ended,
        passed: "Record | None",
        stalled: "Exchange | None",
    ) -> None:
        self.id = new_id()
        self.command = command
        self.go = go  # a go command, not something that may run one
        self.path = path
        self.environment = environment
        self.given = given  # what of that gomend's own options put there
        self.started = started  # seconds since 1970
        self.ended = ended
        self.passed = passed  # what passed the door; None where there was none
        self.stalled = stalled  # the request for which gomend ended it


def wrap(command: Sequence[str], *, go: bool, flags: Mapping[str, object]) -> int:
    """Runs the command and says afterwards what there is to say. Returns the exit status to end with.

    `go`: the command is `go …`, found as gomend finds go; `flags` are gomend's own options given before it.
    """
    variables = _variables(flags)
    environment = {**inherited.environment(), **variables}
    _make_whole(environment)
    started = time.time()
    door = shim = stalled = None
    try:
        told = _told(environment)
        if go:
            path = program.find_go(told)
            door = _open_door(path, command, told, flags)
        else:
            shim = _shim(told, flags)
            given = shim.environment(environment) if shim else environment
            path = program.find(command[0], given)
        if door is not None:
            watch = _watch(door.record, flags, environment)
            ended, stalled = run_with_door(path, command, environment, door, watch)
        elif shim is not None:
            ended = process.run(
                path, command, given, read_stdout=True, watch=shim.watch(_live_line(flags, environment))
            )
        else:
            onlooker = _watch_without_door(command, flags, environment) if go else None
            ended = process.run(path, command, environment, read_stdout=not go, watch=onlooker)
    except program.NotFoundError as error:
        return _refuse(exits.NOT_FOUND, "run/no_go" if go and error.name == "go" else "run/not_found", name=error.name)
    except program.CannotRunError as error:
        return _refuse(exits.CANNOT_RUN, f"run/{error.reason}", name=error.path)
    except process.StartError as error:
        missing = isinstance(error.cause, FileNotFoundError)
        status = exits.NOT_FOUND if missing else exits.CANNOT_RUN
        return _refuse(status, "run/system", name=command[0], reason=error.cause.strerror or str(error.cause))
    except OSError as error:
        return _refuse(exits.FAILED, "run/failed", reason=error.strerror or str(error))
    finally:
        passed = closed(door) if door else shim.close() if shim else None
    run = Run(
        command=command,
        go=go,
        path=path,
        environment=environment,
        given=variables,
        started=started,
        ended=ended,
        passed=passed,
        stalled=stalled or (passed.stalled if passed and ended.status else None),
    )
    with suppress(KeyboardInterrupt):
        _afterwards(run, flags)
    return ended.status


def _make_whole(environment: Mapping[str, str]) -> None:
    """Brings back what a gomend that was killed left half changed; takes expired pins out of the hosts file."""
    place = records.folder(environment, "mends")
    if place is not None and os.path.exists(os.path.join(place, "unfinished")):
        from gomend.cli.mending import make_whole  # noqa: PLC0415 - hardly ever

        make_whole(environment)
    if os.name == "posix":
        with suppress(OSError), open("/etc/hosts", "rb") as file:
            if b"# gomend: begin" in file.read():
                from gomend.cli.dns.expiring import expire_in_system  # noqa: PLC0415 - hardly ever

                expire_in_system()


def _variables(flags: Mapping[str, object]) -> dict[str, str]:
    """What the command is given in place of settings of go: by --goproxy."""
    given = flags.get("variables")
    return {name: value for name, value in given.items() if value} if isinstance(given, dict) else {}


def door_for(go: str, command: Sequence[str], environment: Mapping[str, str]) -> "Session | None":
    """The door for a go command of a script, with `environment` in this folder; None where it is to run untouched."""
    return _open_door(go, command, _told(environment), {}, in_script=True)


def _shim(environment: Mapping[str, str], flags: Mapping[str, object]) -> "Shim | None":
    if flags.get("relay") is False or is_off(environment.get("GOMEND_RELAY", "")):
        return None
    from gomend.cli.shim import shim_for  # noqa: PLC0415 - light

    return shim_for(environment, flags)


def _open_door(
    go: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    flags: Mapping[str, object],
    *,
    in_script: bool = False,
) -> "Session | None":
    """The door for this go command, if it is to have one."""
    from gomend.relay.verbs import needs_no_modules  # noqa: PLC0415 - light

    if flags.get("relay") is False:
        return None
    if needs_no_modules(list(command[1:])):
        from gomend.gocmd.toolchain import may_switch  # noqa: PLC0415 - light

        goroot = environment.get("GOROOT") or os.path.dirname(os.path.dirname(os.path.realpath(go)))
        if not may_switch(goroot, environment, "."):
            return None
    from gomend.relay.opening import open_for  # noqa: PLC0415 - most of what is loaded before the command starts

    try:
        return open_for(go, command[1:], environment, in_script=in_script)
    except OSError as error:
        from gomend.cli.saying import voice  # noqa: PLC0415

        voice().tell("run/no_door", reason=error.strerror or str(error))
        return None


def closed(door: "Session") -> "Record":
    """Ends a door and says so if it failed. Returns what passed it."""
    passed = door.stop()
    if passed.failed is not None:
        from gomend.cli.saying import voice  # noqa: PLC0415

        voice().tell("run/door_failed", reason=f"{type(passed.failed).__name__}: {passed.failed}")
    return passed


def run_with_door(
    path: str, command: Sequence[str], environment: Mapping[str, str], door: "Session", watch: "Watch"
) -> "tuple[process.Ended, Exchange | None]":
    """Runs a go command behind its door. Raises as `process.run`.

    Returns also the request for which gomend ended it, since nothing moved; None where go ended by itself.
    """
    ended = process.run(
        path,
        command,
        {**environment, **door.environment()},
        read_stdout=door.machine_output,
        started=door.start,
        change=door.restorer,
        watch=watch,
    )
    watch.clear()
    if watch.stalled is not None:
        ended.status, ended.signal = exits.STALLED, 0
    return ended, watch.stalled


def options(flags: Mapping[str, object], environment: Mapping[str, str]) -> "Callable[[], Loaded]":
    """Gives the options in force here, read when they are asked for first; the defaults where they cannot be read."""
    read: list[Loaded] = []

    def give() -> "Loaded":
        if not read:
            read.append(_options(flags, environment))
        return read[0]

    return give


def _watch(record: "Record", flags: Mapping[str, object], environment: Mapping[str, str]) -> "Watch":
    from gomend.cli.watching import Watch  # noqa: PLC0415 - light

    return Watch(record, options(flags, environment), _live_line(flags, environment))


def _watch_without_door(
    command: Sequence[str], flags: Mapping[str, object], environment: Mapping[str, str]
) -> "Watch | None":
    """What watches over a go command that may run git without a door; None where it needs no modules."""
    from gomend.relay.verbs import needs_no_modules  # noqa: PLC0415 - light

    if needs_no_modules(list(command[1:])):
        return None
    from gomend.relay.session import Record  # noqa: PLC0415 - light

    return _watch(Record(), flags, environment)


def _live_line(flags: Mapping[str, object], environment: Mapping[str, str]) -> "LiveLine":
    from gomend.cli.liveline import LiveLine  # noqa: PLC0415 - light

    is_terminal = os.isatty(2) and environment.get("TERM") != "dumb"
    return LiveLine(options(flags, environment), environment, time.monotonic(), is_terminal=is_terminal)


def _options(flags: Mapping[str, object], environment: Mapping[str, str]) -> "Loaded":
    from gomend.settings.load import defaults, load  # noqa: PLC0415 - while go waits
    from gomend.settings.trouble import SettingError  # noqa: PLC0415

    try:
        return load(flags, environment, os.getcwd())
    except (SettingError, OSError):  # told after the run
        return defaults(flags)


def _told(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, with what the user's file says about the run itself: which go, with a door or without."""
    from gomend.settings.places import user_file  # noqa: PLC0415 - light

    if not user_file(environment):
        return environment
    from gomend.settings.load import load  # noqa: PLC0415 - only where there is such a file
    from gomend.settings.trouble import SettingError  # noqa: PLC0415

    try:
        loaded = load({}, environment, None)
    except SettingError:  # told after the run
        return environment
    switches = {f"GOMEND_{name.upper()}": "on" if loaded.switch(name) else "off" for name in ("relay", "readahead")}
    return {**environment, **switches, "GOMEND_GO": loaded.text("go")}


def _refuse(status: int, key: str, **params: object) -> int:
    from gomend.cli.saying import voice  # noqa: PLC0415 - nothing was run

    voice().tell(key, **params)
    return status


def _afterwards(run: Run, flags: Mapping[str, object]) -> None:
    from gomend.cli import quiet  # noqa: PLC0415 - light

    try:
        if quiet.nothing_to_say(run, flags):
            if flags.get("record", True):
                quiet.record(run)
            return
        from gomend.cli import aftermath  # noqa: PLC0415 - the command is over: now there is time

        aftermath.tell(run, flags)
    except Exception as error:  # the command's own outcome stands, whatever is wrong with gomend
        from gomend.cli.saying import voice  # noqa: PLC0415

        voice().tell("run/no_verdict", error=f"{type(error).__name__}: {error}")
        if os.environ.get("GOMEND_DEBUG"):
            sys.excepthook(type(error), error, error.__traceback__)
