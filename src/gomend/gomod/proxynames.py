"""Names for GOPROXY lists: `official`, a public proxy's name, `direct`, `off`, a URL; and what joins several. Pure."""

import itertools
from collections.abc import Sequence
from typing import Final

from gomend.gomod.proxylist import EntryKind, parse_proxy_list
from gomend.gomod.publicproxies import PublicProxy, known_as, public_proxies

OFFICIAL: Final = "https://proxy.golang.org"
ANY, MISSING = "|", ","  # go asks the next entry after any failure, or after "not found" alone


class UnknownProxyError(Exception):
    """A word that is neither a name known nor an address; `known` are the names."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word
        self.known = tuple(one.name for one in public_proxies() if one.is_open)


class ClosedProxyError(Exception):
    """A public proxy that serves no modules any more."""

    def __init__(self, proxy: PublicProxy) -> None:
        super().__init__(proxy.name)
        self.proxy = proxy


def list_of(words: Sequence[str], fallback: str = "") -> str:
    """The GOPROXY list that the words name, in their order.

    A single word may be a whole list. After several words, or one public proxy, go asks the module's own host last
    (`direct`), unless the words end with `direct` or `off`. `fallback` is what stands between the entries; "" puts `|`
    after a public proxy, where nobody's policy is passed by, and `,` after any other. Raises UnknownProxyError,
    ClosedProxyError, and ProxyListError for a list that go refuses.
    """
    if len(words) == 1 and any(sign in words[0] for sign in (ANY, MISSING)):
        parse_proxy_list(words[0])
        return words[0]
    entries = [_entry(word) for word in words]
    if entries[-1] not in ("direct", "off") and (len(entries) > 1 or known_as(entries[-1]) is not None):
        entries.append("direct")
    joined = entries[0]
    for before, entry in itertools.pairwise(entries):
        joined += (fallback or (ANY if known_as(before) is not None else MISSING)) + entry
    parse_proxy_list(joined)
    return joined


def public_in(goproxy: str) -> tuple[str, ...]:
    """The names of the public proxies in a list. Raises ProxyListError."""
    entries = (entry for entry in parse_proxy_list(goproxy) if entry.kind is EntryKind.URL)
    return tuple(found.name for entry in entries if (found := known_as(entry.url)) is not None)


def _entry(word: str) -> str:
    if word in ("direct", "off"):
        return word
    if word == "official":
        return OFFICIAL
    named = next((one for one in public_proxies() if word in (one.name, one.host)), None)
    if named is None and "://" not in word and not (("." in word or ":" in word) and "/" not in word[:1]):
        raise UnknownProxyError(word)
    found = named or known_as(word)
    if found is not None and not found.is_open:
        raise ClosedProxyError(found)
    if named is not None:
        return named.url
    return word if "://" in word else f"https://{word}"
