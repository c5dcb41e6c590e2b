"""The cause of a run that gomend ended because nothing moved."""

from gomend.causes import Cause, Certainty, Code, Evidence, Subject
from gomend.masking import mask
from gomend.net.exchange import Exchange
from gomend.relay.live import host_of, longest


def stall_cause(exchange: Exchange) -> Cause:
    """The request that was waited for, as the root of the run's end."""
    url = mask(exchange.url)
    found = longest([exchange])
    where = f", {exchange.address}" if exchange.address else ""
    phase = found.phase.replace("_", " ") if found else ""
    return Cause(
        Code.NET_RESPONSE_TIMEOUT,
        Certainty.CERTAIN,
        Subject(host=host_of(url), url=url),
        (0, 0),
        f"GET {url}: nothing came",
        (Evidence("exchange", f"waiting for: {phase}{where}; ended by gomend after nothing moved"),),
    )
