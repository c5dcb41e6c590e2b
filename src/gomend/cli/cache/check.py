"""`gomend cache check [MODULE@VERSION…]`: is everything in the module cache what it should be?"""

from time import monotonic

import click

from gomend.cli import exits
from gomend.cli.cache.ground import cache_folder, recorded_here, verifiers, versions_named
from gomend.cli.cache.progress import progress
from gomend.cli.command import current_voice, in_force, make
from gomend.cli.output import hand_out
from gomend.modcache.check import check
from gomend.report.cachecheck import cache_check
from gomend.texts import text

_STATUS = {"ok": exits.FINE, "problems": exits.PROBLEM, "undetermined": exits.UNDETERMINED}


def _check(context: click.Context, versions: tuple[str, ...], *, every: bool) -> int:
    loaded, voice = in_force(context)
    only = versions_named(versions, voice)
    cache, settings = cache_folder(loaded, voice)
    recorded = recorded_here(settings, voice, every=every)
    begun = monotonic()
    with progress(loaded, voice) as tell:
        checked = check(cache, recorded, only, verifiers=verifiers(settings), progress=tell)
    document = cache_check(str(cache), recorded.sources, checked, monotonic() - begun)
    hand_out(document, loaded, voice)
    return _STATUS[document.outcome]


command = make(
    "check",
    _check,
    [
        click.Argument(["versions"], nargs=-1, metavar="[MODULE@VERSION]..."),
        click.Option(["--all", "every"], is_flag=True, help=text(current_voice().lang, "cache.option/all")),
    ],
    group="cache",
)
