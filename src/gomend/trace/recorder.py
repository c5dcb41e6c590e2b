"""The requests of a run as a document that is kept beside the run's record. Pure."""

import gzip
from collections.abc import Iterable, Sequence

import msgspec

from gomend.masking import mask
from gomend.net.exchange import Exchange
from gomend.net.exchange import Phases as Marks
from gomend.trace.model import SCHEMA, Phases, Request, Span, Trace
from gomend.trace.naming import is_private, named


def recorded(
    exchanges: Iterable[Exchange],
    *,
    origin: float,
    run: str,
    command: Sequence[str],
    exit_status: int,
    started: str,
    seconds: float,
    private: str,
    trace_id: str = "",
) -> Trace:
    """The trace of a run.

    `origin` is when the run began, by the clock of the exchanges; `command` is masked already; `started` is UTC in
    RFC 3339; `private` is the comma list of patterns that private names match; `trace_id` is what hosts were told, if
    any was. No time is before the run's start.
    """
    exchanges = list(exchanges)
    origin = min([origin, *(one.phases.start for one in exchanges)])
    requests = sorted((request_of(one, origin, seconds, private) for one in exchanges), key=lambda one: one.start)
    told = trace_id if any(one.span for one in exchanges) else ""
    return Trace(SCHEMA, run, tuple(command), exit_status, started, round(seconds, 3), private, tuple(requests), told)


def request_of(exchange: Exchange, origin: float, seconds: float, private: str) -> Request:
    """One request as it is kept; `seconds` after `origin` it was over at the latest. `private` as of `recorded`."""
    marks = exchange.phases
    end = _end(exchange, origin + seconds)
    name = named(exchange.url, exchange.purpose)

    def since(moment: float) -> float:
        return round(moment - origin, 6)

    return Request(
        url=mask(exchange.url),
        host=name.host,
        purpose=exchange.purpose,
        module=name.module,
        version=name.version,
        source=exchange.source,
        attempt=exchange.attempt,
        ahead=exchange.ahead,
        reused=exchange.reused,
        private=is_private(private, exchange.url),
        address=exchange.address,
        status=exchange.status or 0,
        bytes=exchange.bytes,
        code=exchange.code.value if exchange.code else "",
        fault=mask(exchange.fault),
        start=since(marks.start),
        end=since(end),
        phases=Phases(
            **{
                name: None if span is None else (since(span[0]), since(max(span)))
                for name, span in _spans(marks, end).items()
            }
        ),
        http2=exchange.http2,
        span=exchange.span,
    )


def _end(exchange: Exchange, run_ended: float) -> float:
    """When it was over. One that nobody marked as ended: at its headers if no body was read, else with the run."""
    marks = exchange.phases
    if marks.end is not None:
        return marks.end
    if marks.first_byte is not None and not exchange.bytes:
        return marks.first_byte
    return max(run_ended, *(one for one in (marks.start, marks.sent, marks.first_byte) if one is not None))


def _spans(marks: Marks, end: float) -> dict[str, Span | None]:
    """The five phases; one that had begun when the request failed lasts until its end."""
    up = marks.tls_end or marks.connect_end  # a tunnel's bytes are not gomend's: it has no `sent`
    asked = marks.sent if marks.sent is not None else up if marks.tls_start is None or marks.tls_end else None
    begun = {
        "dns": (marks.dns_start, marks.dns_end),
        "connect": (marks.connect_start, marks.connect_end),
        "tls": (marks.tls_start, marks.tls_end),
        "wait": (asked, marks.first_byte),
        "transfer": (marks.first_byte, end),
    }
    return {
        name: None if start is None else (start, end if stop is None else stop) for name, (start, stop) in begun.items()
    }


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Trace)


def packed(trace: Trace) -> bytes:
    """The trace as a file holds it: compressed JSON."""
    return gzip.compress(_encoder.encode(trace), 6, mtime=0)


def unpacked(data: bytes) -> Trace:
    """The trace that `packed` made `data` from. Raises ValueError for a file that is damaged."""
    try:
        return _decoder.decode(gzip.decompress(data))
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from error
