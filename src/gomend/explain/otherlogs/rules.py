"""A wording rule of another client's log, and how the best of several matches is chosen."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import count
from typing import Self

from gomend.causes import Code, Subject

_GROUP = re.compile(r"\(\?P<(\w+)>")


class Strength(IntEnum):
    """How much a wording decides. The strongest match of a block wins, the first of equals."""

    CONSEQUENCE = 1  # follows from something else; says so only when nothing else is there
    GENERAL = 2  # names the layer, while another line may be more exact
    EXACT = 3  # names the fault itself
    OVERRIDING = 4  # no other line of the block can be the reason


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that `pattern` is found in says `code`. Groups host, url, file, module, version name its subject."""

    code: Code
    strength: Strength
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, code: Code, pattern: str, strength: Strength = Strength.EXACT) -> Self:
        """A rule whose pattern ignores letter case; a named group may stand in several of its alternatives."""
        counter = count()
        numbered = _GROUP.sub(lambda group: f"(?P<{group[1]}__{next(counter)}>", pattern)
        return cls(code, strength, re.compile(numbered, re.IGNORECASE))


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds for a line."""

    code: Code
    strength: Strength
    subject: Subject
    index: int  # of the line among those given


_URL_HOST = re.compile(
    r"(?:https?|ssh|git|ftp)://(?:[^\s/@'\"]{1,256}@)?(\[[0-9a-fA-F:.]{2,45}\]|[\w.-]{1,253})(:\d{1,5})?"
)
_SCP_HOST = re.compile(r"(?<![\w/@])[\w.-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){0,8}):(?!\d)")
_OWN_PORTS = {"https": ":443", "http": ":80", "ssh": ":22", "git": ":9418", "ftp": ":21"}
URL = re.compile(r"(?:https?|ssh|git|file|ftp)://[^\s'\"<>‘’“”«»`]{1,2048}")


def host_of(url: str) -> str:
    """The host of a URL or of an scp-like address, with its port where that is not the scheme's own; "" for none."""
    found = _URL_HOST.search(url)
    if found:
        port = found[2] or ""
        scheme = found[0].partition(":")[0].lower()
        return found[1].lower() + ("" if port == _OWN_PORTS.get(scheme) else port)
    found = _SCP_HOST.search(url)
    return found[1].lower() if found else ""


def url_in(text: str) -> str:
    """The first URL in a text, freed of the punctuation of the sentence around it; "" for none."""
    found = URL.search(text)
    return found[0].rstrip(".,;:!?)]}：，。") if found else ""


def first_match(rules: Iterable[Rule], text: str, index: int) -> Match | None:
    """The strongest rule that holds for one line, the first of equals."""
    best: Match | None = None
    for rule in rules:
        if best is not None and rule.strength <= best.strength:
            continue
        found = rule.pattern.search(text)
        if found:
            best = Match(rule.code, rule.strength, _subject(found), index)
    return best


def _subject(found: re.Match[str]) -> Subject:
    groups = {name.partition("__")[0]: value for name, value in found.groupdict().items() if value}
    url = groups.get("url", "")
    host = groups.get("host", "").lower().rstrip(".") or host_of(url)
    port = groups.get("port", "")
    if host and port and port not in ("443", "80", "22", "9418") and ":" not in host:
        host = f"{host}:{port}"
    return Subject(
        module=groups.get("module", ""),
        version=groups.get("version", ""),
        host=host,
        url=url,
        file=groups.get("file", ""),
    )


def best_match(rules: Sequence[Rule], lines: Sequence[str]) -> Match | None:
    """The strongest match of a block of lines, the first of equals."""
    best: Match | None = None
    for index, text in enumerate(lines):
        match = first_match(rules, text, index)
        if match and (best is None or match.strength > best.strength):
            best = match
    return best


def with_address(subject: Subject, url: str) -> Subject:
    """The subject, with URL and host taken from `url` where it has none of its own."""
    if not url:
        return subject
    return replace(subject, url=subject.url or url, host=subject.host or host_of(url))
