"""From causes to fixes: what a person can do now, in order, each with its level.

Pure: nothing is run, read or written here. The table stands in `remedies`; here it is read for one verdict.
"""

from collections.abc import Mapping, Sequence

from gomend.causes import Cause, Fix, Level
from gomend.explain.fixes.conditions import is_another_client
from gomend.explain.fixes.examples import example_fixes
from gomend.explain.fixes.remedies import FOR_SETTINGS, remedies_for
from gomend.explain.fixes.situation import Situation

__all__ = ["MOST", "example_fixes", "fixes_for"]

MOST = 9


def fixes_for(
    roots: Sequence[Cause],
    warnings: Sequence[Cause],
    settings: Mapping[str, str] | None,
    command: Sequence[str] | None,
    *,
    has_looked: bool = False,
) -> tuple[Fix, ...]:
    """The fixes for a verdict: the first root's first, then the other roots' and the warnings'; at most `MOST`.

    `settings` are effective `go env` values and `command` is the command that failed, both None when not known.
    A command in a fix is complete and quoted for a POSIX shell. A name from the log stands in it only if it is a valid
    one; else the fix comes without a command. `has_looked`: the causes were found by looking at this machine just now,
    so that no fix says to look again.
    """
    fixes: list[Fix] = []
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for cause in (*roots, *warnings):
        situation = Situation(cause, settings or {}, tuple(command or ()), tuple(roots))
        for remedy in (*FOR_SETTINGS, *remedies_for(cause.code)):
            if has_looked and not remedy.after_looking:
                continue
            if not remedy.applies(situation) or (is_another_client(situation) and not remedy.any_client):
                continue
            commands = remedy.commands(situation)
            if has_looked and not commands and remedy.level is Level.CAREFUL:
                continue  # what it needs is not known, so that it is none of the ways
            if (remedy.key, commands) in seen or (not commands and remedy.key in {fix.key for fix in fixes}):
                continue
            seen.add((remedy.key, commands))
            params, about = remedy.params(situation), situation.about
            fixes.append(Fix(len(fixes) + 1, remedy.level, remedy.key, params, commands, about))
            if len(fixes) == MOST:
                return tuple(fixes)
    return tuple(fixes)
