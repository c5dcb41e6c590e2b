"""The wordings of every layer, and the order in which they are asked."""

from dataclasses import dataclass
from itertools import chain
from typing import Final

from gomend.explain.wordings import auth, build, checksum, disk, dns, env, mode, module, net, proxy, tls, toolchain, vcs
from gomend.explain.wordings.wording import LONGEST_TEXT, Wording

__all__ = ["FOREIGN_LAYERS", "LAYERS", "Found", "Wording", "classify"]

LAYERS: Final[tuple[tuple[Wording, ...], ...]] = (
    disk.TABLE,  # a full disk is dressed as a URL that cannot be read
    checksum.TABLE,
    net.HTTP_PROXY,  # what the forward proxy met is not what go would meet
    proxy.TABLE,
    tls.TABLE,
    dns.TABLE,
    auth.TABLE,  # a host that refuses credentials often adds that nothing was found
    vcs.TABLE,
    net.TABLE,
    toolchain.TABLE,  # a go.mod line that only a newer Go understands is not an invalid go.mod
    env.TABLE,
    mode.TABLE,
    module.TABLE,
    build.TABLE,
)

FOREIGN_LAYERS: Final = (disk.TABLE, net.HTTP_PROXY, tls.TABLE, dns.TABLE, net.TABLE)
"""The layers whose faults any program may meet, and words alike."""


@dataclass(frozen=True, slots=True)
class Found:
    """A wording that was recognised, with the facts its text gives."""

    wording: Wording
    facts: dict[str, str]


def classify(text: str, layers: tuple[tuple[Wording, ...], ...] = LAYERS) -> Found | None:
    """The wording that tells why, or None when the text is none of those known.

    A wording that only says that something went wrong before (`follows`) counts when no other is found.
    """
    if len(text) > LONGEST_TEXT:
        half = LONGEST_TEXT // 2
        text = text[:half] + "\n" + text[-half:]
    fallback = None
    # Most texts hold few needles: to look for them here is cheaper than to ask each wording.
    for wording in (wording for wording in chain.from_iterable(layers) if wording.needle in text):
        facts = wording.find(text)
        if facts is not None:
            if not wording.follows:
                return Found(wording, facts)
            fallback = fallback or Found(wording, facts)
    return fallback
