"""Reads lines of programs that are not known: what breaks on the way to a server is worded alike by all."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gomend.causes import Certainty, Code, Subject
from gomend.explain.golog import said
from gomend.explain.meaning import meaning_of
from gomend.explain.otherlogs import classify_git
from gomend.explain.otherlogs.registry import match_registry, statement
from gomend.explain.otherlogs.rules import url_in
from gomend.explain.peel import Asked, asked_for, host_of, peel
from gomend.explain.statements import Role, Speaker, Statement
from gomend.explain.wordings import FOREIGN_LAYERS, classify

_DOCKER: Final = re.compile(
    r"(?:^|\| )(?:docker: (?:[Ee]rror|Get |Head |failed)|[Ee]rror response from daemon: |error pulling image "
    r"|(?:target [^\s]{1,120}: )?failed to solve: |(?:#\d{1,4} )?(?:ERROR|error|Error): (?:pulling from host "
    r"|failed to (?:do request|solve|build|resolve|fetch|copy|authorize|pull)|buildx (?:bake )?failed with: "
    r"|initializing source docker://|error creating build container: "
    r"|[^\s]{1,300}: failed to (?:do request|resolve|authorize|copy)))"
)
"""docker, its daemon and BuildKit, where they fetch images themselves; they are Go programs and word faults like go."""
_DOCKER_WORDS: Final = ("failed", "daemon", "docker", "error pulling", "rror: ")
_PULLED_FROM: Final = re.compile(r"pulling from host (?P<host>[\w.:-]{1,255}) ")
_OF_A_COMMAND: Final = re.compile(r"did not complete successfully|executor failed running|process \"/bin/sh")
_NEEDLES: Final = (
    "/@v/",
    "/@latest",
    "?go-get=1",
    "/sumdb/",
    "dial tcp",
    "x509",
    "tls: ",
    "Timeout exceeded",
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
    "certificate error",
    "quota",
)
_GIT_QUOTED: Final = ("fatal: ", "unable to access '", "remote: HTTP Basic: ", "致命错误：")
_BARE_ANSWER: Final = re.compile(r"https?://[^\s]{1,2000}/@v/[^\s:]{1,300}: [45]\d\d [A-Z]")
"""A request of go's and its answer, without the words around it."""


def _lines_of(text: str) -> list[str]:
    """The lines that a program quotes within one of its own."""
    return text.replace("\\n", "\n").split("\n")


def foreign(text: str, where: tuple[int, int]) -> Iterator[Statement]:
    """What an unknown program says; it weighs only where nobody else gives a reason. A full disk is full for all."""
    if any(word in text for word in _DOCKER_WORDS) and _DOCKER.search(text) and not _OF_A_COMMAND.search(text):
        yield from _docker(text, where)
        return
    if any(words in text for words in _GIT_QUOTED) and (git := classify_git(_lines_of(text))) is not None:
        yield Statement(Role.FAULT, git[0], where, text, Speaker.FOREIGN, Certainty.LIKELY, git[1])
        return
    if not any(needle in text for needle in _NEEDLES):
        return
    if _BARE_ANSWER.match(text.lstrip()):
        text = f"reading {text.lstrip()}"
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


def _docker(text: str, where: tuple[int, int]) -> Iterator[Statement]:
    """Why an image could not be fetched, where the words are known; the failure alone is told elsewhere."""
    found = classify(text, FOREIGN_LAYERS)
    if found is None:
        if (answer := match_registry([text])) is not None:
            named = _PULLED_FROM.search(text)
            if named is not None and not answer.subject.host:
                answer = replace(answer, subject=replace(answer.subject, host=named["host"]))
            yield statement(Role.FAULT, answer, [text], where)
        return
    host = found.facts.get("host") or host_of(url_in(text))
    subject = Subject(host=host, url=url_in(text), file=found.facts.get("file", ""))
    yield Statement(Role.FAULT, found.wording.code, where, text, Speaker.CLIENT, found.wording.certainty, subject)
