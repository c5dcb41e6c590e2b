"""The settings that a word names: a public proxy, an address, a profile of the user's own, `previous`, `fastest`."""

import os
from collections.abc import Callable, Sequence

from gomend.cli import exits
from gomend.cli.mending import RefusedError
from gomend.cli.saying import Voice
from gomend.gomod.proxylist import ProxyListError
from gomend.gomod.proxynames import ClosedProxyError, UnknownProxyError, list_of
from gomend.mend import profiles
from gomend.mend.profiles import PREVIOUS, DamagedError, Values
from gomend.texts import text


def said(voice: Voice, key: str, **params: object) -> None:
    """Writes the text `proxyuse.<key>` as one line."""
    voice.line(text(voice.lang, f"proxyuse.{key}", **params))


def kept_profiles(voice: Voice) -> dict[str, Values]:
    """The user's own profiles. Raises RefusedError."""
    path = profiles.place_of(os.environ)
    try:
        return profiles.read(path) if path else {}
    except DamagedError as error:
        said(voice, "error/damaged", path=error.path)
        raise RefusedError(exits.USAGE) from error


def values_named(words: Sequence[str], fallback: str, voice: Voice, fastest: Callable[[], str] | None = None) -> Values:
    """What the words stand for. `fastest` measures and gives a GOPROXY list. Raises RefusedError, having said why."""
    kept = kept_profiles(voice)
    whole = next((word for word in words if word in kept or word == PREVIOUS or (word == "fastest" and fastest)), "")
    if whole and len(words) > 1:
        said(voice, "error/alone", name=whole)
        raise RefusedError(exits.USAGE)
    if whole == "fastest" and fastest is not None:
        return {"GOPROXY": fastest()}
    if whole in kept:
        return dict(kept[whole])
    if whole:
        said(voice, "error/no_previous")
        raise RefusedError(exits.USAGE)
    try:
        return {"GOPROXY": list_of(words, fallback)}
    except UnknownProxyError as error:
        known = ", ".join(("official", "direct", "off", *error.known, *kept))
        said(voice, "error/unknown", name=error.word, known=known)
    except ClosedProxyError as error:
        said(voice, "error/closed", name=error.proxy.name, url=error.proxy.url)
    except ProxyListError as error:
        said(voice, "error/list", reason=str(error))
    raise RefusedError(exits.USAGE)
