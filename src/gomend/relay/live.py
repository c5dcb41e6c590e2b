"""What a run waits for at one moment: the live line. Pure; times are seconds of the exchanges' clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from gomend.gocmd.helpers import Helper
from gomend.net.exchange import Exchange
from gomend.texts import text

_TUNNEL = "tunnel"
_WHOLE = (200, 206)
_SHOWN = 50_000  # bytes: less would be written 0.0 MB


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that is open, the one that has waited longest."""

    exchange: Exchange
    phase: str  # dns, connect, tls, first_byte or transfer; pause: it is over, and will be made again
    since: float


def open_exchanges(exchanges: Sequence[Exchange], asked: Sequence[str]) -> list[Exchange]:
    """The requests that go waits for; `asked` are the paths that it has asked the door for and not got.

    Not what is fetched ahead of go, nor a tunnel that stands: nobody may want anything of it.
    """
    paths = _ends(asked)
    return [
        one
        for one in exchanges
        if one.phases.end is None
        and not _is_standing_tunnel(one)
        and (one.purpose == _TUNNEL or _place(one).endswith(paths))
    ]


def paused(exchanges: Sequence[Exchange], asked: Sequence[str]) -> Waiting | None:
    """The request that go has waited longest for to be made again; None where none of those asked for pauses."""
    last = {_place(one): one for one in exchanges}
    pauses = (
        Waiting(one, "pause", one.phases.end)
        for place, one in last.items()
        if place.endswith(_ends(asked)) and one.phases.end is not None
    )
    return min(pauses, key=lambda found: found.since, default=None)


def _ends(asked: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"/{path}" for path in asked)


def _place(exchange: Exchange) -> str:
    return (exchange.first or exchange.url).partition("?")[0]


def _is_standing_tunnel(exchange: Exchange) -> bool:
    return exchange.purpose == _TUNNEL and exchange.phases.sent is not None


def longest(waiting: Sequence[Exchange]) -> Waiting | None:
    """The one that has been longest in its present phase; None where none is open."""
    return min((_phase(one) for one in waiting), key=lambda found: found.since, default=None)


def _phase(exchange: Exchange) -> Waiting:
    phases = exchange.phases
    steps = (
        ("transfer", phases.first_byte),
        ("first_byte", phases.sent),
        ("tls", phases.tls_start),
        ("connect", phases.connect_start),
        ("dns", phases.dns_start),
    )
    return next(
        (Waiting(exchange, name, since) for name, since in steps if since is not None),
        Waiting(exchange, "connect", phases.start),
    )


def moved(exchanges: Sequence[Exchange]) -> tuple[int, ...]:
    """A value that differs once anything has moved on any of the requests."""
    steps = sum(
        step is not None
        for one in exchanges
        for step in (
            one.phases.dns_start, one.phases.dns_end, one.phases.connect_start, one.phases.connect_end,
            one.phases.tls_start, one.phases.tls_end, one.phases.sent, one.phases.first_byte, one.phases.end,
        )
    )  # fmt: skip
    return len(exchanges), steps, sum(one.bytes for one in exchanges)


def host_of(url: str) -> str:
    """Whom a request was made to, as a person names it."""
    return urlsplit(url).netloc or url


@dataclass(frozen=True, slots=True)
class Moment:
    """What a go command waits for, and how far it has come. It is handed from process to process as JSON."""

    done: int  # zips
    expected: int  # zips in all, 0: not known
    bytes: int
    rate: float  # bytes per second
    host: str  # "" where only `program` is known
    phase: str  # dns, connect, tls, first_byte, transfer or pause; "" for a program
    seconds: float  # that it has been waited for
    program: str = ""  # git, ssh or the like, in place of a request
    pid: int = 0  # the program's


def _has_come(exchange: Exchange) -> bool:
    return exchange.phases.end is not None and exchange.code is None and exchange.status in _WHOLE


def moment(exchanges: Sequence[Exchange], found: Waiting | Helper, now: float, *, expected: int, rate: float) -> Moment:
    """This moment, `found` being waited for; for the rest as in Moment."""
    zips = {one.first or one.url: _has_come(one) for one in exchanges if one.purpose == "zip"}
    made = Moment(
        sum(zips.values()),
        max(expected, len(zips)),
        sum(one.bytes for one in exchanges),
        rate,
        found_host(found),
        "",
        0,
    )
    if isinstance(found, Helper):
        return replace(made, seconds=found.seconds, program=found.program, pid=found.pid)
    return replace(made, seconds=now - found.since, phase=found.phase)


def found_host(found: Waiting | Helper) -> str:
    """Whom something waits for."""
    return found.host if isinstance(found, Helper) else host_of(found.exchange.url)


def live_lines(moments: Sequence[Moment], lang: str) -> list[str]:
    """The line for this moment of a run, of one go command or of several at once, and shorter ones that say less.

    None where nothing is waited for.
    """
    if not moments:
        return []
    slowest = max(moments, key=lambda one: one.seconds)
    seconds = max(0, int(slowest.seconds))
    if slowest.program:
        what = text(lang, "cli.live/program", program=slowest.program, pid=slowest.pid)
    else:
        what = text(lang, f"cli.live/{slowest.phase}")
    if slowest.host:
        waiting = text(lang, "cli.live/waiting", seconds=seconds, host=slowest.host, phase=what)
    else:
        waiting = text(lang, "cli.live/waiting_for_program", seconds=seconds, phase=what)
    done, expected = sum(one.done for one in moments), sum(one.expected for one in moments)
    modules = [text(lang, "cli.live/modules", done=done, total=expected)] if expected else []
    size, rate = sum(one.bytes for one in moments), sum(one.rate for one in moments)
    sizes = []
    if size >= _SHOWN:
        sizes = [text(lang, "cli.live/size", size=_megabytes(size), rate=_megabytes(rate)), _megabytes(size)]
    many = [*([*modules, words, waiting] for words in sizes), [*modules, waiting], [waiting]]
    return [" · ".join(parts) for parts in many]


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB"
