"""The cause of a run that gomend ended because nothing moved."""

from gomend.causes import Cause, Certainty, Code, Evidence, Subject
from gomend.masking import mask
from gomend.net.exchange import Exchange
from gomend.relay.live import host_of, longest
from gomend.trace.naming import named


def stall_cause(exchange: Exchange) -> Cause:
    """The request that was waited for, as the root of the run's end."""
    url = mask(exchange.url)
    found = longest([exchange])
    where = f", {exchange.address}" if exchange.address else ""
    phase = found.phase.replace("_", " ") if found else ""
    ended = exchange.phases.end
    took = f" ({ended - found.since:.1f} s)" if found is not None and ended is not None else ""
    name = named(exchange.first or exchange.url, exchange.purpose)
    return Cause(
        Code.NET_RESPONSE_TIMEOUT,
        Certainty.CERTAIN,
        Subject(name.module, name.version, host_of(url), url),
        (0, 0),
        f"GET {url}: nothing came",
        (Evidence("exchange", f"waiting for: {phase}{where}; ended by gomend after nothing moved{took}"),),
    )
