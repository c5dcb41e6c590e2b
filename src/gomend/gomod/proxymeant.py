"""What the author of a faulty GOPROXY list most likely meant. Pure."""

import re

from gomend.gomod.proxylist import ProxyListError, parse_proxy_list

_KEYWORD = re.compile(r"(?i)(?<![^,|])\s*(off|direct)\s*(?![^,|])")
_QUOTES = "\"'“”‘’"


def meant(goproxy: str) -> str | None:
    """The list as its author most likely meant it; None where that is not plain or still refused."""
    plain = re.sub(r"\s*;\s*", ",", goproxy.strip().strip(_QUOTES).strip())
    plain = _KEYWORD.sub(lambda found: found[1].lower(), plain)
    plain = re.sub(r"(?<=https:|.http:)/(?=[^/])", "//", plain)
    try:
        parse_proxy_list(plain)
    except ProxyListError:
        return None
    return plain if plain != goproxy else None
