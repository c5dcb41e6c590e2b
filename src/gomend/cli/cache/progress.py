"""How far a long look at the module cache, or at a store, is: one line on a terminal, erased at the end."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from gomend.cli.saying import Voice, write
from gomend.settings.load import Loaded
from gomend.texts import text

_SILENCE_SECONDS = 0.5
_ERASE = "\r\x1b[K"


@contextmanager
def progress(
    loaded: Loaded, voice: Voice, words: str = "cache.check/progress"
) -> Iterator[Callable[[int, int], None] | None]:
    """Something to tell how many of how many are done, in these `words`; None where nobody watches."""
    if loaded.switch("quiet") or not os.isatty(2) or os.environ.get("TERM") == "dumb":
        yield None
        return
    shown_at = monotonic()
    painted = False

    def tell(done: int, total: int) -> None:
        nonlocal shown_at, painted
        if monotonic() - shown_at < _SILENCE_SECONDS and done < total:
            return
        if done == total and not painted:
            return
        shown_at, painted = monotonic(), True
        write(2, f"{_ERASE}gomend: {text(voice.lang, words, done=done, total=total)}")

    try:
        yield tell
    finally:
        if painted:
            write(2, _ERASE)
