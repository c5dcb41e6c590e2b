"""URLs of the GOPROXY protocol that people get wrong, and what they meant. Pure.

Source: https://go.dev/ref/mod#goproxy-protocol: there is no /@v/latest, upper case is written as `!` and lower case.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from gomend.gomod.version import is_valid

_UPPER = re.compile(r"[A-Z]")


class Mistake(StrEnum):
    """What is wrong with the URL."""

    LATEST = "latest"  # /@v/latest, /@v/latest.info, /@latest.info
    LIST = "list"  # /@v, /@list
    EXTENSION = "extension"  # a version without .info, .mod or .zip
    UPPER_CASE = "upper_case"  # a path or a version with upper case that is not escaped
    SLASH = "slash"  # a slash at the end


@dataclass(frozen=True, slots=True)
class Correction:
    """The URL that go would ask, and the first mistake in the one given."""

    url: str
    mistake: Mistake


def corrected(url: str) -> Correction | None:
    """The right URL for one that no module proxy knows; None where it is right, or no URL of a module proxy."""
    parts = urlsplit(url)
    front, marker, rest = parts.path.partition("/@")
    if not marker:
        return None
    mistakes: list[Mistake] = []
    name = rest.rstrip("/")
    if name in ("v", "list"):
        mistakes.append(Mistake.LIST)
        name = "v/list"
    elif name != rest:
        mistakes.append(Mistake.SLASH)
    if name in ("v/latest", "v/latest.info", "latest.info", "v/latest.mod", "v/@latest"):
        mistakes.append(Mistake.LATEST)
        name = "latest"
    elif name.startswith("v/") and is_valid(name.removeprefix("v/")) and not name.endswith((".info", ".mod", ".zip")):
        mistakes.append(Mistake.EXTENSION)
        name += ".info"
    path = f"{front}{marker}{name}"
    if _UPPER.search(path):
        mistakes.append(Mistake.UPPER_CASE)
        path = _UPPER.sub(lambda found: "!" + found[0].lower(), path)
    if not mistakes:
        return None
    first = next(one for one in Mistake if one in mistakes)
    return Correction(urlunsplit((parts.scheme, parts.netloc, path, parts.query, "")), first)
