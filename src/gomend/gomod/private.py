"""Which modules a pattern list covers: GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE.

Source: golang.org/x/mod/module (MatchPrefixPatterns).
"""

from functools import lru_cache

from gomend.gomod.globs import BadPatternError, match


@lru_cache(maxsize=4096)
def matches(patterns: str, target: str) -> bool:
    """Whether a comma list of patterns covers a module path, or a package or repository root below it.

    A pattern with n slashes is matched, as path.Match does it, against the first n+1 elements of `target`. Blanks are
    part of a pattern, one trailing `/` is not; empty and malformed patterns cover nothing.
    """
    if not patterns:
        return False
    return any(covers(pattern, target) for pattern in patterns.split(","))


def covers(pattern: str, target: str) -> bool:
    """Whether one pattern of such a list (no comma in it) covers `target`."""
    glob = pattern.removesuffix("/")
    if not glob:
        return False
    wanted = glob.count("/") + 1
    elements = target.split("/", wanted)
    if len(elements) < wanted:
        return False
    try:
        return match(glob, "/".join(elements[:wanted]))
    except BadPatternError:
        return False


def faults(patterns: str) -> tuple[tuple[str, str], ...]:
    """Patterns that surely do not do what their author meant, each with the reason: `blank` or `malformed`.

    Go ignores these without a word: blanks around a pattern keep it from ever matching, a malformed one is skipped.
    """
    found = []
    for pattern in patterns.split(","):
        if pattern.strip() != pattern:
            found.append((pattern, "blank"))
        elif _is_malformed(pattern):
            found.append((pattern, "malformed"))
    return tuple(found)


def _is_malformed(pattern: str) -> bool:
    try:
        match(pattern, "")
    except BadPatternError:
        return True
    return False
