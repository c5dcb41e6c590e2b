"""Reads lines of programs that are not known: what breaks on the way to a server is worded alike by all."""

from collections.abc import Iterator
from typing import Final

from gomend.causes import Certainty, Code, Subject
from gomend.explain.golog import said
from gomend.explain.meaning import meaning_of
from gomend.explain.peel import Asked, asked_for, host_of, peel
from gomend.explain.statements import Role, Speaker, Statement
from gomend.explain.wordings import FOREIGN_LAYERS, classify

_NEEDLES: Final = (
    "/@v/",
    "/@latest",
    "?go-get=1",
    "/sumdb/",
    "dial tcp",
    "x509",
    "lookup ",
    " space",
    "空间",
    "resolve",
    "timed out",
    "imeout",
    "refused",
    "reset by",
    "ermission denied",
    "ead-only file",
    "quota",
)


def foreign(text: str, where: tuple[int, int]) -> Iterator[Statement]:
    """What an unknown program says; it weighs only where nobody else gives a reason. A full disk is full for all."""
    if not any(needle in text for needle in _NEEDLES):
        return
    peeled = peel(text)
    if asked_for(peeled.url) is not Asked.OTHER and (meaning := meaning_of(text)) is not None:
        yield said(Role.FAULT, meaning, where, text)
        return
    found = classify(text, FOREIGN_LAYERS)
    if found is None:
        return
    disk = found.wording.code is Code.DISK_FULL
    yield Statement(
        Role.FAULT,
        found.wording.code,
        where,
        text,
        Speaker.GO if disk else Speaker.FOREIGN,
        Certainty.LIKELY if disk else Certainty.UNSURE,
        Subject(
            host=found.facts.get("host") or host_of(peeled.url),
            url=found.facts.get("url") or peeled.url,
            file=found.facts.get("file", ""),
        ),
    )
