"""What gomend says of a failed request, in the reader's language. Documents hold it in English, like go's own words."""

import re
from functools import cache
from string import Formatter
from typing import Final

from gomend.texts import table, text

_DEPTH: Final = 4  # sentences within sentences
_NESTED: Final = "words"
_ANYTHING: Final = r"[^\n]{1,2000}"
_TABLES: Final = (("wire", "fault"), ("seen", "seen"), ("dns", "said"), ("probe", "said"))
_HOLLOW: Final = (
    *("wire.fault/attempt_at", "wire.fault/of_subject"),
    *("seen.seen/at_place", "seen.seen/asked", "seen.seen/timed"),
)
"""Sentences that say nothing by themselves: without words of gomend's own in them they are somebody else's."""
_SHAPES: Final = {
    "place": r"\S{1,300}",
    "url": r"\S{1,2000}",
    "took": r"[\d.]{1,9} m?s",
    "subject": r"[^\s:]{1,500}(?::\d{1,5})?",
    "address": r"[\[\]0-9a-fA-F.:%]{2,64}",
    "host": r"[^\s:]{1,255}",
    "count": r"\d{1,4}",
}


def spoken(words: str, lang: str, depth: int = _DEPTH) -> str:
    """The sentence in `lang`; as it is where gomend did not say it: go's, a server's and a library's words stay."""
    if lang == "en" or not depth:
        return words
    for name, pattern in _sentences():
        if found := pattern.fullmatch(words):
            facts = found.groupdict()
            if _NESTED in facts:
                facts[_NESTED] = spoken(facts[_NESTED], lang, depth - 1)
                if facts[_NESTED] == found[_NESTED] and name in _HOLLOW:
                    continue
            return text(lang, name, **facts)
    return words


@cache
def _sentences() -> list[tuple[str, re.Pattern[str]]]:
    """The English sentences by key, those first in which least is left open."""
    named = {
        f"{file}.{part}/{name}": words for file, part in _TABLES for name, words in table("en", file)[part].items()
    }
    by_length = sorted(named, key=lambda name: len(_literal(named[name])), reverse=True)
    return [(name, _pattern(named[name])) for name in by_length]


def _literal(template: str) -> str:
    return "".join(before for before, _, _, _ in Formatter().parse(template))


def _pattern(template: str) -> re.Pattern[str]:
    parts, known = [], set()
    for before, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(before))
        if name in known:
            parts.append(f"(?P={name})")
        elif name:
            known.add(name)
            parts.append(f"(?P<{name}>{_SHAPES.get(name, _ANYTHING)})")
    return re.compile("".join(parts))
