"""The GOPROXY lists that fixes speak of. Pure."""

from gomend.explain.fixes.situation import Situation, host_of
from gomend.gomod.proxylist import ProxyEntry


def failed_entry(situation: Situation) -> ProxyEntry | None:
    """The first entry of GOPROXY with the host that failed; None where there is none."""
    return next((entry for entry in situation.entries if situation.host and host_of(entry) == situation.host), None)


def moving_on(situation: Situation) -> str | None:
    """GOPROXY with `|` after the entry that failed; None where no entry is the one that failed."""
    failed = failed_entry(situation)
    if failed is None:
        return None
    value = situation.settings.get("GOPROXY", "")
    return value[: failed.span[1]] + value[failed.span[1] :].replace(",", "|", 1)


def with_direct(situation: Situation) -> str:
    """GOPROXY with `direct` as its last entry."""
    return f"{situation.settings.get('GOPROXY', '')},direct"


def with_private(situation: Situation) -> str:
    """GOPRIVATE with the module added."""
    old = situation.settings.get("GOPRIVATE", "")
    return f"{old},{situation.module}" if old else situation.module
