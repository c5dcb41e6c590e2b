"""Which proxies suit this machine, from how they were measured: those that serve all first, then the quicker. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from gomend.diagnose.proxies.measured import Measured
from gomend.gomod.protocol import Kind

_MOST = 2  # sources before direct: a third is asked for what two lack, seldom for more than its cost
_ALIKE = 0.010  # seconds: what differs by less is a matter of rate, and of the order given


@dataclass(frozen=True, slots=True)
class Recommended:
    """The sources to ask, the best first, and a GOPROXY list of the best of them."""

    order: tuple[Measured, ...]
    goproxy: str

    @property
    def chosen(self) -> tuple[Measured, ...]:
        """Those in the list."""
        return self.order[:_MOST]


def recommended(found: Sequence[Measured]) -> Recommended | None:
    """None where no source serves a module whole.

    Between the sources stands `|`, since both are public: a source that fails is passed over. `direct` comes last.
    """
    serving = [one for one in found if one.serves and one.times is not None]
    if not serving:
        return None
    order = tuple(sorted(serving, key=_weight))
    urls = [one.entry.url for one in order[:_MOST]]
    return Recommended(order, f"{'|'.join(urls)}|direct")


def _weight(one: Measured) -> tuple[float, int, float, float]:
    """Less is better: what failed of the repeated questions; a source without `list` cannot answer `@latest`; then
    latency in steps; then the rate.
    """
    listing = one.replies.get(Kind.LIST)
    lacks_list = listing is None or listing.code is not None
    latency = one.times.median if one.times is not None else 0.0
    asked = one.failed + (one.times.count if one.times is not None else 0)
    return one.failed / asked if asked else 1.0, lacks_list, latency // _ALIKE, -one.rate
