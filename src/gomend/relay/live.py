"""What a run waits for at one moment: the live line. Pure; times are seconds of the exchanges' clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from gomend.net.exchange import Exchange
from gomend.texts import text

_TUNNEL = "tunnel"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that is open, the one that has waited longest."""

    exchange: Exchange
    phase: str  # dns, connect, tls, first_byte or transfer
    since: float


def open_exchanges(exchanges: Sequence[Exchange], asked: Sequence[str]) -> list[Exchange]:
    """The requests that go waits for; `asked` are the paths that it has asked the door for and not got.

    Not what is fetched ahead of go, nor a tunnel that stands: nobody may want anything of it.
    """
    paths = tuple(f"/{path}" for path in asked)
    return [
        one
        for one in exchanges
        if one.phases.end is None
        and not _is_standing_tunnel(one)
        and (one.purpose == _TUNNEL or one.url.partition("?")[0].endswith(paths))
    ]


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


def live_line(
    exchanges: Sequence[Exchange], found: Waiting, now: float, lang: str, *, expected: int, rate: float
) -> str:
    """The line for this moment, `found` being waited for. `expected` zips in all (0: not known), `rate` bytes/s."""
    zips = {one.url: one.phases.end is not None and one.code is None for one in exchanges if one.purpose == "zip"}
    done = sum(zips.values())
    parts = []
    if zips or expected:
        parts.append(text(lang, "cli.live/modules", done=done, total=max(expected, len(zips))))
    size = sum(one.bytes for one in exchanges)
    parts.append(text(lang, "cli.live/size", size=_megabytes(size), rate=_megabytes(rate)))
    parts.append(
        text(
            lang,
            "cli.live/waiting",
            seconds=max(0, int(now - found.since)),
            host=host_of(found.exchange.url),
            phase=text(lang, f"cli.live/{found.phase}"),
        )
    )
    return " · ".join(parts)


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB"
