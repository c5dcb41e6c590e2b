"""A URL as it was probed, made the part of a document."""

from datetime import datetime
from typing import Final

from gomend.diagnose.probing.probe import AddressSeen, Fetched, Probed
from gomend.diagnose.probing.spread import spread
from gomend.masking import mask
from gomend.net.certificates import Certificate
from gomend.net.exchange import Exchange
from gomend.report.probe import ChainCertificate, PhaseTimes, ProbedAddress, ProbedHop, ProbedUrl, Runs

_TELLING: Final = ("content-type", "cache-control", "age", "x-cache", "via", "server", "etag", "last-modified")
_FEW: Final = 10  # bytes of a binary body that are shown, four columns each
_BLANKS: Final = str.maketrans("\n\r\t", "   ")


def probed_url(seen: Probed, now: datetime) -> ProbedUrl:
    """The part; `now` counts the days that certificates are good for."""
    main = seen.main
    last = main.exchanges[-1] if main is not None and main.exchanges else None
    chain = next((one.shaken.chain for one in seen.addresses if one.shaken.chain), ())
    return ProbedUrl(
        url=mask(seen.wish.url),
        method=seen.wish.method,
        proxy=seen.through,
        status=(main.status or 0) if main is not None else 0,
        reason=main.reason if main is not None else "",
        http=main.http if main is not None else "",
        bytes=last.bytes if last is not None else 0,
        seconds=round(main.seconds, 4) if main is not None else 0.0,
        rate=_rate(last),
        addresses=tuple(_address(one, seen.lookup) for one in seen.addresses),
        hops=tuple(_hop(one) for one in main.exchanges) if main is not None else (),
        chain=tuple(_certificate(one, now) for one in chain),
        headers={name: main.headers[name] for name in _TELLING if name in main.headers} if main is not None else {},
        first=_shown(main.first) if main is not None else "",
        skew=round(main.skew, 1) if main is not None and main.skew is not None else None,
        http2=_http2(seen.http2),
        runs=_runs(seen),
        code=seen.code.value if seen.code else "",
        words=main.words if main is not None else "",
        tries=main.tries if main is not None else 1,
    )


def _address(one: AddressSeen, lookup: float | None) -> ProbedAddress:
    shaken, fetched = one.shaken, one.fetched
    first = fetched.exchanges[0] if fetched is not None and fetched.exchanges else None
    code = shaken.code or (fetched.code if fetched is not None else None)
    return ProbedAddress(
        address=shaken.address,
        phases=PhaseTimes(
            dns=_rounded(lookup),
            connect=_rounded(shaken.connect),
            tls=_rounded(shaken.tls),
            wait=_rounded(_between(first.phases.sent, first.phases.first_byte)) if first else None,
            transfer=_rounded(_between(first.phases.first_byte, first.phases.end)) if first else None,
        ),
        status=(first.status or 0) if first else 0,
        bytes=first.bytes if first else 0,
        tls_version=shaken.version,
        alpn=shaken.alpn,
        code=code.value if code else "",
        words=shaken.words or (fetched.words if fetched is not None else ""),
    )


def _hop(one: Exchange) -> ProbedHop:
    seconds = _between(one.phases.start, one.phases.end) or 0.0
    return ProbedHop(mask(one.url), one.status or 0, one.address, round(seconds, 4))


def _certificate(one: Certificate, now: datetime) -> ChainCertificate:
    return ChainCertificate(
        one.subject, one.issuer, one.names, f"{one.since:%Y-%m-%d}", f"{one.until:%Y-%m-%d}", one.days_left(now)
    )


def _runs(seen: Probed) -> Runs | None:
    found = spread(seen.runs)
    if found is None:
        return None
    least, median, p95, greatest = (round(one, 4) for one in (found.least, found.median, found.p95, found.greatest))
    return Runs(found.count, seen.failed, least, median, p95, greatest, found.bars)


def _http2(fetched: Fetched | None) -> str:
    if fetched is None:
        return ""
    return fetched.words if fetched.code is not None else f"{fetched.status} · {fetched.seconds * 1000:.0f} ms"


def _rate(last: Exchange | None) -> float:
    took = _between(last.phases.first_byte, last.phases.end) if last is not None else None
    return round(last.bytes / took, 1) if last is not None and took and last.bytes > 1 << 16 else 0.0


def _between(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else end - start


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)


def _shown(first: bytes) -> str:
    """The beginning of a body: as text where it is text, else as bytes are written in Python."""
    try:
        words = first.decode()
    except UnicodeDecodeError as error:
        words = first[: error.start].decode() if error.reason == "unexpected end of data" else ""
    plain = words.translate(_BLANKS).isprintable()
    return words if words and plain else repr(first[:_FEW])[2:-1]
