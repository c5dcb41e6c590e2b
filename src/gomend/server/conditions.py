"""Conditional and range requests (RFC 9110 §13, §14.2). Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime

_RANGE = re.compile(r"bytes=(?:(?P<first>[0-9]{1,19})-(?P<last>[0-9]{0,19})|-(?P<tail>[0-9]{1,19}))")


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one version of a body from another. `tag` is a strong one, in its quotes; `modified` are seconds since
    1970, None where no time says when the body became what it is.
    """

    tag: str
    modified: float | None = None

    @property
    def date(self) -> str:
        """Last-Modified; empty where there is none."""
        return "" if self.modified is None else formatdate(self.modified, usegmt=True)


def validators_of(body: bytes) -> Validators:
    """Those of a body of which nothing else is known."""
    return Validators(f'"{hashlib.sha256(body).hexdigest()[:16]}"')


@dataclass(frozen=True, slots=True)
class Part:
    """What of a body is to be sent: from `start` up to `stop`, not included."""

    start: int
    stop: int


NOT_MODIFIED = "not modified"
NOT_SATISFIABLE = "not satisfiable"


def wanted(method: str, headers: Mapping[str, str], size: int, known: Validators) -> Part | str | None:
    """What of a body of `size` bytes a request wants: all (None), a Part, or one of the two words above. Ranges are for
    GET alone.
    """
    matching = headers.get("if-none-match")
    if matching is not None:
        tags = [tag.strip().removeprefix("W/") for tag in matching.split(",")]
        if "*" in tags or known.tag in tags:
            return NOT_MODIFIED
    elif (
        known.modified is not None
        and (since := _seconds(headers.get("if-modified-since"))) is not None
        and int(known.modified) <= since
    ):
        return NOT_MODIFIED
    found = _RANGE.fullmatch(headers.get("range", "")) if method == "GET" else None
    if found is None or not _still_the_same(headers.get("if-range"), known):
        return None
    if found["tail"] is not None:
        start, stop = max(0, size - int(found["tail"])), size
    else:
        start = int(found["first"])
        stop = min(size, int(found["last"]) + 1) if found["last"] else size
        if found["last"] and int(found["last"]) < start:
            return None
    return Part(start, stop) if start < stop else NOT_SATISFIABLE


def _still_the_same(condition: str | None, known: Validators) -> bool:
    return condition is None or condition == known.tag or (known.modified is not None and condition == known.date)


def _seconds(date: str | None) -> float | None:
    if not date:
        return None
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
