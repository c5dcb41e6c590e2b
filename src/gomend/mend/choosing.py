"""Which address a name is pinned to: resolvers vote, a certificate decides, the fastest wins. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tried:
    """One address: how many resolvers gave it, and what connecting came to. `seconds` is None where it does not do."""

    address: str
    votes: int
    seconds: float | None = None
    code: str = ""
    words: str = ""


def candidates(answers: Iterable[Sequence[str]], most: int = 8) -> list[tuple[str, int]]:
    """The addresses that resolvers gave, each with its votes: those that most agree on first, at most `most`."""
    votes = Counter(address for given in answers for address in dict.fromkeys(given))
    return votes.most_common(most)


def fastest(tried: Sequence[Tried]) -> Tried | None:
    """Of the addresses that answer with a valid certificate the fastest; one that resolvers agree on, if any does."""
    good = [one for one in tried if one.seconds is not None]
    agreed = [one for one in good if one.votes > 1]
    return min(agreed or good, key=lambda one: one.seconds or 0.0, default=None)
