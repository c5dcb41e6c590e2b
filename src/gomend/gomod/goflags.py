"""GOFLAGS as go reads it, what go refuses in it put right. Pure. Source: cmd/go/internal/base/goflags.go."""

import re

_REFUSED = re.compile(r'parsing \$GOFLAGS: (?:unknown flag (?P<flag>-[^\s"]+)|non-flag "(?P<word>[^\s"]+)")')


def put_right(value: str, said: str) -> str | None:
    """GOFLAGS with the entry put right that go refuses in `said`; None where no entry is the one.

    A flag that no go command has is left out; a word that is no flag gets its `-`.
    """
    found = _REFUSED.search(said)
    if found is None:
        return None
    entries = value.split()
    flag, word = found["flag"], found["word"]
    wrong = [one for one in entries if (_name(one) == flag.lstrip("-") if flag else one == word)]
    if not wrong:
        return None
    right = "" if flag else f"-{word}"
    return " ".join(kept for one in entries if (kept := right if one in wrong else one))


def _name(entry: str) -> str:
    return entry.partition("=")[0].lstrip("-")
