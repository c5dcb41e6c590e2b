"""Generated texts, the same on every run."""

import random
from collections.abc import Sequence


def some(alphabet: str | Sequence[str], count: int, *, longest: int = 12, seed: int = 1) -> list[str]:
    """`count` texts, each of up to `longest` pieces drawn from `alphabet`."""
    draw = random.Random(seed)
    return ["".join(draw.choices(alphabet, k=draw.randint(0, longest))) for _ in range(count)]
